"""A plan document read: which request each task belongs to, what publishing would write, and what it would change.

Knows no database.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from scheduler.documents import PlanDocument
from solver.advancing import Advances, Course
from solver.batches import runs
from solver.plan import Assignment
from solver.problem import Mode, Problem, Request, Task, Window
from solver.sequence import Pair, appointed, carrier, needed, unappointed, unserved
from solver.site import changed_over
from solver.stints import stints


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """One thing that an assignment holds: a lane of a unit, or a person (lane 0), for ``[start, end)`` in ticks.
    ``changeover``: for what is done to the unit before or after the run, the release of the unit included."""

    resource: str
    lane: int
    start: int
    end: int
    changeover: bool = False


class Draft:
    """A plan document with its indexes.

    ``as_written``: as publishing writes it. Changeovers then lie between what is written only: where forecasts stood
    between, they are found anew.
    """

    def __init__(self, document: PlanDocument, *, as_written: bool = False) -> None:
        self.document = document
        self.clock = document.time
        self._as_written = as_written

    @cached_property
    def requests(self) -> dict[str, Request]:
        return {request.id: request for request in self.document.problem.requests}

    @cached_property
    def tasks(self) -> dict[str, tuple[Request, Task]]:
        return {task.id: (request, task) for request in self.document.problem.requests for task in request.tasks}

    @cached_property
    def assignments(self) -> dict[str, Assignment]:
        found = {assignment.task: assignment for assignment in self._planned}
        return found | {assignment.task: assignment for assignment in self._standing[1]}

    @property
    def _planned(self) -> tuple[Assignment, ...]:
        return self.document.plan.assignments

    @cached_property
    def _standing(self) -> tuple[Problem, tuple[Assignment, ...]]:
        """What changeovers lie between: all that is planned, or all that is written."""
        return self._only(self.committed) if self._as_written else (self.document.problem, self._planned)

    @cached_property
    def is_changed_over(self) -> bool:
        """Whether every changeover between them has its time."""
        return not _without_time(*self._standing)

    @cached_property
    def displaced(self) -> tuple[Request, ...]:
        """Requests that stood confirmed and stay out."""
        return tuple(self.requests[left.request] for left in self.document.plan.left_out if left.absence == "displaced")

    @cached_property
    def committed(self) -> tuple[Request, ...]:
        """Planned requests that publishing confirms: those that start in the planned week, what stood confirmed, what
        one of these adds to, and forecasts without which a changeover between two of these would have no time."""
        found = {request.id for request in self.requests.values() if self._is_committed(request)}
        while True:
            for request in reversed(self.requests.values()):  # what adds to a lot comes after it
                if request.id in found and request.after in self.requests:
                    found.add(request.after)
            more = self._between(found) - found
            if not more:
                return self._those(found)
            found |= more

    def _those(self, ids: Collection[str]) -> tuple[Request, ...]:
        return tuple(request for request in self.requests.values() if request.id in ids)

    def _between(self, ids: Collection[str]) -> set[str]:
        """The requests that use a unit between two runs of these that find no time for their changeover."""
        found: set[str] = set()
        for unit, (before, after) in _without_time(*self._only(self._those(ids))):
            since = 0 if before is None else before.end
            found |= {
                self.tasks[at.task][0].id
                for at in self._planned
                if since <= at.start < after.start and unit in self.units(at)
            }
        return found

    def _only(self, requests: tuple[Request, ...]) -> tuple[Problem, tuple[Assignment, ...]]:
        """The problem and the plan of these alone, changed over between them."""
        problem, tasks = replace(self.document.problem, requests=requests), {t.id for r in requests for t in r.tasks}
        return problem, changed_over(problem, tuple(at for at in self._planned if at.task in tasks))

    @cached_property
    def passed_over(self) -> tuple[Request, ...]:
        """New requests that could have begun by the week's end but do not begin in it: left out, or a forecast."""
        until, committed = self.document.problem.commit_until, {request.id for request in self.committed}
        return tuple(
            request
            for request in self.requests.values()
            if request.id.startswith("R") and request.id not in committed
            if request.release < until and not request.kept and not request.facts
        )

    def _is_committed(self, request: Request) -> bool:
        starts = [self._starts[task.id] for task in request.tasks if task.id in self._starts]
        if not starts:
            return False
        stays = request.kept or request.maintenance or bool(request.facts)
        return stays or min(starts) < self.document.problem.commit_until

    @cached_property
    def _starts(self) -> dict[str, int]:
        return {assignment.task: assignment.start for assignment in self._planned}

    @cached_property
    def written(self) -> frozenset[str]:
        """Ids of all requests that publishing touches."""
        return frozenset(request.id for request in (*self.committed, *self.displaced))

    def end_before(self, request: Request) -> int | None:
        """When the last of its runs that stand booked or are facts ends, in ticks; ``None`` where none does."""
        booked = (task.booked.end for task in request.tasks if task.booked is not None)
        return max((*booked, *(fact.end for fact in request.facts)), default=None)

    def end_after(self, request: Request) -> int | None:
        """When its last run ends by this plan, in ticks; ``None`` where it stays out."""
        planned = [self.assignments[task.id].end for task in request.tasks if task.id in self.assignments]
        return max((*planned, *(fact.end for fact in request.facts))) if planned else None

    def mode(self, assignment: Assignment) -> Mode:
        return self.tasks[assignment.task][1].modes[assignment.mode]

    def units(self, assignment: Assignment) -> tuple[str, ...]:
        """Sorted ids of the units used."""
        return tuple(sorted({use.unit for use in self.mode(assignment).units}))

    def placements(self, assignment: Assignment) -> tuple[Placement, ...]:
        """All that it holds; parts without length hold nothing, and work that pauses holds persons in stretches."""
        mode = self.mode(assignment)
        course = self.course(mode, assignment.start, assignment.end)
        found = [
            Placement(resource=use.unit, lane=lane, start=span[0], end=span[1])
            for use, lanes in zip(mode.units, assignment.lanes, strict=True)
            if (span := course.span(use.part))[0] < span[1]
            for lane in lanes
        ]
        found += [
            Placement(resource=stint.person, lane=0, start=stint.start, end=stint.end)
            for stint in stints(course, assignment, self._shifts)
        ]
        return (*found, *self.changeovers.get(assignment.task, ()))

    def held(self, assignment: Assignment) -> tuple[Placement, ...]:
        """All that its run holds, which it may share with others."""
        others = self._sharing.get(assignment.task, ())
        turns = (turn for other in others if other != assignment.task for turn in self.changeovers.get(other, ()))
        return (*self.placements(assignment), *turns)

    @cached_property
    def _sharing(self) -> dict[str, tuple[str, ...]]:
        """The tasks that share a run, by each of them."""
        shared = runs(*self._standing).values()
        groups = [tuple(task.id for task in run) for run in shared if len(run) > 1]
        return {id_: group for group in groups for id_ in group}

    @cached_property
    def changeovers(self) -> dict[str, tuple[Placement, ...]]:
        """What changeovers hold, by the task that carries them."""
        found: dict[str, list[Placement]] = defaultdict(list)
        for task, held in (*self._appointed(), *self._unappointed()):
            found[task].append(held)
        return {task: tuple(held) for task, held in found.items()}

    def _appointed(self) -> Iterator[tuple[str, Placement]]:
        """The unit until its release, and whoever does it."""
        for unit, pair, row in needed(*self._standing):
            task = carrier(pair)
            for turn in () if task is None else appointed(pair, unit, self.assignments[task])[:1]:
                yield task or "", _turn(unit, turn.start, turn.end + row.release)
                if turn.person is not None:
                    yield task or "", _turn(turn.person, turn.start, turn.end)

    def _unappointed(self) -> Iterator[tuple[str, Placement]]:
        """The unit, so that nothing else takes the time that the setup needs."""
        for unit, pair, span in unappointed(*self._standing):
            if span is not None:
                yield carrier(pair) or "", _turn(unit, *span)

    def course(self, mode: Mode, start: int, end: int) -> Course:
        """Which ticks a task in ``mode`` at ``[start, end)`` covers."""
        return Course(mode, self._advances.of(mode), start, end)

    @cached_property
    def _advances(self) -> Advances:
        return Advances(self.document.problem)

    @cached_property
    def _shifts(self) -> dict[str, tuple[Window, ...]]:
        return {person.id: person.on_shift for person in self.document.problem.persons}

    def change(self, task: Task) -> str | None:
        """``new``, ``moved``, ``unit``, ``displaced``, or ``None`` where it stays as booked or is not planned."""
        assignment = self.assignments.get(task.id)
        if assignment is None:
            return "displaced" if task.booked else None
        if task.booked is None:
            return "new"
        if (assignment.start, assignment.end) != (task.booked.start, task.booked.end):
            return "moved"
        return "unit" if self.units(assignment) != task.booked.units else None


def _turn(resource: str, start: int, end: int) -> Placement:
    return Placement(resource=resource, lane=0, start=start, end=end, changeover=True)


def _without_time(problem: Problem, assignments: tuple[Assignment, ...]) -> list[tuple[str, Pair]]:
    """Unit and neighbours of setups that have no room; where all have, of changeovers that have no time."""
    no_room = [(unit, pair) for unit, pair, span in unappointed(problem, assignments) if span is None]
    return no_room or list(unserved(problem, assignments))
