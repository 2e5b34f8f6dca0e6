"""Every attended part has a person with the skill, on shift for its length, who does one thing at a time.

Knows nothing of names: persons alike in skills, shifts and what they are taken for are one pool, told apart afterwards;
one whose hours are limited is a pool alone.
"""

from typing import TYPE_CHECKING

from solver.advancing import share_of
from solver.hours import limit_hours
from solver.places import Case, Place
from solver.problem import StaffNeed
from solver.stretches import share_out
from solver.turns import share_in_turns
from solver.windows import unite

if TYPE_CHECKING:
    from solver.variables import Variables


def narrow(case: Case, place: Place) -> Place:
    """Keeps starts and ends at which somebody with the skill would be there for this task alone."""
    for need in place.mode.staff:
        calendar = case.calendars.skilled(need.skill)
        if not calendar.choices:
            return place.at(())
        if place.advance is not None and not need.drives:
            place = _visited(case, place, need)
        else:
            place = place.within(need.part, case.calendars.relayed(need.skill) if need.handover else calendar)
    return place


def _visited(case: Case, place: Place, need: StaffNeed) -> Place:
    """Keeps starts at which somebody who does not drive the pausing work is there when their part begins and ends."""
    share = share_of(need.part, place.mode)
    if place.advance is None or share[0] == share[1]:
        return place
    able = (person for person, _ in case.calendars.staff if need.skill in person.skills)
    visits = [place.advance.starts_visiting(share, person.on_shift, person.taken) for person in able]
    return place.at(unite(window for visit in visits for window in visit))


def add(variables: "Variables") -> None:
    """Shares out the needs for each skill among the pools of persons who have it."""
    staff = variables.calendars.staff
    for skill in sorted({need for person, _ in staff for need in person.skills}):
        pools = tuple(pool for person, pool in staff if skill in person.skills)
        for claim in variables.claims_on_skill(skill):
            if claim.takes_time:
                share_out(variables, claim, pools)
        for claim in variables.claims_on_relay(skill):
            if claim.takes_time:
                share_in_turns(variables, claim, [one for one in staff if skill in one[0].skills])
    for person, pool in staff:
        variables.hold(pool)
        limit_hours(variables, person, pool)
