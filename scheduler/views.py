"""What the use cases answer with: frozen facts, keys and aware moments, fit to be shown.

Knows no rows, no HTTP and no solver, nor what is in a plan or a week.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldView:
    """One unit lane or one technician, held from ``start`` to ``end``; ``name`` is the key where a name was blanked."""

    kind: str
    key: str
    name: str
    lane: int
    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class UsedView:
    """When a booking's work was done in fact; ``end`` is ``None`` while it goes on. ``quantity``: pieces that were made
    (``None``: not counted)."""

    id: int
    start: datetime
    end: datetime | None
    quantity: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OverrideView:
    """Why somebody let a booking break rules, and which."""

    reason: str
    rules: tuple[str, ...]
    made_at: datetime
    made_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BookingView:
    """A booking with what it holds, and what it used in fact. ``request`` and ``operation`` are ``None`` for units
    booked by hand. ``shared_with``: how many other bookings, of whomever, share its run. ``override``: why it may break
    rules. ``pin``: what plans leave as it is (none, time, unit, both)."""

    id: int
    centre: str
    state: str
    start: datetime
    end: datetime
    project: str
    organisation: str
    cluster: str
    stage: str
    purpose: str
    quantity: int
    request: str | None
    operation: str | None
    run: str | None
    holds: tuple[HoldView, ...]
    plan_id: int | None
    shared_with: int = 0
    used: tuple[UsedView, ...] = ()
    override: OverrideView | None = None
    pin: str = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A blocker, clash or reason: ``code`` for programs, ``text`` for people, ``facts`` with the numbers."""

    code: str
    text: str
    facts: tuple[tuple[str, str | int | float | None], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class OutageView:
    """An outage (``end``: ``None`` while nobody knows it), the bookings under it, and the repair draft that was asked
    for (``None`` when nothing lies under it)."""

    id: int
    unit: str
    start: datetime
    end: datetime | None
    reason: str
    affected: tuple[BookingView, ...]
    repair_plan_id: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AffectedView:
    """A booking that cannot stay where it is; ``why``: in words, for each closed unit and each person who is away."""

    booking: BookingView
    why: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class UnsettledView:
    """What is confirmed at a centre and cannot stay by a change of its calendars: the bookings that the repair draft
    that was asked for can move, the planned maintenance with the reasons (``upkeep``), and how many bookings lie beyond
    its horizon (``later``). ``zone`` is the centre's."""

    centre: str
    zone: str
    affected: tuple[AffectedView, ...]
    upkeep: tuple[str, ...] = ()
    later: int = 0
    repair_plan_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CountView:
    """How many pieces of a lot go through a conditional step: as expected, or as counted after inspection."""

    operation: str
    pieces: int
    counted: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class OperationWindow:
    """Each run of ``operation`` lies within one of the operation's windows, from start to end. A ``start`` or an
    ``end`` that is ``None`` is free; one of them is given."""

    operation: str
    start: datetime | None = None
    end: datetime | None = None

    @property
    def minutes(self) -> float | None:
        """How long it is; ``None`` where one end is free."""
        return None if self.start is None or self.end is None else (self.end - self.start).total_seconds() / 60


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestView:
    """A request as stored. ``state``: open, planned (all its runs booked), displaced or withdrawn. ``booked_start`` and
    ``booked_end``: of all its runs that are booked or done (``None``: none is). ``planned_quantity``: how many of its
    pieces are booked or done in every step; ``least_quantity``: with how many it would do (``None``: with all).
    ``windows``: when single operations of it may be done. ``passed_over``: the ISO weeks in which it could have begun
    and a published plan did not let it; by so much heavier it weighs for them."""

    id: int
    key: str
    centre: str
    project: str
    organisation: str
    cluster: str
    recipe: str | None
    quantity: int
    parameters: dict[str, int]
    priority: str
    state: str
    submitted: datetime
    release: datetime
    due: datetime | None
    deadline: datetime | None
    booked_start: datetime | None
    booked_end: datetime | None
    counts: tuple[CountView, ...] = ()
    may_share: bool = False
    least_quantity: int | None = None
    windows: tuple[OperationWindow, ...] = ()
    planned_quantity: int = 0
    passed_over: tuple[str, ...] = ()
    heavier_percent: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeView:
    """A message to an organisation (``owner``: its name). ``kind``: confirmed, moved, displaced, cancelled, no_show,
    withdrawn, lag_broken, counted."""

    id: int
    organisation: str
    owner: str
    request: str | None
    booking_id: int | None
    plan_id: int | None
    kind: str
    text: str
    made_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class MaintenanceView:
    """A service or calibration of a unit. ``state``: in order, due, overdue, failed (at ``failed``, with these
    ``readings``, since it passed last), or expired: then the unit is not used, but by what waives it. ``since`` and
    ``until``: when it may be done, by its days (``None``: it has none). ``run_minutes`` and ``cycles``: used since it
    was done last (``None``: not counted). ``planned_start`` is ``None`` where it is not planned; ``hindrance`` says why
    no visit would do then."""

    id: int
    key: str
    centre: str
    unit: str
    kind: str
    state: str
    expires: bool
    waivable_by: tuple[str, ...]
    last_done: datetime
    failed: datetime | None
    readings: str
    since: datetime | None
    until: datetime | None
    run_minutes: int | None
    run_minutes_allowed: int | None
    cycles: int | None
    cycles_allowed: int | None
    visits: tuple[tuple[datetime, datetime], ...]
    planned_start: datetime | None
    planned_end: datetime | None
    hindrance: str = ""
