"""A plan in which nothing waits to be unloaded by somebody who is free.

Knows nothing of the limit that rules set on waiting: nothing ends later than before, and nothing else moves.
"""

from collections.abc import Iterable
from dataclasses import replace

from solver.ground import NEVER, Hours, PersonGround
from solver.plan import Assignment, Plan
from solver.problem import Problem, Request, Task, part_span
from solver.rules.reading import Placed, Reading
from solver.sequence import is_sequenced


def unload_soon(problem: Problem, plan: Plan) -> Plan:
    """Every unattended run that waits is unloaded as soon as hours, and the persons named for it, allow.

    What stands as it is booked stays, and so do what something else is tied to from above by its end, and what is done
    on a unit with setups.
    """
    reading = Reading(problem, plan)
    ordered = {unit.id for unit in problem.units if is_sequenced(unit)}
    waiting = [
        placed
        for placed in reading.carrying()
        if placed.wait > 0
        and ordered.isdisjoint(placed.units)
        and all(_may_end_sooner(each) for each in _inside(reading, placed))
    ]
    if not waiting:
        return plan
    people = _people(problem, reading)
    ends = {placed.task.id: placed.at.end for placed in waiting}
    while sum(_pull(reading, people, placed, ends) for placed in waiting):
        pass
    ends |= {id_: ends[carrier] for id_, carrier in reading.carried.items() if carrier in ends}
    return replace(plan, assignments=tuple(_ended(at, ends) for at in plan.assignments))


def _inside(reading: Reading, carrier: Placed) -> list[Placed]:
    """All that share its run, itself included."""
    ids = [carrier.task.id, *(id_ for id_, first in reading.carried.items() if first == carrier.task.id)]
    return [reading.placed[id_] for id_ in ids]


def _may_end_sooner(placed: Placed) -> bool:
    """Where only units held for the whole and persons are concerned, and no lag says otherwise."""
    mode, request, task = placed.mode, placed.request, placed.task
    simple = "tail" not in (*(use.part for use in mode.units), *(demand.part for demand in mode.demands))
    stays = task.booked is not None and not placed.moved
    free = simple and not stays and not request.maintenance and not _tied(request, task)
    return mode.crossing == "unattended" and mode.tail > 0 and free


def _tied(request: Request, task: Task) -> bool:
    """Whether a lag could break because the task ends sooner."""
    return any(
        (lag.before == task.id and lag.frm == "end" and lag.most is not None)
        or (lag.after == task.id and lag.to == "end" and lag.least is not None)
        for lag in request.lags
    )


def _people(problem: Problem, reading: Reading) -> dict[str, PersonGround]:
    people = {person.id: PersonGround(person) for person in problem.persons}
    for hold in reading.person_holds():
        people[hold.resource].take(hold.start, hold.end)
    return people


def _pull(reading: Reading, people: dict[str, PersonGround], placed: Placed, ends: dict[str, int]) -> bool:
    """Unload one run sooner if that can be; whether it was."""
    mode, end = placed.mode, ends[placed.task.id]
    named = [people[id_] for need, id_ in zip(mode.staff, placed.at.persons, strict=True) if need.part == "tail"]
    whole = [people[id_] for need, id_ in zip(mode.staff, placed.at.persons, strict=True) if need.part == "whole"]
    for person in named:
        person.give(end - mode.tail, end)
    opened = [Hours(reading.unit(use.unit).open) for use in mode.units if use.part != "head"]
    ready = placed.at.start + mode.duration - mode.tail
    begin = min(_first(opened, named, ready, mode.tail), end - mode.tail)
    for person in named:
        person.take(begin, begin + mode.tail)
    for person in whole:
        person.give(*part_span("whole", mode, start=placed.at.start, end=end))
        person.take(*part_span("whole", mode, start=placed.at.start, end=begin + mode.tail))
    ends[placed.task.id] = begin + mode.tail
    return begin + mode.tail < end


def _first(opened: Iterable[Hours], named: Iterable[PersonGround], tick: int, length: int) -> int:
    """The first tick from which all are open or free for so long."""
    asks = (*(hours.next_open for hours in opened), *(person.next_free for person in named))
    while tick < NEVER:
        later = max((ask(tick, length) for ask in asks), default=tick)
        if later == tick:
            break
        tick = later
    return tick


def _ended(at: Assignment, ends: dict[str, int]) -> Assignment:
    end = ends.get(at.task, at.end)
    return at if end == at.end else replace(at, end=end)
