"""Rows of recipes put together into routings.

Knows nothing of units, people or requests.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TypeVar

from models.routing import (
    CapacityNeed,
    NumberNeed,
    Operation,
    Parameter,
    Routing,
    RoutingChoice,
    RoutingLag,
    StaffNeed,
    StockNeed,
    UnitNeed,
    Visits,
)
from scheduler.loading.files import Lists
from scheduler.loading.line import Line
from scheduler.loading.mistakes import Mistake
from scheduler.loading.recipe_lines import (
    RECIPE_LISTS,
    CapacityNeedLine,
    ChoiceLine,
    LagLine,
    OperationLine,
    ParameterLine,
    RecipeLine,
    StaffLine,
    StockNeedLine,
    UnitNeedLine,
    UnitNumberLine,
    VisitLine,
    WaiverLine,
)

L = TypeVar("L", bound=Line)
K = TypeVar("K", bound=Hashable)


def grouped(lines: Iterable[L], key: Callable[[L], K]) -> Mapping[K, list[L]]:
    """The lines by ``key``, in order; nothing for a key that none has."""
    groups: dict[K, list[L]] = defaultdict(list)
    for line in lines:
        groups[key(line)].append(line)
    return groups


def routings(lists: Lists, wrong: Iterable[Mistake]) -> dict[str, Routing]:
    """The routing of each recipe none of whose rows has a mistake (``wrong``, or of form)."""
    bad = _spoilt(lists, wrong)
    if bad is None:
        return {}
    operations = grouped(lists.of(OperationLine), lambda line: line.recipe)
    parameters = grouped(lists.of(ParameterLine), lambda line: line.recipe)
    lags = grouped(lists.of(LagLine), lambda line: line.recipe)
    choices = grouped(lists.of(ChoiceLine), lambda line: line.recipe)
    build = _Operations(lists)
    return {
        line.recipe: Routing(
            parameters=tuple(map(_parameter, parameters.get(line.recipe, ()))),
            operations=tuple(map(build.operation, operations[line.recipe])),
            lags=tuple(_lags(operations[line.recipe], lags.get(line.recipe, ()))),
            choices=tuple(map(_choice, choices.get(line.recipe, ()))),
        )
        for line in lists.of(RecipeLine)
        if line.recipe not in bad and line.recipe in operations
    }


def empty_recipes(lists: Lists) -> Iterator[Mistake]:
    """Recipes without an operation."""
    if not lists.whole(OperationLine):
        return
    used = {line.recipe for line in lists.of(OperationLine)}
    for line in lists.of(RecipeLine):
        if line.recipe not in used:
            yield line.wrong("recipe", "recipe_without_operations", f"at least one operation in {OperationLine.file}")


def _spoilt(lists: Lists, wrong: Iterable[Mistake]) -> set[str] | None:
    """Recipes with a mistake; ``None`` if a whole list of recipes could not be read."""
    files = {kind.file: kind for kind in RECIPE_LISTS}
    bad: set[str] = set()
    for file in files:
        for texts in lists.broken.get(file, ()):
            if "recipe" not in texts:
                return None
            bad.add(texts["recipe"])
    rows: dict[tuple[str, int | None], str] = {
        (kind.file, line.row): line.texts["recipe"] for kind in RECIPE_LISTS for line in lists.of(kind)
    }
    return bad | {rows[place] for mistake in wrong if (place := (mistake.file, mistake.row)) in rows}


class _Operations:
    """Builds operations from the rows that need something."""

    def __init__(self, lists: Lists) -> None:
        self._units = grouped(lists.of(UnitNeedLine), lambda line: (line.recipe, line.operation))
        self._numbers = grouped(lists.of(UnitNumberLine), lambda line: (line.recipe, line.operation, line.need))
        self._staff = grouped(lists.of(StaffLine), lambda line: (line.recipe, line.operation))
        self._capacities = grouped(lists.of(CapacityNeedLine), lambda line: (line.recipe, line.operation))
        self._visits = grouped(lists.of(VisitLine), lambda line: (line.recipe, line.operation))
        self._stocks = grouped(lists.of(StockNeedLine), lambda line: (line.recipe, line.operation))
        self._waivers = grouped(lists.of(WaiverLine), lambda line: (line.recipe, line.operation))

    def operation(self, line: OperationLine) -> Operation:
        key = (line.recipe, line.operation)
        return Operation(
            name=line.operation,
            crossing=line.crossing,
            head_minutes=line.head_minutes,
            fixed_minutes=line.fixed_minutes,
            per_piece_seconds=line.per_piece_seconds,
            hours_parameter=line.hours_parameter,
            tail_minutes=line.tail_minutes,
            max_wait_minutes=line.max_wait_minutes,
            pieces_per_run=line.pieces_per_run,
            expected_percent=line.expected_percent,
            room=line.room,
            units=tuple(map(self._unit, self._units.get(key, ()))),
            staff=tuple(map(_staff, self._staff.get(key, ()))),
            capacities=tuple(
                CapacityNeed(capacity=need.capacity, amount=need.amount, part=need.part)
                for need in self._capacities.get(key, ())
            ),
            stocks=tuple(
                StockNeed(stock=need.stock, per_run=need.per_run, per_piece=need.per_piece)
                for need in self._stocks.get(key, ())
            ),
            waives=tuple(waiver.kind for waiver in self._waivers.get(key, ())),
            visits=next(map(_visits, self._visits.get(key, ())), None),
        )

    def _unit(self, line: UnitNeedLine) -> UnitNeed:
        numbers = self._numbers.get((line.recipe, line.operation, line.need), ())
        return UnitNeed(
            capability=line.capability,
            numbers=tuple(NumberNeed(quantity=each.quantity, low=each.low, high=each.high) for each in numbers),
            part=line.part,
            all_lanes=line.all_lanes,
            drives=line.drives,
            family=line.family,
        )


def _staff(line: StaffLine) -> StaffNeed:
    return StaffNeed(
        skill=line.skill,
        part=line.part,
        level=line.level,
        handover=line.handover,
        own_operator=line.own_operator,
        drives=line.drives,
    )


def _visits(line: VisitLine) -> Visits:
    return Visits(
        name=line.visit,
        skill=line.skill,
        level=line.level,
        minutes=line.minutes,
        every_minutes=line.every_minutes,
        slack_minutes=line.slack_minutes,
    )


def _parameter(line: ParameterLine) -> Parameter:
    return Parameter(name=line.parameter, default=line.default, low=line.low, high=line.high)


def _choice(line: ChoiceLine) -> RoutingChoice:
    return RoutingChoice(operation=line.operation, other=line.other, what=line.what, differ=line.differ)


def _lags(operations: Iterable[OperationLine], lines: Iterable[LagLine]) -> Iterator[RoutingLag]:
    """The lags that are written, and "after the one before" for an operation of which nothing is said."""
    written = list(lines)
    after = {line.after for line in written}
    names = [line.operation for line in operations]
    for before, name in pairwise(names):
        if name not in after:
            yield RoutingLag(before=before, after=name)
    for line in written:
        yield RoutingLag(
            before=line.before,
            after=line.after,
            frm=line.frm,
            to=line.to,
            least_minutes=line.least_minutes,
            most_minutes=line.most_minutes,
        )
