"""Units are open for the parts in which they are attended, and a task takes as long as its crossing of closing says.

Knows nothing of who else is there. Where a unit is open is said by the possible starts and ends alone.
"""

from typing import TYPE_CHECKING

from solver.advancing import share_of
from solver.places import Case, Place
from solver.problem import Part, UnitUse
from solver.stretches import add_ends

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

    from solver.variables import TaskVariables, Variables


def narrow(case: Case, place: Place) -> Place:
    """Keeps starts and ends at which every attended part finds its unit open."""
    for use in place.mode.units:
        if place.advance is not None:
            place = place if use.drives else _visited(case, place, use)
            continue
        parts: tuple[Part, ...] = (use.part,)
        if place.mode.crossing == "unattended" and use.part == "whole":
            parts = ("head", "tail")
        for part in parts:
            place = place.within(part, case.calendars.units[use.unit].open)
    return place


def _visited(case: Case, place: Place, use: UnitUse) -> Place:
    """Keeps starts at which a unit that does not drive the pausing work is open when its part begins and ends."""
    share = share_of(use.part, place.mode)
    if place.advance is None or share[0] == share[1]:
        return place
    return place.at(place.advance.starts_visiting(share, case.calendars.units[use.unit].open.windows, ()))


def add(variables: "Variables") -> None:
    """The end of each task: after its duration, and later only where its mode may wait or pauses."""
    for task in variables.tasks.values():
        if task.length_of_one is None:
            _ends(variables, task)
            add_ends(variables, task)


def _ends(variables: "Variables", task: "TaskVariables") -> None:
    model = variables.model
    for number, place in task.places.items():
        chosen, mode = task.modes[number], place.mode
        length = task.end - task.start
        if place.advance is not None:
            continue
        if not place.waits:
            variables.when(model.add(length == mode.duration), chosen)
            continue
        variables.when(model.add(length >= mode.duration), chosen)
        if mode.max_wait is not None:
            variables.when(model.add(length <= mode.duration + mode.max_wait), chosen)
        _unloaded(variables, task, place)
    if len(task.places) > 1:
        model.add(task.end - task.start >= min(place.mode.duration for place in task.places.values()))


def _unloaded(variables: "Variables", task: "TaskVariables", place: Place) -> None:
    """The tail begins at the next moment that hours and shifts allow, or later while the same shift lasts."""
    model, mode, chosen = variables.model, place.mode, task.modes[place.number]
    run, before = mode.duration - mode.tail, variables.yes
    for until, latest in variables.calendars.moments.of(mode).steps:
        if until - run <= place.first_start:
            continue
        after = _starts_from(variables, task, place, until - run)
        if latest is None:
            on_time = model.add(task.end - task.start <= mode.duration)
            on_time.only_enforce_if(chosen, before, after.negated())
        elif latest + mode.tail < place.last_end:
            model.add(task.end <= latest + mode.tail).only_enforce_if(chosen, after.negated())
        if after is variables.no:
            break
        before = after


def _starts_from(variables: "Variables", task: "TaskVariables", place: Place, tick: int) -> "IntVar":
    """Whether the task starts at ``tick`` or later, one literal for all its modes."""
    if tick > place.last_start:
        return variables.no
    known = variables.starts_from.get((task.task.id, tick))
    if known is None:
        id_, first = task.task.id, task.first_start
        known = variables.new_literal(lambda outcome: outcome.start(id_, first) >= tick)
        variables.model.add(task.start >= tick).only_enforce_if(known)
        variables.model.add(task.start < tick).only_enforce_if(known.negated())
        variables.starts_from[id_, tick] = known
    return known
