"""The answer: who gets what and when, what stayed out and why, and what each level is worth.

Knows nothing of how it was found.
"""

from dataclasses import dataclass
from typing import Literal

Status = Literal["optimal", "feasible", "infeasible", "unknown"]
Absence = Literal["deferred", "unplanned", "displaced"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Relief:
    """From ``tick`` on ``person`` has taken over the staff need number ``need`` (from 0) of the mode."""

    need: int
    tick: int
    person: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Changeover:
    """A setup or cleaning of ``unit``, worked on in ``[start, end)`` by ``person`` (``None``: by itself); its release
    wait comes after ``end``."""

    unit: str
    start: int
    end: int
    person: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """A task placed at ``[start, end)`` in its mode number ``mode`` (from 0).

    ``lanes`` has one tuple of lane numbers (from 0, ascending) per unit use of the mode, in the mode's order;
    ``persons`` one person id per staff need of the mode, in the mode's order: who begins. ``reliefs`` are who takes
    over, ascending by need and tick. ``changeovers``: what is done to its units before it, and after it where fixed
    work follows, by start; only setups that have to be appointed.
    """

    task: str
    mode: int
    start: int
    end: int
    lanes: tuple[tuple[int, ...], ...] = ()
    persons: tuple[str, ...] = ()
    reliefs: tuple[Relief, ...] = ()
    changeovers: tuple[Changeover, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Blocker:
    """One thing that stood in the way, as data. ``code`` names the kind of blocker (``solver.explain`` lists them),
    ``ids`` what it is about (task, unit, person, capacity, stock), ``numbers`` are named amounts, ticks unless the name
    says otherwise."""

    code: str
    ids: tuple[str, ...]
    numbers: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """A request that is not planned.

    ``deferred``: it can still make its due date in a later plan, its first task starting at ``last_start`` at the
    latest. ``unplanned``: it cannot. ``displaced``: it stood confirmed. ``last_start`` is ``None`` where nothing bounds
    it (deferred) or where it does not apply.
    """

    request: str
    absence: Absence
    last_start: int | None = None
    blockers: tuple[Blocker, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LevelValue:
    """What a level is worth in this plan, and a lower bound valid for every plan (``None``: none is known)."""

    name: str
    value: int
    bound: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Assignments sorted by task id, requests left out sorted by id, and the levels in the problem's order.

    ``optimal``: every level's value is proven minimal given the earlier ones. ``feasible``: a valid plan.
    ``infeasible``: proven that required requests cannot be met. ``unknown``: none was found in time. The last two carry
    no assignments and no levels.
    """

    status: Status
    assignments: tuple[Assignment, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    levels: tuple[LevelValue, ...] = ()
