"""The booking horizon: how far ahead a booking may start.

Knows nothing of plans, whose horizon is another.
"""

from collections.abc import Iterator
from datetime import timedelta

from scheduler.policies.asking import Asking
from scheduler.time_words import tell_in_full
from scheduler.views import Sentence


def broken(asking: Asking) -> Iterator[Sentence]:
    """Yields what is wrong where it starts too late. A day is 24 hours."""
    days = asking.terms.horizon_days
    if days is None or asking.start - asking.now <= timedelta(days=days):
        return
    latest = (asking.now + timedelta(days=days)).replace(second=0, microsecond=0)
    ahead = f"{days} day{'s' * (days != 1)} ahead"
    text = f"{asking.unit} is booked at most {ahead}: it starts by {tell_in_full(latest, asking.zone)}."
    yield asking.wrong("horizon", text, most_days=days, latest=latest.isoformat())
