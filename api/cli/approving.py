"""``approvals``, ``confirm`` and ``return``: what waits for a lab manager's yes, and the answer.

Knows no rules: the use case judges again.
"""

from api.cli.opening import opened
from api.cli.places import centre_zones
from api.cli.signing import Signing, signer_of
from api.cli.tables import show_waiting
from api.cli.terminal import now, print_json, say
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.approving import confirm_booking, list_asked, return_booking
from scheduler.time_words import tell_span


def approvals(url: str, *, centres: tuple[str, ...], as_json: bool) -> None:
    """What waits, by centre."""
    with opened(url) as database:
        zones = centre_zones(database, centres)
        found = {key: list_asked(database, actor=LOCAL_ADMINISTRATOR, now=now(), centre=key) for key in zones}
    if as_json:
        print_json([each for listed in found.values() for each in listed])
        return
    for key, listed in found.items():
        show_waiting(key, listed, zones[key])


def confirm(url: str, *, booking_id: int, reason: str, signing: Signing, as_json: bool) -> None:
    """It holds from now on."""
    with opened(url) as database:
        signer = signer_of(database, signing)
        made = confirm_booking(
            database,
            actor=signer.actor,
            now=now(),
            booking_id=booking_id,
            reason=reason,
            password=signer.password,
            meaning=signer.meaning,
        )
        zone = centre_zones(database)[made.centre]
    if as_json:
        print_json(made)
        return
    units = ", ".join(sorted({hold.key for hold in made.holds if hold.kind == "unit"}))
    say(f"Booking {made.id} is confirmed: {units}, {tell_span(made.start, made.end, zone)}.")


def give_back(url: str, *, booking_id: int, reason: str, as_json: bool) -> None:
    """It is refused, and its owner reads why."""
    with opened(url) as database:
        returned = return_booking(database, actor=LOCAL_ADMINISTRATOR, now=now(), booking_id=booking_id, reason=reason)
    if as_json:
        print_json(returned)
        return
    say(f"Booking {returned.id} is returned to {returned.organisation}.")
