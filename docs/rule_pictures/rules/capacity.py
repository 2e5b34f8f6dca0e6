"""A shared limit, such as power or places in a suite, holds at every moment."""

from collections.abc import Iterator

from docs.rule_pictures.canvas import Amounts, Canvas
from docs.rule_pictures.sketch import canvas, draw_lanes
from docs.rule_pictures.week import Week
from solver.problem import Capacity, Problem, Window
from solver.rules.reading import Placed

Load = tuple[int, int, int, Placed]
"""Start, end, amount, and the work that uses it."""


def data(problem: Problem) -> Iterator[str]:
    """Capacities that some task uses."""
    used = {
        demand.capacity
        for request in problem.requests
        for task in request.tasks
        for mode in task.modes
        for demand in mode.demands
    }
    return (capacity.id for capacity in problem.capacities if capacity.id in used)


def draw(week: Week) -> Canvas | None:
    """The moment in which a capacity that several works share is closest to its limit."""
    found = []
    for capacity in week.problem.capacities:
        loads = _loads(week, capacity.id)
        for start, *_ in loads:
            now = [load for load in loads if load[0] <= start < load[1]]
            limit = _level(capacity, start)
            if len(now) > 2 and limit and 0 <= start < week.problem.commit_until:
                found.append((sum(load[2] for load in now) / limit, len(now), -start, capacity.id, capacity, loads))
    if not found:
        return None
    _, _, moment, _, capacity, loads = max(found, key=lambda each: each[:4])
    return _drawn(week, capacity, loads, -moment)


def _loads(week: Week, capacity: str) -> list[Load]:
    """What uses it, a shared run once."""
    return sorted(
        (
            (*placed.span(demand.part), demand.amount, placed)
            for placed in week.reading.carrying()
            for demand in placed.mode.demands
            if demand.capacity == capacity
        ),
        key=lambda each: (each[0], each[3].task.id),
    )


def _level(capacity: Capacity, tick: int) -> int:
    return next((level for since, level in reversed(capacity.steps) if since <= tick), 0)


def _drawn(week: Week, capacity: Capacity, loads: list[Load], moment: int) -> Canvas:
    now = [load for load in loads if load[0] <= moment < load[1]]
    window = week.around((moment, moment), hours=12)
    shown = [load for load in loads if load[0] < window[1] and load[1] > window[0]]
    units = sorted({load[3].units[0] for load in shown}, key=lambda unit: week.name(unit))
    most, used = _level(capacity, moment), sum(load[2] for load in now)
    name = week.name(capacity.id)
    profile = _profile(shown, window)
    picture = canvas(
        week,
        f"{name}: never over {most} at any moment",
        f"{week.moment(moment)}: {' + '.join(str(load[2]) for load in now)} = {used} of {most}. The next job waits.",
        window=window,
        rows=[week.unit(unit) for unit in units],
        amounts=Amounts(
            title=f"{name}: what is used, and the limit",
            points=profile,
            limit=[(window[0], most), (window[1], most)],
            notes=[(moment, used, f"{used} of {most}")],
        ),
    )
    for start, end, amount, placed in shown:
        unit = placed.units[0]
        row, label = units.index(unit), f"{week.name(placed.task.id)}: {amount}"
        draw_lanes(picture, week, row, unit, (start, end), label, held=placed.at.lanes[0])
    return picture


def _profile(loads: list[Load], window: Window) -> list[tuple[int, float]]:
    ticks = sorted({window[0], *(tick for load in loads for tick in load[:2])})
    return [(tick, sum(load[2] for load in loads if load[0] <= tick < load[1])) for tick in ticks]
