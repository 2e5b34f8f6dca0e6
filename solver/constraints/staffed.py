"""Every attended part has a person with the skill, on shift for its length, who does one thing at a time.

Knows nothing of names: persons alike in skills, shifts and what they are taken for are one pool, told apart afterwards;
one whose hours are limited is a pool alone.
"""

from typing import TYPE_CHECKING

from solver.hours import limit_hours
from solver.places import Case, Place
from solver.turns import share_in_turns

if TYPE_CHECKING:
    from solver.variables import Variables


def narrow(case: Case, place: Place) -> Place:
    """Keeps starts and ends at which somebody with the skill would be there for this task alone."""
    for need in place.mode.staff:
        calendar = case.calendars.skilled(need.skill)
        if not calendar.choices:
            return place.at(())
        place = place.within(need.part, case.calendars.relayed(need.skill) if need.handover else calendar)
    return place


def add(variables: "Variables") -> None:
    """Shares out the needs for each skill among the pools of persons who have it."""
    staff = variables.calendars.staff
    for skill in sorted({need for person, _ in staff for need in person.skills}):
        pools = tuple(pool for person, pool in staff if skill in person.skills)
        for claim in variables.claims_on_skill(skill):
            if claim.takes_time:
                variables.share_out(claim, pools)
        for claim in variables.claims_on_relay(skill):
            if claim.takes_time:
                share_in_turns(variables, claim, [one for one in staff if skill in one[0].skills])
    for person, pool in staff:
        variables.hold(pool)
        limit_hours(variables, person, pool)
