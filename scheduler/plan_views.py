"""What the use cases answer about plans: their contents, what publishing would do, and what it did.

Knows no rows, no HTTP and no solver.
"""

from dataclasses import dataclass
from datetime import datetime

from scheduler.tallies import Tally
from scheduler.views import Sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class LevelView:
    """A level of the objective: its value, a bound below (``None``: unknown) and the gap in percent (``None`` without a
    bound; 0 when they meet), which no plan can beat whatever its other levels are. ``told`` is its name in a
    laboratory's words, ``gap_told`` the gap; of a plan that is proven best in the order of its levels there is none."""

    name: str
    value: int
    bound: int | None
    gap_percent: float | None
    told: str = ""
    gap_told: str = ""


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
    and each reason; or one that cannot be planned anew and is ``booked``: that stays where it is. ``owner`` is the
    organisation's name, ``zone`` that of its centre."""

    request: str
    organisation: str
    owner: str
    cluster: str
    zone: str
    absence: str
    last_start: datetime | None
    reasons: tuple[Sentence, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeView:
    """What publishing would do to one run: ``new``, ``moved`` (another start or end), ``unit`` (another unit, the same
    time) or ``displaced``. ``owner`` is the organisation's name. ``why`` is a sentence; from and to are ``None`` where
    there is none. ``due``: the request's due date, else its deadline; ``late_before`` and ``late_after``: minutes by
    which the whole request ends after it, as booked and as planned (0: in time; ``None``: it is never due, or nothing
    of it is booked or planned). ``zone`` is that of its centre."""

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
    zone: str
    due: datetime | None
    late_before: int | None
    late_after: int | None
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectView:
    """What publishing does to those who have a place: ``moves`` bookings of so many ``requests`` move; ``late`` of
    these requests end late, or later than they would have, the ``worst`` by ``worst_minutes`` after its due date;
    ``displaced`` requests lose their place; ``services`` services or calibrations, which are nobody's booking, move.
    ``text`` says it."""

    moves: int
    requests: int
    late: int
    worst: str | None
    worst_minutes: int
    displaced: int
    services: int
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
    accept it. ``unsettled``: what was confirmed and cannot stay by a change of calendars, ``lifted_pins``: what was
    pinned and could not stay, each with its reason. ``given``: what clusters get,
    where the plan counts it. ``tally`` counts the requests, of those told."""

    summary: PlanSummary
    status: str | None
    levels: tuple[LevelView, ...]
    assignments: tuple[AssignmentView, ...]
    left_out: tuple[LeftOutView, ...]
    changes: tuple[ChangeView, ...]
    effect: EffectView | None
    broken_lags: tuple[Sentence, ...] = ()
    unsettled: tuple[Sentence, ...] = ()
    lifted_pins: tuple[Sentence, ...] = ()
    given: tuple[GivenView, ...] = ()
    tally: Tally | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """What publishing did, in bookings; ``tentative`` counts the runs that stay a forecast."""

    plan_id: int
    confirmed: int
    moved: int
    displaced: int
    unchanged: int
    tentative: int
