"""The answers to "why not?" and "when then?", as data: ids and ticks, no sentences.

Knows nothing of how they are found. Nothing names whose booking it is but ids, so that a door may leave them away.
"""

from dataclasses import dataclass
from typing import Literal

from solver.plan import Assignment, Blocker

Verdict = Literal["fits", "outweighed", "conflict", "unknown"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """Named rules that cannot hold together (``solver.explain.named`` lists their codes): by themselves, everything
    else that is named let go, they have no plan.

    ``rules`` is empty where durations and the horizon alone are too much. ``proven``: with any one of them let go there
    is a plan; ``False`` where the time was up before that was sure.
    """

    rules: tuple[Blocker, ...]
    proven: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Yielding:
    """What one planned request would have to give: it holds ``resource`` (a unit, person, capacity, stock or quota;
    empty where nothing is shared by name) for ``[start, end)``, where the other one would go. ``weight`` is the
    request's own, ``displacement`` what is lost when it is displaced (0: nothing of it stands confirmed), ``amount``
    what it takes of a stock from ``start`` on (0: of nothing that is counted)."""

    request: str
    resource: str
    start: int
    end: int
    weight: int
    displacement: int = 0
    amount: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """A task that stands elsewhere then."""

    request: str
    task: str
    from_start: int
    from_end: int
    to_start: int
    to_end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Relaxation:
    """Something that would let the request in at ``[start, end)``, beside all that is planned.

    ==================== ==================== ======================================================
    code                 ids                  numbers (ticks, but ``moved``, ``times``, ``amount``)
    ==================== ==================== ======================================================
    later_deadline       request              by: so much later
    later_due            request              by: the same, where it was asked for in time
    others_move          requests             moved: tasks, by: the furthest of their shifts
    one_more_person      skill                work: what the new person does, on the shifts there are
    second_shift         skill                work: the same, on shifts that follow the ones there are
    longer_hours         unit                 work: attended ticks outside of its hours, from, until: when
    larger_quota         quota                by, or times where uses are counted
    more_stock           stock                by (a budget), or amount; from: the tick at which it is missing
    more_capacity        capacity             amount: at the moment at which the most is missing
    other_starts         unit                 times: starts at which it may not be started
    kept_hours           unit                 work: ticks that are kept for others
    later_service        unit, kind           by, and times where uses are counted: beyond the expiry
    overtime             skill                work: beyond the greatest hours of those who do it
    share_less           request, what, tasks differ: 1 where they must not share it
    ==================== ==================== ======================================================

    ``cost``: ticks by which something changes, the shifts of all that moves added up; where no ticks change, those that
    the request takes. ``assignments``: the places of
    the request's tasks and of those that move. It has been solved and judged by the rule book with exactly this change.
    """

    code: str
    ids: tuple[str, ...]
    numbers: tuple[tuple[str, int], ...]
    cost: int
    start: int
    end: int
    assignments: tuple[Assignment, ...]
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """Why a request is not in a plan.

    ``fits``: it has a place beside the plan as it stands (``start`` and ``end``); the plan is worth more without it at
    an earlier level, or the search did not come to it. ``outweighed``: it fits alone, and ``yields`` say who would have
    to make room at least, when nobody else moves; ``proven``: no cheaper set is enough. Where it cannot even be planned
    together with what is required, ``conflict`` says why; where both are empty and ``proven``, others have to move.
    ``conflict``: it does not even fit alone. ``unknown``: not found out in time. ``blockers`` are what stands in its
    way beside the plan, ``weight`` is its own. ``relaxations`` are the cheapest first; ``searched``: every kind was
    looked at to the end.
    """

    request: str
    verdict: Verdict
    weight: int
    blockers: tuple[Blocker, ...] = ()
    start: int | None = None
    end: int | None = None
    yields: tuple[Yielding, ...] = ()
    conflict: tuple[Blocker, ...] = ()
    proven: bool = False
    relaxations: tuple[Relaxation, ...] = ()
    searched: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """A request placed whole: from its first start to its last end, on ``units`` (sorted ids)."""

    start: int
    end: int
    units: tuple[str, ...]
    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Earliest:
    """The earliest placements, by start, then end, then units. ``complete``: there are none before or between them that
    begin elsewhere (another start of the first operation, or other units for it)."""

    placements: tuple[Placement, ...]
    complete: bool
