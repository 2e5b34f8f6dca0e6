"""Who stands in the way of a request that would fit alone: planned requests that want what it wants, when it could.

Knows nothing of what is done with them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from solver.calendars import Calendars
from solver.decompose import resources
from solver.plan import Assignment, Plan
from solver.problem import Mode, Problem, Request, Task, Window, part_span
from solver.reach import reach_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What a placed task holds of one resource; a stock from its start on, for a tick."""

    request: str
    kind: str
    resource: str
    start: int
    end: int


class Rivals:
    """The planned requests, as seen from one that is not."""

    def __init__(self, problem: Problem, plan: Plan, request: Request) -> None:
        self.problem, self.plan, self.request = problem, plan, request
        self.at = {at.task: at for at in plan.assignments}
        self._skilled = _skilled(problem)

    @cached_property
    def wanted(self) -> frozenset[tuple[str, str]]:
        """Kind and id of everything that the request could use."""
        return frozenset(resources(self.request, self._skilled))

    @cached_property
    def span(self) -> Window:
        """From when to when it could be done at all were it alone."""
        places = [place for found in reach_of(Calendars(self.problem), self.request).values() for place in found]
        first = min((place.first_start for place in places), default=0)
        return first, max((place.last_end for place in places), default=self.problem.calendar_end)

    @cached_property
    def _laned(self) -> frozenset[tuple[str, str]]:
        """Units of several lanes: who has which lane may change, for all that stands there."""
        return frozenset(("unit", unit.id) for unit in self.problem.units if unit.lanes > 1)

    def those(self) -> Iterator[Request]:
        """Planned requests that hold, or could hold, something wanted within the span."""
        for request in self.problem.requests:
            if request.id != self.request.id and any(self.is_near(task) for task in request.tasks):
                yield request

    def is_near(self, task: Task) -> bool:
        """Whether a planned task stands within the span and takes, where it stands, something that is wanted."""
        at = self.at.get(task.id)
        if at is None:
            return False
        used = self.wanted & set(_named(task.modes[at.mode], at))
        meets = at.start < self.span[1] and self.span[0] < at.end
        return bool(used) and (meets or any(kind == "stock" or (kind, id_) in self._laned for kind, id_ in used))

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
                yield from _holds(request.id, task.modes[at[task.id].mode], at[task.id])


def _skilled(problem: Problem) -> dict[str, tuple[str, ...]]:
    able: dict[str, list[str]] = defaultdict(list)
    for person in problem.persons:
        for skill in person.skills:
            able[skill].append(person.id)
    return {skill: tuple(ids) for skill, ids in able.items()}


def _named(mode: Mode, at: Assignment) -> Iterator[tuple[str, str]]:
    yield from (("unit", use.unit) for use in mode.units)
    yield from (("person", person) for person in at.persons)
    yield from (("capacity", demand.capacity) for demand in mode.demands)
    yield from (("stock", consumption.stock) for consumption in mode.consumptions)


def _holds(request: str, mode: Mode, at: Assignment) -> Iterator[Held]:
    parts = [("unit", use.unit, use.part) for use in mode.units]
    parts += [("person", id_, need.part) for need, id_ in zip(mode.staff, at.persons, strict=False)]
    parts += [("capacity", demand.capacity, demand.part) for demand in mode.demands]
    for kind, id_, part in parts:
        start, end = part_span(part, mode, start=at.start, end=at.end)
        if start < end:
            yield Held(request=request, kind=kind, resource=id_, start=start, end=end)
    for consumption in mode.consumptions:
        yield Held(request=request, kind="stock", resource=consumption.stock, start=at.start, end=at.start + 1)
