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
from tests.solver.varieties import setups

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


VARIETIES: tuple[Variety, ...] = (Variety(**setups.VARIETY),)


def is_varied(problem: Problem) -> bool:
    """Whether it has any variety."""
    return any(variety.has(problem) for variety in VARIETIES)


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
