"""Approval: bookings of some units wait for a lab manager's yes.

Knows nothing of who says it.
"""

from collections.abc import Iterable

from scheduler.policies.asking import Terms


def is_wanted(terms: Iterable[Terms]) -> bool:
    """Whether any of the units that are booked together wants it."""
    return any(each.approval for each in terms)
