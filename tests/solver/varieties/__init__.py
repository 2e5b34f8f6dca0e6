"""What small random problems may have beyond the plain ones, one module per variety: how it is added to a problem, and
a second opinion on plans that have to do with it.

Knows nothing of ``solver.rules`` and ``solver.costs``, nor of how a plan is found.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from solver.plan import Assignment
from solver.problem import Problem
from tests.solver.varieties import (
    additions,
    batching,
    calendars,
    fairness,
    maintenance,
    moves,
    quota,
    same_choice,
    setups,
    staff,
)

Placed = Mapping[str, Assignment]
"""Every planned task of a whole plan, by id."""


@dataclass(frozen=True)
class Variety:
    """``add`` returns the problem with the variety in it (or the same problem, where it has no place for it), and
    ``has`` says whether a problem has it.

    ``allows`` says whether a whole plan keeps what the variety asks for; ``costs`` what it adds to costs that only a
    whole plan has. ``complete`` adds to a whole plan what follows from it and has to be said; ``None`` where it cannot.
    """

    name: str
    add: Callable[[Problem, Random], Problem]
    has: Callable[[Problem], bool]
    allows: Callable[[Problem, Placed], bool] = lambda *_: True
    costs: Callable[[Problem, Placed], Counter[str]] = lambda *_: Counter()
    complete: Callable[[Problem, Placed], Placed | None] = lambda _, placed: placed
    by_claims: bool = False
    """Whether what it asks for can be told from what tasks claim (``tests.solver.by_tick``), so that placements that
    claim and cost the same are alike."""


VARIETIES: tuple[Variety, ...] = (
    Variety(name="quota", add=quota.add, has=quota.has, allows=quota.allows),
    Variety(name="same_choice", add=same_choice.add, has=same_choice.has, allows=same_choice.allows),
    Variety(name="fairness", add=fairness.add, has=fairness.has, costs=fairness.costs),
    Variety(name="moves", add=moves.add, has=moves.has),
    Variety(name="maintenance", add=maintenance.add, has=maintenance.has, allows=maintenance.allows),
    Variety(name="staff", add=staff.add, has=staff.has, by_claims=True),
    Variety(name="pausing", add=calendars.add_pausing, has=calendars.has_pausing),
    Variety(name="starts", add=calendars.add_starts, has=calendars.has_starts),
    Variety(name="barred", add=calendars.add_barred, has=calendars.has_barred),
    Variety(name="batching", add=batching.add, has=batching.has),
    Variety(name="additions", add=additions.add, has=additions.has, allows=additions.allows),
    Variety(**setups.VARIETY),
)


def is_varied(problem: Problem) -> bool:
    """Whether it has any variety that looks at more than claims and costs."""
    return any(variety.has(problem) for variety in VARIETIES if not variety.by_claims)


def allowed(problem: Problem, placed: Placed) -> bool:
    """Whether a whole plan keeps what every variety asks for."""
    return all(variety.allows(problem, placed) for variety in VARIETIES if variety.has(problem))


def completed(problem: Problem, placed: Placed) -> Placed | None:
    """A whole plan with all that has to be said; ``None`` where a variety does not allow it."""
    for variety in filter(lambda one: one.has(problem), VARIETIES):
        found = variety.complete(problem, placed)
        if found is None:
            return None
        placed = found
    return placed if allowed(problem, placed) else None


def whole_costs(problem: Problem, placed: Placed) -> Counter[str]:
    """The costs that only a whole plan has."""
    total: Counter[str] = Counter()
    for variety in filter(lambda one: one.has(problem), VARIETIES):
        total.update(variety.costs(problem, placed))
    return total
