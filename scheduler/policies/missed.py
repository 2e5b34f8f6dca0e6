"""Missed: so long after its start nobody is taken for missing yet; from then on the clock takes them for it.

Knows nothing of check-ins.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from scheduler.policies.asking import Terms


def missed_from(terms: Iterable[Terms], start: datetime) -> datetime:
    """From when on a booking of these units may be marked as missed: the most patient of them counts."""
    return start + timedelta(minutes=max((each.missed_minutes or 0 for each in terms), default=0))


def by_the_clock(terms: Iterable[Terms], start: datetime) -> datetime | None:
    """When the clock marks a booking of these units as missed if nobody has come; ``None``: it does not, since none of
    them says for how long it waits, or all say 0."""
    said = list(terms)
    return missed_from(said, start) if any(each.missed_minutes for each in said) else None
