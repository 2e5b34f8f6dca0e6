"""Tasks lie in the horizon, after the release date, before the deadline, and in one of their own windows.

Knows nothing of opening hours.
"""

from typing import TYPE_CHECKING

from solver.calendars import Calendar
from solver.places import Case, Place
from solver.windows import complement

if TYPE_CHECKING:
    from solver.variables import Variables


def narrow(case: Case, place: Place) -> Place:
    """Keeps starts and ends between the dates and in the task's windows."""
    latest = case.calendars.end if case.request.deadline is None else min(case.request.deadline, case.calendars.end)
    place = place.bounded(case.request.release, case.calendars.problem.horizon - 1, 0, latest)
    return place.held("whole", Calendar(case.task.windows)) if case.task.windows else place


def add(variables: "Variables") -> None:
    """A task that may wait and has several windows does not reach from one into another."""
    for task in variables.tasks.values():
        if len(task.task.windows) > 1 and task.length is not None:
            gaps = complement(task.task.windows, 0, variables.calendars.end)
            blocks = [variables.fixed_interval(start, end) for start, end in gaps]
            whole = variables.interval(task.start, task.length, task.end, task.present)
            variables.model.add_no_overlap([whole, *blocks])
