"""``pin``: a booking that plans leave where it is.

Knows nothing of who may pin.
"""

from api.cli.opening import opened
from api.cli.terminal import now, print_json, say
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.pinning import Pinned, pin_booking

KEPT: dict[Pinned, str] = {
    "time": "leave the time of booking {} as it is",
    "unit": "leave the units of booking {} as they are",
    "both": "leave the time and the units of booking {} as they are",
    "none": "may move booking {} again",
}
"""What plans do then."""


def pin(url: str, *, booking_id: int, keep: Pinned, reason: str, as_json: bool) -> None:
    """Pins it and says what plans leave as it is."""
    with opened(url) as database:
        pinned = pin_booking(
            database, actor=LOCAL_ADMINISTRATOR, now=now(), booking_id=booking_id, pin=keep, reason=reason
        )
    if as_json:
        print_json(pinned)
        return
    say(f"Plans {KEPT[keep].format(pinned.id)}.")
