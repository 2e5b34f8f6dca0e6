"""The problem whole: requests, resources and allotments, and the levels that are minimised.

Knows nothing of what the costs are that its levels name.
"""

from dataclasses import dataclass

from solver.problem.allotments import Quota, Share
from solver.problem.requests import Request
from solver.problem.resources import Capacity, Person, Stock, Unit


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """One level of the objective: the sum of ``factor * cost`` over ``terms`` (names of ``solver.costs``), minimised.

    ``tolerance`` in thousandths: how far later levels may worsen the value found for this one.
    """

    name: str
    terms: tuple[tuple[str, int], ...]
    tolerance: int = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Everything a plan depends on.

    Tasks start in ``[0, horizon)`` and may end after it; calendars are given until ``calendar_end`` (>= horizon), by
    which every task has ended. ``commit_until`` (0..horizon): requests that start before it would be confirmed when the
    plan is published, later ones are a forecast. ``levels`` are minimised in order, compared as a tuple.
    """

    horizon: int
    calendar_end: int
    commit_until: int
    levels: tuple[Level, ...]
    requests: tuple[Request, ...]
    units: tuple[Unit, ...] = ()
    persons: tuple[Person, ...] = ()
    capacities: tuple[Capacity, ...] = ()
    stocks: tuple[Stock, ...] = ()
    quotas: tuple[Quota, ...] = ()
    shares: tuple[Share, ...] = ()
