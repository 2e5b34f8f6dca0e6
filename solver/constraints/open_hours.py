"""Units are open for the parts in which they are attended, and a task takes as long as its crossing of closing says.

Knows nothing of who else is there. Where a unit is open is said by the possible starts and ends alone.
"""

from typing import TYPE_CHECKING

from solver.places import Case, Place
from solver.problem import Part

if TYPE_CHECKING:
    from solver.variables import TaskVariables, Variables


def narrow(case: Case, place: Place) -> Place:
    """Keeps starts and ends at which every attended part finds its unit open."""
    for use in place.mode.units:
        parts: tuple[Part, ...] = (use.part,)
        if place.mode.crossing == "unattended" and use.part == "whole":
            parts = ("head", "tail")
        for part in parts:
            place = place.within(part, case.calendars.units[use.unit].open)
    return place


def add(variables: "Variables") -> None:
    """The end of each task: after its duration, and later only where its mode may wait."""
    for task in variables.tasks.values():
        if task.length_of_one is None:
            _ends(variables, task)


def _ends(variables: "Variables", task: "TaskVariables") -> None:
    model = variables.model
    for number, place in task.places.items():
        chosen, mode = task.modes[number], place.mode
        length = task.end - task.start
        if not place.waits:
            variables.when(model.add(length == mode.duration), chosen)
            continue
        variables.when(model.add(length >= mode.duration), chosen)
        if mode.max_wait is not None:
            variables.when(model.add(length <= mode.duration + mode.max_wait), chosen)
    if len(task.places) > 1:
        model.add(task.end - task.start >= min(place.mode.duration for place in task.places.values()))
