"""The variables of one task: when it starts and ends, and in which mode.

Knows nothing of resources.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ortools.sat.python.cp_model import IntVar, LinearExpr

from solver.places import Place
from solver.problem import Part, Request, Task


@dataclass(eq=False, slots=True)
class TaskVariables:
    """A task that may be planned: where it starts and ends, and a literal per possible mode.

    ``length_of_one`` is its length where all modes agree and none waits; ``length`` a variable where some mode waits,
    equal to ``end - start`` only in intervals that are present.
    """

    request: Request
    task: Task
    places: Mapping[int, Place]
    present: IntVar
    start: IntVar
    end: LinearExpr
    length_of_one: int | None
    length: IntVar | None
    modes: Mapping[int, IntVar]

    @property
    def first_start(self) -> int:
        """The earliest start in any mode."""
        return min(place.first_start for place in self.places.values())

    @property
    def last_start(self) -> int:
        """The latest start in any mode."""
        return max(place.last_start for place in self.places.values())

    @property
    def first_end(self) -> int:
        """The earliest end in any mode."""
        return min(place.first_end for place in self.places.values())

    @property
    def last_end(self) -> int:
        """The latest end in any mode."""
        return max(place.last_end for place in self.places.values())

    @property
    def least_length(self) -> int:
        """The shortest duration of any mode."""
        return min(place.mode.duration for place in self.places.values())


def span_of(task: TaskVariables, place: Place, part: Part) -> tuple[LinearExpr, int | IntVar, LinearExpr]:
    """Start, length and end of a part of a task in a place."""
    mode = place.mode
    if part == "head":
        return task.start, mode.head, task.start + mode.head
    if part == "tail" and place.waits:
        return task.end - mode.tail, mode.tail, task.end
    if part == "tail":
        return task.start + (mode.duration - mode.tail), mode.tail, task.start + mode.duration
    if task.length is not None and (place.waits or place.advance is not None):
        return task.start, task.length, task.end
    return task.start, mode.duration, task.start + mode.duration
