"""Whether a request of which every operation has room by itself has room whole: beside the plan, then alone.

Knows nothing of CP-SAT: it asks the constructor, so what it does not find may be there all the same, and is not denied.
"""

from collections.abc import Iterator
from functools import cached_property

from solver.explain.answers import Placement
from solver.explain.asking import alone
from solver.explain.earliest import Standing
from solver.explain.rivals import Held, Rivals
from solver.plan import Blocker, Plan
from solver.problem import Problem, Request

NAMED = ("unit", "capacity")
"""Of what others hold where the request would go alone, what is named."""


class AllAtOnce:
    """One plan, about which several requests that it leaves out may be asked. ``until`` on the monotonic clock ends
    each search."""

    def __init__(self, problem: Problem, plan: Plan, *, until: float | None) -> None:
        self.problem, self.plan, self.until = problem, plan, until

    def judged(self, request: Request) -> Blocker:
        """``has_room`` beside the plan; ``outweighed``: alone, and not found beside the plan; else ``not_together``."""
        beside = self._soonest(self._standing, request)
        if beside is not None:
            return _told("has_room", request, beside)
        empty = self._soonest(Standing(alone(self.problem, request), Plan(status="feasible")), request)
        if empty is None:
            return Blocker(code="not_together", ids=(request.id,), numbers=(("weight", request.weight),))
        return _told("outweighed", request, empty, *self._held_by_others(request, empty))

    @cached_property
    def _standing(self) -> Standing:
        return Standing(self.problem, self.plan)

    def _soonest(self, standing: Standing, request: Request) -> Placement | None:
        found = standing.earliest(request.id, n=1, until=self.until).placements
        return found[0] if found else None

    def _held_by_others(self, request: Request, place: Placement) -> list[str]:
        """Ids of units and capacities that others hold where it would be."""
        rivals = Rivals(self.problem, self.plan, request)
        own = [held for held in rivals.holds(request, {at.task: at for at in place.assignments}) if _is_named(held)]
        theirs = [held for held in _holds_of_others(rivals, request) if _is_named(held)]
        return list(dict.fromkeys(one.resource for one in own if any(_clash(one, other) for other in theirs)))


def _holds_of_others(rivals: Rivals, request: Request) -> Iterator[Held]:
    for other in rivals.problem.requests:
        if other.id != request.id:
            yield from rivals.holds(other, rivals.at)


def _is_named(held: Held) -> bool:
    return held.kind in NAMED


def _clash(one: Held, other: Held) -> bool:
    return one.resource == other.resource and one.start < other.end and other.start < one.end


def _told(code: str, request: Request, place: Placement, *resources: str) -> Blocker:
    late = 0 if request.due is None else place.end - request.due
    numbers = (("weight", request.weight), ("begins", place.start), ("ends", place.end), ("late", late))
    return Blocker(code=code, ids=(request.id, *resources), numbers=numbers if late > 0 else numbers[:-1])
