"""A routing with its numbers filled in: the runs of a lot and the lags between them.

Knows nothing of units, calendars or rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from models.routing import Operation, Routing, RoutingChoice, RoutingLag, Shared, StaffNeed
from scheduler.errors import BadValue

Edge = Literal["start", "end"]
RunKey = tuple[int, ...]
"""Position and number of a run; of a visit inside it, also the visit's number."""


class UnknownParameter(BadValue):
    """The recipe has no such parameter."""

    code = "unknown_parameter"


class ParameterOutOfRange(BadValue):
    """The parameter's number is outside its range."""

    code = "parameter_out_of_range"


class QuantityTooSmall(BadValue):
    """A lot has at least one piece."""

    code = "quantity_too_small"


class NotConditional(BadValue):
    """Only of a step that is conditional can it be said how many pieces go through it."""

    code = "not_conditional"


class CountTooLarge(BadValue):
    """No more pieces go through a conditional step than the lot has."""

    code = "count_too_large"


class UnknownOperation(BadValue):
    """A lag or a rule names an operation that the routing does not have."""

    code = "unknown_operation"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedRun:
    """Run ``number`` (from 1) of the operation at ``position`` (from 1), with ``pieces`` of the lot.

    ``total_minutes`` contains head and tail and is rounded up to whole minutes. ``covers``: the pieces of the lot
    (from 0, half-open, first come) that may be in it: its own, and any of the lot where the step is conditional.
    ``visit`` (from 1): somebody's visit inside that run of ``visited``, and ``operation`` is the visit; 0: the run
    itself.
    """

    position: int
    number: int
    pieces: int
    head_minutes: int
    total_minutes: int
    tail_minutes: int
    operation: Operation
    covers: tuple[int, int] = (0, 0)
    visit: int = 0
    visited: Operation | None = None

    @property
    def key(self) -> RunKey:
        return (self.position, self.number, self.visit) if self.visit else (self.position, self.number)


@dataclass(frozen=True, kw_only=True, slots=True)
class RunLag:
    """``least <= edge ``to`` of run ``after`` - edge ``frm`` of run ``before`` <= most``, minutes; ``None`` is free."""

    before: RunKey
    after: RunKey
    frm: Edge
    to: Edge
    least_minutes: int | None
    most_minutes: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RunChoice:
    """Runs that share their unit, person or laboratory, or must not."""

    runs: tuple[RunKey, ...]
    what: Shared
    differ: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Expanded:
    """All runs, by position and number, the lags between them, and what they share."""

    runs: tuple[PlannedRun, ...]
    lags: tuple[RunLag, ...]
    choices: tuple[RunChoice, ...] = ()


def fill_in(routing: Routing, parameters: Mapping[str, int]) -> dict[str, int]:
    """Every parameter of the routing with its number: the given one, or the default.

    Raises ``UnknownParameter`` and ``ParameterOutOfRange``.
    """
    known = {parameter.name: parameter for parameter in routing.parameters}
    for name, number in parameters.items():
        if name not in known:
            raise UnknownParameter(
                f"There is no parameter {name!r}; known are {', '.join(known) or 'none'}.", field=name
            )
        low, high = known[name].low, known[name].high
        if not low <= number <= high:
            raise ParameterOutOfRange(f"{name} is {number}; {low} to {high} are allowed.", field=name)
    return {name: parameters.get(name, parameter.default) for name, parameter in known.items()}


def expand(
    routing: Routing, *, quantity: int, parameters: Mapping[str, int], counts: Mapping[str, int] | None = None
) -> Expanded:
    """The runs of a lot of ``quantity`` pieces (>= 1), full ones first, the rest in the last; then the visits inside.

    A lag binds every pair of runs that may hold a piece in common. A conditional step has as many pieces as ``counts``
    says of it (by operation name), before that its expected share; one without pieces takes no time and no unit, and
    the lags to it and from it add up.
    Raises ``UnknownParameter``, ``ParameterOutOfRange``, ``QuantityTooSmall``, ``UnknownOperation``,
    ``NotConditional``, ``CountTooLarge``.
    """
    if quantity < 1:
        raise QuantityTooSmall(f"The quantity is {quantity}; at least 1 is needed.", field="quantity")
    numbers = fill_in(routing, parameters)
    check_counts(routing, quantity, counts or {})
    by_name = {
        operation.name: tuple(
            _runs(operation, position, pieces_of(operation, quantity, counts or {}), quantity, numbers)
        )
        for position, operation in enumerate(routing.operations, start=1)
    }
    lags = _around_empty(routing.lags, [name for name, runs in by_name.items() if not runs])
    runs = tuple(run for runs in by_name.values() for run in runs)
    visits = tuple(visit for run in runs for visit in _visits(run))
    return Expanded(
        runs=(*runs, *(visit for visit, _ in visits)),
        choices=tuple(one for choice in routing.choices for one in _run_choices(choice, by_name)),
        lags=(*(run_lag for lag in lags for run_lag in _run_lags(lag, by_name)), *(lag for _, lag in visits)),
    )


