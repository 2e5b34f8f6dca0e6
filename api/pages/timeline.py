"""Where moments lie on a strip of time: percentages, days, hours and the shading of closed hours.

Knows nothing of bookings and of HTML.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A local day on the strip: ``x`` and ``width`` in percent, ``hours`` as (label, x within the day)."""

    label: str
    weekend: bool
    today: bool
    x: float
    width: float
    hours: tuple[tuple[str, float], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Strip:
    """``[start, end)`` laid out from 0 to 100 percent by elapsed time, so that a clock change stays where it was."""

    start: datetime
    end: datetime
    zone: str

    def x(self, moment: datetime) -> float:
        """Percent from the left, at most 100 and at least 0."""
        share = (moment - self.start) / (self.end - self.start)
        return round(100 * min(1.0, max(0.0, share)), 3)

    def holds(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    def days(self, *, now: datetime, step: int) -> tuple[Day, ...]:
        """The local days, an hour label every ``step`` hours."""
        midnights = [*self._midnights(), self.end]
        today = now.astimezone(ZoneInfo(self.zone)).date()
        return tuple(
            self._day(begin, end, today=begin.astimezone(ZoneInfo(self.zone)).date() == today, step=step)
            for begin, end in pairwise(midnights)
        )

    def closed(self, opened: Iterable[Span]) -> str:
        """A CSS gradient that shades all but the open spans."""
        stops: list[str] = []
        at = 0.0
        for start, end in sorted(opened):
            begin, stop = self.x(start), self.x(end)
            if begin >= stop:
                continue
            stops += [f"var(--closed) {at}% {begin}%"] if begin > at else []
            stops.append(f"transparent {begin}% {stop}%")
            at = stop
        if at < 100:
            stops.append(f"var(--closed) {at}% 100%")
        return f"linear-gradient(90deg, {', '.join(stops)})"

    def lines(self) -> str:
        """A CSS gradient with a hairline at each midnight but the first."""
        stops = ["transparent 0"]
        for midnight in self._midnights()[1:]:
            x = self.x(midnight)
            stops.append(f"transparent {x}%, var(--line) {x}% calc({x}% + 1px), transparent calc({x}% + 1px)")
        return f"linear-gradient(90deg, {', '.join(stops)})"

    def _midnights(self) -> list[datetime]:
        place = ZoneInfo(self.zone)
        first = self.start.astimezone(place).date()
        days = ((first + timedelta(days=ahead)) for ahead in range(self._length() + 1))
        moments = (_moment(each, 0, place) for each in days)
        return [moment for moment in moments if self.start <= moment < self.end]

    def _length(self) -> int:
        return (self.end - self.start + timedelta(hours=12)).days

    def _day(self, begin: datetime, end: datetime, *, today: bool, step: int) -> Day:
        place = ZoneInfo(self.zone)
        local = begin.astimezone(place)
        hours = [(hour, _moment(local.date(), hour, place)) for hour in range(step, 24, step)]
        return Day(
            label=f"{local:%a} {local.day} {local:%b}",
            weekend=local.weekday() >= 5,
            today=today,
            x=self.x(begin),
            width=round(self.x(end) - self.x(begin), 3),
            hours=tuple((f"{hour:02}", round(100 * ((moment - begin) / (end - begin)), 2)) for hour, moment in hours),
        )


def _moment(day: date, hour: int, place: ZoneInfo) -> datetime:
    """In UTC, because moments of one zone are subtracted by their wall clocks."""
    return datetime.combine(day, time(hour), place).astimezone(UTC)
