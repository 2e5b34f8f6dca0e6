"""Random small problems that use every rule and every cost, the same for the same seed.

Knows nothing of whether they can be solved; they are small enough for ``tests.solver.brute`` to try everything.
"""

from itertools import pairwise
from math import comb, prod
from random import Random

from solver.defects import find_defects
from solver.problem import (
    Booked,
    Capacity,
    Consumption,
    Crossing,
    Demand,
    Edge,
    Fact,
    Lag,
    Level,
    Mode,
    Part,
    Person,
    Pin,
    Problem,
    Request,
    StaffNeed,
    Stock,
    Task,
    Unit,
    UnitUse,
    Window,
)
from tests.solver.varieties import VARIETIES

SKILLS = ("load", "measure")
PARTS: tuple[Part, ...] = ("whole", "head", "tail")
EDGES: tuple[Edge, ...] = ("start", "end")
VARIETY_PERCENT = 25
PLAIN_COSTS = (
    "completion",
    "displaced",
    "makespan",
    "moved",
    "moved_in_freeze",
    "shifted",
    "tardiness",
    "unplanned",
)
"""The costs of plain problems; varieties bring the others."""
OPTION_LIMIT = 30_000
"""Ways to place one request, at most, before anything is excluded."""


def small_problem(seed: int) -> Problem:
    """A sound problem of 1 to 4 requests of 1 to 3 tasks, some with one or more varieties added. The number alone
    decides which."""
    problem = plain_problem(seed)
    for variety in VARIETIES:
        random = Random(f"{variety.name} {seed}")
        if _chance(random, VARIETY_PERCENT):
            varied = variety.add(problem, random)
            problem = problem if find_defects(varied) else varied
    return problem


def plain_problem(seed: int) -> Problem:
    """The same without varieties."""
    random = Random(f"small {seed}")
    while True:
        problem = _problem(random)
        small = all(options(problem, request) <= OPTION_LIMIT for request in problem.requests)
        if small and not find_defects(problem):
            return problem


def options(problem: Problem, request: Request) -> int:
    lanes = {unit.id: unit.lanes for unit in problem.units}
    return prod(
        sum(
            (1 if task.pin and task.pin.start is not None else problem.horizon)
            * (min(4, problem.calendar_end) if mode.crossing == "unattended" and mode.tail else 1)
            * prod(comb(lanes[use.unit], use.lanes) for use in mode.units)
            * max(1, len(problem.persons)) ** len(mode.staff)
            for mode in task.modes
        )
        for task in request.tasks
    )


def _chance(random: Random, percent: int) -> bool:
    return random.randrange(100) < percent


def _problem(random: Random) -> Problem:
    horizon = random.randint(5, 9)
    calendar_end = horizon + random.randint(0, 3)
    units = tuple(_unit(random, number, calendar_end) for number in range(random.randint(1, 3)))
    persons = tuple(_person(random, number, calendar_end) for number in range(random.randint(0, 2)))
    capacities = tuple(_capacity(random, horizon) for _ in range(random.randint(0, 1)))
    stocks = tuple(_stock(random, horizon) for _ in range(random.randint(0, 1)))
    bare = Problem(
        horizon=horizon,
        calendar_end=calendar_end,
        commit_until=random.randint(0, horizon),
        levels=_levels(random),
        requests=(),
        units=units,
        persons=persons,
        capacities=capacities,
        stocks=stocks,
    )
    return _with_requests(random, bare)


def _with_requests(random: Random, bare: Problem) -> Problem:
    requests: list[Request] = []
    for number in range(random.choice((1, 2, 2, 3, 3, 4))):
        tasks = random.choice((1, 1, 2, 2, 3))
        if sum(len(request.tasks) for request in requests) + tasks <= 6:
            requests.append(_request(random, bare, f"R{number}", tasks))
    return Problem(
        horizon=bare.horizon,
        calendar_end=bare.calendar_end,
        commit_until=bare.commit_until,
        levels=bare.levels,
        requests=tuple(requests),
        units=bare.units,
        persons=bare.persons,
        capacities=bare.capacities,
        stocks=bare.stocks,
    )


