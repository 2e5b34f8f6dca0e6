"""Consumables are not taken before they are there.

Knows nothing of a stock that fixed work alone overdraws: then nothing more may be taken, and nothing is reported.
"""

from collections import defaultdict
from collections.abc import Iterator

from solver.problem import Stock
from solver.rules.reading import Reading
from solver.rules.violation import Violation

Taking = tuple[int, int, str]
"""Tick, amount and task."""


def violations(book: Reading) -> Iterator[Violation]:
    """One violation per stock: the first moment at which it is overdrawn."""
    stocks = {stock.id: stock for stock in book.problem.stocks}
    for id_, takings in _takings(book).items():
        yield from _first_overdraft(stocks.get(id_) or Stock(id=id_, changes=()), takings)


def _takings(book: Reading) -> dict[str, list[Taking]]:
    found: dict[str, list[Taking]] = defaultdict(list)
    for placed in book.placed.values():
        for consumption in placed.mode.consumptions:
            found[consumption.stock].append((placed.at.start, consumption.amount, placed.task.id))
    return found


def _first_overdraft(stock: Stock, takings: list[Taking]) -> Iterator[Violation]:
    supply, demand = _sums(stock.changes), _sums([(tick, amount) for tick, amount, _ in takings])
    available = taken = 0
    for tick in sorted({*supply, *demand}):
        available += supply.get(tick, 0)
        taken += demand.get(tick, 0)
        if taken > max(0, available):
            tasks = [task for start, _, task in sorted(takings, reverse=True) if start <= tick]
            if stock.measure == "ticks":
                numbers = (("tick", tick), ("spent", taken), ("left", available))
                yield Violation(rule="stock", code="overspent", ids=(stock.id, *tasks), numbers=numbers)
                return
            numbers = (("tick", tick), ("taken", taken), ("available", available))
            yield Violation(rule="stock", code="overdrawn", ids=(stock.id, *tasks), numbers=numbers)
            return


def _sums(changes: tuple[tuple[int, int], ...] | list[tuple[int, int]]) -> dict[int, int]:
    sums: dict[int, int] = defaultdict(int)
    for tick, quantity in changes:
        sums[tick] += quantity
    return sums
