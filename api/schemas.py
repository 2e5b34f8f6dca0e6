"""What comes in and what goes out over REST, checked strictly.

Knows no use case and no status code.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from api.described import IN_OUR_TIME, NEITHER_BLANK_NOR_PADDED, PLAIN, Described, both, digits, not_blank, whole
from scheduler.plan_views import AssignmentView, ChangeView, EffectView, GivenView, LevelView

LARGEST_ID = 2**31 - 1
LARGEST_NUMBER = 1_000_000_000
LONGEST_TEXT = 500
LONGEST_LIST = 200
DEEPEST = 12
WEEK_PATTERN = r"^[0-9]{4}-W[0-9]{2}$"
MOMENT_WANTED = "a moment with its offset, such as 2026-12-03T16:00:00+03:00 (in an address, + is %2B)"
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_MARGIN = timedelta(days=2)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def plain_text(text: str) -> str:
    """Refuses control characters (NUL among them) and lone surrogates: no database or screen can keep them."""
    if _CONTROL.search(text):
        raise ValueError("a text without control characters and lone surrogates")
    return text


def _written_moment(value: object) -> object:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError(MOMENT_WANTED)
    return value


def _in_our_time(moment: datetime) -> datetime:
    bare = moment.replace(tzinfo=UTC)
    if not EARLIEST + _MARGIN <= bare <= LATEST - _MARGIN:
        raise ValueError("a moment in the years 2000 to 2099")
    return moment.astimezone(UTC)


def _written_week(value: object) -> object:
    if not isinstance(value, str) or not re.search(WEEK_PATTERN, value):
        raise ValueError("an ISO week such as 2026-W49")
    return value


def bounded(value: Any, depth: int = 0) -> Any:
    """A JSON value with bounded numbers, texts, lists and depth; lists become tuples, as strict models want them."""
    if depth > DEEPEST:
        raise ValueError(f"at most {DEEPEST} levels of lists and objects")
    if isinstance(value, list):
        if len(value) > LONGEST_LIST:
            raise ValueError(f"at most {LONGEST_LIST} entries in a list")
        return tuple(bounded(each, depth + 1) for each in value)
    if isinstance(value, dict):
        return {bounded(key, depth + 1): bounded(each, depth + 1) for key, each in value.items()}
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise ValueError(f"texts of at most {LONGEST_TEXT} characters")
        return plain_text(value)
    if isinstance(value, int | float) and not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        raise ValueError(f"numbers from -{LARGEST_NUMBER:,} to {LARGEST_NUMBER:,}")
    return value


Key = Annotated[
    str,
    Field(min_length=1, max_length=80),
    AfterValidator(plain_text),
    AfterValidator(not_blank),
    Described(NEITHER_BLANK_NOR_PADDED),
]
Plain = Annotated[str, AfterValidator(plain_text), Described(PLAIN)]
Text = Annotated[Plain, Field(max_length=LONGEST_TEXT)]
Moment = Annotated[
    AwareDatetime, BeforeValidator(_written_moment), AfterValidator(_in_our_time), Described(IN_OUR_TIME)
]
Week = Annotated[
    str,
    Field(pattern=WEEK_PATTERN, min_length=8, max_length=8, examples=["2026-W49"]),
    BeforeValidator(_written_week),
]
# The bounds come first, so that the description of the interface tells them.
Id = Annotated[int, Field(ge=1, le=LARGEST_ID), BeforeValidator(digits)]
After = Annotated[int, Field(ge=0, le=LARGEST_ID), BeforeValidator(digits)]
Limit = Annotated[int, Field(ge=1, le=1_000), BeforeValidator(digits)]
WHOLE = BeforeValidator(whole)
Quantity = Annotated[int, Field(strict=True, ge=1, le=1_000_000), WHOLE]


class Strict(BaseModel):
    """Immutable and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class BookingIn(Strict):
    """Units to book together for ``[start, end)``, one lane of each. ``override_reason``: why a lab manager books them
    whatever rules that breaks."""

    units: Annotated[tuple[Key, ...], Field(min_length=1, max_length=20)]
    start: Moment
    end: Moment
    project: Key
    purpose: Text = ""
    quantity: Quantity = 1
    override_reason: Text = ""


class TraceFilter(Strict):
    """``since``: from when on; from the last calibration that passed unless given."""

    since: Moment | None = None


class PlanIn(Strict):
    """A draft to be made. No centres: all. ``limit`` in seconds (30 unless ``work``, an amount that is repeatable)."""

    model_config = ConfigDict(json_schema_extra={"not": both("limit", "work")})

    week: Week
    centres: Annotated[tuple[Key, ...], Field(max_length=100)] = ()
    limit: Annotated[float, Field(strict=True, gt=0, le=3_600)] | None = None
    work: Annotated[int, Field(strict=True, ge=1, le=10_000), WHOLE] | None = None
    workers: Annotated[int, Field(strict=True, ge=1, le=64), WHOLE] = 2
    seed: Annotated[int, Field(strict=True, ge=0, le=LARGEST_ID), WHOLE] = 0

    @model_validator(mode="after")
    def _one_measure(self) -> "PlanIn":
        if self.limit is not None and self.work is not None:
            raise ValueError("a limit or an amount of work, not both")
        return self

    @property
    def seconds(self) -> float | None:
        """The time limit; ``None`` where work is the measure."""
        return self.limit if self.limit is not None or self.work is not None else 30.0


