"""Whether a recipe could ever be done at its centre, given enough time.

Knows nothing of requests.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import product
from math import prod

from models.routing import Operation, Part, Routing, UnitNeed
from scheduler.cycles import contradiction
from scheduler.loading.centres import Centres, UnitFacts
from scheduler.loading.files import Lists
from scheduler.loading.line import Line
from scheduler.loading.lines import (
    CapabilityLine,
    CapacityLine,
    CentreLine,
    LaboratoryLine,
    OpeningLine,
    PersonLine,
    SkillLine,
    StockLine,
    UnitLine,
)
from scheduler.loading.mistakes import Mistake
from scheduler.loading.recipe_lines import (
    CapacityNeedLine,
    ChoiceLine,
    LagLine,
    OperationLine,
    RecipeLine,
    StaffLine,
    StockNeedLine,
    UnitNeedLine,
    VisitLine,
)
from scheduler.loading.recipes import grouped
from scheduler.routing import PlannedRun, every_step, expand
from scheduler.translate.ways import MOST_MODES

_UNITS = (UnitLine, CapabilityLine, LaboratoryLine)
_CALLED: Mapping[Part, tuple[str, str]] = {
    "whole": ("a duration", "fixed_minutes"),
    "head": ("loading", "head_minutes"),
    "tail": ("unloading", "tail_minutes"),
}


class Doable:
    """Judges routings against what the centres have. Lists with mistakes (``bad_files``) are not judged by."""

    def __init__(self, lists: Lists, routings: Mapping[str, Routing], bad_files: Collection[str]) -> None:
        self._lists = lists
        self._bad_files = bad_files
        self._routings = routings
        self._centres = Centres(lists)
        self._centre = {line.recipe: self._centres.of_laboratory.get(line.laboratory) for line in lists.of(RecipeLine)}

    def mistakes(self) -> Iterator[Mistake]:
        """Every mistake of every recipe."""
        yield from self._lengths_and_hours()
        if self._sound(*_UNITS):
            yield from self._capabilities()
            yield from self._choices()
        yield from self._staff()
        yield from self._capacities()
        yield from self._stocks()
        yield from self._lags()

    def _sound(self, *kinds: type[Line]) -> bool:
        return not any(kind.file in self._bad_files for kind in kinds)

    def _operations(self) -> Iterator[tuple[OperationLine, str, PlannedRun]]:
        """Each operation with its centre and its shortest run: one piece, parameters at their lowest."""
        if not self._sound(CentreLine, LaboratoryLine):
            return
        shortest = {name: _shortest(routing) for name, routing in self._routings.items()}
        for line in self._lists.of(OperationLine):
            centre = self._centre.get(line.recipe)
            if centre is not None and line.recipe in shortest:
                yield line, centre, shortest[line.recipe][line.operation]

    def _lengths_and_hours(self) -> Iterator[Mistake]:
        judge_hours = self._sound(*_UNITS, OpeningLine)
        for line, centre, run in self._operations():
            if run.total_minutes < 1:
                yield line.wrong("fixed_minutes", "zero_duration", "an operation that lasts at least a minute")
            if line.max_wait_minutes is not None and line.crossing != "unattended":
                expected = "nothing here, as only unattended work waits to be unloaded"
                yield line.wrong("max_wait_minutes", "wait_without_unattended", expected)
            if line.room is not None and not any(need.part == "whole" for need in run.operation.units):
                expected = "a unit that the operation needs for the whole, where runs of it may be shared"
                yield line.wrong("room", "room_without_unit", expected)
            if judge_hours:
                yield from self._hours(line, centre, run)
            if self._sound(*_UNITS):
                yield from self._ways(line, centre, run.operation)

    def _hours(self, line: OperationLine, centre: str, run: PlannedRun) -> Iterator[Mistake]:
        for need in run.operation.units:
            units = self._centres.candidates(centre, need)
            longest = max(map(self._centres.longest_opening, units), default=0)
            for part, length in _attended(run, need):
                if units and length > longest:
                    names = ", ".join(unit.unit for unit in units)
                    called, column = _CALLED[part]
                    expected = f"{called} of at most {longest} minutes, the longest that {names} may be open at a time"
                    yield line.wrong(column, "longer_than_open", f"{expected}; it lasts {length} at least")

    def _ways(self, line: OperationLine, centre: str, operation: Operation) -> Iterator[Mistake]:
        choices = [self._centres.candidates(centre, need) for need in operation.units]
        if not all(choices):
            return
        count = prod(map(len, choices))
        if count > MOST_MODES:
            expected = f"at most {MOST_MODES} combinations of units, not {count}: name narrower capabilities or numbers"
            yield line.wrong("operation", "too_many_ways", expected)
        elif not any(len(set(map(_name, way))) == len(way) for way in product(*choices)):
            expected = f"{len(choices)} different units at once; too few have what is needed"
            yield line.wrong("operation", "too_few_units", expected)

    def _capabilities(self) -> Iterator[Mistake]:
        needs = grouped(self._lists.of(UnitNeedLine), lambda line: (line.recipe, line.operation))
        for line, centre, run in self._operations():
            for need, of_routing in zip(needs.get((line.recipe, line.operation), ()), run.operation.units, strict=True):
                yield from _empty_part(need, of_routing.part, run)
                if not self._centres.candidates(centre, of_routing):
                    yield need.wrong("capability", "unknown_capability", self._wanted(centre, of_routing))

    def _wanted(self, centre: str, need: UnitNeed) -> str:
        if not self._centres.has_capability(centre, need.capability):
            return f"a capability that some unit of {centre} has"
        numbers = " and ".join(f"{each.quantity} {each.low:g} to {each.high:g}" for each in need.numbers)
        return f"a unit of {centre} with it that covers {numbers}"

    def _runs(self) -> dict[tuple[str, str], tuple[str, PlannedRun]]:
        return {(line.recipe, line.operation): (centre, run) for line, centre, run in self._operations()}

    def _choices(self) -> Iterator[Mistake]:
        """Operations that are done on one unit, and that no unit could do both."""
        runs = self._runs()
        for line in self._lists.of(ChoiceLine):
            both = [runs.get((line.recipe, name)) for name in (line.operation, line.other)]
            if line.what != "unit" or line.differ or None in both:
                continue
            one, other = (set(self._units_of(*found)) for found in both if found is not None)
            if one and other and not one & other:
                expected = (
                    f"an operation that a unit of {line.operation} can do, too: {', '.join(sorted(one))}; "
                    f"{line.other} is done on {', '.join(sorted(other))}"
                )
                yield line.wrong("other", "no_common_unit", expected)

    def _units_of(self, centre: str, run: PlannedRun) -> Iterator[str]:
        for need in run.operation.units:
            yield from map(_name, self._centres.candidates(centre, need))

    def _staff(self) -> Iterator[Mistake]:
        runs = self._runs()
        judge_skills = self._sound(SkillLine, PersonLine)
        for line in self._lists.of(StaffLine):
            if (line.recipe, line.operation) not in runs:
                continue
            centre, run = runs[line.recipe, line.operation]
            yield from _empty_part(line, line.part, run)
            if judge_skills:
                yield from self._skill(line, centre)
        for visits in self._lists.of(VisitLine):
            if (visits.recipe, visits.operation) in runs and judge_skills:
                yield from self._skill(visits, runs[visits.recipe, visits.operation][0])

    def _skill(self, line: StaffLine | VisitLine, centre: str) -> Iterator[Mistake]:
        highest = self._centres.skills.get((centre, line.skill))
        if highest is None:
            yield line.wrong("skill", "unknown_skill", f"a skill that somebody of {centre} has")
        elif line.level > highest:
            yield line.wrong("level", "level_too_high", f"at most {highest}, the highest that somebody of {centre} has")

    def _capacities(self) -> Iterator[Mistake]:
        runs = self._runs()
        for line in self._lists.of(CapacityNeedLine):
            if (line.recipe, line.operation) not in runs or line.capacity not in self._centres.capacities:
                continue
            (centre, run), (owner, level) = (
                runs[line.recipe, line.operation],
                self._centres.capacities[line.capacity],
            )
            yield from _empty_part(line, line.part, run)
            if owner != centre and self._sound(CapacityLine):
                yield line.wrong("capacity", "other_centre", f"a capacity of {centre}; this one is of {owner}")
            elif owner == centre and line.amount > level and self._sound(CapacityLine):
                yield line.wrong("amount", "above_capacity", f"at most {level}, which is all there is")

    def _stocks(self) -> Iterator[Mistake]:
        runs = self._runs()
        for line in self._lists.of(StockNeedLine):
            centre = runs.get((line.recipe, line.operation), (None, None))[0]
            owner = self._centres.stocks.get(line.stock)
            if centre is not None and owner is not None and owner != centre and self._sound(StockLine):
                yield line.wrong("stock", "other_centre", f"a stock of {centre}; this one is of {owner}")
            if not line.per_run and not line.per_piece:
                yield line.wrong("per_run", "nothing_taken", "an amount per run or per piece")

    def _lags(self) -> Iterator[Mistake]:
        lines = grouped(self._lists.of(LagLine), lambda line: line.recipe)
        for recipe, routing in self._routings.items():
            runs = expand(routing, quantity=1, parameters=_lowest(routing), counts=every_step(routing, 1))
            names = contradiction(runs, tick_minutes=1)
            for line in _on(names, lines.get(recipe, ())):
                around = ", ".join(names)
                yield line.wrong(
                    "after", "lag_cycle", f"lags that can hold together; those of {around} run in a circle"
                )
                break


def _on(names: tuple[str, ...], lines: Iterable[LagLine]) -> Iterator[LagLine]:
    return (line for line in lines if line.before in names and line.after in names)


def _name(unit: UnitFacts) -> str:
    return unit.unit


def _shortest(routing: Routing) -> dict[str, PlannedRun]:
    free = routing.model_copy(update={"lags": ()})
    runs = expand(free, quantity=1, parameters=_lowest(routing), counts=every_step(routing, 1)).runs
    return {run.operation.name: run for run in runs if not run.visit}


def _lowest(routing: Routing) -> dict[str, int]:
    return {parameter.name: parameter.low for parameter in routing.parameters}


def _attended(run: PlannedRun, need: UnitNeed) -> Iterator[tuple[Part, int]]:
    """The parts in which a unit has to be open, with their minutes."""
    lengths: dict[Part, int] = {"whole": run.total_minutes, "head": run.head_minutes, "tail": run.tail_minutes}
    parts: tuple[Part, ...] = (need.part,)
    if run.operation.crossing == "pausing":
        return
    if run.operation.crossing == "unattended" and need.part == "whole":
        parts = ("head", "tail")
    for part in parts:
        yield part, lengths[part]


def _empty_part(line: UnitNeedLine | StaffLine | CapacityNeedLine, part: Part, run: PlannedRun) -> Iterator[Mistake]:
    if part != "whole" and not (run.head_minutes if part == "head" else run.tail_minutes):
        yield line.wrong("part", "empty_part", f"a part that has a length; {part}_minutes of the operation are 0")
