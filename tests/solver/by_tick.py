"""A second opinion on plans: the rules and the costs, said tick by tick, slowly, and in other words.

Knows nothing of ``solver.rules`` and ``solver.costs``, nor of the functions of ``solver.problem``: it shares data only.
"""

from collections import Counter
from dataclasses import dataclass, field

from solver.plan import Assignment, Plan
from solver.problem import Edge, Mode, Person, Problem, Request, Task
from tests.solver.ticks import held_ticks as held_ticks
from tests.solver.ticks import present, reliefs_of, who
from tests.solver.ticks import ticks_of as ticks_of
from tests.solver.ticks import worked_ticks as worked_ticks
from tests.solver.varieties import allowed, whole_costs
from tests.solver.varieties.batching import shared_run

Cell = tuple[str, int, int]
"""A unit, one of its lanes and a tick; or a person, -1 and a tick."""


@dataclass(frozen=True)
class Claims:
    """What a placed task claims: cells for itself, amounts of capacities per tick, and what it takes from stocks.

    Claims with the same ``run`` (not ``None``) are one as to cells and loads, as long as their ``size`` together is at
    most ``room``."""

    cells: frozenset[Cell] = frozenset()
    loads: Counter[tuple[str, int]] = field(default_factory=Counter)
    takings: Counter[tuple[str, int]] = field(default_factory=Counter)
    run: tuple[object, ...] | None = None
    size: int = 0
    room: int = 0


def length_is_right(mode: Mode, length: int) -> bool:
    """Whether a task may take so many ticks."""
    if mode.crossing == "pausing":
        return mode.duration <= length
    if mode.crossing == "solid" or mode.tail == 0:
        return length == mode.duration
    longest = length if mode.max_wait is None else mode.duration + mode.max_wait
    return mode.duration <= length <= longest


def claims_of(problem: Problem, request: Request, task: Task, assignment: Assignment) -> Claims | None:
    """What the assignment claims, ``None`` if it is not allowed even in an otherwise empty plan."""
    if assignment.mode not in range(len(task.modes)):
        return None
    mode = task.modes[assignment.mode]
    if not length_is_right(mode, assignment.end - assignment.start):
        return None
    if not _in_time(problem, request, task, assignment) or not _as_pinned(task, mode, assignment):
        return None
    if not _unloaded_in_time(problem, mode, assignment) or not _advances(problem, mode, assignment):
        return None
    if not _may_be_there(problem, mode, assignment):
        return None
    cells = _unit_cells(problem, mode, assignment)
    hands = _person_cells(problem, mode, assignment)
    if cells is None or hands is None or len({*cells, *hands}) < len(cells) + len(hands):
        return None
    loads: Counter[tuple[str, int]] = Counter()
    for demand in mode.demands:
        for tick in worked_ticks(problem, demand.part, mode, assignment):
            loads[demand.capacity, tick] += demand.amount
    takings: Counter[tuple[str, int]] = Counter()
    for consumption in mode.consumptions:
        takings[consumption.stock, assignment.start] += consumption.amount
    loads += _worked(problem, hands)
    rooms = [use.room for use in mode.units if use.room is not None]
    return Claims(
        cells=frozenset(cells + hands),
        loads=loads,
        takings=takings,
        run=shared_run(task, mode, assignment),
        size=task.size,
        room=min(rooms, default=0),
    )


def _advances(problem: Problem, mode: Mode, assignment: Assignment) -> bool:
    if mode.crossing != "pausing":
        return True
    worked = worked_ticks(problem, "whole", mode, assignment)
    return len(worked) == mode.duration and {assignment.start, assignment.end - 1} <= worked


def _may_be_there(problem: Problem, mode: Mode, assignment: Assignment) -> bool:
    """Whether it starts where its units may be started, and stays out of what is kept for others."""
    units = {unit.id: unit for unit in problem.units}
    for use in (use for use in mode.units if use.lanes):
        held = held_ticks(problem, use.part, mode, assignment)
        starts = units[use.unit].starts
        anywhere = not held or use.part == "tail" or starts is None
        if not anywhere and assignment.start not in {tick for one in starts or () for tick in range(*one)}:
            return False
        if held & {tick for window in use.barred for tick in range(*window)}:
            return False
    return True


