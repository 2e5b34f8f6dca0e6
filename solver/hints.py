"""A plan as the values of the model's variables.

Knows nothing of the variables themselves: each says which of these values is its own.
"""

from collections.abc import Iterable
from functools import cached_property

from solver.batches import carriers
from solver.plan import Assignment, Changeover, Plan
from solver.problem import Problem, Request, Unit, Window, part_span
from solver.sequence import Stay, appointed, carrier, pairs, stays_of
from solver.windows import clip, total, unite


class Row:
    """Neighbours, told by when they start."""

    def __init__(self, starts: list[int]) -> None:
        self.last = starts[-1] if starts else None
        self.befores: dict[int, int | None] = dict(zip(starts, (None, *starts), strict=False))

    def follows(self, before: int | None, after: int | None) -> bool:
        """Whether the two that start then are neighbours; ``None``: there is none before, or none after."""
        if after is None:
            return self.last == before
        return after in self.befores and self.befores[after] == before


class Outcome:
    """What a plan says of requests, tasks, lanes and persons, also where it leaves them out."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.at: dict[str, Assignment] = {assignment.task: assignment for assignment in plan.assignments}
        self.carriers = carriers(problem, plan.assignments)
        self.problem = problem
        self._rows: dict[tuple[str, str], Row] = {}
        self._numbers = {person.id: number for number, person in enumerate(problem.persons)}

    def is_planned(self, request: Request) -> bool:
        """Whether all its tasks are placed."""
        return all(task.id in self.at for task in request.tasks)

    def start(self, task: str, otherwise: int) -> int:
        """The task's start."""
        at = self.at.get(task)
        return otherwise if at is None else at.start

    def end(self, task: str, otherwise: int) -> int:
        """The task's end."""
        at = self.at.get(task)
        return otherwise if at is None else at.end

    def length(self, task: str, otherwise: int) -> int:
        """The task's length, waiting included."""
        at = self.at.get(task)
        return otherwise if at is None else at.end - at.start

    def mode(self, task: str) -> int | None:
        """The number of the task's mode; ``None`` where it is left out."""
        at = self.at.get(task)
        return None if at is None else at.mode

    def last_end(self, request: Request) -> int | None:
        """The last end of a planned request, its facts included; ``None`` where it is left out."""
        if not self.is_planned(request):
            return None
        ends = [self.at[task.id].end for task in request.tasks] + [fact.end for fact in request.facts]
        return max(ends)

    def holds(self, task: str) -> bool:
        """Whether the task is placed and does not share the run of another."""
        return task in self.at and task not in self.carriers

    def makespan(self) -> int:
        """The last end of all tasks, 0 where there is none."""
        return max((at.end for at in self.at.values()), default=0)

    def held(self, kind: str, task: str, slots: Iterable[tuple[int, int]]) -> frozenset[int]:
        """The lanes, or the number of the person, that the task's mode holds in one of ``slots`` (mode, use); nothing
        where it shares the run of another."""
        at = self.at.get(task) if self.holds(task) else None
        index = next((use for mode, use in slots if at is not None and mode == at.mode), None)
        if at is None or index is None:
            return frozenset()
        if kind == "unit":
            return frozenset(at.lanes[index]) if index < len(at.lanes) else frozenset()
        person = at.persons[index] if index < len(at.persons) else ""
        return frozenset({self._numbers[person]} if person in self._numbers else ())

    @cached_property
    def stays(self) -> dict[str, list[Stay]]:
        """Every stay on each unit with an order, by start."""
        homes = {task.id: (request, task) for request in self.problem.requests for task in request.tasks}
        known = [at for id_, at in self.at.items() if id_ in homes and at.mode < len(homes[id_][1].modes)]
        return stays_of(self.problem, ((homes[at.task][0], homes[at.task][1].modes[at.mode], at) for at in known))

    @cached_property
    def befores(self) -> dict[tuple[str, int], Stay | None]:
        """By unit and start, the stay before each of those that need a family."""
        found: dict[tuple[str, int], Stay | None] = {}
        for unit, stays in self.stays.items():
            for before, after in pairs(stays):
                found.setdefault((unit, after.start), before)
        return found

    def in_families(self, unit: str) -> "Row":
        """What needs the unit in a family, in order."""
        if (unit, "family") not in self._rows:
            self._rows[unit, "family"] = Row(
                list(dict.fromkeys(stay.start for stay in self.stays[unit] if stay.family))
            )
        return self._rows[unit, "family"]

    def on_unit(self, unit: Unit) -> "Row":
        """Everything that holds a unit of one lane, in order, what it is taken for included."""
        if (unit.id, "hold") not in self._rows:
            spans = [span for windows in unit.taken for span in unite(windows)]
            self._rows[unit.id, "hold"] = Row([start for start, _ in sorted((*spans, *self._planned_on(unit.id)))])
        return self._rows[unit.id, "hold"]

    def gap_before(self, unit: Unit, start: int) -> int:
        """Open ticks between the hold that starts then and the one before it."""
        ends = [end for windows in unit.taken for _, end in windows] + [end for _, end in self._planned_on(unit.id)]
        end = max((end for end in ends if end <= start), default=start)
        return total(clip(unit.open, end, start))

    def _planned_on(self, unit: str) -> list[Window]:
        tasks = {task.id: task for request in self.problem.requests for task in request.tasks}
        spans = []
        for id_, at in ((id_, at) for id_, at in self.at.items() if self.holds(id_)):
            mode = tasks[id_].modes[at.mode] if id_ in tasks and at.mode < len(tasks[id_].modes) else None
            for use in () if mode is None else mode.units:
                if use.unit == unit and use.lanes and mode is not None:
                    spans.append(part_span(use.part, mode, start=at.start, end=at.end))
        return [span for span in spans if span[0] < span[1]]

    def changeover(self, unit: str, after: int) -> Changeover | None:
        """What the plan says of the changeover before the stay that starts then."""
        found = next(((one, stay) for one, stay in pairs(self.stays[unit]) if stay.start == after), None)
        id_ = None if found is None else carrier(found)
        said = [] if found is None or id_ is None else appointed(found, unit, self.at[id_])
        return said[0] if said else None

    def number(self, person: str | None) -> int:
        """The person's number in the problem's order; -1 for nobody."""
        return -1 if person is None else self._numbers.get(person, -1)
