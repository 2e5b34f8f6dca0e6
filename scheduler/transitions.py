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
    ("confirmed", "cancel"): "cancelled",
    ("confirmed", "miss"): "no_show",
    ("confirmed", "displace"): "displaced",
    ("displaced", "cancel"): "cancelled",
}


def step(booking: Booking, verb: str) -> None:
    """Moves a booking on. Raises ``NotPossibleNow`` where its state does not allow the verb."""
    state = TRANSITIONS.get((booking.state, verb))
    if state is None:
        raise NotPossibleNow(f"Booking {booking.id} is {booking.state}: it cannot {verb}.")
    booking.state = state
