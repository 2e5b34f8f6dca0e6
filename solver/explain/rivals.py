"""Who stands in the way of a request that would fit alone: planned requests that want what it wants, when it could.

Knows nothing of what is done with them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from solver.advancing import Advances, Course
from solver.calendars import Calendars
from solver.decompose import able_persons, resources, turning_skills
from solver.explain.company import newcomers
from solver.plan import Assignment, Plan
from solver.problem import Mode, Problem, Request, Task, Window
from solver.reach import reach_of
from solver.spent import uses_of
from solver.stints import stints


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What a placed task holds of one resource; a stock from its start on, for a tick, and so much (``amount``) of it.
    ``anytime``: what is held of it at other times matters too."""

    request: str
    kind: str
    resource: str
    start: int
    end: int
    anytime: bool = False
    amount: int = 0


class Rivals:
    """The planned requests, as seen from one that is not; ``new`` is it and what it adds to that is not planned."""

    def __init__(self, problem: Problem, plan: Plan, request: Request) -> None:
        self.problem, self.plan, self.request = problem, plan, request
        self.at = {at.task: at for at in plan.assignments}
        self.new = newcomers(problem, plan, request)

    @cached_property
    def own(self) -> frozenset[str]:
        """The tasks of the new ones."""
        return frozenset(task.id for request in self.new for task in request.tasks)

    @cached_property
    def wanted(self) -> frozenset[tuple[str, str]]:
        """Kind and id of everything that the new ones could use."""
        able, turning = able_persons(self.problem), turning_skills(self.problem)
        return frozenset(one for new in self.new for one in resources(new, able, turning, self.problem.quotas))

    @cached_property
    def span(self) -> Window:
        """From when to when it could be done at all were it alone."""
        calendars = Calendars(self.problem)
        places = [place for new in self.new for found in reach_of(calendars, new).values() for place in found]
        first = min((place.first_start for place in places), default=0)
        return first, max((place.last_end for place in places), default=self.problem.calendar_end)

    @cached_property
    def _anytime(self) -> frozenset[tuple[str, str]]:
        """Of which it matters what is held at any time: stocks, quotas, units that are used up, and persons whose hours
        are limited."""
        counted = [unit.id for unit in self.problem.units if any(one.measure != "date" for one in unit.expiries)]
        named = [("stock", stock.id) for stock in self.problem.stocks]
        named += [("quota", quota.id) for quota in self.problem.quotas]
        named += [("person", person.id) for person in self.problem.persons if person.limits]
        return frozenset((*named, *(("unit", id_) for id_ in counted)))

    @cached_property
    def _laned(self) -> frozenset[tuple[str, str]]:
        """Units of several lanes: who has which lane may change, for all that stands there."""
        return frozenset(("unit", unit.id) for unit in self.problem.units if unit.lanes > 1)

    def those(self) -> Iterator[Request]:
        """Planned requests that hold, or could hold, something wanted within the span, and what adds to them."""
        near: set[str] = set()
        new = {one.id for one in self.new}
        for request in self.problem.requests:
            stands = request.id not in new and all(task.id in self.at for task in request.tasks)
            if stands and (request.after in near or any(self._is_near(request, task) for task in request.tasks)):
                near.add(request.id)
                yield request

    def _is_near(self, request: Request, task: Task) -> bool:
        """Whether a planned task stands within the span and takes, where it stands, something that is wanted."""
        at = self.at[task.id]
        used = self.wanted & {(held.kind, held.resource) for held in self._holds(request, task.modes[at.mode], at)}
        meets = at.start < self.span[1] and self.span[0] < at.end
        return bool(used) and (meets or not used.isdisjoint(self._anytime | self._laned))

    def mode_of(self, at: Assignment) -> Mode:
        """The mode in which an assignment places its task."""
        return self._modes[at.task][at.mode]

    @cached_property
    def _modes(self) -> dict[str, tuple[Mode, ...]]:
        return {task.id: task.modes for request in self.problem.requests for task in request.tasks}

    def holds(self, request: Request, at: Mapping[str, Assignment]) -> Iterator[Held]:
        """All that a placed request holds."""
        for task in request.tasks:
            if task.id in at:
                yield from self._holds(request, task.modes[at[task.id].mode], at[task.id])

    def _holds(self, request: Request, mode: Mode, at: Assignment) -> Iterator[Held]:
        taken = {one.stock: one.amount for one in mode.consumptions}
        for kind, id_, start, end in self._spans(request, mode, at):
            if start < end:
                yield Held(
                    request=request.id,
                    kind=kind,
                    resource=id_,
                    start=start,
                    end=end,
                    anytime=(kind, id_) in self._anytime,
                    amount=taken[id_] if kind == "stock" else 0,
                )

    def _spans(self, request: Request, mode: Mode, at: Assignment) -> Iterator[tuple[str, str, int, int]]:
        course = Course(mode, self._advances.of(mode), at.start, at.end)
        yield from (("unit", use.unit, *course.span(use.part)) for use in mode.units)
        yield from (("person", one.person, one.start, one.end) for one in stints(course, at, self._shifts))
        yield from (("capacity", one.capacity, *course.span(one.part)) for one in mode.demands)
        yield from (("stock", one.stock, at.start, at.start + 1) for one in mode.consumptions)
        for quota in self.problem.quotas:
            if quota.counts(request):
                uses = uses_of(quota, mode, start=at.start, end=at.end)
                yield from (("quota", quota.id, start, end) for start, end in uses)

    @cached_property
    def _advances(self) -> Advances:
        return Advances(self.problem)

    @cached_property
    def _shifts(self) -> dict[str, tuple[Window, ...]]:
        return {person.id: person.on_shift for person in self.problem.persons}