def purpose_of(routing: Routing, key: RunKey) -> str:
    """What a run is called: its operation's name, or the visit's with its number (``3rd sampling``)."""
    operation = routing.operations[key[0] - 1]
    if len(key) == 2 or operation.visits is None:
        return operation.name
    return f"{ordinal(key[2])} {operation.visits.name}"


def ordinal(number: int) -> str:
    """``1st``, ``22nd``, ``13th``."""
    last = 0 if number // 10 % 10 == 1 else number % 10
    return f"{number}{('th', 'st', 'nd', 'rd')[last] if last < 4 else 'th'}"


def pieces_of(operation: Operation, quantity: int, counts: Mapping[str, int]) -> int:
    """How many pieces of a lot go through an operation: the whole lot; of a conditional one what was counted, before
    that what is expected, rounded up."""
    if operation.expected_percent is None:
        return quantity
    return counts.get(operation.name, -(-quantity * operation.expected_percent // 100))


def most_pieces(operation: Operation, pieces: int) -> int:
    """How many of a lot's ``pieces`` one run holds at most."""
    return min(operation.pieces_per_run or pieces, operation.room or pieces)


def every_step(routing: Routing, pieces: int) -> dict[str, int]:
    """Counts with which so many pieces go through every conditional operation."""
    return {each.name: pieces for each in routing.operations if each.expected_percent is not None}


def check_counts(routing: Routing, quantity: int, counts: Mapping[str, int]) -> None:
    """Raises ``UnknownOperation``, ``NotConditional``, ``CountTooLarge``."""
    known = {operation.name: operation for operation in routing.operations}
    for name, count in counts.items():
        if name not in known:
            raise UnknownOperation(f"There is no operation {name!r}; known are {', '.join(known)}.", field="operation")
        if known[name].expected_percent is None:
            raise NotConditional(f"{name!r} is not conditional: the whole lot goes through it.", field="operation")
        if not 0 <= count <= quantity:
            raise CountTooLarge(f"{count} pieces for {name!r}; the lot has {quantity}.", field="count")


def _around_empty(lags: Sequence[RoutingLag], empty: Sequence[str]) -> list[RoutingLag]:
    """The lags without those of operations that have no runs; what leads to one goes on to what follows it."""
    left = list(lags)
    for name in empty:
        inward = [lag for lag in left if lag.after == name != lag.before]
        outward = [lag for lag in left if lag.before == name != lag.after]
        left = [lag for lag in left if name not in (lag.before, lag.after)]
        left += [lag for pair in product(inward, outward) if (lag := _joined(*pair)) is not None]
    return left


def _joined(to: RoutingLag, on: RoutingLag) -> RoutingLag | None:
    """One lag for two with nothing between them; ``None`` where no side of it is bound."""
    least, most = _sum(to.least_minutes, on.least_minutes), _sum(to.most_minutes, on.most_minutes)
    if to.before == on.after or (least is None and most is None):
        return None
    return RoutingLag(before=to.before, after=on.after, frm=to.frm, to=on.to, least_minutes=least, most_minutes=most)


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def least_minutes(routing: Expanded) -> int:
    """How long the lot takes at the least from its first start to its last end, were every unit open and free: the
    longest path through its runs and their least lags."""
    length = {run.key: run.total_minutes for run in routing.runs}
    start = dict.fromkeys(length, 0)
    for _ in routing.runs:
        moved = False
        for lag in routing.lags:
            earliest = _least_start(lag, start[lag.before], length)
            if earliest is not None and earliest > start[lag.after]:
                start[lag.after], moved = earliest, True
        if not moved:
            break
    return max((start[key] + length[key] for key in length), default=0)


def _least_start(lag: RunLag, start: int, length: Mapping[RunKey, int]) -> int | None:
    if lag.least_minutes is None:
        return None
    edge = start + (length[lag.before] if lag.frm == "end" else 0) + lag.least_minutes
    return edge - (length[lag.after] if lag.to == "end" else 0)


def _runs(
    operation: Operation, position: int, pieces: int, quantity: int, numbers: Mapping[str, int]
) -> Iterator[PlannedRun]:
    most = most_pieces(operation, max(pieces, 1))
    for number, done in enumerate(range(0, pieces, most), start=1):
        here = min(most, pieces - done)
        yield PlannedRun(
            position=position,
            number=number,
            pieces=here,
            head_minutes=operation.head_minutes,
            total_minutes=_total_minutes(operation, here, numbers),
            tail_minutes=operation.tail_minutes,
            operation=operation,
            covers=(done, done + here) if operation.expected_percent is None else (0, quantity),
        )


def _visits(run: PlannedRun) -> Iterator[tuple[PlannedRun, RunLag]]:
    """The visits inside a run, as far as they have ended when it does, each with its lag to the run's start."""
    asked = run.operation.visits
    if asked is None:
        return
    operation = Operation(
        name=asked.name,
        fixed_minutes=asked.minutes,
        staff=(StaffNeed(skill=asked.skill, level=asked.level),),
    )
    for visit, after in enumerate(range(asked.every_minutes, run.total_minutes, asked.every_minutes), start=1):
        least, most = after - asked.slack_minutes, min(after + asked.slack_minutes, run.total_minutes - asked.minutes)
        if least <= most:
            yield _visit(run, visit, operation, least, most)


def _visit(run: PlannedRun, visit: int, operation: Operation, least: int, most: int) -> tuple[PlannedRun, RunLag]:
    planned = PlannedRun(
        position=run.position,
        number=run.number,
        pieces=run.pieces,
        head_minutes=0,
        total_minutes=operation.fixed_minutes,
        tail_minutes=0,
        operation=operation,
        covers=run.covers,
        visit=visit,
        visited=run.operation,
    )
    lag = RunLag(before=run.key, after=planned.key, frm="start", to="start", least_minutes=least, most_minutes=most)
    return planned, lag


def _total_minutes(operation: Operation, pieces: int, numbers: Mapping[str, int]) -> int:
    hours = _hours(operation, numbers)
    work = operation.fixed_minutes + hours * 60 + -(-operation.per_piece_seconds * pieces // 60)
    return operation.head_minutes + work + operation.tail_minutes


def _hours(operation: Operation, numbers: Mapping[str, int]) -> int:
    name = operation.hours_parameter
    if name is None:
        return 0
    if name not in numbers:
        raise UnknownParameter(
            f"{operation.name!r} lasts {name!r} hours, which is no parameter of the recipe.", field=name
        )
    return numbers[name]


def _run_lags(lag: RoutingLag, by_name: Mapping[str, tuple[PlannedRun, ...]]) -> Iterator[RunLag]:
    before, after = (_runs_of(name, by_name) for name in (lag.before, lag.after))
    for first, second in product(before, after):
        if max(first.covers[0], second.covers[0]) < min(first.covers[1], second.covers[1]):
            yield _run_lag(lag, first, second)


def _run_choices(choice: RoutingChoice, by_name: Mapping[str, tuple[PlannedRun, ...]]) -> Iterator[RunChoice]:
    """Run by run where both have as many; else all of one share with all of the other, or none with any. Nothing where
    a step falls away: there is nobody to share with."""
    one, other = (_runs_of(name, by_name) for name in (choice.operation, choice.other))
    if not one or not other:
        return
    if len(one) == len(other):
        pairs = [(first.key, second.key) for first, second in zip(one, other, strict=True)]
    elif choice.differ:
        pairs = [(first.key, second.key) for first, second in product(one, other)]
    else:
        yield RunChoice(runs=tuple(run.key for run in (*one, *other)), what=choice.what, differ=False)
        return
    for pair in pairs:
        yield RunChoice(runs=pair, what=choice.what, differ=choice.differ)


def _runs_of(name: str, by_name: Mapping[str, tuple[PlannedRun, ...]]) -> tuple[PlannedRun, ...]:
    if name not in by_name:
        raise UnknownOperation(f"A lag or a rule names {name!r}; operations are {', '.join(by_name)}.", field="lags")
    return by_name[name]


def _run_lag(lag: RoutingLag, first: PlannedRun, second: PlannedRun) -> RunLag:
    return RunLag(
        before=first.key,
        after=second.key,
        frm=lag.frm,
        to=lag.to,
        least_minutes=lag.least_minutes,
        most_minutes=lag.most_minutes,
    )
