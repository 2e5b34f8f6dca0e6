"""One booking as it is asked for, and what holds for it at one unit: what every policy judges.

Knows nothing of rows, of lanes and of plans.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime

from scheduler.local_time import Span, weekly_windows
from scheduler.views import Sentence

_WEEKEND = (5, 6)
_DAY = 1440


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What holds for bookings of a unit by hand; ``None``: no limit. Fields as those of ``models.tables.Policy``."""

    notice_minutes: int | None = None
    cancel_minutes: int | None = None
    horizon_days: int | None = None
    person_most: int | None = None
    organisation_most: int | None = None
    person_minutes: int | None = None
    apart_minutes: int | None = None
    shortest_minutes: int | None = None
    longest_minutes: int | None = None
    whole_gaps: bool | None = None
    approval: bool | None = None
    missed_minutes: int | None = None
    free_from: int | None = None
    free_until: int | None = None
    free_weekend: bool | None = None

    def or_else(self, other: "Terms") -> "Terms":
        """These, and where they say nothing the ``other``."""
        said = {each.name: getattr(self, each.name) for each in fields(Terms)}
        return replace(other, **{name: value for name, value in said.items() if value is not None})


@dataclass(frozen=True, kw_only=True, slots=True)
class Ahead:
    """Another booking of the unit by hand that is asked for or stands: whose it is, and from when to when."""

    person: str
    organisation: int
    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """What holds the unit already; ``buffer_minutes`` lie between it and the booking in any case."""

    start: datetime
    end: datetime
    buffer_minutes: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """``[start, end)`` of a unit, whole minutes, asked for at ``now``. ``free``: when lengths and numbers are not
    limited (``free_times``). ``usable_minutes``: a free time of less is of no use there."""

    unit: str
    zone: str
    terms: Terms
    now: datetime
    start: datetime
    end: datetime
    person: str
    organisation: int
    ahead: tuple[Ahead, ...] = ()
    beside: tuple[Beside, ...] = ()
    free: tuple[Span, ...] = ()
    usable_minutes: int = 0

    @property
    def minutes(self) -> int:
        """How long it is."""
        return minutes_between(self.start, self.end)

    @property
    def own(self) -> tuple[Ahead, ...]:
        """The other bookings of whoever asks."""
        return tuple(each for each in self.ahead if each.person == self.person)

    @property
    def is_free(self) -> bool:
        """Whether it lies wholly in the time in which lengths and numbers are not limited."""
        return any(start <= self.start and self.end <= end for start, end in self.free)

    def wrong(self, code: str, text: str, **numbers: int | str) -> Sentence:
        """A policy that it breaks, named with its numbers."""
        return Sentence(code=f"policy.{code}", text=text, facts=(("unit", self.unit), *numbers.items()))


def minutes_between(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds()) // 60


def free_times(terms: Terms, zone: str, start: datetime, end: datetime) -> tuple[Span, ...]:
    """The free time of the terms within ``[start, end)``, by the clock at ``zone``."""
    rows = list(_free_rows(terms))
    return tuple(weekly_windows(rows, zone, start, end)) if rows else ()


def _free_rows(terms: Terms) -> Iterator[tuple[int, int, int]]:
    """Weekday, and minutes from and until, within one day each."""
    if terms.free_weekend:
        yield from ((day, 0, _DAY) for day in _WEEKEND)
    start, end = terms.free_from, terms.free_until
    if start is None or end is None:
        return
    for day in range(7):
        if start < end:
            yield day, start, end
        else:
            yield day, start, _DAY
            if end:
                yield day, 0, end