def _in_time(problem: Problem, request: Request, task: Task, assignment: Assignment) -> bool:
    ticks = set(range(assignment.start, assignment.end))
    allowed = set(range(max(0, request.release), problem.calendar_end))
    if request.deadline is not None:
        allowed -= set(range(request.deadline, problem.calendar_end))
    in_windows = not task.windows or any(ticks <= set(range(*window)) for window in task.windows)
    return assignment.start < problem.horizon and ticks <= allowed and in_windows


def _unloaded_in_time(problem: Problem, mode: Mode, assignment: Assignment) -> bool:
    """Whether no tick at which the tail could have begun was let go by; where somebody has to do it, who may have been
    busy, they are there from the first such tick on, and everything is open."""
    if mode.crossing != "unattended" or mode.tail == 0:
        return True
    skills = {need.skill for need in mode.staff if need.part == "tail"}
    begin = assignment.end - mode.tail
    for tick in range(assignment.start + mode.duration - mode.tail, begin):
        if _could_unload(problem, mode, skills, set(range(tick, tick + mode.tail))):
            return bool(skills) and _could_unload(problem, mode, skills, set(range(tick, assignment.end)))
    return True


def _could_unload(problem: Problem, mode: Mode, skills: set[str], ticks: set[int]) -> bool:
    used = {use.unit for use in mode.units if use.part in ("whole", "tail")}
    opened = [{tick for span in unit.open for tick in range(*span)} for unit in problem.units if unit.id in used]
    there = [
        person for person in problem.persons if ticks <= {tick for span in person.on_shift for tick in range(*span)}
    ]
    able = {skill for person in there for skill in person.skills}
    return all(ticks <= hours for hours in opened) and skills <= able


def _as_pinned(task: Task, mode: Mode, assignment: Assignment) -> bool:
    if task.pin is None:
        return True
    same_start = task.pin.start in (None, assignment.start)
    return same_start and (task.pin.units is None or list(task.pin.units) == _units(mode))


def _units(mode: Mode) -> list[str]:
    return sorted({use.unit for use in mode.units})


def _unit_cells(problem: Problem, mode: Mode, assignment: Assignment) -> list[Cell] | None:
    cells: list[Cell] = []
    if len(assignment.lanes) != len(mode.units):
        return None
    for use, lanes in zip(mode.units, assignment.lanes, strict=True):
        (unit,) = (unit for unit in problem.units if unit.id == use.unit)
        if list(lanes) not in [sorted(set(lanes))] or len(lanes) != use.lanes or not set(lanes) <= {*range(unit.lanes)}:
            return None
        held = held_ticks(problem, use.part, mode, assignment)
        attended = held
        if mode.crossing == "pausing":
            worked = worked_ticks(problem, use.part, mode, assignment)
            attended = set() if use.drives or not worked else {min(worked), max(worked)}
        if mode.crossing == "unattended":
            attended = held & (ticks_of("head", mode, assignment) | ticks_of("tail", mode, assignment))
        if not attended <= {tick for window in unit.open for tick in range(*window)}:
            return None
        for lane in lanes:
            taken = {tick for window in (unit.taken[lane] if unit.taken else ()) for tick in range(*window)}
            if held & taken:
                return None
            cells += [(unit.id, lane, tick) for tick in held]
    return cells


def _person_cells(problem: Problem, mode: Mode, assignment: Assignment) -> list[Cell] | None:
    cells: list[Cell] = []
    if len(assignment.persons) != len(mode.staff) or not _relieved_in_order(problem, mode, assignment):
        return None
    for number, need in enumerate(mode.staff):
        able = {person.id: _free(person) for person in problem.persons if need.skill in person.skills}
        if not {assignment.persons[number], *reliefs_of(number, assignment).values()} <= set(able):
            return None
        needed = worked_ticks(problem, need.part, mode, assignment)
        if mode.crossing == "pausing" and not need.drives and needed:
            (there,) = (present(person) for person in problem.persons if person.id == assignment.persons[number])
            if not {min(needed), max(needed)} <= there:
                return None
            needed &= there
        for tick in needed:
            name = who(number, assignment, tick)
            if tick not in able[name]:
                return None
            cells.append((name, -1, tick))
    return cells


