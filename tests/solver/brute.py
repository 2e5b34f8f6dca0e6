"""The optimum of a small problem, found by trying everything.

Knows nothing of the rule book and of the solver; what is allowed it learns from ``tests.solver.by_tick``.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial, reduce
from itertools import combinations, product
from random import Random

from solver.plan import Assignment, LeftOut, LevelValue, Plan
from solver.problem import Mode, Problem, Request, Task
from tests.solver.by_tick import (
    Cell,
    Claims,
    amounts_suffice,
    claims_of,
    fit_together,
    lags_hold,
    length_is_right,
    levels_of,
    plan_levels,
    request_costs,
    sum_costs,
)
from tests.solver.reliefs import relief_choices
from tests.solver.varieties import Placed, completed, is_varied, whole_costs


@dataclass(frozen=True)
class Way:
    """One way to deal with a request: all of it placed, or nothing (left out)."""

    request: Request
    placed: tuple[Assignment, ...]
    cells: int
    """A bit per claimed cell."""
    loads: Counter[tuple[str, int]]
    takings: Counter[tuple[str, int]]
    costs: Counter[str]
    runs: dict[object, tuple[int, Counter[tuple[str, int]], int, int]]
    """What may be shared, by run: cells and loads, which count once, pieces and room. Not in ``cells``, ``loads``."""


def best_plan(problem: Problem) -> Plan | None:
    """A plan with the least levels, ``None`` if required requests cannot all be met."""
    return _Search(problem).best()


def best_levels(problem: Problem) -> tuple[int, ...] | None:
    """The least levels of all plans, ``None`` if required requests cannot all be met."""
    plan = best_plan(problem)
    return None if plan is None else tuple(level.value for level in plan.levels)


def least_in_turn(problem: Problem) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Every level minimised in turn, by trying everything, while the earlier ones are worsened by their tolerance at
    most: those least values, and up to where each may be worsened. ``None`` if required requests cannot all be met."""
    least: list[int] = []
    caps: list[int] = []
    for at, level in enumerate(problem.levels):
        search = _Search(problem, partial(_capped, at, tuple(caps)))
        if search.best() is None or search.record is None:
            return None
        assert not any(search.record[:-1])
        least.append(search.record[-1])
        caps.append(least[-1] * (1000 + level.tolerance) // 1000)
    return tuple(least), tuple(caps)


def _capped(level: int, caps: tuple[int, ...], values: tuple[int, ...]) -> tuple[int, ...]:
    """How far beyond their caps the levels before one are, then its own value."""
    return (*(max(0, value - cap) for value, cap in zip(values, caps, strict=False)), values[level])


def some_plans(problem: Problem, random: Random, number: int) -> list[Plan]:
    """Up to ``number`` acceptable plans, good and bad, by luck."""
    ways = all_ways(problem)
    plans = [_lucky_plan(problem, ways, random) for _ in range(number)]
    return [plan for plan in plans if plan is not None]


def placements(problem: Problem, request: Request, task: Task) -> Iterator[tuple[Assignment, Claims]]:
    """Every assignment of a task that would be allowed in an otherwise empty plan."""
    for number, mode in enumerate(task.modes):
        lengths = [length for length in range(1, problem.calendar_end + 1) if length_is_right(mode, length)]
        choices = list(product(_lane_choices(problem, mode), _person_choices(problem, mode)))
        for start, length, (lanes, persons) in product(range(problem.horizon), lengths, choices):
            assignment = Assignment(
                task=task.id, mode=number, start=start, end=start + length, lanes=lanes, persons=persons
            )
            for relieved in relief_choices(problem, mode, assignment):
                claims = claims_of(problem, request, task, relieved)
                if claims is not None and fit_together(problem, [claims]):
                    yield relieved, claims


def _lane_choices(problem: Problem, mode: Mode) -> list[tuple[tuple[int, ...], ...]]:
    lanes = {unit.id: unit.lanes for unit in problem.units}
    return list(product(*(combinations(range(lanes[use.unit]), use.lanes) for use in mode.units)))


def _person_choices(problem: Problem, mode: Mode) -> list[tuple[str, ...]]:
    persons = [person.id for person in problem.persons]
    return list(product(persons, repeat=len(mode.staff)))


def all_ways(problem: Problem) -> list[list[Way]]:
    """For every request, every way to deal with it that differs in what it claims or costs; the cheapest first."""
    bits: dict[Cell, int] = {}
    varied = is_varied(problem)
    return [_ways(problem, request, bits, varied=varied) for request in problem.requests]


def _ways(problem: Problem, request: Request, bits: dict[Cell, int], *, varied: bool) -> list[Way]:
    """Where there are varieties, placements that claim and cost the same may still differ."""
    found: dict[object, Way] = {}
    for placed in whole_placements(problem, request):
        way = _way(problem, request, placed, bits)
        claimed = (way.cells, frozenset(way.loads.items()), frozenset(way.takings.items()))
        found.setdefault((*claimed, frozenset(way.costs.items()), way.placed if varied else ()), way)
    if not request.required:
        found[None] = _way(problem, request, (), bits)
    return sorted(found.values(), key=lambda way: levels_of(problem, way.costs))


def _way(
    problem: Problem, request: Request, placed: tuple[tuple[Assignment, Claims], ...], bits: dict[Cell, int]
) -> Way:
    every = [claims for _, claims in placed]
    claims = [claim for claim in every if claim.run is None]
    cells = [cell for claim in claims for cell in claim.cells]
    runs: dict[object, tuple[int, Counter[tuple[str, int]], int, int]] = {}
    for claim in every:
        if claim.run is not None:
            held = sum(1 << bits.setdefault(cell, len(bits)) for cell in claim.cells)
            inside = runs[claim.run][2] if claim.run in runs else 0
            runs[claim.run] = (held, claim.loads, inside + claim.size, claim.room)
    assignments = tuple(assignment for assignment, _ in placed)
    return Way(
        request=request,
        placed=assignments,
        cells=sum(1 << bits.setdefault(cell, len(bits)) for cell in cells),
        loads=sum((claim.loads for claim in claims), Counter()),
        takings=sum((claim.takings for claim in every), Counter()),
        runs=runs,
        costs=request_costs(problem, request, {assignment.task: assignment for assignment in assignments}),
    )


def whole_placements(problem: Problem, request: Request) -> Iterator[tuple[tuple[Assignment, Claims], ...]]:
    """Every way to place all tasks of a request, task by task."""
    partial: list[tuple[tuple[Assignment, Claims], ...]] = [()]
    for task in request.tasks:
        alone = list(placements(problem, request, task))
        partial = [
            (*before, placement)
            for before in partial
            for placement in alone
            if _fits(problem, request, (*before, placement))
        ]
    yield from partial


def _fits(problem: Problem, request: Request, placed: tuple[tuple[Assignment, Claims], ...]) -> bool:
    by_task = {assignment.task: assignment for assignment, _ in placed}
    return lags_hold(request, by_task) and fit_together(problem, [claims for _, claims in placed])


def _compatible(problem: Problem, ways: list[Way], way: Way) -> bool:
    if way.placed and any(not other.placed and other.request.id == way.request.after for other in ways):
        return False
    if way.runs or any(other.runs for other in ways):
        return _share(problem, [*ways, way])
    if any(way.cells & other.cells for other in ways):
        return False
    if not way.loads and not way.takings:
        return True
    loads = reduce(lambda total, other: total + other.loads, ways, way.loads)
    takings = reduce(lambda total, other: total + other.takings, ways, way.takings)
    return amounts_suffice(problem, loads, takings)


def _share(problem: Problem, ways: list[Way]) -> bool:
    """Whether all go together where some may share runs."""
    held, loads = 0, Counter[tuple[str, int]]()
    runs: dict[object, tuple[int, Counter[tuple[str, int]], int, int]] = {}
    for way in ways:
        for run, (cells, load, size, room) in way.runs.items():
            runs[run] = (cells, load, size + (runs[run][2] if run in runs else 0), room)
    for cells, load in [(way.cells, way.loads) for way in ways] + [(run[0], run[1]) for run in runs.values()]:
        if held & cells:
            return False
        held |= cells
        loads.update(load)
    takings = sum((way.takings for way in ways), Counter[tuple[str, int]]())
    return all(size <= room for _, _, size, room in runs.values()) and amounts_suffice(problem, loads, takings)


def _lucky_plan(problem: Problem, ways: list[list[Way]], random: Random) -> Plan | None:
    """A plan request by request, each in a random way that still fits, sooner placed than left out."""
    chosen: list[Way] = []
    for index in random.sample(range(len(ways)), len(ways)):
        tries = random.sample(ways[index], len(ways[index]))
        tries.sort(key=lambda way: not way.placed and random.random() < 0.8)
        way = next((way for way in tries if _compatible(problem, chosen, way)), None)
        if way is None:
            return None
        chosen.append(way)
    placed = completed(problem, _placed(chosen))
    return None if placed is None else _plan(problem, chosen, placed)


def _placed(ways: list[Way]) -> dict[str, Assignment]:
    return {assignment.task: assignment for way in ways for assignment in way.placed}


def _plan(problem: Problem, ways: list[Way], placed: Placed) -> Plan:
    left_out = [
        LeftOut(request=way.request.id, absence="displaced" if way.request.kept else "unplanned")
        for way in ways
        if not way.placed
    ]
    plan = Plan(
        status="feasible",
        assignments=tuple(sorted(placed.values(), key=lambda one: one.task)),
        left_out=tuple(sorted(left_out, key=lambda one: one.request)),
    )
    values = zip(problem.levels, plan_levels(problem, plan), strict=True)
    return Plan(
        status=plan.status,
        assignments=plan.assignments,
        left_out=plan.left_out,
        levels=tuple(LevelValue(name=level.name, value=value) for level, value in values),
    )


class _Search:
    """Every combination of ways, less those that cannot beat the best one so far.

    ``worth``: what plans are compared by, made of their levels' values, none of which may lower it by growing.
    """

    def __init__(
        self, problem: Problem, worth: Callable[[tuple[int, ...]], tuple[int, ...]] = lambda values: values
    ) -> None:
        self.problem, self.worth = problem, worth
        self.ways = all_ways(problem)
        self.least = [_least(ways) for ways in self.ways]
        self.record: tuple[int, ...] | None = None
        self.plan: Plan | None = None

    def best(self) -> Plan | None:
        """Tries them all."""
        self._extend([])
        return self.plan

    def _extend(self, chosen: list[Way]) -> None:
        if len(chosen) == len(self.ways):
            self._finish(chosen)
            return
        for way in self.ways[len(chosen)]:
            longer = [*chosen, way]
            if self.record is not None and self._value(longer) >= self.record:
                continue
            if _compatible(self.problem, chosen, way):
                self._extend(longer)

    def _finish(self, chosen: list[Way]) -> None:
        placed = _placed(chosen)
        costs = sum_costs([way.costs for way in chosen]) + whole_costs(self.problem, placed)
        value = self.worth(levels_of(self.problem, costs))
        if self.record is None or value < self.record:
            whole = completed(self.problem, placed)
            if whole is not None:
                self.record, self.plan = value, _plan(self.problem, chosen, whole)

    def _value(self, chosen: list[Way]) -> tuple[int, ...]:
        """The levels of the ways chosen and of the least that the others can add: no cost of these ever falls by
        adding, and those of whole plans are never negative."""
        costs = [way.costs for way in chosen] + self.least[len(chosen) :]
        return self.worth(levels_of(self.problem, sum_costs(costs)))


def _least(ways: list[Way]) -> Counter[str]:
    names = {name for way in ways for name in way.costs}
    return Counter({name: min(way.costs[name] for way in ways) for name in names})
