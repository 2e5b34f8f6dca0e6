"""A plan read against its problem: who is placed where, by id, and which ticks every hold covers.

Knows no rule. Never fails, whatever a plan says: what names nothing known is left out here and reported by
``planned_whole``, ``one_at_a_time`` and ``staffed``.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from solver.advancing import Advances, Course
from solver.batches import runs
from solver.plan import Assignment, LeftOut, Plan
from solver.problem import Edge, Mode, Part, Person, Problem, Request, Task, Unit, UnitUse, Window
from solver.stints import stints


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A known task in a known mode at its assignment."""

    request: Request
    task: Task
    mode: Mode
    at: Assignment
    course: Course

    @property
    def wait(self) -> int:
        """Ticks between the earliest and the planned end; negative where the task is too short."""
        return self.at.end - self.at.start - self.mode.duration

    @property
    def units(self) -> tuple[str, ...]:
        """Sorted ids of the units that the mode uses."""
        return tuple(sorted({use.unit for use in self.mode.units}))

    @property
    def moved(self) -> bool:
        """Whether it stood confirmed at another time or on other units."""
        booked = self.task.booked
        if booked is None:
            return False
        return (booked.start, booked.end) != (self.at.start, self.at.end) or set(booked.units) != set(self.units)

    def span(self, part: Part) -> Window:
        """From the first tick of a part to its last; empty or reversed where it has no length."""
        return self.course.span(part)


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """A lane of a unit, or a person (``lane`` is ``None``), held for ``[start, end)`` by a task."""

    resource: str
    lane: int | None
    start: int
    end: int
    task: str


class Reading:
    """Indexes of a problem and a plan, made once and read by every rule and cost.

    ``placed``: the first assignment of each known task in a known mode, by task id. ``left_out``: the first mention of
    each known request. ``planned``: requests that are not left out and whose tasks are all placed. ``runs``: the tasks
    of every run that may be shared; ``carried``: by task that shares the run of another, that other.
    """

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.requests = {request.id: request for request in problem.requests}
        self.tasks = {task.id: (request, task) for request in problem.requests for task in request.tasks}
        self.units = {unit.id: unit for unit in problem.units}
        self.persons = {person.id: person for person in problem.persons}
        self.shifts = {person.id: person.on_shift for person in problem.persons}
        self.times_assigned = Counter(assignment.task for assignment in plan.assignments)
        self.times_left_out = Counter(left_out.request for left_out in plan.left_out)
        self.left_out = _left_out(self)
        self.placed = _placed(self)
        self.planned = tuple(request for request in problem.requests if self.is_planned(request))
        self.runs = runs(problem, [placed.at for placed in self.placed.values()])
        self.carried = {task.id: first.id for first, *others in self.runs.values() for task in others}

    def is_planned(self, request: Request) -> bool:
        """Whether all of it is placed and it is not left out."""
        return request.id not in self.left_out and all(task.id in self.placed for task in request.tasks)

    def last_end(self, request: Request) -> int:
        """The last end of its placed tasks and facts; 0 where it has neither."""
        ends = [fact.end for fact in request.facts]
        ends += [self.placed[task.id].at.end for task in request.tasks if task.id in self.placed]
        return max(ends, default=0)

    def edge(self, request: Request, id_: str, edge: Edge) -> int | None:
        """The start or end of a placed task or a fact of ``request``; ``None`` where it has none of that id."""
        placed = self.placed.get(id_)
        if placed is not None and placed.request.id == request.id:
            return placed.at.start if edge == "start" else placed.at.end
        for fact in request.facts:
            if fact.id == id_:
                return fact.start if edge == "start" else fact.end
        return None

    def unit(self, id_: str) -> Unit:
        """The unit of that id; one without lanes and never open where it is unknown."""
        return self.units.get(id_) or Unit(id=id_, lanes=0, open=())

    def lanes_held(self) -> Iterator[tuple[Placed, UnitUse, tuple[int, ...]]]:
        """Every unit use of every placed task with the lanes named for it."""
        for placed in self.placed.values():
            for use, lanes in zip(placed.mode.units, placed.at.lanes, strict=False):
                yield placed, use, lanes

    def carrying(self) -> Iterator[Placed]:
        """Every placed task that does not share the run of another."""
        return (placed for placed in self.placed.values() if placed.task.id not in self.carried)

    def lane_holds(self) -> Iterator[Hold]:
        """Every non-empty hold of a lane, in no order; of a shared run once."""
        for placed, use, lanes in self.lanes_held():
            start, end = placed.span(use.part)
            if start < end and placed.task.id not in self.carried:
                for lane in sorted(set(lanes)):
                    yield Hold(resource=use.unit, lane=lane, start=start, end=end, task=placed.task.id)

    def person_holds(self) -> Iterator[Hold]:
        """Every stint of a person, in no order: one per need and turn, or one per stretch of
        work that pauses; of a shared run once. And every changeover that somebody does."""
        for placed in self.carrying():
            for stint in stints(placed.course, placed.at, self.shifts):
                yield Hold(resource=stint.person, lane=None, start=stint.start, end=stint.end, task=placed.task.id)
        for placed in self.placed.values():
            for turn in placed.at.changeovers:
                if turn.person is not None and turn.start < turn.end:
                    yield Hold(resource=turn.person, lane=None, start=turn.start, end=turn.end, task=placed.task.id)

    def person(self, id_: str) -> Person | None:
        """The person of that id, ``None`` where nobody has it."""
        return self.persons.get(id_)


def covers(windows: tuple[Window, ...], span: Window) -> bool:
    """Whether one of the sorted ``windows`` holds the whole of a non-empty ``span``."""
    at = bisect_right(windows, span[0], key=_start) - 1
    return at >= 0 and span[1] <= windows[at][1]


def touches(windows: tuple[Window, ...], span: Window) -> bool:
    """Whether one of the sorted ``windows`` shares a tick with a non-empty ``span``."""
    at = bisect_right(windows, span[1] - 1, key=_start) - 1
    return at >= 0 and span[0] < windows[at][1]


def _start(window: Window) -> int:
    return window[0]


def _left_out(reading: Reading) -> dict[str, LeftOut]:
    found: dict[str, LeftOut] = {}
    for left_out in reading.plan.left_out:
        if left_out.request in reading.requests:
            found.setdefault(left_out.request, left_out)
    return found


def _placed(reading: Reading) -> dict[str, Placed]:
    found: dict[str, Placed] = {}
    advances = Advances(reading.problem)
    for assignment in reading.plan.assignments:
        known = reading.tasks.get(assignment.task)
        if known is None or assignment.task in found or not 0 <= assignment.mode < len(known[1].modes):
            continue
        request, task = known
        mode = task.modes[assignment.mode]
        course = Course(mode, advances.of(mode), assignment.start, assignment.end)
        found[task.id] = Placed(request=request, task=task, mode=mode, at=assignment, course=course)
    return found
