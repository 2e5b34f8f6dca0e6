"""The order of the work on units that have setups or a buffer, and what lies between two neighbours.

Knows no rule, and nothing of how an order is found.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from solver.batches import room_of
from solver.plan import Assignment, Changeover
from solver.problem import FixedUse, Mode, Problem, Request, Setup, Unit, UnitUse, Window, part_span
from solver.windows import clip, complement, unite


@dataclass(frozen=True, kw_only=True, slots=True)
class Stay:
    """A unit held in ``[start, end)`` by a task, or by fixed work (``task`` is ``None``); a shared run is a stay of
    each that is in it."""

    start: int
    end: int
    family: str
    owner: str
    lot: str
    task: str | None = None
    prepared: bool = False

    @property
    def party(self) -> "Party":
        """Whose it is, and of which lot."""
        return self.owner, self.lot


Party = tuple[str, str]
"""Owner and lot."""
Pair = tuple[Stay | None, Stay]
"""Two stays in a row that each need a family; ``None``: the unit as it is at tick 0."""


def is_sequenced(unit: Unit) -> bool:
    """Whether the order of its work matters to a rule."""
    return bool(unit.setups or unit.buffer)


class Matrix:
    """The setups of a unit, by the families that they lead from and to."""

    def __init__(self, unit: Unit) -> None:
        self.state = unit.state
        self.rows = {(row.frm, row.to): row for row in unit.setups}

    def between(self, before: Stay | None, after: Stay) -> Setup | None:
        """What has to happen between two stays that each need a family; ``None``: nothing."""
        if before is not None and before.lot and (before.lot, before.family) == (after.lot, after.family):
            return None
        return self.rows.get((self.state if before is None else before.family, after.family))

    def judged(self, pair: Pair) -> Setup | None:
        """The same, and nothing between two that are fixed, nor before fixed work that is prepared."""
        before, after = pair
        fixed = (before is None or before.task is None) and after.task is None
        return None if fixed or after.prepared else self.between(before, after)


def lot_of(request: Request, task: str, mode: Mode) -> str:
    """The request's; of work that may share runs its class: between such work nothing has to happen."""
    own = request.lot or request.id
    if room_of(mode) is None:
        return own
    return next((each.batch for each in request.tasks if each.id == task), "") or own


def party_of(request: Request, task: str, mode: Mode) -> Party:
    """Whose a task is, and of which lot."""
    return request.owner, lot_of(request, task, mode)


def stay_of(use: UnitUse, mode: Mode, request: Request, at: Assignment) -> Stay:
    """The stay of a task on a unit that it uses; empty where the part has no length, or no lane is held."""
    start, end = part_span(use.part, mode, start=at.start, end=at.end)
    lot = lot_of(request, at.task, mode)
    return Stay(
        start=start,
        end=end if use.lanes else start,
        family=use.family,
        owner=request.owner,
        lot=lot,
        task=at.task,
    )


def order(stay: Stay) -> tuple[int, int, str]:
    """By what stays are sorted: those of one shared run lie together."""
    return stay.start, stay.end, stay.task or ""


def are_apart(one: Party, other: Party) -> bool:
    """Whether a buffer lies between the holds of two."""
    (owner, lot), (other_owner, other_lot) = one, other
    return bool(owner and other_owner) and owner != other_owner and (not lot or lot != other_lot)


def fixed_stay(use: FixedUse) -> Stay:
    """The stay of fixed work."""
    return Stay(start=use.start, end=use.end, family=use.family, owner=use.owner, lot=use.lot, prepared=use.prepared)


def stays_of(problem: Problem, placed: Iterable[tuple[Request, Mode, Assignment]]) -> dict[str, list[Stay]]:
    """Every stay on each sequenced unit, fixed ones included, by start."""
    found = {unit.id: [fixed_stay(use) for use in unit.fixed] for unit in problem.units if is_sequenced(unit)}
    if not found:
        return found
    for request, mode, at in placed:
        for use in mode.units:
            if use.unit in found:
                stay = stay_of(use, mode, request, at)
                found[use.unit] += [stay] if stay.start < stay.end else []
    for stays in found.values():
        stays.sort(key=order)
    return found


def pairs(stays: Iterable[Stay]) -> Iterator[Pair]:
    """Each stay that needs a family with the one before it."""
    before: Stay | None = None
    for stay in stays:
        if stay.family:
            yield before, stay
            before = stay


def carrier(pair: Pair) -> str | None:
    """The task that says when the changeover between two stays is done: the later one, or the earlier one where the
    later one is fixed; ``None`` where both are."""
    before, after = pair
    if after.task is not None:
        return after.task
    return None if before is None else before.task


def appointed(pair: Pair, unit: str, at: Assignment) -> list[Changeover]:
    """What its carrier says of the changeover between two stays."""
    before, after = pair
    if after.task is not None:
        return [turn for turn in at.changeovers if turn.unit == unit and turn.start < after.start]
    return [turn for turn in at.changeovers if turn.unit == unit and before is not None and turn.start >= before.start]


