"""The rules as CP-SAT sees them: a table of contents, by the names of ``solver.rules``.

Each rule has up to two halves: ``narrow`` takes impossible starts and ends from one place of one task, whatever the
others do; ``add`` says the rest. Knows nothing of the rule book, which judges what comes out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.constraints import (
    allowed_starts,
    batching,
    capacity,
    lags,
    maintenance,
    one_at_a_time,
    open_hours,
    pinned,
    planned_whole,
    quota,
    same_choice,
    staffed,
    stock,
    within_window,
)
from solver.places import Case, Place

if TYPE_CHECKING:
    from solver.variables import Variables

Narrow = Callable[[Case, Place], Place]
Add = Callable[["Variables"], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Constraint:
    """The two halves of a rule; ``None`` where it has only one."""

    narrow: Narrow | None = None
    add: Add | None = None


CONSTRAINTS: dict[str, Constraint] = {
    "planned_whole": Constraint(add=planned_whole.add),
    "kept": Constraint(),
    "pinned": Constraint(narrow=pinned.narrow),
    "within_window": Constraint(narrow=within_window.narrow, add=within_window.add),
    "open_hours": Constraint(narrow=open_hours.narrow, add=open_hours.add),
    "one_at_a_time": Constraint(narrow=one_at_a_time.narrow, add=one_at_a_time.add),
    "staffed": Constraint(narrow=staffed.narrow, add=staffed.add),
    "capacity": Constraint(narrow=capacity.narrow, add=capacity.add),
    "stock": Constraint(narrow=stock.narrow, add=stock.add),
    "lags": Constraint(add=lags.add),
    "quota": Constraint(narrow=quota.narrow, add=quota.add),
    "same_choice": Constraint(narrow=same_choice.narrow, add=same_choice.add),
    "maintenance": Constraint(narrow=maintenance.narrow, add=maintenance.add),
    "allowed_starts": Constraint(narrow=allowed_starts.narrow, add=allowed_starts.add),
    "batching": Constraint(add=batching.add),
}
