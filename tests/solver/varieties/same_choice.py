"""Tasks of a request that share their units, persons or laboratories, or must not.

Knows nothing of modes that cannot be: it looks at what was done.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from random import Random

from solver.plan import Assignment
from solver.problem import Choice, Problem, Request, SameChoice


def add(problem: Problem, random: Random) -> Problem:
    """The problem with some."""
    rooms = tuple(replace(unit, laboratory=random.choice(("L1", "L2"))) for unit in problem.units)
    problem = replace(problem, units=rooms)
    return replace(problem, requests=tuple(_ruled(problem, request, random) for request in problem.requests))


def _ruled(problem: Problem, request: Request, random: Random) -> Request:
    facts = tuple(
        replace(
            fact,
            units=random.choice((None, (problem.units[0].id,))),
            persons=random.choice((None, tuple(person.id for person in problem.persons[:1]))),
        )
        for fact in request.facts
    )
    ids = [*(task.id for task in request.tasks), *(fact.id for fact in facts)]
    if len(ids) < 2:
        return replace(request, facts=facts)
    named = tuple(sorted(random.sample(ids, random.randint(2, len(ids)))))
    what: Choice = random.choice(("unit", "person", "person", "laboratory"))
    differ = random.randrange(2) == 0
    return replace(request, facts=facts, choices=(SameChoice(tasks=named, what=what, differ=differ),))


def has(problem: Problem) -> bool:
    """Whether it has any."""
    return any(request.choices for request in problem.requests)


def allows(problem: Problem, placed: Mapping[str, Assignment]) -> bool:
    """Whether a whole plan keeps them."""
    return all(_kept(problem, request, rule, placed) for request in problem.requests for rule in request.choices)


def _kept(problem: Problem, request: Request, rule: SameChoice, placed: Mapping[str, Assignment]) -> bool:
    had = {fact.id: fact.persons if rule.what == "person" else fact.units for fact in request.facts}
    done = {id_ for id_, what in had.items() if what is not None}
    sets = {id_: set(had[id_] or ()) for id_ in done if id_ in rule.tasks}
    for task in request.tasks:
        at = placed.get(task.id)
        if at is not None and task.id in rule.tasks:
            mode = task.modes[at.mode]
            long_enough = {"whole": mode.duration, "head": mode.head, "tail": mode.tail}
            people = {who for need, who in zip(mode.staff, at.persons, strict=True) if long_enough[need.part]}
            sets[task.id] = people if rule.what == "person" else {use.unit for use in mode.units}
    if rule.what == "laboratory":
        room = {unit.id: unit.laboratory for unit in problem.units}
        sets = {id_: {room[unit] for unit in units} for id_, units in sets.items()}
    for one, other in combinations(sets, 2):
        if one in done and other in done:
            continue
        if (sets[one] & sets[other]) if rule.differ else sets[one] != sets[other]:
            return False
    return True