def attach(problem: Problem, assignments: Iterable[Assignment], pool: Iterable[Changeover]) -> tuple[Assignment, ...]:
    """The assignments with those changeovers of ``pool`` that their order needs, and with no others."""
    given = tuple(assignments)
    if not any(unit.setups for unit in problem.units):
        return given
    turns: dict[str, list[Changeover]] = defaultdict(list)
    for turn in sorted(set(pool), key=lambda turn: (turn.start, turn.end, turn.person or "")):
        turns[turn.unit].append(turn)
    carried: dict[str, list[Changeover]] = defaultdict(list)
    for unit, pair, row in needed(problem, given):
        id_ = carrier(pair)
        found = next((turn for turn in turns[unit] if serves(pair, row, turn)), None)
        if found is not None and id_ is not None:
            carried[id_].append(found)
    return tuple(with_changeovers(at, carried.get(at.task, ())) for at in given)


def with_changeovers(at: Assignment, turns: Iterable[Changeover]) -> Assignment:
    """The assignment with these changeovers and no others."""
    ordered = tuple(sorted(turns, key=lambda turn: (turn.start, turn.unit)))
    return at if at.changeovers == ordered else replace(at, changeovers=ordered)


def needed(problem: Problem, assignments: Iterable[Assignment]) -> Iterator[tuple[str, Pair, Setup]]:
    """Unit, neighbours and row of every changeover that a plan has to appoint."""
    for unit, _, pair, row in _judged(problem, assignments):
        if row.appointed:
            yield unit.id, pair, row


def _judged(
    problem: Problem, assignments: Iterable[Assignment]
) -> Iterator[tuple[Unit, tuple[Window, ...], Pair, Setup]]:
    """Every unit, when it is held, and neighbours there with what has to happen between them."""
    homes = {task.id: (request, task) for request in problem.requests for task in request.tasks}
    placed = ((homes[at.task][0], homes[at.task][1].modes[at.mode], at) for at in assignments)
    stays = stays_of(problem, placed)
    for unit in problem.units:
        if not unit.setups:
            continue
        matrix, there = Matrix(unit), stays[unit.id]
        busy = unite((*(unit.taken[0] if unit.taken else ()), *((stay.start, stay.end) for stay in there)))
        for pair in pairs(there):
            row = matrix.judged(pair)
            if row is not None:
                yield unit, busy, pair, row


def unappointed(problem: Problem, assignments: tuple[Assignment, ...]) -> Iterator[tuple[str, Pair, Window | None]]:
    """Unit and neighbours of every setup that takes time and that no plan appoints, and the last time that it could be
    done there, its release included; ``None``: there is none. Beside the run that carries it, if it can be."""
    at = {one.task: one for one in assignments}
    for unit, busy, pair, row in _judged(problem, assignments):
        if row.total and not row.appointed:
            beside, between = _beside(pair, at[carrier(pair) or ""]), _between(pair)
            yield unit.id, pair, _last_free(busy, beside, row.total) or _last_free(busy, between, row.total)


def _between(pair: Pair) -> Window:
    before, after = pair
    return 0 if before is None else max(0, before.end), after.start


def _beside(pair: Pair, at: Assignment) -> Window:
    """The time between two stays in which the run of one of them, which may be longer, has not begun, or is over."""
    start, end = _between(pair)
    return (start, min(end, at.start)) if pair[1].task is not None else (max(start, at.end), end)


def _last_free(busy: tuple[Window, ...], within: Window, length: int) -> Window | None:
    start, end = within
    free = complement(clip(busy, start, end), start, end) if start < end else ()
    return next(((b - length, b) for a, b in reversed(free) if b - a >= length), None)


def told(problem: Problem, assignments: tuple[Assignment, ...]) -> Iterator[tuple[str, Pair, list[Changeover]]]:
    """The same with what the plan says of it."""
    at = {one.task: one for one in assignments}
    for unit, pair, _ in needed(problem, assignments):
        yield unit, pair, appointed(pair, unit, at[carrier(pair) or ""])


def unserved(problem: Problem, assignments: tuple[Assignment, ...]) -> Iterator[tuple[str, Pair]]:
    """Unit and neighbours of every changeover that a plan has to appoint and does not, or not within its hold times."""
    at = {one.task: one for one in assignments}
    for unit, pair, row in needed(problem, assignments):
        if not any(serves(pair, row, turn) for turn in appointed(pair, unit, at[carrier(pair) or ""])):
            yield unit, pair


def serves(pair: Pair, row: Setup, turn: Changeover) -> bool:
    """Whether a changeover lies between two stays, within the hold times."""
    before, after = pair
    soonest = 0 if before is None else max(0, before.end)
    latest = turn.end if before is None or row.dirty is None else before.end + row.dirty
    fits = soonest <= turn.start <= latest and turn.end - turn.start == row.length
    released = turn.end + row.release
    in_time = released <= after.start and (row.clean is None or after.start - released <= row.clean)
    return fits and in_time and (row.skill is None) == (turn.person is None)


def fixed_uses(
    problem: Problem, placed: Iterable[tuple[Request, Mode, Assignment]]
) -> Mapping[str, tuple[FixedUse, ...]]:
    """What stands on each sequenced unit, fixed work included, as fixed work."""
    return {
        unit: tuple(
            FixedUse(
                start=stay.start,
                end=stay.end,
                family=stay.family,
                owner=stay.owner,
                lot=stay.lot,
                prepared=stay.prepared,
            )
            for stay in stays
        )
        for unit, stays in stays_of(problem, placed).items()
    }
