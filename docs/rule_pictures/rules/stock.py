"""A consumable lasts until it is delivered again; a budget of hours is one too."""

from collections.abc import Iterator

from docs.rule_pictures.canvas import Amounts, Canvas, Row
from docs.rule_pictures.sketch import canvas, draw_lanes
from docs.rule_pictures.week import Week
from solver.problem import Measure, Problem, Stock, Window
from solver.rules.reading import Placed

Taking = tuple[int, int, Placed]
"""When, how much, and for what."""
MOST_ROWS = 5


def data(problem: Problem, measure: Measure = "count") -> Iterator[str]:
    """Stocks, or budgets of hours, that some task takes of."""
    used = {
        taking.stock
        for request in problem.requests
        for task in request.tasks
        for mode in task.modes
        for taking in mode.consumptions
    }
    return (stock.id for stock in problem.stocks if stock.id in used and stock.measure == measure)


def draw(week: Week) -> Canvas | None:
    """The stock that comes closest to nothing before a delivery."""
    lows = []
    for stock in (stock for stock in week.problem.stocks if stock.measure == "count"):
        levels = _levels(stock, _takings(week, stock.id))
        first = stock.changes[0][1] if stock.changes else 0
        next_one = next((tick for tick, amount in stock.changes if tick > 0 and amount > 0), None)
        if next_one is not None and first and next_one < week.problem.commit_until:
            low = min(level for tick, level in levels if tick < next_one)
            lows.append((low / first, stock.id, stock, next_one))
    if not lows:
        return None
    _, _, stock, delivery = min(lows, key=lambda each: each[:2])
    return _drawn(
        week, stock, (0, week.day(delivery)[1] + 24 * week.hour), f"delivery {week.moment(delivery)}", delivery
    )


def budgets(problem: Problem) -> Iterator[str]:
    """Budgets of hours that some task takes of."""
    return data(problem, "ticks")


def draw_budget(week: Week) -> Canvas | None:
    """The budget of which the most is used."""
    lows = []
    for stock in (stock for stock in week.problem.stocks if stock.measure == "ticks"):
        takings = [taking for taking in _takings(week, stock.id) if taking[0] < week.problem.commit_until]
        granted = sum(amount for tick, amount in stock.changes if tick <= 0)
        if takings and granted:
            lows.append((1 - sum(amount for _, amount, _ in takings) / granted, stock.id, stock))
    if not lows:
        return None
    stock = min(lows, key=lambda each: each[:2])[2]
    return _drawn(week, stock, (0, week.problem.commit_until), "", None)


def _takings(week: Week, stock: str) -> list[Taking]:
    return [
        (placed.at.start, taking.amount, placed)
        for placed in week.placed
        for taking in placed.mode.consumptions
        if taking.stock == stock
    ]


def _levels(stock: Stock, takings: list[Taking]) -> list[tuple[int, float]]:
    """What is left, from each tick at which something changes."""
    changes = [*stock.changes, *((tick, -amount) for tick, amount, _ in takings)]
    ticks = sorted({tick for tick, _ in changes})
    return [(tick, sum(amount for when, amount in changes if when <= tick)) for tick in ticks]


def _drawn(week: Week, stock: Stock, window: Window, word: str, delivery: int | None) -> Canvas:
    takings = [taking for taking in _takings(week, stock.id) if window[0] <= taking[0] < window[1]]
    units = _rows(week, takings)
    timed = stock.measure == "ticks"
    per = week.hour if timed else 1
    levels = [(tick, level / per) for tick, level in _levels(stock, _takings(week, stock.id))]
    inside = [point for point in levels if window[0] <= point[0] < (delivery or window[1])]
    low = min(inside, key=lambda each: (each[1], each[0]))
    name, unit = week.name(stock.id), " h" if timed else ""
    said = (
        "A run takes its hours where it starts; what is left of a grant stays."
        if timed
        else "A run takes what it needs where it starts; what is not there yet cannot be used."
    )
    title = f"{name}: never more than {'was granted' if timed else 'there is'}"
    top = [Row(name="deliveries", note=True)] if delivery is not None else []
    notes = [(low[0], low[1], f"{round(low[1], 1):g}{unit} left")]
    amounts = Amounts(title=f"{name}: what is left{', hours' if timed else ''}", points=levels, notes=notes, below=True)
    picture = canvas(week, title, said, window=window, rows=[*top, *map(week.unit, units)], amounts=amounts)
    for _, amount, placed in takings:
        if placed.units[0] in units:
            label = f"{week.name(placed.task.id)}: {round(amount / per, 1):g}{unit}"
            span, row = (placed.at.start, placed.at.end), len(top) + units.index(placed.units[0])
            draw_lanes(picture, week, row, placed.units[0], span, label, held=placed.at.lanes[0])
    if delivery is not None:
        picture.mark(delivery, word, colour="#2c7a37")
    return picture


def _rows(week: Week, takings: list[Taking]) -> list[str]:
    """The units on which most is taken, by name."""
    amounts: dict[str, int] = {}
    for _, amount, placed in takings:
        amounts[placed.units[0]] = amounts.get(placed.units[0], 0) + amount
    most = sorted(amounts, key=lambda unit: (-amounts[unit], unit))[:MOST_ROWS]
    return sorted(most, key=lambda unit: week.name(unit))
