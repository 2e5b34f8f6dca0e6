"""All tasks of a request are planned or none; each once, in one of its modes; required requests always; an addition
only where what it adds to is.

Knows nothing of when and where, but that each mode has its own possible starts and ends.
"""

from typing import TYPE_CHECKING

from solver.windows import covers, unite

if TYPE_CHECKING:
    from solver.variables import TaskVariables, Variables


def add(variables: "Variables") -> None:
    """One mode per planned task, placed where that mode can be; no addition alone."""
    for request in variables.planable:
        if request.after in variables.requests:
            variables.model.add_implication(variables.requests[request.id], variables.requests[request.after])
    for task in variables.tasks.values():
        if len(task.modes) > 1:
            variables.exactly_one(task.modes.values(), task.present)
            _places(variables, task)


def _places(variables: "Variables", task: "TaskVariables") -> None:
    places = task.places.values()
    all_starts = unite(window for place in places for window in place.starts)
    all_ends = unite(window for place in places for window in place.end_windows)
    for place in places:
        chosen = task.modes[place.number]
        if not covers(place.starts, all_starts):
            variables.when(variables.in_windows(task.start, place.starts), chosen)
        if place.ends is not None and not covers(place.ends, all_ends):
            variables.when(variables.in_windows(task.end, place.ends), chosen)
