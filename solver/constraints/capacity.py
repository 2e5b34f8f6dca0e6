"""Shared limits (rooms, power, gas) hold at every moment.

Knows nothing of what fixed work uses: it has been subtracted from the limit.
"""

from typing import TYPE_CHECKING

from solver.calendars import CapacityLevels
from solver.places import Case, Place
from solver.stretches import intervals_of

if TYPE_CHECKING:
    from solver.variables import Claim, Variables


def narrow(case: Case, place: Place) -> Place:
    """Keeps starts and ends at which the limit would suffice for this task alone."""
    for demand in place.mode.demands:
        place = place.within(demand.part, case.calendars.capacities[demand.capacity].enough(demand.amount))
    return place


def add(variables: "Variables") -> None:
    """One cumulative per capacity; what the profile lacks of its greatest level is fixed work."""
    for id_, levels in variables.calendars.capacities.items():
        claims = [claim for claim in variables.claims_on_capacity(id_) if claim.takes_time]
        if claims:
            _limit(variables, levels, claims)


def _limit(variables: "Variables", levels: CapacityLevels, claims: "list[Claim]") -> None:
    drawn = [(interval, claim.amount) for claim in claims for interval in intervals_of(variables, claim)]
    intervals, amounts = [interval for interval, _ in drawn], [amount for _, amount in drawn]
    first = min(claim.first_tick for claim in claims)
    last = max(claim.last_tick for claim in claims)
    for start, end, level in levels.pieces:
        if level < levels.greatest and start < last and first < end:
            intervals.append(variables.fixed_interval(start, end))
            amounts.append(levels.greatest - level)
    variables.model.add_cumulative(intervals, amounts, levels.greatest)
