"""Work starts on its units when they may be started, and uses none while it is kept for others.

Knows nothing of opening hours. What waits to be unloaded may not reach into a period that is kept for others.
"""

from typing import TYPE_CHECKING

from solver.calendars import Calendar
from solver.places import Case, Place
from solver.problem import UnitUse
from solver.windows import Windows, complement, unite

if TYPE_CHECKING:
    from solver.variables import TaskVariables, Variables


def narrow(case: Case, place: Place) -> Place:
    """Keeps the starts that every unit allows, from which no use touches what is kept for others."""
    for use in (use for use in place.mode.units if use.lanes):
        allowed = case.calendars.units[use.unit].allowed
        if allowed is not None and use.part != "tail" and place.length(use.part):
            place = place.at(allowed)
        if use.barred:
            place = place.held(use.part, Calendar(complement(use.barred, 0, case.calendars.end)))
    return place


def add(variables: "Variables") -> None:
    """Work that waits avoids what is kept for others with the wait included."""
    for task in variables.tasks.values():
        for number, place in task.places.items():
            barred = _barred(place)
            if place.waits and barred:
                _avoid(variables, task, number, barred)


def _barred(place: Place) -> Windows:
    uses: tuple[UnitUse, ...] = place.mode.units
    return unite(window for use in uses if use.lanes and use.part == "whole" for window in use.barred)


def _avoid(variables: "Variables", task: "TaskVariables", number: int, barred: Windows) -> None:
    if task.length is None:
        return
    blocks = [variables.fixed_interval(start, end) for start, end in barred]
    whole = variables.interval(task.start, task.length, task.end, task.modes[number])
    variables.model.add_no_overlap([whole, *blocks])