def _relieved_in_order(problem: Problem, mode: Mode, assignment: Assignment) -> bool:
    """Whether everybody who is relieved may be, is there until then and not a tick longer."""
    order = [(relief.need, relief.tick) for relief in assignment.reliefs]
    if order != sorted(set(order)):
        return False
    shifts = {person.id: present(person) for person in problem.persons}
    for number, tick in order:
        if number not in range(len(mode.staff)) or not mode.staff[number].handover:
            return False
        needed = ticks_of(mode.staff[number].part, mode, assignment)
        there = shifts.get(who(number, assignment, tick - 1), set())
        if not {tick - 1, tick} <= needed or tick - 1 not in there or tick in there:
            return False
    return True


def _free(person: Person) -> set[int]:
    return present(person) - {tick for window in person.taken for tick in range(*window)}


def _worked(problem: Problem, cells: list[Cell]) -> Counter[tuple[str, int]]:
    """What is taken of everybody's greatest hours; of a shared run once."""
    return Counter(
        (f"hours {person.id}", number)
        for person in problem.persons
        for number, limit in enumerate(person.limits)
        for name, lane, tick in cells
        if (name, lane) == (person.id, -1) and tick in range(limit.start, limit.end)
    )


def fit_together(problem: Problem, claims: list[Claims]) -> bool:
    """Whether no cell is claimed twice, and capacities and stocks suffice for all."""
    runs: dict[object, list[Claims]] = {}
    for number, claim in enumerate(claims):
        runs.setdefault(number if claim.run is None else claim.run, []).append(claim)
    if any(each[0].run is not None and sum(one.size for one in each) > each[0].room for each in runs.values()):
        return False
    cells = [cell for each in runs.values() for cell in each[0].cells]
    if len(cells) != len(set(cells)):
        return False
    loads: Counter[tuple[str, int]] = Counter()
    takings: Counter[tuple[str, int]] = Counter()
    for each in runs.values():
        loads.update(each[0].loads)
    for claim in claims:
        takings.update(claim.takings)
    return amounts_suffice(problem, loads, takings)


def amounts_suffice(problem: Problem, loads: Counter[tuple[str, int]], takings: Counter[tuple[str, int]]) -> bool:
    """Whether capacities bear the loads at every tick, and stocks the takings until every tick."""
    for capacity in problem.capacities:
        level = 0
        steps = dict(capacity.steps)
        for tick in range(min([0, *steps]), problem.calendar_end):
            level = steps.get(tick, level)
            if loads[capacity.id, tick] > level:
                return False
    for stock in problem.stocks:
        for now in range(problem.calendar_end):
            there = sum(quantity for tick, quantity in stock.changes if tick <= now)
            taken = sum(takings[stock.id, tick] for tick in range(now + 1))
            if taken > 0 and taken > there:
                return False
    return all(
        loads[f"hours {person.id}", number] <= limit.most
        for person in problem.persons
        for number, limit in enumerate(person.limits)
    )


def lags_hold(request: Request, placed: dict[str, Assignment]) -> bool:
    """Whether every lag holds whose ends are known and are not both facts."""
    times: dict[tuple[str, Edge], int] = {}
    for fact in request.facts:
        times[fact.id, "start"], times[fact.id, "end"] = fact.start, fact.end
    for id_, assignment in placed.items():
        times[id_, "start"], times[id_, "end"] = assignment.start, assignment.end
    for lag in request.lags:
        known = (lag.before, lag.frm) in times and (lag.after, lag.to) in times
        if not known or not {lag.before, lag.after} & set(placed):
            continue
        gap = times[lag.after, lag.to] - times[lag.before, lag.frm]
        if (lag.least is not None and gap < lag.least) or (lag.most is not None and lag.most < gap):
            return False
    return True


