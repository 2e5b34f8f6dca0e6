"""A routing with its numbers filled in: the runs of a lot and the lags between them.

Knows nothing of units, calendars or rows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Literal

from models.routing import Operation, Routing, RoutingLag, StaffNeed
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


class UnequalRuns(BadValue):
    """A longest lag binds run by run, and the two operations have different numbers of runs."""

    code = "unequal_runs"


class UnknownOperation(BadValue):
    """A lag names an operation that the routing does not have."""

    code = "unknown_operation"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedRun:
    """Run ``number`` (from 1) of the operation at ``position`` (from 1), with ``pieces`` of the lot.

    ``total_minutes`` contains head and tail and is rounded up to whole minutes. ``visit`` (from 1): somebody's visit
    inside that run of ``visited``, and ``operation`` is the visit; 0: the run itself.
    """

    position: int
    number: int
    pieces: int
    head_minutes: int
    total_minutes: int
    tail_minutes: int
    operation: Operation
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
class Expanded:
    """All runs, by position and number, and the lags between them."""

    runs: tuple[PlannedRun, ...]
    lags: tuple[RunLag, ...]


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


def expand(routing: Routing, *, quantity: int, parameters: Mapping[str, int]) -> Expanded:
    """The runs of a lot of ``quantity`` pieces (>= 1), full ones first, the rest in the last; then the visits inside.

    Lags bind run by run where both operations have as many runs, otherwise every pair of runs.
    Raises ``UnknownParameter``, ``ParameterOutOfRange``, ``QuantityTooSmall``, ``UnequalRuns``, ``UnknownOperation``.
    """
    if quantity < 1:
        raise QuantityTooSmall(f"The quantity is {quantity}; at least 1 is needed.", field="quantity")
    numbers = fill_in(routing, parameters)
    by_name = {
        operation.name: tuple(_runs(operation, position, quantity, numbers))
        for position, operation in enumerate(routing.operations, start=1)
    }
    runs = tuple(run for runs in by_name.values() for run in runs)
    visits = tuple(visit for run in runs for visit in _visits(run))
    lags = tuple(run_lag for lag in routing.lags for run_lag in _run_lags(lag, by_name))
    return Expanded(
        runs=(*runs, *(visit for visit, _ in visits)),
        lags=(*lags, *(lag for _, lag in visits)),
    )


def purpose_of(routing: Routing, key: RunKey) -> str:
    """What a run is called: its operation's name, or the visit's with its number (``3rd sampling``)."""
    operation = routing.operations[key[0] - 1]
    if len(key) == 2 or operation.visits is None:
        return operation.name
    return f"{_ordinal(key[2])} {operation.visits.name}"


def _ordinal(number: int) -> str:
    """``1st``, ``22nd``, ``13th``."""
    last = 0 if number // 10 % 10 == 1 else number % 10
    return f"{number}{('th', 'st', 'nd', 'rd')[last] if last < 4 else 'th'}"


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
    return max(start[key] + length[key] for key in length)


def _least_start(lag: RunLag, start: int, length: Mapping[RunKey, int]) -> int | None:
    if lag.least_minutes is None:
        return None
    edge = start + (length[lag.before] if lag.frm == "end" else 0) + lag.least_minutes
    return edge - (length[lag.after] if lag.to == "end" else 0)


def _runs(operation: Operation, position: int, quantity: int, numbers: Mapping[str, int]) -> Iterator[PlannedRun]:
    most = operation.pieces_per_run or quantity
    for number, done in enumerate(range(0, quantity, most), start=1):
        pieces = min(most, quantity - done)
        yield PlannedRun(
            position=position,
            number=number,
            pieces=pieces,
            head_minutes=operation.head_minutes,
            total_minutes=_total_minutes(operation, pieces, numbers),
            tail_minutes=operation.tail_minutes,
            operation=operation,
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
    if len(before) == len(after):
        for first, second in zip(before, after, strict=True):
            yield _run_lag(lag, first, second, lag.most_minutes)
        return
    if lag.most_minutes is not None:
        raise UnequalRuns(
            f"At most {lag.most_minutes} minutes from {lag.before!r} to {lag.after!r} cannot bind run by run: a lot of "
            f"this size has {len(before)} and {len(after)} runs.",
            field="quantity",
        )
    for first, second in product(before, after):
        yield _run_lag(lag, first, second, None)


def _runs_of(name: str, by_name: Mapping[str, tuple[PlannedRun, ...]]) -> tuple[PlannedRun, ...]:
    if name not in by_name:
        raise UnknownOperation(f"A lag names {name!r}; operations are {', '.join(by_name)}.", field="lags")
    return by_name[name]


def _run_lag(lag: RoutingLag, first: PlannedRun, second: PlannedRun, most: int | None) -> RunLag:
    return RunLag(
        before=first.key,
        after=second.key,
        frm=lag.frm,
        to=lag.to,
        least_minutes=lag.least_minutes,
        most_minutes=most,
    )
