"""Tasks of a request that share their units, persons or laboratories, or must not.

Knows nothing of persons in pools: those that matter here have a pool of their own (``solver.calendars``).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from ortools.sat.python.cp_model import IntVar, LinearExpr

from solver.calendars import AnyCalendar
from solver.changing import ChangeHold
from solver.choices import ChoiceReader, Chosen, reader_of, rules_about, takes_time
from solver.hints import Outcome
from solver.places import Case, Place
from solver.problem import Request, SameChoice

if TYPE_CHECKING:
    from solver.variables import TaskVariables, Variables


def narrow(case: Case, place: Place) -> Place:
    """Keeps what goes with the facts that the task has to share with, or must not."""
    for choice in rules_about(case.request, case.task.id):
        reader = reader_of(case.calendars.problem)
        others = reader.of_facts(case.request, choice)
        if not others or not place.possible:
            continue
        if choice.what != "person":
            place = place if reader.suits(place.mode, choice, others) else place.at(())
        else:
            place = _by_persons(case, place, choice, reader.barred(choice, others))
            attended = any(takes_time(place.mode, need.part) for need in place.mode.staff)
            if not attended and not choice.differ and any(others):
                place = place.at(())
    return place


def _by_persons(case: Case, place: Place, choice: SameChoice, barred: Chosen) -> Place:
    for need in place.mode.staff:
        if takes_time(place.mode, need.part) and place.possible:
            pools = [
                pool.free for who, pool in case.calendars.staff if need.skill in who.skills if who.id not in barred
            ]
            place = place.within(need.part, AnyCalendar(tuple(pools))) if pools else place.at(())
    return place


def add(variables: "Variables") -> None:
    """Equal or disjoint sets, pair by pair."""
    reader = reader_of(variables.calendars.problem)
    people = _people(variables)
    for request in variables.planable:
        for choice in request.choices:
            tasks = [variables.tasks[id_] for id_ in choice.tasks if id_ in variables.tasks]
            facts = reader.of_facts(request, choice)
            if choice.what == "person":
                _persons(variables, request, choice, people, facts)
            elif choice.differ:
                for one, other in combinations(tasks, 2):
                    _differ(variables, _members(reader, one, choice), _members(reader, other, choice))
            else:
                for one, other in pairwise(tasks):
                    _equal(variables, _sets(reader, one, choice), _sets(reader, other, choice))


def _sets(reader: ChoiceReader, task: "TaskVariables", choice: SameChoice) -> dict[Chosen, list[IntVar]]:
    """The task's modes by their sets."""
    found: dict[Chosen, list[IntVar]] = defaultdict(list)
    for number, literal in task.modes.items():
        found[reader.places(task.places[number].mode, choice)].append(literal)
    return found


def _members(reader: ChoiceReader, task: "TaskVariables", choice: SameChoice) -> dict[str, list[IntVar]]:
    """The task's modes by each of their units or laboratories."""
    found: dict[str, list[IntVar]] = defaultdict(list)
    for chosen, literals in _sets(reader, task, choice).items():
        for member in chosen:
            found[member] += literals
    return found


def _equal(variables: "Variables", one: Mapping[Chosen, list[IntVar]], other: Mapping[Chosen, list[IntVar]]) -> None:
    for chosen in dict.fromkeys((*one, *other)):
        variables.model.add(LinearExpr.sum(one.get(chosen, [])) == LinearExpr.sum(other.get(chosen, [])))


def _differ(variables: "Variables", one: Mapping[str, list[IntVar]], other: Mapping[str, list[IntVar]]) -> None:
    for member in one:
        if member in other:
            variables.model.add(LinearExpr.sum([*one[member], *other[member]]) <= 1)


Value = Callable[[Outcome], int]
Held = Mapping[tuple[str, str], list[IntVar]]
"""When a person is held by a task: one of these literals, by task and person."""


def _people(variables: "Variables") -> Held:
    found: dict[tuple[str, str], list[IntVar]] = defaultdict(list)
    for who, pool in variables.calendars.staff:
        if len(pool.members) == 1:
            for load in variables.loads[pool]:
                if not isinstance(load.claim, ChangeHold):
                    found[load.claim.task.task.id, who.id].append(load.chosen)
    return _with_joiners(variables, found)


def _with_joiners(variables: "Variables", found: Held) -> Held:
    """What shares the run of another holds the persons that carry it."""
    known = {literal.index: held for literal, held in variables.hinted}
    joined: dict[tuple[str, str], list[IntVar]] = defaultdict(list)
    for (joiner, carrier), joins in variables.joining.joins.items():
        for (task, who), literals in found.items():
            if task == carrier:
                joined[joiner, who] += [_both(variables, known, joins, literal) for literal in literals]
    return {key: [*found.get(key, ()), *joined.get(key, ())] for key in (*found, *joined)}


def _both(variables: "Variables", known: Mapping[int, Value], one: IntVar, other: IntVar) -> IntVar:
    if other is variables.yes:
        return one
    values = known[one.index], known[other.index]
    both = variables.new_literal(lambda outcome: all(value(outcome) for value in values))
    variables.model.add_implication(both, one)
    variables.model.add_implication(both, other)
    variables.model.add_bool_or(both, one.negated(), other.negated())
    return both


def _persons(
    variables: "Variables", request: Request, choice: SameChoice, people: Held, facts: Iterable[Chosen]
) -> None:
    model, tasks = variables.model, [id_ for id_ in choice.tasks if id_ in variables.tasks]
    for who in (person.id for person in variables.calendars.problem.persons):
        held = [people.get((id_, who), []) for id_ in tasks]
        if choice.differ:
            for one, other in combinations(held, 2):
                for mine in one:
                    for theirs in other:
                        model.add_bool_or([mine.negated(), theirs.negated()])
        else:
            for one, other in (*pairwise(held), *pairwise(held[::-1])):
                for mine in one:
                    model.add_bool_or([mine.negated(), *other])
        for fact in facts:
            _by_fact(variables, request, choice, held, is_there=who in fact)


def _by_fact(
    variables: "Variables", request: Request, choice: SameChoice, held: Iterable[list[IntVar]], *, is_there: bool
) -> None:
    """A person of a fact does all of the tasks or, where they must differ, none; all others the other way about."""
    present = variables.requests[request.id]
    for literals in held:
        if choice.differ == is_there:
            for literal in literals:
                variables.model.add(literal == 0)
        elif is_there:
            variables.model.add_bool_or([*literals, present.negated()])