def acceptable(problem: Problem, plan: Plan) -> bool:
    """Whether the plan obeys everything that a problem says."""
    planned, out = _by_request(problem, plan)
    if planned is None or out is None:
        return False
    claims: list[Claims] = []
    for request in problem.requests:
        placed = planned[request.id]
        if request.id in out:
            booked = request.begun or any(task.booked is not None for task in request.tasks)
            if placed or request.required or booked != (out[request.id] == "displaced"):
                return False
            continue
        if len(placed) != len(request.tasks) or not lags_hold(request, placed):
            return False
        for task in request.tasks:
            claim = claims_of(problem, request, task, placed[task.id])
            if claim is None:
                return False
            claims.append(claim)
    placed = {id_: at for tasks in planned.values() for id_, at in tasks.items()}
    return fit_together(problem, claims) and allowed(problem, placed)


def _by_request(problem: Problem, plan: Plan) -> tuple[dict[str, dict[str, Assignment]] | None, dict[str, str] | None]:
    """Assignments by request and task, and kinds of absence by request; ``None`` for unknown or repeated names."""
    home = {task.id: request.id for request in problem.requests for task in request.tasks}
    planned: dict[str, dict[str, Assignment]] = {request.id: {} for request in problem.requests}
    out: dict[str, str] = {}
    for assignment in plan.assignments:
        if assignment.task not in home or assignment.task in planned[home[assignment.task]]:
            return None, None
        planned[home[assignment.task]][assignment.task] = assignment
    for left_out in plan.left_out:
        if left_out.request not in planned or left_out.request in out:
            return None, None
        out[left_out.request] = left_out.absence
    return planned, out


def request_costs(problem: Problem, request: Request, placed: dict[str, Assignment]) -> Counter[str]:
    """What one request adds to every cost (for the makespan: how far it pushes it); nothing placed: it is left out."""
    costs: Counter[str] = Counter()
    booked = [(task, task.booked) for task in request.tasks if task.booked is not None]
    if not placed:
        lost = 1000 * len(request.tasks) if request.begun else len(booked)
        costs["displaced" if booked or request.begun else "unplanned"] = lost or request.weight
        return costs
    for task, stood in booked:
        now = placed[task.id]
        if (stood.start, stood.end, list(stood.units)) != (now.start, now.end, _units(task.modes[now.mode])):
            costs["moved"] += 1
            costs["moved_in_freeze"] += 1 if stood.frozen else 0
        costs["unit_changes"] += list(stood.units) != _units(task.modes[now.mode])
        costs["shifted"] += max(now.start - stood.start, stood.start - now.start)
    end = max(assignment.end for assignment in placed.values())
    costs["makespan"] = end
    last = max([end, *(fact.end for fact in request.facts)])
    costs["completion"] = request.weight * last
    if request.due is not None and last > request.due:
        costs["tardiness"] = request.tardiness_weight * (last - request.due)
    return costs


def sum_costs(parts: list[Counter[str]]) -> Counter[str]:
    """The costs of several requests together."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    total["makespan"] = max([0, *(part["makespan"] for part in parts)])
    return total


def levels_of(problem: Problem, costs: Counter[str]) -> tuple[int, ...]:
    """The value of every level."""
    return tuple(sum(factor * costs[name] for name, factor in level.terms) for level in problem.levels)


def plan_levels(problem: Problem, plan: Plan) -> tuple[int, ...]:
    """The value of every level for an acceptable plan."""
    parts = []
    for request in problem.requests:
        ids = {task.id for task in request.tasks}
        placed = {assignment.task: assignment for assignment in plan.assignments if assignment.task in ids}
        parts.append(request_costs(problem, request, placed))
    everything = {assignment.task: assignment for assignment in plan.assignments}
    return levels_of(problem, sum_costs(parts) + whole_costs(problem, everything))
