"""A changeover as CP-SAT sees it.

Knows nothing of what makes it necessary.
"""

from dataclasses import dataclass

from ortools.sat.python.cp_model import IntVar

from solver.calendars import Pool


@dataclass(eq=False, slots=True)
class Turn:
    """A changeover of ``unit``: ``length`` ticks of work from ``start`` on while ``chosen``, by somebody where
    ``staffed``. ``name`` tells it from all others."""

    name: str
    unit: str
    length: int
    start: IntVar
    chosen: IntVar
    staffed: bool


@dataclass(eq=False, slots=True)
class TurnHold:
    """What a changeover holds: the unit with its release, or a person, for ``length`` ticks."""

    turn: Turn
    kind: str
    length: int

    def avoids_blocked(self, _: Pool) -> bool:
        """Nobody knows where it will be."""
        return False