def _windows(random: Random, end: int, *, closed_percent: int) -> tuple[Window, ...]:
    """The ticks of ``[0, end)`` less those that are closed by chance, as windows."""
    ticks = [tick for tick in range(end) if not _chance(random, closed_percent)]
    starts = [tick for tick in ticks if tick - 1 not in ticks]
    ends = [tick + 1 for tick in ticks if tick + 1 not in ticks]
    return tuple(zip(starts, ends, strict=True))


def _unit(random: Random, number: int, end: int) -> Unit:
    lanes = random.choice((1, 1, 2, 3))
    taken = tuple(_windows(random, end, closed_percent=88) for _ in range(lanes)) if _chance(random, 50) else ()
    return Unit(id=f"U{number}", lanes=lanes, open=_open(random, end), taken=taken)


def _open(random: Random, end: int) -> tuple[Window, ...]:
    """Closed for a tick here and there, or for one night."""
    if _chance(random, 40):
        return _windows(random, end, closed_percent=5)
    closes = random.randint(1, 5)
    opens = closes + random.randint(1, 3)
    return ((0, closes), (opens, end)) if opens < end else ((0, closes),)


def _person(random: Random, number: int, end: int) -> Person:
    skills = tuple(skill for skill in SKILLS if _chance(random, 80))
    taken = _windows(random, end, closed_percent=90) if _chance(random, 40) else ()
    on_shift = _open(random, end) if _chance(random, 40) else _windows(random, end, closed_percent=7)
    return Person(id=f"P{number}", skills=skills, on_shift=on_shift, taken=taken)


def _capacity(random: Random, end: int) -> Capacity:
    ticks = sorted(random.sample(range(end), random.randint(1, 3)))
    if _chance(random, 70):
        ticks[0] = 0
    return Capacity(id="power", steps=tuple((tick, random.randint(1, 5)) for tick in ticks))


def _stock(random: Random, end: int) -> Stock:
    ticks = sorted(random.randrange(-1, end) for _ in range(random.randint(1, 3)))
    return Stock(id="paste", changes=tuple((tick, random.choice((-1, 2, 3, 4))) for tick in ticks))


def _levels(random: Random) -> tuple[Level, ...]:
    names = random.sample(PLAIN_COSTS, len(PLAIN_COSTS))
    levels, at = [], 0
    for number in range(random.randint(1, 3)):
        size = random.randint(1, 2)
        terms = tuple((name, random.randint(1, 3)) for name in names[at : at + size])
        levels.append(Level(name=f"level {number}", terms=terms, tolerance=0))
        at += size
    named = {name for level in levels for name, _ in level.terms}
    if _chance(random, 75):
        terms = tuple((name, random.randint(1, 3)) for name in ("displaced", "unplanned") if name not in named)
        levels.insert(0, Level(name="left out", terms=terms, tolerance=0))
    return tuple(levels)


def _request(random: Random, problem: Problem, id_: str, size: int) -> Request:
    kept = _chance(random, 30)
    tasks = tuple(_task(random, problem, f"{id_}/{number}", kept=kept) for number in range(size))
    facts = (_fact(random, id_),) if _chance(random, 15) else ()
    horizon = problem.horizon
    return Request(
        id=id_,
        tasks=tasks,
        lags=_lags(random, tasks, facts),
        facts=facts,
        release=random.randint(1, 3) if _chance(random, 20) else 0,
        due=random.randint(1, horizon) if _chance(random, 60) else None,
        deadline=random.randint(3, horizon + 2) if _chance(random, 25) else None,
        weight=random.randint(1, 6) if _chance(random, 90) else 0,
        tardiness_weight=random.randint(0, 3),
        required=_chance(random, 8),
        begun=bool(facts) and _chance(random, 60),
    )


def _fact(random: Random, id_: str) -> Fact:
    start = random.randint(-4, 1)
    return Fact(id=f"{id_}/done", start=start, end=start + random.randint(0, 3))


def _lags(random: Random, tasks: tuple[Task, ...], facts: tuple[Fact, ...]) -> tuple[Lag, ...]:
    ids = [*(fact.id for fact in facts), *(task.id for task in tasks)]
    lags = [_lag(random, before, after) for before, after in pairwise(ids) if _chance(random, 75)]
    if len(ids) > 2 and _chance(random, 30):
        lags.append(_lag(random, ids[0], ids[-1]))
    if facts and _chance(random, 30):
        lags.append(Lag(before=facts[0].id, after=facts[0].id, frm="start", to="end", least=9))
    return tuple(lags)


