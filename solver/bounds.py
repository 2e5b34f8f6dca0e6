"""Lower bounds that hold for every plan, from calendars, lags and workload alone.

Knows nothing of CP-SAT, which often finds better ones; these cost next to nothing and are there at once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from solver.batches import energy_of
from solver.calendars import Calendars
from solver.costs.unfairness import gifts, worst_shortfall
from solver.places import Place
from solver.problem import Mode, Part, Problem, Request, Task
from solver.reach import Reach, find_reach
from solver.windows import total


@dataclass(frozen=True, slots=True)
class Work:
    """What a task is sure to take of a resource: ``energy`` (length times amount) after its ``head`` and before its
    ``tail``, both in ticks: nothing of it starts before ``head``, and the last task ends ``tail`` after it or later."""

    head: int
    tail: int
    energy: int


def lower_bounds(problem: Problem) -> tuple[int, ...]:
    """One bound per level, in order: no plan at all has a smaller value of it."""
    return bounds_of(Calendars(problem))


def bounds_of(calendars: Calendars, reach: Reach | None = None) -> tuple[int, ...]:
    """The same, where calendars and perhaps the reach are at hand already."""
    known = find_reach(calendars) if reach is None else reach
    costs: dict[str, int] = {}
    for name in {name for level in calendars.problem.levels for name, _ in level.terms}:
        costs[name] = _COSTS[name](calendars.problem, known, calendars)
    return tuple(sum(factor * costs[name] for name, factor in level.terms) for level in calendars.problem.levels)


def is_planable(request: Request, reach: Reach) -> bool:
    """Whether the request could be planned if it had everything to itself; ``True`` is no promise."""
    return bool(request.tasks) and all(reach[task.id] for task in request.tasks)


def tails(request: Request, lengths: Mapping[str, int]) -> dict[str, int]:
    """By task, how long after its end the last task of the request ends at the earliest (longest path along lags).

    ``lengths`` are the least lengths of the tasks. Positive circles are cut off, which leaves a valid bound.
    """
    after = dict.fromkeys(lengths, 0)
    for _ in lengths:
        before = dict(after)
        for lag in reversed(request.lags):
            if lag.least is not None and lag.frm == "end" and lag.before in lengths and lag.after in lengths:
                gap = lag.least + (lengths[lag.after] if lag.to == "start" else 0)
                after[lag.before] = max(after[lag.before], gap + after[lag.after])
        if after == before:
            break
    return after


def makespan_bound(problem: Problem, reach: Reach, calendars: Calendars) -> int:
    """The greatest of: each required request's longest path, and each resource's workload over its amount."""
    required = [request for request in problem.requests if request.required and is_planable(request, reach)]
    ends = [min(place.first_end for place in reach[task.id]) for request in required for task in request.tasks]
    work = _sure_work(required, reach)
    limits = {("unit", unit.id): unit.lanes for unit in problem.units}
    limits |= {("capacity", id_): levels.greatest for id_, levels in calendars.capacities.items()}
    loads = [workload(loads, limits[key]) for key, loads in work.items() if limits[key]]
    return max((*ends, *loads), default=0)


def workload(works: Iterable[Work], limit: int) -> int:
    """Carlier's bound relaxed: least head + energy / limit + least tail, over the sets with heads of at least each."""
    best, energy, tail = 0, 0, 1 << 60
    for work in sorted(works, key=lambda one: -one.head):
        energy, tail = energy + work.energy, min(tail, work.tail)
        best = max(best, work.head - (-energy // limit) + tail)
    return best


def _sure_work(requests: Iterable[Request], reach: Reach) -> dict[tuple[str, str], list[Work]]:
    """By resource, what the tasks take of it in every mode."""
    work: dict[tuple[str, str], list[Work]] = defaultdict(list)
    for request in requests:
        lengths = {task.id: min(place.mode.duration for place in reach[task.id]) for task in request.tasks}
        after = tails(request, lengths)
        for task in request.tasks:
            places = reach[task.id]
            head = min(place.first_start for place in places)
            for resource, energy in _least_energy(task, places).items():
                work[resource].append(Work(head, after[task.id], energy))
    return work


def _least_energy(task: Task, places: Iterable[Place]) -> dict[tuple[str, str], int]:
    used = [_energy(task, place.mode) for place in places]
    return {key: least for key in used[0] if (least := min(use.get(key, 0) for use in used))}


def _energy(task: Task, mode: Mode) -> dict[tuple[str, str], int]:
    """What a task takes at the least in a mode: of a run that it may share, its part."""
    energy: dict[tuple[str, str], int] = defaultdict(int)
    for use in mode.units:
        energy["unit", use.unit] += energy_of(task, mode, use.lanes * _length(mode, use.part))
    for demand in mode.demands:
        energy["capacity", demand.capacity] += energy_of(task, mode, demand.amount * _length(mode, demand.part))
    return energy


def _length(mode: Mode, part: Part) -> int:
    return {"whole": mode.duration, "head": mode.head, "tail": mode.tail}[part]


def _hopeless(problem: Problem, reach: Reach) -> list[Request]:
    return [request for request in problem.requests if not is_planable(request, reach)]


def _sure(problem: Problem, reach: Reach) -> list[Request]:
    return [request for request in problem.requests if request.required and is_planable(request, reach)]


def _first_last_end(request: Request, reach: Reach) -> int:
    """When the request, all alone, would be finished at the earliest."""
    ends = [min(place.first_end for place in reach[task.id]) for task in request.tasks]
    return max((*ends, *(fact.end for fact in request.facts)))


def _displaced(problem: Problem, reach: Reach, _: Calendars) -> int:
    """What stands confirmed and cannot be planned any more."""
    return sum(request.displacement for request in _hopeless(problem, reach))


def _unplanned(problem: Problem, reach: Reach, calendars: Calendars) -> int:
    """What cannot be planned even alone, and what must stay out because the scarcest units cannot carry it."""
    hopeless = sum(request.weight for request in _hopeless(problem, reach) if not request.kept)
    return hopeless + scarcity(problem, reach, calendars)


def _tardiness(problem: Problem, reach: Reach, _: Calendars) -> int:
    """How late required requests are at the least; others may stay out."""
    return sum(
        request.tardiness_weight * max(0, _first_last_end(request, reach) - request.due)
        for request in _sure(problem, reach)
        if request.due is not None
    )


def _completion(problem: Problem, reach: Reach, _: Calendars) -> int:
    return sum(request.weight * max(0, _first_last_end(request, reach)) for request in _sure(problem, reach))


def _moved(problem: Problem, reach: Reach, _: Calendars) -> int:
    return sum(not _can_stay(task, reach) for request in _sure(problem, reach) for task in request.tasks)


def _moved_in_freeze(problem: Problem, reach: Reach, _: Calendars) -> int:
    tasks = (task for request in _sure(problem, reach) for task in request.tasks)
    return sum(not _can_stay(task, reach) for task in tasks if task.booked and task.booked.frozen)


def _shifted(problem: Problem, reach: Reach, _: Calendars) -> int:
    """How far booked tasks of required requests have to move at the least."""
    return sum(_least_shift(task, reach) for request in _sure(problem, reach) for task in request.tasks)


def _least_shift(task: Task, reach: Reach) -> int:
    booked = task.booked
    if booked is None:
        return 0
    spans = [span for place in reach[task.id] for span in place.starts]
    return min((max(first - booked.start, booked.start - (end - 1), 0) for first, end in spans), default=0)


def _can_stay(task: Task, reach: Reach) -> bool:
    booked = task.booked
    if booked is None:
        return True
    there = (place for place in reach[task.id] if {use.unit for use in place.mode.units} == set(booked.units))
    return any(first <= booked.start < end for place in there for first, end in place.starts)


def _unit_changes(problem: Problem, reach: Reach, _: Calendars) -> int:
    return sum(not _same_units(task, reach) for request in _sure(problem, reach) for task in request.tasks)


def _same_units(task: Task, reach: Reach) -> bool:
    booked = task.booked
    return booked is None or any(
        {use.unit for use in place.mode.units} == set(booked.units) for place in reach[task.id]
    )


def _unfairness(problem: Problem, reach: Reach, _: Calendars) -> int:
    """As if everything were planned that could be planned alone."""
    return worst_shortfall(problem.shares, gifts(one for one in problem.requests if is_planable(one, reach)))


def scarcity(problem: Problem, reach: Reach, calendars: Calendars) -> int:
    """The weight that must stay out of the requests that could each be planned alone: the largest, over groups of
    units, of a continuous knapsack of the group's free lane ticks (Dantzig 1957)."""
    needs: dict[frozenset[str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    requests = {one.id: one for one in problem.requests if is_planable(one, reach) and not one.kept}
    for request in requests.values():
        for task in request.tasks:
            energies = [_unit_energy(task, place.mode) for place in reach[task.id]]
            if all(energies):
                group = frozenset(unit for energy in energies for unit in energy)
                needs[group][request.id] += min(sum(energy.values()) for energy in energies)
    return max((_excess(group, needs, requests, calendars) for group in list(needs)), default=0)


def _unit_energy(task: Task, mode: Mode) -> dict[str, int]:
    return {id_: energy for (kind, id_), energy in _energy(task, mode).items() if kind == "unit"}


def _excess(
    group: frozenset[str],
    needs: Mapping[frozenset[str], Mapping[str, int]],
    requests: Mapping[str, Request],
    calendars: Calendars,
) -> int:
    wanted: dict[str, int] = defaultdict(int)
    for units, by_request in needs.items():
        if units <= group:
            for id_, energy in by_request.items():
                wanted[id_] += energy
    pools = (pool for unit in group for pool in calendars.units[unit].pools)
    supply = sum(len(pool.members) * total(pool.free.windows) for pool in pools)
    return _least_weight_out([(requests[id_], energy) for id_, energy in wanted.items() if energy], supply)


def _least_weight_out(wanted: Sequence[tuple[Request, int]], supply: int) -> int:
    """The weight that stays out at the least when ``supply`` is shared out, dearest per tick first."""
    left = supply - sum(energy for request, energy in wanted if request.required)
    optional = [(request.weight, energy) for request, energy in wanted if not request.required]
    out = sum(weight for weight, _ in optional)
    for weight, energy in sorted(optional, key=lambda one: (-Fraction(*one), one[1])):
        if left < energy:
            return max(0, out - weight * max(0, left) // energy)
        left, out = left - energy, out - weight
    return out


def _running(problem: Problem, reach: Reach, _: Calendars) -> int:
    """Every task of required requests in its cheapest mode, of a run that it may share its part."""
    tasks = (task for request in _sure(problem, reach) for task in request.tasks)
    return sum(min(energy_of(task, place.mode, place.mode.cost) for place in reach[task.id]) for task in tasks)


def _nothing(*_: object) -> int:
    """What may be avoided altogether, for all that is known."""
    return 0


_COSTS: dict[str, Callable[[Problem, Reach, Calendars], int]] = {
    "displaced": _displaced,
    "moved_in_freeze": _moved_in_freeze,
    "unplanned": _unplanned,
    "tardiness": _tardiness,
    "moved": _moved,
    "shifted": _shifted,
    "completion": _completion,
    "makespan": makespan_bound,
    "unfairness": _unfairness,
    "unit_changes": _unit_changes,
    "setup": _nothing,
    "running": _running,
    "gaps": _nothing,
}
