"""``count``: what an inspection found, and what it does to the bookings of a conditional step.

Knows nothing of what stands against it.
"""

from api.cli.opening import opened
from api.cli.terminal import now, print_json, say
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.counting import count_pieces


def count(url: str, *, key: str, operation: str, pieces: int, reason: str, as_json: bool) -> None:
    """Stores the count and says it back."""
    with opened(url) as database:
        counted = count_pieces(
            database,
            actor=LOCAL_ADMINISTRATOR,
            now=now(),
            key=key,
            operation=operation,
            count=pieces,
            reason=reason,
        )
    if as_json:
        print_json(counted)
        return
    say(f"{pieces} of {counted.quantity} pieces of {counted.key} go through {operation}.")
