"""Missed: so long after its start nobody is taken for missing yet.

Knows nothing of check-ins.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from scheduler.policies.asking import Terms


def missed_from(terms: Iterable[Terms], start: datetime) -> datetime:
    """From when on a booking of these units may be marked as missed: the most patient of them counts."""
    return start + timedelta(minutes=max((each.missed_minutes or 0 for each in terms), default=0))
