"""A plan as the values of the model's variables.

Knows nothing of the variables themselves: each says which of these values is its own.
"""

from collections.abc import Iterable

from solver.plan import Assignment, Plan
from solver.problem import Problem, Request
from solver.shared_work import carriers


class Outcome:
    """What a plan says of requests, tasks, lanes and persons, also where it leaves them out."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.at: dict[str, Assignment] = {assignment.task: assignment for assignment in plan.assignments}
        self.carriers = carriers(problem, plan.assignments)
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

    def number(self, person: str) -> int:
        """The person's number in the problem, -1 for nobody."""
        return self._numbers.get(person, -1)

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
