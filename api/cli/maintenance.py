"""``maintenance``: what is due, and marking one as done.

Knows nothing of how it is planned.
"""

from dataclasses import dataclass

from api.cli.moments import moment
from api.cli.opening import opened
from api.cli.places import centre_zones, unit_zone
from api.cli.signing import Signing, signer_of
from api.cli.tables import show_maintenance
from api.cli.terminal import now, print_json, say
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.errors import Unknown
from scheduler.maintaining import list_maintenance, mark_done
from scheduler.time_words import tell_in_full


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How it came out, what was read, and who signs."""

    failed: bool
    readings: str
    signing: Signing


def maintenance(url: str, *, centres: tuple[str, ...], done: str, at: str, outcome: Outcome, as_json: bool) -> None:
    """Lists it, or marks the one with the key ``done``; a moment without an offset is that of its unit's centre."""
    with opened(url) as database:
        zones = centre_zones(database, centres)
        found = [
            view
            for key in zones
            for view in list_maintenance(database, actor=LOCAL_ADMINISTRATOR, now=now(), centre=key)
        ]
        if not done:
            if as_json:
                print_json(found)
            else:
                show_maintenance(found, zones)
            return
        known = next((view for view in found if view.key == done), None)
        if known is None:
            raise Unknown("maintenance", done)
        zone = unit_zone(database, known.unit)
        done_at = moment(at, zone, option="--at") if at else None
        signer = signer_of(database, outcome.signing)
        marked = mark_done(
            database,
            actor=signer.actor,
            now=now(),
            key=done,
            done_at=done_at,
            result="failed" if outcome.failed else "passed",
            readings=outcome.readings,
            password=signer.password,
            meaning=signer.meaning,
        )
    if as_json:
        print_json(marked)
        return
    if outcome.failed:
        say(f"{marked.kind.capitalize()} {marked.key} of {marked.unit} failed: `pilotline trace {marked.unit}`.")
        return
    say(f"{marked.kind.capitalize()} {marked.key} of {marked.unit} was done {tell_in_full(marked.last_done, zone)}.")
