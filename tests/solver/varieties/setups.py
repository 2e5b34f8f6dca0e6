"""Units with setups, buffers and fixed work of known families, said tick by tick.

Knows nothing of ``solver.rules``, ``solver.costs`` and ``solver.sequence``.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise, product
from random import Random
from typing import Any

from solver.plan import Assignment, Changeover
from solver.problem import FixedUse, Level, Mode, Problem, Request, Setup, Task, Unit
from tests.solver.ticks import held_ticks, present, who, worked_ticks
from tests.solver.varieties.batching import shared_run

Placed = Mapping[str, Assignment]
Classes = dict[str, tuple[str, int]]
"""Family and cost, by class or task."""
FAMILIES = ("a", "b")
SKILLS = ("load", "measure")


@dataclass(frozen=True)
class _Held:
    """A unit held by a task (``who``) or by fixed work (empty)."""

    ticks: range
    family: str
    owner: str
    lot: str
    who: str
    prepared: bool = False


# -- adding it to a problem


def _add(problem: Problem, random: Random) -> Problem:
    """Setups on units of one lane, families to all that uses them, owners to the requests."""
    ordered = {unit.id for unit in problem.units if unit.lanes == 1 and random.randrange(4)}
    if not ordered or sum(len(request.tasks) for request in problem.requests) > 5:
        return problem
    units = tuple(_unit(problem, unit, random) if unit.id in ordered else unit for unit in problem.units)
    classes: Classes = {}
    requests = tuple(_request(request, ordered, classes, random) for request in problem.requests)
    levels = (*problem.levels, Level(name="order", terms=_terms(random), tolerance=0))
    if random.randrange(2):
        levels = (levels[-1], *levels[:-1])
    return replace(problem, units=units, requests=requests, levels=levels)


def _terms(random: Random) -> tuple[tuple[str, int], ...]:
    names = random.sample(("setup", "running", "gaps"), random.randint(1, 3))
    return tuple((name, random.randint(1, 2)) for name in names)


def _unit(problem: Problem, unit: Unit, random: Random) -> Unit:
    keys = [key for key in product(("", *FAMILIES), FAMILIES) if random.randrange(100) < 60]
    fixed = [
        FixedUse(
            start=start,
            end=end,
            family=random.choice(("", *FAMILIES)),
            owner=random.choice(("", "x", "y")),
            prepared=random.randrange(5) == 0,
        )
        for lane in unit.taken
        for start, end in lane
        if random.randrange(3)
    ]
    if random.randrange(3) == 0:
        fixed.insert(0, FixedUse(start=-3, end=-random.randint(0, 2), family=random.choice(FAMILIES), lot="R0"))
    return replace(
        unit,
        setups=tuple(_setup(random, *key) for key in keys),
        state=random.choice(("", *FAMILIES)),
        buffer=random.choice((0, 0, 1, 2)),
        usable=random.choice((0, 2, 3)),
        fixed=tuple(fixed),
    )


def _setup(random: Random, frm: str, to: str) -> Setup:
    if random.randrange(100) < 45:
        return Setup(frm=frm, to=to, length=random.randint(0, 2), cost=random.randint(0, 3))
    return Setup(
        frm=frm,
        to=to,
        length=1,
        skill=random.choice((*SKILLS, None)),
        release=random.randint(0, 1),
        dirty=random.choice((None, 0, 1, 2)),
        clean=random.choice((None, None, 0, 1)),
        cost=random.randint(0, 2),
    )


def _request(request: Request, ordered: set[str], classes: Classes, random: Random) -> Request:
    tasks = tuple(replace(task, modes=_modes(task, ordered, classes, random)) for task in request.tasks)
    return replace(request, tasks=tasks, owner=random.choice(("", "x", "y")), lot=random.choice(("", "", "R0", "L")))


def _modes(task: Task, ordered: set[str], classes: Classes, random: Random) -> tuple[Mode, ...]:
    """Of work that may share runs all in the family of its class, at the same cost."""
    family = random.choice((*FAMILIES, *FAMILIES, ""))
    drawn = classes.setdefault(task.batch or task.id, (family, random.randint(0, 2)))
    return tuple(
        replace(
            mode,
            units=tuple(replace(use, family=drawn[0]) if use.unit in ordered else use for use in mode.units),
            cost=drawn[1] if _may_share(task, mode) else random.randint(0, 2),
        )
        for mode in task.modes
    )


def _may_share(task: Task, mode: Mode) -> bool:
    return bool(task.batch) and any(use.room is not None for use in mode.units)


def _has(problem: Problem) -> bool:
    return any(unit.setups or unit.buffer or unit.usable for unit in problem.units) or any(
        mode.cost for request in problem.requests for task in request.tasks for mode in task.modes
    )


# -- a second opinion


def _allows(problem: Problem, placed: Placed) -> bool:
    """Every changeover that is needed has its place, and none is named for nothing; owners keep apart."""
    said = Counter((one.task, turn) for one in placed.values() for turn in one.changeovers)
    hands = _hands(problem, placed)
    for unit in problem.units:
        held = _held(problem, unit, placed)
        if not _apart(unit, held):
            return False
        for before, after, row in _needs(unit, held):
            ticks = _moments(unit, held, before, after, row)
            carrier = after.who or (before.who if before else "")
            if not _named(row):
                if not ticks:
                    return False
                continue
            turns = [turn for turn in placed[carrier].changeovers if _is_for(turn, unit, before, after)]
            if len(turns) != 1 or turns[0].start not in ticks or turns[0].end != turns[0].start + row.length:
                return False
            if not _done_by_somebody(problem, turns[0], row, hands):
                return False
            said[carrier, turns[0]] -= 1
    return not +said and _rested(problem, hands)


def _complete(problem: Problem, placed: Placed) -> Placed | None:
    """With the first changeovers that do; all are tried."""
    wanted: list[list[tuple[str, Changeover]]] = []
    for unit in problem.units:
        held = _held(problem, unit, placed)
        for before, after, row in _needs(unit, held):
            if _named(row):
                ticks, carrier = _moments(unit, held, before, after, row), after.who or (before.who if before else "")
                people = [None] if row.skill is None else [person.id for person in problem.persons]
                wanted.append(
                    [
                        (carrier, Changeover(unit=unit.id, start=tick, end=tick + row.length, person=person))
                        for tick in ticks
                        for person in people
                    ]
                )
    for choice in product(*wanted):
        told = {
            id_: replace(one, changeovers=tuple(turn for carrier, turn in choice if carrier == id_))
            for id_, one in placed.items()
        }
        if _allows(problem, told):
            return told
    return None


def _named(row: Setup) -> bool:
    return not (row.skill is None and row.dirty is None and row.clean is None)


def _held(problem: Problem, unit: Unit, placed: Placed) -> list[_Held]:
    found = [_Held(range(use.start, use.end), use.family, use.owner, use.lot, "", use.prepared) for use in unit.fixed]
    for request in problem.requests:
        for task in request.tasks:
            if task.id in placed:
                one = placed[task.id]
                mode = task.modes[one.mode]
                lot = task.batch if _may_share(task, mode) else request.lot or request.id
                for use in mode.units:
                    ticks = held_ticks(problem, use.part, mode, one)
                    if use.unit == unit.id and use.lanes and ticks:
                        held = range(min(ticks), max(ticks) + 1)
                        found.append(_Held(held, use.family, request.owner, lot, task.id))
    return sorted(found, key=lambda held: (held.ticks.start, held.ticks.stop, held.who))


def _needs(unit: Unit, held: list[_Held]) -> Iterator[tuple[_Held | None, _Held, Setup]]:
    rows = {(row.frm, row.to): row for row in unit.setups}
    for number, after in enumerate(held):
        earlier = [one for one in held[:number] if one.family]
        before = earlier[-1] if earlier else None
        planned = after.who or (before is not None and before.who)
        if not after.family or not planned or after.prepared:
            continue
        same_lot = before is not None and before.lot == after.lot != "" and before.family == after.family
        row = rows.get((before.family if before else unit.state, after.family))
        if row is not None and not same_lot and row.length + row.release:
            yield before, after, row


def _moments(unit: Unit, held: list[_Held], before: _Held | None, after: _Held, row: Setup) -> list[int]:
    """Every tick at which the changeover could begin, people aside."""
    blocked = {tick for one in held for tick in one.ticks}
    blocked |= {tick for lane in unit.taken for span in lane for tick in range(*span)}
    long, ended = row.length + row.release, before.ticks.stop if before else 0
    return [
        tick
        for tick in range(max(0, ended), after.ticks.start - long + 1)
        if not blocked & set(range(tick, tick + long))
        and (before is None or row.dirty is None or tick - ended <= row.dirty)
        and (row.clean is None or after.ticks.start - (tick + long) <= row.clean)
    ]


def _is_for(turn: Changeover, unit: Unit, before: _Held | None, after: _Held) -> bool:
    if turn.unit != unit.id:
        return False
    return turn.start < after.ticks.start if after.who else before is not None and turn.start >= before.ticks.start


def _hands(problem: Problem, placed: Placed) -> Counter[tuple[str, int]]:
    """How often each person is needed at each tick, by a shared run once."""
    modes = dict(_runs(problem, placed))
    shifts = {person.id: present(person) for person in problem.persons}
    needed: Counter[tuple[str, int]] = Counter()
    for one in placed.values():
        mode = modes.get(one.task)
        for number, need in enumerate(mode.staff if mode else ()):
            ticks = worked_ticks(problem, need.part, mode, one) if mode else set()
            if mode and mode.crossing == "pausing" and not need.drives:
                ticks &= shifts[one.persons[number]]
            needed.update((who(number, one, tick), tick) for tick in ticks)
        for turn in one.changeovers:
            if turn.person is not None:
                needed.update((turn.person, tick) for tick in range(turn.start, turn.end))
    return needed


def _runs(problem: Problem, placed: Placed) -> Iterator[tuple[str, Mode]]:
    """The mode of the first task of every run."""
    known = set()
    for request in problem.requests:
        for task in request.tasks:
            if task.id in placed:
                mode = task.modes[placed[task.id].mode]
                run = shared_run(task, mode, placed[task.id])
                if run is None or run not in known:
                    yield task.id, mode
                known.add(run)


def _rested(problem: Problem, hands: Counter[tuple[str, int]]) -> bool:
    """Whether nobody works more than they may."""
    return all(
        sum(hands[person.id, tick] for tick in range(limit.start, limit.end)) <= limit.most
        for person in problem.persons
        for limit in person.limits
    )


def _done_by_somebody(problem: Problem, turn: Changeover, row: Setup, hands: Counter[tuple[str, int]]) -> bool:
    if row.skill is None:
        return turn.person is None
    able = [person for person in problem.persons if person.id == turn.person and row.skill in person.skills]
    if not able:
        return False
    there = {tick for span in able[0].on_shift for tick in range(*span)}
    there -= {tick for span in able[0].taken for tick in range(*span)}
    ticks = range(turn.start, turn.end)
    return set(ticks) <= there and all(hands[able[0].id, tick] == 1 for tick in ticks)


def _apart(unit: Unit, held: list[_Held]) -> bool:
    """No tick within the buffer after a hold belongs to another owner."""
    for number, one in enumerate(held if unit.buffer else []):
        for other in held[number + 1 :]:
            strangers = one.owner and other.owner and one.owner != other.owner and (one.who or other.who)
            mixed = one.lot and one.lot == other.lot
            if strangers and not mixed and other.ticks.start < one.ticks.stop + unit.buffer:
                return False
    return True


def _costs(problem: Problem, placed: Placed) -> Counter[str]:
    costs: Counter[str] = Counter()
    for unit in problem.units:
        held = _held(problem, unit, placed)
        rows = {(row.frm, row.to): row for row in unit.setups}
        for number, after in enumerate(held):
            earlier = [one for one in held[:number] if one.family]
            before = earlier[-1] if earlier else None
            row = rows.get((before.family if before else unit.state, after.family))
            same_lot = before is not None and before.lot == after.lot != "" and before.family == after.family
            planned = after.who or (before is not None and before.who)
            costs["setup"] += (
                row.cost if after.family and planned and row and not same_lot and not after.prepared else 0
            )
        costs["gaps"] += _lost(unit, held)
    costs["running"] = sum(mode.cost for _, mode in _runs(problem, placed))
    return costs


def _lost(unit: Unit, held: list[_Held]) -> int:
    """Open ticks of short runs of free ticks with work on both sides, planned on one at least."""
    planned = {tick for one in held if one.who for tick in one.ticks}
    fixed = {tick for lane in unit.taken for span in lane for tick in range(*span)}
    opened = {tick for span in unit.open for tick in range(*span)}
    busy = sorted(planned | fixed)
    lost = 0
    for before, after in pairwise(busy):
        free = [tick for tick in range(before + 1, after) if tick in opened]
        if {before, after} & planned and len(free) < unit.usable:
            lost += len(free)
    return lost


VARIETY: dict[str, Any] = {
    "name": "setups",
    "add": _add,
    "has": _has,
    "allows": _allows,
    "costs": _costs,
    "complete": _complete,
}
