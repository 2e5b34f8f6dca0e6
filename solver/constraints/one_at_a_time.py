"""A lane holds one thing at a time, and between two holds lies what the unit needs (``solver.ordering``).

Knows nothing of opening hours. Lanes of a unit that are taken at the same ticks are one pool, and numbers are given
afterwards: intervals of which never more than k overlap can always be laid on k lanes. Persons are ``staffed``.
"""

from typing import TYPE_CHECKING

from solver.calendars import UnitCalendars
from solver.ordering import put_in_order
from solver.places import Case, Place
from solver.sequence import is_sequenced, party_of
from solver.stretches import share_out

if TYPE_CHECKING:
    from solver.variables import Claim, Variables


def narrow(case: Case, place: Place) -> Place:
    """Keeps starts and ends at which enough lanes would be free for this task alone."""
    for use in place.mode.units:
        if not use.lanes:
            continue
        place = place.held(use.part, case.calendars.units[use.unit].enough(use.lanes))
        apart = case.calendars.units[use.unit].apart(party_of(case.request, case.task.id, place.mode))
        if apart is not None:
            place = place.held(use.part, apart)
    return place


def add(variables: "Variables") -> None:
    """Shares out the claims on each unit among its pools of lanes."""
    for id_, unit in variables.calendars.units.items():
        claims = [claim for claim in variables.claims_on_unit(id_) if claim.takes_time]
        if claims:
            _share(variables, unit, claims)


def _share(variables: "Variables", unit: UnitCalendars, claims: "list[Claim]") -> None:
    for claim in claims:
        share_out(variables, claim, unit.pools)
    if is_sequenced(unit.unit):
        put_in_order(variables, unit, claims)
    for pool in unit.pools:
        variables.hold(pool)
