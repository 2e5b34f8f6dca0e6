"""Consumables are not taken before they are there.

Knows nothing of a stock that fixed work alone overdraws: then nothing more may be taken.
"""

from typing import TYPE_CHECKING

from solver.calendars import StockLevels
from solver.places import Case, Place

if TYPE_CHECKING:
    from solver.variables import Claim, Variables


def narrow(case: Case, place: Place) -> Place:
    """Keeps starts at which the stock would suffice for this task alone."""
    for consumption in place.mode.consumptions:
        levels = case.calendars.stocks[consumption.stock]
        place = place.at(levels.enough(consumption.amount, case.calendars.end).windows)
    return place


def add(variables: "Variables") -> None:
    """A sum where the whole supply is there from the start, else a cumulative of what has been taken."""
    for id_, levels in variables.calendars.stocks.items():
        claims = list(variables.claims_on_stock(id_))
        if claims:
            _limit(variables, levels, claims)


def _limit(variables: "Variables", levels: StockLevels, claims: "list[Claim]") -> None:
    first = min(claim.first_tick for claim in claims)
    last = max(claim.task.last_start for claim in claims)
    total = levels.steps[-1][1]
    variables.model.add(sum(claim.amount * claim.chosen for claim in claims) <= total)
    reached = [level for tick, level in levels.steps if tick <= last]
    before = [level for tick, level in levels.steps if tick <= first]
    if (before or reached)[-1] < total:
        _deliveries(variables, levels, claims)


def _deliveries(variables: "Variables", levels: StockLevels, claims: "list[Claim]") -> None:
    """What is taken stays taken until the end; what is not yet there is taken by fixed work until it comes."""
    end, total = variables.calendars.end, levels.steps[-1][1]
    intervals = [variables.interval(claim.start, end - claim.start, end, claim.chosen) for claim in claims]
    amounts = [claim.amount for claim in claims]
    ticks = [*(tick for tick, _ in levels.steps[1:]), end]
    for (start, level), upto in zip(levels.steps, ticks, strict=True):
        if level < total and start < min(upto, end):
            intervals.append(variables.fixed_interval(start, min(upto, end)))
            amounts.append(total - level)
    variables.model.add_cumulative(intervals, amounts, total)
