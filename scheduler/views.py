"""What the use cases answer with: frozen facts, keys and aware moments, fit to be shown.

Knows no rows, no HTTP and no solver.
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
class BookingView:
    """A booking with what it holds. ``request`` and ``operation`` are ``None`` for units booked by hand.
    ``shared_with``: how many other bookings, of whomever, share its run."""

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A blocker, clash or reason: ``code`` for programs, ``text`` for people, ``facts`` with the numbers."""

    code: str
    text: str
    facts: tuple[tuple[str, str | int | float | None], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LevelView:
    """A level of the objective: its value, a bound below (``None``: unknown) and the gap in percent (``None`` without a
    bound; 0 when they meet). ``told`` is its name in a laboratory's words."""

    name: str
    value: int
    bound: int | None
    gap_percent: float | None
    told: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenView:
    """What a plan gives to one cluster at its centres over the weeks it looks at, fixed work included, and what it
    should get: what was agreed and the debt, or all that was asked for where that is less. Weighted hours;
    ``lacking_percent`` of what it should get."""

    cluster: str
    name: str
    centre: str
    should_hours: float
    given_hours: float
    lacking_percent: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeoverView:
    """Setup or cleaning of a unit, until its release; the technician is busy until ``worked_until``."""

    unit: str
    technician: str | None
    start: datetime
    worked_until: datetime
    released: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class AssignmentView:
    """One run as planned. ``tentative``: its request starts after the planned week, so publishing does not confirm
    it."""

    run: str
    request: str
    operation: str
    organisation: str
    cluster: str
    units: tuple[str, ...]
    technicians: tuple[str, ...]
    start: datetime
    end: datetime
    tentative: bool
    changeovers: tuple[ChangeoverView, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOutView:
    """A request that stays out: ``deferred``, ``unplanned`` or ``displaced``, the last start that makes its due date,
    and each reason. ``owner`` is the organisation's name."""

    request: str
    organisation: str
    owner: str
    cluster: str
    absence: str
    last_start: datetime | None
    reasons: tuple[Sentence, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeView:
    """What publishing would do to one run: ``new``, ``moved`` (another start or end), ``unit`` (another unit, the same
    time) or ``displaced``. ``owner`` is the organisation's name. ``why`` is a sentence; from and to are ``None`` where
    there is none. ``due``: the request's due date, else its deadline; ``late_before`` and ``late_after``: minutes by
    which the whole request ends after it, as booked and as planned (0: in time; ``None``: it is never due, or nothing
    of it is booked or planned)."""

    change: str
    run: str
    request: str
    operation: str
    organisation: str
    owner: str
    booking_id: int | None
    from_start: datetime | None
    from_end: datetime | None
    from_units: tuple[str, ...]
    to_start: datetime | None
    to_end: datetime | None
    to_units: tuple[str, ...]
    due: datetime | None
    late_before: int | None
    late_after: int | None
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectView:
    """What publishing does to those who have a place: ``moves`` bookings of so many ``requests`` move; ``late`` of
    these requests end late, or later than they would have, the ``worst`` by ``worst_minutes`` after its due date;
    ``displaced`` requests lose their place. ``text`` says it."""

    moves: int
    requests: int
    late: int
    worst: str | None
    worst_minutes: int
    displaced: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanSummary:
    """A plan without its contents. ``state``: queued, solving, draft, published, discarded, failed. ``progress`` holds
    ``seconds``, ``planned``, ``levels`` and ``bound`` while it is solved."""

    id: int
    kind: str
    week: str
    state: str
    centres: tuple[str, ...]
    asked_by: str
    asked_at: datetime
    found_at: datetime | None
    published_at: datetime | None
    outage_id: int | None
    progress: dict[str, object] | None
    error: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanView:
    """A plan with its contents; the tuples are empty until it is a draft. ``status`` is the solver's word (``optimal``,
    ``feasible``), ``changes`` the difference to what was booked when it was asked for, ``effect`` their sum, and
    ``broken_lags`` what follows too late on work that is done: somebody has to say whether to scrap, redo or
    accept it. ``given``: what clusters get, where the plan counts it."""

    summary: PlanSummary
    status: str | None
    levels: tuple[LevelView, ...]
    assignments: tuple[AssignmentView, ...]
    left_out: tuple[LeftOutView, ...]
    changes: tuple[ChangeView, ...]
    effect: EffectView | None
    broken_lags: tuple[Sentence, ...] = ()
    given: tuple[GivenView, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """What publishing did, in bookings; ``tentative`` counts the runs that stay a forecast."""

    plan_id: int
    confirmed: int
    moved: int
    displaced: int
    unchanged: int
    tentative: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OutageView:
    """An outage, the bookings under it, and the repair draft that was asked for (``None`` when nothing
    lies under it)."""

    id: int
    unit: str
    start: datetime
    end: datetime
    reason: str
    affected: tuple[BookingView, ...]
    repair_plan_id: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CountView:
    """How many pieces of a lot go through a conditional step: as expected, or as counted after inspection."""

    operation: str
    pieces: int
    counted: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestView:
    """A request as stored. ``state``: open, planned (all its runs booked), displaced or withdrawn. ``booked_start`` and
    ``booked_end``: of all its runs that are booked or done (``None``: none is). ``planned_quantity``: how many of its
    pieces are booked or done in every step; ``least_quantity``: with how many it would do (``None``: with all).
    ``passed_over``: the ISO weeks in which
    it could have begun and a published plan did not let it; by so much heavier it weighs for them."""

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
    planned_quantity: int = 0
    passed_over: tuple[str, ...] = ()
    heavier_percent: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeView:
    """A message to an organisation (``owner``: its name). ``kind``: confirmed, moved, displaced, cancelled,
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
class ShareRow:
    """Hours of one cluster at one centre: booked, its share of all booked hours, and what it is entitled to, in
    percent. Shares count hours as the centre weighs them: ``weighted_hours`` are booked, ``agreed_hours`` are the part
    of the week's open ones that was agreed."""

    name: str
    booked_hours: float
    share_percent: float
    entitled_percent: float
    weighted_hours: float = 0.0
    agreed_hours: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class UseRow:
    """Hours of one laboratory: open (its units' lanes within the week), booked within them, and their ratio, percent.

    ``after_hours`` are booked while closed (unattended runs)."""

    name: str
    open_hours: float
    booked_hours: float
    use_percent: float
    after_hours: float


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekSummary:
    """One centre's week."""

    centre: str
    week: str
    clusters: tuple[ShareRow, ...]
    laboratories: tuple[UseRow, ...]
    left_out: tuple[LeftOutView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class BarView:
    """One stretch on a unit's row of the board. ``kind``: booking, tentative, changeover, outage, closure (a
    holiday, a closure or a period in which nobody may use it). Units of several lanes stack."""

    kind: str
    lane: int
    start: datetime
    end: datetime
    label: str
    cluster: str | None
    booking_id: int | None
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardRow:
    unit: str
    name: str
    type: str
    lanes: int
    open: tuple[tuple[datetime, datetime], ...]
    bars: tuple[BarView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardLaboratory:
    key: str
    name: str
    rows: tuple[BoardRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """A centre's week: ``start`` and ``end`` are the local Monday midnights (aware, the centre's zone). ``published``:
    whether a plan of this week has been published; otherwise what is shown may be tentative."""

    centre: str
    centre_name: str
    week: str
    zone: str
    start: datetime
    end: datetime
    published: bool
    clusters: tuple[tuple[str, str], ...]
    laboratories: tuple[BoardLaboratory, ...]
    notices: tuple[NoticeView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MaintenanceView:
    """A service or calibration of a unit. ``state``: in order, due, overdue, or expired: then the unit is not used, but
    by what waives it. ``since`` and ``until``: when it may be done, by its days (``None``: it has none).
    ``run_minutes`` and ``cycles``: used since it was done last (``None``: not counted). ``planned_start`` is ``None``
    where it is not planned."""

    id: int
    key: str
    centre: str
    unit: str
    kind: str
    state: str
    expires: bool
    waivable_by: tuple[str, ...]
    last_done: datetime
    since: datetime | None
    until: datetime | None
    run_minutes: int | None
    run_minutes_allowed: int | None
    cycles: int | None
    cycles_allowed: int | None
    visits: tuple[tuple[datetime, datetime], ...]
    planned_start: datetime | None
    planned_end: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class WhyView:
    """Why a request is not in a plan. ``verdict``: fits, outweighed, conflict or unknown, which ``text`` says.

    ``blockers``: what stands in its way beside the plan; ``yields``: who would have to make room, and what they hold;
    ``conflict``: rules that cannot hold together; ``options``: what would let it in, the cheapest first, each solved
    and judged. ``proven``: nobody cheaper would do, no rule of the conflict could be spared. ``searched``: every kind
    of option was looked at. ``owner`` is the organisation's name.
    """

    plan_id: int
    request: str
    organisation: str
    owner: str
    verdict: str
    text: str
    weight: int
    blockers: tuple[Sentence, ...]
    yields: tuple[Sentence, ...]
    conflict: tuple[Sentence, ...]
    options: tuple[Sentence, ...]
    proven: bool
    searched: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacementView:
    """A request placed whole: first start, last end, and the keys of the units."""

    start: datetime
    end: datetime
    units: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class EarliestView:
    """The earliest places of a request beside all that is booked. ``complete``: there are none before or between them,
    but within an hour of one on the same units."""

    request: str
    centre: str
    zone: str
    placements: tuple[PlacementView, ...]
    complete: bool