class NoFilter(Strict):
    """Nothing may be asked."""


class CentreFilter(Strict):
    centre: Key | None = None


class ExportFilter(Strict):
    """``csv`` and ``xlsx`` are safe to open: text that would be computed has an apostrophe before it. Moments are text
    with their offset, UTC, as a date of a spreadsheet would have none."""

    format: Literal["csv", "xlsx", "json"] = "csv"
    centre: Key | None = None


class Page(Strict):
    """``after``: the id of the last one seen (0: from the beginning)."""

    after: After = 0
    limit: Limit = 200


class UnitFilter(Page):
    centre: Key | None = None
    laboratory: Key | None = None
    capability: Key | None = None
    limit: Limit = 1_000


class OrganisationFilter(Page):
    cluster: Key | None = None


class ProjectFilter(Page):
    organisation: Key | None = None


class RecipeFilter(Page):
    centre: Key | None = None
    laboratory: Key | None = None


class RequestFilter(Page):
    centre: Key | None = None
    organisation: Key | None = None


class BookingFilter(Page):
    """Bookings that overlap ``[start, end)``."""

    start: Moment
    end: Moment
    unit: Key | None = None
    organisation: Key | None = None
    centre: Key | None = None


class BusyFilter(Strict):
    """What of ``[start, end)`` is not free, on a unit or on those of a centre."""

    start: Moment
    end: Moment
    unit: Key | None = None
    centre: Key | None = None


class PlanFilter(Page):
    """The newest first: ``after`` is the id of the last one seen."""

    centre: Key | None = None
    week: Week | None = None
    limit: Limit = 50


class WhyFilter(Strict):
    """``in_time``: the due date is held as if it were a deadline. ``limit`` in seconds."""

    in_time: bool = False
    limit: Annotated[float, Field(gt=0, le=60)] = 10.0


class EarliestFilter(Strict):
    """How many places, at most."""

    n: Annotated[int, Field(ge=1, le=20), BeforeValidator(digits)] = 5


class NoticeFilter(Page):
    """The newest first: ``after`` is the id of the last one seen."""

    organisation: Key | None = None
    centre: Key | None = None
    limit: Limit = 50


class HistoryFilter(Page):
    """From the first on: ``after`` is the id of the last event seen."""

    limit: Annotated[int, Field(ge=1, le=500), BeforeValidator(digits)] = 200


class Cancellation(Strict):
    reason: Text = ""


class PinIn(Strict):
    """What of a booking plans leave as it is. ``reason``: where the centre asks for one."""

    pin: Literal["none", "time", "unit", "both"]
    reason: Text = ""


class CountIn(Strict):
    """How many pieces of a lot were found to go through its conditional step ``operation``. ``reason``: where the
    centre asks for one, if a booking goes by it."""

    operation: Key
    count: Annotated[int, Field(ge=0, le=1_000_000), BeforeValidator(digits)]
    reason: Text = ""


class Reason(Strict):
    """A blocker, clash or reason: ``code`` for programs, ``text`` for people, ``facts`` with the numbers."""

    code: str
    text: str
    facts: dict[str, str | int | float | None]


class Mistake(Strict):
    """What is wrong with one field of what was sent, or one cell of a file."""

    place: str
    text: str


class Problem(Strict):
    """A problem document (RFC 9457). ``blockers``: why a booking does not fit, ``options``: the nearest starts that do;
    ``clashes``: what stands against publishing; ``mistakes``: what is wrong with the input."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    blockers: tuple[Reason, ...] = ()
    options: tuple[Reason, ...] = ()
    clashes: tuple[Reason, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


class LeftOut(Strict):
    """A request that stays out of a plan, and why; ``zone`` is that of its centre."""

    request: str
    organisation: str
    owner: str
    cluster: str
    zone: str
    absence: str
    last_start: datetime | None
    reasons: tuple[Reason, ...]


class PlanAnswer(Strict):
    """A plan with its contents; the tuples are empty, ``status`` and ``effect`` ``None``, until it is a draft.
    ``state``: queued, solving, draft, published, discarded, failed; ``progress`` while it is solved."""

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
    progress: dict[str, Any] | None
    error: str | None
    status: str | None
    levels: tuple[LevelView, ...]
    assignments: tuple[AssignmentView, ...]
    left_out: tuple[LeftOut, ...]
    effect: EffectView | None
    changes: tuple[ChangeView, ...]
    broken_lags: tuple[Reason, ...]
    unsettled: tuple[Reason, ...]
    given: tuple[GivenView, ...]


class PlanAsked(Strict):
    """Where the plan that was asked for will be found."""

    id: int
    address: str


class Health(Strict):
    status: Literal["ok"]