def _lag(random: Random, before: str, after: str) -> Lag:
    plain = _chance(random, 50)
    least = None if _chance(random, 15) else random.randint(-2, 2)
    most = (least or 0) + random.randint(0, 4) if least is None or _chance(random, 50) else None
    return Lag(
        before=before,
        after=after,
        frm="end" if plain else random.choice(EDGES),
        to="start" if plain else random.choice(EDGES),
        least=least,
        most=most,
    )


def _task(random: Random, problem: Problem, id_: str, *, kept: bool) -> Task:
    modes = tuple(_mode(random, problem) for _ in range(random.choice((1, 1, 1, 2))))
    windows = _windows(random, problem.calendar_end, closed_percent=10) if _chance(random, 20) else ()
    booked = _booked(random, problem, modes) if kept and _chance(random, 80) else None
    return Task(id=id_, modes=modes, windows=windows, booked=booked, pin=_pin(random, problem, modes))


def _booked(random: Random, problem: Problem, modes: tuple[Mode, ...]) -> Booked:
    mode, start = random.choice(modes), random.randrange(-1, problem.horizon)
    return Booked(start=start, end=start + mode.duration, units=_units(mode), frozen=_chance(random, 40))


def _pin(random: Random, problem: Problem, modes: tuple[Mode, ...]) -> Pin | None:
    if not _chance(random, 12):
        return None
    start = random.randrange(problem.horizon) if _chance(random, 60) else None
    return Pin(start=start, units=_units(random.choice(modes)) if _chance(random, 60) else None)


def _units(mode: Mode) -> tuple[str, ...]:
    return tuple(sorted({use.unit for use in mode.units}))


def _mode(random: Random, problem: Problem) -> Mode:
    if _chance(random, 30):
        return _overnight(random, problem)
    duration = random.randint(1, 3)
    head = random.randint(0, min(1, duration))
    tail = random.randint(0, min(1, duration - head))
    crossing: Crossing = "unattended" if _chance(random, 35) else "solid"
    return Mode(
        duration=duration,
        crossing=crossing,
        head=head,
        tail=tail,
        max_wait=random.randint(0, 2) if _chance(random, 60) else None,
        units=_uses(random, problem),
        staff=tuple(_staff(random) for _ in range(random.choice((0, 0, 1, 1, 2))) if problem.persons),
        demands=_demands(random, problem),
        consumptions=tuple(
            Consumption(stock=stock.id, amount=random.randint(1, 2)) for stock in problem.stocks if _chance(random, 50)
        ),
    )


def _part(random: Random) -> Part:
    return "whole" if _chance(random, 60) else random.choice(PARTS)


def _overnight(random: Random, problem: Problem) -> Mode:
    """Unattended, and to be unloaded when it is open again, by somebody or not."""
    needs = (StaffNeed(skill=random.choice(SKILLS), part="tail"),)
    return Mode(
        duration=random.randint(2, 3),
        crossing="unattended",
        head=random.randint(0, 1),
        tail=1,
        max_wait=random.randint(1, 3) if _chance(random, 20) else None,
        units=(UnitUse(unit=random.choice(problem.units).id),),
        staff=needs if problem.persons and _chance(random, 60) else (),
        demands=_demands(random, problem) if _chance(random, 30) else (),
    )


def _uses(random: Random, problem: Problem) -> tuple[UnitUse, ...]:
    """Up to two uses, now and then of the same unit."""
    units = random.choices(problem.units, k=random.choice((0, 1, 1, 1, 2)))
    return tuple(UnitUse(unit=unit.id, part=_part(random), lanes=random.randint(1, unit.lanes)) for unit in units)


def _staff(random: Random) -> StaffNeed:
    return StaffNeed(skill=random.choice(SKILLS), part=_part(random))


def _demands(random: Random, problem: Problem) -> tuple[Demand, ...]:
    return tuple(
        Demand(capacity=capacity.id, amount=random.randint(1, 3), part=_part(random))
        for capacity in problem.capacities
        if _chance(random, 60)
    )
