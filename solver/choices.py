"""What tasks share, or must not: the sets of units, laboratories and persons that a mode has or could have.

Knows nothing of time, nor of whether anybody is free.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from solver.problem import Fact, Mode, Part, Person, Problem, Request, SameChoice

Chosen = frozenset[str]
"""Units, laboratories or persons, by id."""


@dataclass(frozen=True, slots=True)
class ChoiceReader:
    """Reads a problem's rules about what tasks share."""

    laboratories: Mapping[str, str]
    persons: tuple[Person, ...]

    def places(self, mode: Mode, choice: SameChoice) -> Chosen:
        """The units or laboratories of a mode."""
        return self._of_units((use.unit for use in mode.units), choice)

    def of_fact(self, fact: Fact, choice: SameChoice) -> Chosen | None:
        """What a fact had; ``None`` where it does not say."""
        if choice.what == "person":
            return None if fact.persons is None else frozenset(fact.persons)
        return None if fact.units is None else self._of_units(fact.units, choice)

    def of_facts(self, request: Request, choice: SameChoice) -> list[Chosen]:
        """What those of its facts had that a rule names and that say so."""
        named = (self.of_fact(fact, choice) for fact in request.facts if fact.id in choice.tasks)
        return [chosen for chosen in named if chosen is not None]

    def suits(self, mode: Mode, choice: SameChoice, others: Iterable[Chosen]) -> bool:
        """Whether a mode's units or laboratories go with what others have."""
        mine = self.places(mode, choice)
        return all(mine.isdisjoint(other) if choice.differ else mine == other for other in others)

    def barred(self, choice: SameChoice, others: Iterable[Chosen]) -> frozenset[str]:
        """The persons who may not do a task beside what others have."""
        found: set[str] = set()
        for other in others:
            found.update(other if choice.differ else (one.id for one in self.persons if one.id not in other))
        return frozenset(found)

    def _of_units(self, units: Iterable[str], choice: SameChoice) -> Chosen:
        if choice.what == "unit":
            return frozenset(units)
        return frozenset(self.laboratories[unit] for unit in units)


def reader_of(problem: Problem) -> ChoiceReader:
    """The reader of a problem."""
    return ChoiceReader({unit.id: unit.laboratory for unit in problem.units}, problem.persons)


def rules_about(request: Request, task: str) -> tuple[SameChoice, ...]:
    """The rules of a request that name a task."""
    return tuple(choice for choice in request.choices if task in choice.tasks)


def takes_time(mode: Mode, part: Part) -> bool:
    """Whether a part of a mode has any length."""
    return {"whole": mode.duration, "head": mode.head, "tail": mode.tail}[part] > 0
