"""Who does what while a plan is being built, for tasks that share their units, persons or laboratories, or must not.

Knows nothing of time: which modes and persons are left is asked, given what the others of the request have.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from solver.choices import ChoiceReader, Chosen, reader_of, rules_about, takes_time
from solver.plan import Assignment
from solver.problem import Mode, Problem, Request, SameChoice, Task

MOST_WAYS = 6
"""How many sets of units or laboratories, or persons, are tried for tasks that have to share them."""


@dataclass(frozen=True, slots=True)
class Way:
    """What all tasks under a rule could have."""

    choice: SameChoice
    chosen: Chosen


class Choosing:
    """What every task under a rule has, of those put down so far. ``forced`` is what some have to have."""

    def __init__(self, problem: Problem) -> None:
        self._reader = reader_of(problem)
        self._persons = problem.persons
        self._skills_of = {person.id: set(person.skills) for person in problem.persons}
        self._requests = {task.id: request for request in problem.requests if request.choices for task in request.tasks}
        self._modes: dict[str, Mode] = {}
        self._placed: dict[str, Assignment] = {}
        self._common: dict[SameChoice, frozenset[Chosen]] = {}
        self.forced: Way | None = None

    def put(self, assignment: Assignment, mode: Mode) -> None:
        """Remember who does it."""
        if assignment.task in self._requests:
            self._placed[assignment.task], self._modes[assignment.task] = assignment, mode

    def lift(self, assignment: Assignment) -> None:
        """Forget it."""
        self._placed.pop(assignment.task, None)

    def rules(self, task: str) -> tuple[SameChoice, ...]:
        """The rules that a task is under."""
        return rules_about(self._requests[task], task) if task in self._requests else ()

    def allows(self, task: str, mode: Mode) -> bool:
        """Whether the mode's units and laboratories, and the skills that it needs, go with what the others have."""
        return all(
            self._has_able(mode, choice, self._others(task, choice))
            if choice.what == "person"
            else self._suits(task, mode, choice)
            for choice in self.rules(task)
        )

    def _suits(self, task: str, mode: Mode, choice: SameChoice) -> bool:
        common = choice.differ or self._reader.places(mode, choice) in self._in_common(task, choice)
        return common and self._reader.suits(mode, choice, self._others(task, choice))

    def _has_able(self, mode: Mode, choice: SameChoice, others: Iterable[Chosen]) -> bool:
        """Whether each of those who must do it has a skill that the mode needs."""
        skills = _skills(mode)
        who = {person for other in others if not choice.differ for person in other}
        return all(skills & self._skills_of[person] for person in who if person in self._skills_of)

    def barred(self, task: str) -> frozenset[str]:
        """The persons who may not do it."""
        found: frozenset[str] = frozenset()
        for choice in self.rules(task):
            if choice.what == "person":
                found |= self._reader.barred(choice, self._others(task, choice))
        return found

    def are_all(self, task: str, mode: Mode, persons: Iterable[str]) -> bool:
        """Whether nobody is missing who has to be among the persons of a task."""
        mine = attending(mode, persons)
        return all(
            mine >= other
            for choice in self.rules(task)
            if choice.what == "person" and not choice.differ
            for other in self._others(task, choice)
        )

    def ways(self, requests: Iterable[Request]) -> Iterator[Way]:
        """What tasks that have to share something could share: of one rule after the other, few of each."""
        for request in requests:
            for choice in request.choices:
                task = next((task.id for task in request.tasks if task.id in choice.tasks), None)
                if not choice.differ and task is not None:
                    by_name = choice.what == "person"
                    sets = self._able(request, choice) if by_name else self._in_common(task, choice)
                    yield from (Way(choice, chosen) for chosen in sorted(sets, key=sorted)[:MOST_WAYS])

    def _others(self, task: str, choice: SameChoice) -> list[Chosen]:
        """What the facts and the other tasks under a rule have."""
        found = self._reader.of_facts(self._requests[task], choice)
        for other in choice.tasks:
            if other != task and other in self._placed:
                found.append(self._has(other, choice))
        if self.forced is not None and self.forced.choice == choice:
            found.append(self.forced.chosen)
        return found

    def _has(self, task: str, choice: SameChoice) -> Chosen:
        mode = self._modes[task]
        if choice.what == "person":
            return attending(mode, self._placed[task].persons)
        return self._reader.places(mode, choice)

    def _in_common(self, task: str, choice: SameChoice) -> frozenset[Chosen]:
        if choice not in self._common:
            tasks = [one for one in self._requests[task].tasks if one.id in choice.tasks]
            self._common[choice] = _common(self._reader, tasks, choice)
        return self._common[choice]

    def _able(self, request: Request, choice: SameChoice) -> frozenset[Chosen]:
        """Those who by themselves have every skill that one mode or another of all the tasks needs."""
        tasks = [task for task in request.tasks if task.id in choice.tasks]
        able = (
            person.id
            for person in self._persons
            if all(any(_skills(mode) <= set(person.skills) for mode in task.modes) for task in tasks)
        )
        return frozenset(frozenset((id_,)) for id_ in able)


def attending(mode: Mode, persons: Iterable[str]) -> Chosen:
    """The persons named for some ticks of a mode."""
    pairs = zip(mode.staff, persons, strict=False)
    return frozenset(person for need, person in pairs if takes_time(mode, need.part))


def _skills(mode: Mode) -> set[str]:
    return {need.skill for need in mode.staff if takes_time(mode, need.part)}


def _common(reader: ChoiceReader, tasks: Iterable[Task], choice: SameChoice) -> frozenset[Chosen]:
    sets = [frozenset(reader.places(mode, choice) for mode in task.modes) for task in tasks]
    return frozenset.intersection(*sets) if sets else frozenset()
