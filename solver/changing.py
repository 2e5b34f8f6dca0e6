"""A changeover as CP-SAT sees it.

Knows nothing of what makes it necessary.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ortools.sat.python.cp_model import IntVar, LinearExpr

from solver.calendars import Pool
from solver.hints import Outcome
from solver.plan import Changeover


@dataclass(eq=False, slots=True)
class Change:
    """A changeover of ``unit``: ``length`` ticks of work from ``start`` on while ``chosen``, by somebody where
    ``staffed``. ``name`` tells it from all others; ``first`` and ``last`` are the first and last tick at which it could
    begin, ``said`` what a plan says of it (``None``: it has none)."""

    name: str
    unit: str
    length: int
    start: IntVar
    chosen: IntVar
    staffed: bool
    first: int
    last: int
    said: Callable[[Outcome], Changeover | None]


@dataclass(eq=False, slots=True)
class ChangeHold:
    """What a changeover holds: the unit with its release, or a person, for ``length`` ticks."""

    change: Change
    kind: str
    length: int

    @property
    def start(self) -> IntVar:
        """When it begins."""
        return self.change.start

    @property
    def end(self) -> LinearExpr:
        """When it ends."""
        return self.change.start + self.length

    @property
    def first_tick(self) -> int:
        """The first tick that it could cover."""
        return self.change.first

    @property
    def last_tick(self) -> int:
        """The tick by which it has ended."""
        return self.change.last + self.length

    def avoids_blocked(self, _: Pool) -> bool:
        """Nobody knows where it will be."""
        return False
