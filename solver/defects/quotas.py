"""Mistakes in quotas: what they count, how much, and over which time.

Knows nothing of who uses what.
"""

from collections.abc import Iterator
from itertools import pairwise

from solver.defects.defect import Defect, defect
from solver.problem import Problem, Quota

MOST_TICKS = 1_000_000
"""Until when quotas may be counted: where one is all but used up, every other tick is looked at."""


def defects(problem: Problem) -> Iterator[Defect]:
    """Every quota that is wrong."""
    known = {unit.id for unit in problem.units}
    for quota in problem.quotas:
        for unit in sorted(set(quota.units) - known):
            yield defect("quota_unknown_unit", quota.id, unit)
        if list(quota.units) != sorted(set(quota.units)) or not quota.units:
            yield defect("quota_units_unsorted", quota.id, units=len(quota.units))
        if problem.calendar_end > MOST_TICKS:
            yield defect("quota_too_far", quota.id, calendar_end=problem.calendar_end, most=MOST_TICKS)
        yield from _amounts(quota)
        yield from _times(quota)


def _amounts(quota: Quota) -> Iterator[Defect]:
    for most in (quota.most, *(bucket[2] for bucket in quota.buckets)):
        if most < 0:
            yield defect("quota_negative", quota.id, most=most)


def _times(quota: Quota) -> Iterator[Defect]:
    if bool(quota.buckets) == (quota.length is not None):
        yield defect("quota_without_time", quota.id, buckets=len(quota.buckets))
    if quota.length is not None and quota.length < 1:
        yield defect("quota_too_short", quota.id, length=quota.length)
    for start, end, _ in quota.buckets:
        if start >= end:
            yield defect("window_empty", quota.id, "buckets", start=start, end=end)
    for (_, end, _), (start, _, _) in pairwise(quota.buckets):
        if start < end:
            yield defect("quota_buckets_overlap", quota.id, start=start, end=end)
    for start, end in quota.taken:
        if start >= end:
            yield defect("window_empty", quota.id, "taken", start=start, end=end)
    if list(quota.taken) != sorted(quota.taken):
        yield defect("quota_taken_unsorted", quota.id, spans=len(quota.taken))
