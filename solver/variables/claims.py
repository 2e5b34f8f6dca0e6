"""What tasks claim of resources, and what of it falls to one pool of members.

Knows nothing of which resources there are, nor of the model in which the claims stand.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

from ortools.sat.python.cp_model import IntervalVar, IntVar, LinearExpr

from solver.calendars import Pool
from solver.changing import ChangeHold
from solver.places import Place
from solver.problem import Mode, Part
from solver.turns import Turn
from solver.variables.tasks import TaskVariables
from solver.windows import clip

Kind = Literal["unit", "skill", "relay", "capacity", "stock"]
"""``relay``: a skill that several persons may provide in turn."""
Use = tuple[int, Part, int, str]
"""Place of the use within the mode, part, amount and family."""
Slot = tuple[int, int, Part, int, str]
"""Mode number and use."""


@dataclass(eq=False, slots=True)
class Claim:
    """What a task takes of one resource while ``chosen``: ``amount`` during ``[start, end)``.

    One claim stands for all modes that agree on it. ``slots`` are the mode numbers with the place of the use within
    the mode; ``places`` the possible places of those modes.
    """

    kind: Kind
    task: TaskVariables
    places: tuple[Place, ...]
    part: Part
    amount: int
    chosen: IntVar
    slots: tuple[tuple[int, int], ...]
    start: LinearExpr
    length: int | IntVar
    end: LinearExpr
    interval: IntervalVar | None = None
    family: str = ""

    @property
    def takes_time(self) -> bool:
        """Whether its part has any length."""
        return not isinstance(self.length, int) or self.length > 0

    @property
    def first_tick(self) -> int:
        """The first tick that it could cover."""
        if self.part != "tail" or self.is_stretched:
            return min(place.first_start for place in self.places)
        return min(place.first_end - place.mode.tail for place in self.places)

    @property
    def last_tick(self) -> int:
        """The tick by which it has ended."""
        if self.part != "head" or self.is_stretched:
            return max(place.last_end for place in self.places)
        return max(place.last_start + place.mode.head for place in self.places)

    @property
    def is_stretched(self) -> bool:
        """Whether its ticks are the stretches in which its one mode, which pauses, advances."""
        return self.places[0].advance is not None and (self.kind != "unit" or self.part != "whole")

    def load(self, chosen: IntVar, amount: int | IntVar, interval: IntervalVar, *span: LinearExpr | int) -> "Load":
        """One stretch of it."""
        return Load(self, chosen, amount, interval, span=span)

    def fits(self, pool: Pool) -> bool:
        """Whether it could be alone on a member of ``pool``."""
        return any(place.held(self.part, pool.free).possible for place in self.places)

    def avoids_blocked(self, pool: Pool) -> bool:
        """Whether none of its possible starts and ends meets what blocks the pool."""
        if not clip(pool.blocked, self.first_tick, self.last_tick):
            return True
        if self.is_stretched or (self.part == "whole" and any(place.waits for place in self.places)):
            return False
        return all(place.held(self.part, pool.free) == place for place in self.places)


@dataclass(eq=False, slots=True)
class Load:
    """A claim's or a changeover's share in a pool: ``amount`` members, constant or variable, while ``chosen``, as
    ``interval`` is; of a claim that may be handed over only a ``turn``.

    ``span`` are start and end where it is one stretch of several (empty: the claim's own)."""

    claim: Claim | ChangeHold
    chosen: IntVar
    amount: int | IntVar
    interval: IntervalVar
    turn: Turn | None = None
    span: tuple[LinearExpr | int, ...] = ()


def uses_by_resource(mode: Mode) -> dict[tuple[Kind, str], list[Use]]:
    uses: dict[tuple[Kind, str], list[Use]] = defaultdict(list)
    for index, use in enumerate(mode.units):
        if use.lanes:
            uses["unit", use.unit].append((index, use.part, use.lanes, use.family))
    for index, need in enumerate(mode.staff):
        uses["relay" if need.handover else "skill", need.skill].append((index, need.part, 1, ""))
    for index, demand in enumerate(mode.demands):
        uses["capacity", demand.capacity].append((index, demand.part, demand.amount, ""))
    for index, consumption in enumerate(mode.consumptions):
        uses["stock", consumption.stock].append((index, "whole", consumption.amount, ""))
    return uses
