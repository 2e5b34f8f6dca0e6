"""One change that a laboratory could make, tried for a request that is out.

Knows nothing of any kind of change (``solver.explain.relaxing``, ``solver.explain.allowing``).
"""

from collections.abc import Callable
from dataclasses import dataclass

from solver.plan import Plan
from solver.problem import Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """What a placement makes use of: named amounts, what the change costs (as ``Relaxation`` says; 0: nothing of it was
    used), and the problem with exactly so much of it."""

    numbers: tuple[tuple[str, int], ...]
    cost: int
    problem: Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One kind of change to one thing: ``problem`` with more of it than could be needed, and what of it is made use of
    where tasks are placed as the first plan says, so that everything stands as the second one does."""

    code: str
    ids: tuple[str, ...]
    problem: Problem
    used: Callable[[Plan, Plan], Use]
