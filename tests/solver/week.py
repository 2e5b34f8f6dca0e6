"""A seeded week of two centres: 150 requests, 500 tasks, 80 units and 60 persons over four weeks of 5-minute ticks.

Knows nothing of how it is planned; it exists for tests and measurements.
"""

from dataclasses import replace
from itertools import pairwise
from random import Random

from solver.plan import Plan
from solver.problem import (
    Booked,
    Capacity,
    Consumption,
    Demand,
    Lag,
    Level,
    Mode,
    Person,
    Problem,
    Request,
    StaffNeed,
    Stock,
    Task,
    Unit,
    UnitUse,
    Window,
)

DAY = 288
WEEK = 7 * DAY
LEVELS = (
    Level(name="displaced", terms=(("displaced", 1),)),
    Level(name="moved in freeze", terms=(("moved_in_freeze", 1),)),
    Level(name="unplanned", terms=(("unplanned", 1),)),
    Level(name="tardiness", terms=(("tardiness", 1),)),
    Level(name="moved", terms=(("moved", 1),)),
    Level(name="completion", terms=(("completion", 1),)),
)


def week(
    seed: int, *, requests: int = 150, tasks: int = 500, units: int = 80, persons: int = 60, weeks: int = 4
) -> Problem:
    """Two centres that share nothing, each with half of everything, loaded beyond what fits before the due dates."""
    random = Random(seed)
    horizon = weeks * WEEK
    calendar_end = horizon + 2 * WEEK
    made_units: list[Unit] = []
    made_persons: list[Person] = []
    made_requests: list[Request] = []
    for centre in "AB":
        made_units += [_unit(random, centre, at, calendar_end) for at in range(units // 2)]
        made_persons += [_person(random, centre, at, calendar_end) for at in range(persons // 2)]
        counts = _spread(random, requests // 2, tasks // 2)
        mine = made_units[-(units // 2) :]
        made_requests += [_request(random, centre, at, count, mine, horizon) for at, count in enumerate(counts)]
    return Problem(
        horizon=horizon,
        calendar_end=calendar_end,
        commit_until=WEEK,
        levels=LEVELS,
        requests=tuple(made_requests),
        units=tuple(made_units),
        persons=tuple(made_persons),
        capacities=tuple(Capacity(id=f"{centre}-power", steps=((0, 60),)) for centre in "AB"),
        stocks=tuple(Stock(id=f"{centre}-paste", changes=((0, 60), (WEEK, 60))) for centre in "AB"),
    )


def booked(problem: Problem, plan: Plan, *, freeze: int = DAY) -> Problem:
    """The same problem with everything that ``plan`` planned confirmed; what it left out is gone."""
    placed = {assignment.task: assignment for assignment in plan.assignments}
    out = {left.request for left in plan.left_out}
    kept = []
    for request in problem.requests:
        if request.id in out:
            continue
        tasks = []
        for task in request.tasks:
            at = placed[task.id]
            ids = tuple(sorted({use.unit for use in task.modes[at.mode].units}))
            tasks.append(replace(task, booked=Booked(start=at.start, end=at.end, units=ids, frozen=at.start < freeze)))
        kept.append(replace(request, tasks=tuple(tasks)))
    return replace(problem, requests=tuple(kept))


def broken(problem: Problem, unit: str, window: Window) -> Problem:
    """The same problem with an outage of every lane of ``unit`` (which has nothing else taken)."""
    units = tuple(replace(u, taken=((window,),) * u.lanes) if u.id == unit else u for u in problem.units)
    return replace(problem, units=units)


def _days(random: Random, opens: int, closes: int, until: int) -> tuple[Window, ...]:
    shift = random.choice((0, 0, 12))
    days = range(0, until // DAY)
    return tuple((d * DAY + opens + shift, d * DAY + closes + shift) for d in days if d % 7 < 5)


def _unit(random: Random, centre: str, at: int, until: int) -> Unit:
    lanes = random.choice((1, 1, 1, 1, 1, 2))
    kind = at % 10
    windows = ((0, until),) if kind == 9 else _days(random, 96, 240, until)
    return Unit(id=f"{centre}-u{at:02}", lanes=lanes, open=windows)


def _person(random: Random, centre: str, at: int, until: int) -> Person:
    skills = tuple(f"{centre}-skill{s}" for s in sorted(random.sample(range(8), random.randint(1, 3))))
    early = at % 2 == 0
    windows = _days(random, 96 if early else 132, 192 if early else 240, until)
    return Person(id=f"{centre}-p{at:02}", skills=skills, on_shift=windows)


def _spread(random: Random, requests: int, tasks: int) -> list[int]:
    counts = [1] * requests
    for _ in range(tasks - requests):
        open_ = [at for at in range(requests) if counts[at] < 7]
        counts[random.choice(open_)] += 1
    return counts


def _request(random: Random, centre: str, at: int, count: int, units: list[Unit], horizon: int) -> Request:
    id_ = f"{centre}-R{at:03}"
    release = random.choice((0, 0, 0, random.randrange(0, WEEK)))
    tasks = tuple(_task(random, centre, f"{id_}/{number}", units) for number in range(count))
    lags = [Lag(before=a.id, after=b.id, most=random.choice((None, None, DAY * 3))) for a, b in pairwise(tasks)]
    work = sum(task.modes[0].duration for task in tasks)
    due = min(horizon, release + work + random.randint(0, 4) * DAY)
    strict = random.random() < 0.5
    return Request(
        id=id_,
        tasks=tasks,
        lags=tuple(lags),
        release=release,
        due=due,
        deadline=min(horizon, due + random.randint(0, 2) * DAY) if strict else None,
        weight=random.randint(1, 40) * (1 + count),
        tardiness_weight=random.randint(1, 5),
    )


def _task(random: Random, centre: str, id_: str, units: list[Unit]) -> Task:
    kind = random.choice((0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9))
    able = [unit for at, unit in enumerate(units) if at % 10 == kind]
    skill = f"{centre}-skill{kind % 8}"
    long = random.random() < 0.15
    if long:
        duration, head, tail = random.randint(200, 1440), random.randint(3, 8), random.randint(3, 8)
        parts: tuple[StaffNeed, ...] = (StaffNeed(skill=skill, part="head"), StaffNeed(skill=skill, part="tail"))
    else:
        attended = random.random() < 0.5
        duration, head, tail = random.randint(24, 85 if attended else 130), 0, 0
        parts = (StaffNeed(skill=skill),) if attended else ()
    demands = (Demand(capacity=f"{centre}-power", amount=random.randint(1, 6)),) if random.random() < 0.3 else ()
    consumptions = (Consumption(stock=f"{centre}-paste", amount=random.randint(1, 4)),) if kind == 3 else ()
    modes = tuple(
        Mode(
            duration=duration,
            crossing="unattended" if long else "solid",
            head=head,
            tail=tail,
            units=(UnitUse(unit=unit.id),),
            staff=parts,
            demands=demands,
            consumptions=consumptions,
        )
        for unit in able
    )
    return Task(id=id_, modes=modes)
