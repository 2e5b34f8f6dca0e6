"""The states of a booking and the only ways between them.

Knows nothing of holds: a state reached any other way is a defect.
"""

from models.tables import Booking
from scheduler.errors import NotPossibleNow

TRANSITIONS: dict[tuple[str, str], str] = {
    ("asked", "confirm"): "confirmed",
    ("asked", "return"): "returned",
    ("offered", "confirm"): "confirmed",
    ("offered", "lapse"): "lapsed",
    ("confirmed", "check in"): "running",
    ("running", "check out"): "done",
    ("asked", "cancel"): "cancelled",
    ("confirmed", "cancel"): "cancelled",
    ("confirmed", "miss"): "no_show",
    ("no_show", "restore"): "confirmed",
    ("confirmed", "displace"): "displaced",
    ("displaced", "cancel"): "cancelled",
}

TOLD: dict[str, str] = {
    "confirm": "be confirmed",
    "return": "be returned",
    "lapse": "lapse",
    "check in": "be checked in",
    "check out": "be checked out",
    "cancel": "be cancelled",
    "miss": "be missed",
    "restore": "be restored",
    "displace": "be displaced",
}
"""What a booking undergoes by each verb, after "it cannot"."""

STATES: dict[str, str] = {"asked": "waiting for approval", "no_show": "missed", "lapsed": "past"}
"""States that are told in another word."""


def step(booking: Booking, verb: str) -> None:
    """Moves a booking on. Raises ``NotPossibleNow`` where its state does not allow the verb."""
    state = TRANSITIONS.get((booking.state, verb))
    if state is None:
        told = STATES.get(booking.state, booking.state)
        already = any(known == verb and to == booking.state for (_, known), to in TRANSITIONS.items())
        rest = " already." if already else f": it cannot {TOLD[verb]}."
        raise NotPossibleNow(f"Booking {booking.id} is {told}{rest}")
    booking.state = state
