"""A centre's wall clock: ISO weeks, weekly opening hours and times of day as moments in UTC.

Knows nothing of what happens in them.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from scheduler.errors import BadValue

Span = tuple[datetime, datetime]

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_STEP = timedelta(hours=3)
_WEEK = re.compile(r"(2[01]\d\d)-W(\d\d)")
_RELATIVE = re.compile(r"W([+-]\d{1,2}) (Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([01]\d|2[0-3]):([0-5]\d)")
_NOT_A_PLACE = ("localtime", "Factory", "posixrules", "leapseconds")


class UnknownZone(BadValue):
    """The time zone is not known."""

    code = "unknown_zone"


class BadWeek(BadValue):
    """The week is not an ISO week between 2000 and 2199."""

    code = "bad_week"


class BadMoment(BadValue):
    """The moment is not written as a relative or an absolute one."""

    code = "bad_moment"


@cache
def known_zones() -> frozenset[str]:
    """Names of IANA zones that mean the same on every machine (``localtime`` does not)."""
    return frozenset(name for name in available_timezones() if not name.endswith(_NOT_A_PLACE))


def zone_of(zone: str) -> ZoneInfo:
    """The zone of this name. Raises ``UnknownZone``."""
    if zone not in known_zones():
        raise UnknownZone(f"There is no time zone {zone!r}; give an IANA name such as 'Europe/Moscow'.", field="zone")
    return ZoneInfo(zone)


def monday(week: str) -> date:
    """The Monday of an ISO week such as ``2026-W49``. Raises ``BadWeek``."""
    match = _WEEK.fullmatch(week)
    try:
        return date.fromisocalendar(int(match[1]), int(match[2]), 1) if match else _no_week(week)
    except ValueError:
        return _no_week(week)


def _no_week(week: str) -> date:
    raise BadWeek(f"{week!r} is not an ISO week; write it like '2026-W49'.", field="week")


def _name(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def local_moment(day: date, minute: int, zone: str) -> datetime:
    """When the clock at ``zone`` shows ``minute`` (0..1440, after midnight) on ``day``, in UTC.

    A time that occurs twice is the first of the two; one that a clock change skips is read with the offset from before
    the change, as RFC 5545 has it.
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    return wall.replace(tzinfo=zone_of(zone)).astimezone(UTC)


def week_start(week: str, zone: str) -> datetime:
    """Monday 00:00 of ``week`` at ``zone``, in UTC."""
    return local_moment(monday(week), 0, zone)


def iso_week(moment: datetime, zone: str) -> str:
    """The ISO week that the calendar at ``zone`` shows at ``moment``."""
    return _name(moment.astimezone(zone_of(zone)).date())


def next_week(week: str) -> str:
    """The ISO week after ``week``."""
    return _name(monday(week) + timedelta(weeks=1))


def later_week(week: str, weeks: int) -> str:
    """The ISO week ``weeks`` after ``week``; the week itself for 0."""
    return _name(monday(week) + timedelta(weeks=weeks))


def next_wall_time(now: datetime, minute: int, zone: str) -> datetime:
    """The next moment after ``now`` at which the clock at ``zone`` shows ``minute`` after midnight, in UTC.

    A minute that the clock skips is met as much later as the clock jumps; one that it shows twice counts once.
    """
    today = now.astimezone(zone_of(zone)).date()
    moments = (local_moment(today + timedelta(days=days), minute, zone) for days in range(3))
    return next(moment for moment in moments if moment > now)


def previous_week(week: str) -> str:
    """The ISO week before ``week``."""
    return _name(monday(week) - timedelta(weeks=1))


def parse_relative(text: str, week: str, zone: str) -> datetime:
    """``W+0 Thu 16:00`` (Thursday of ``week`` itself), ``W-1 Mon 09:00`` and so on, as a moment in UTC.

    Raises ``BadMoment``.
    """
    match = _RELATIVE.fullmatch(text)
    if match is None:
        raise BadMoment(f"{text!r} is not a moment; write it like 'W+0 Thu 16:00'.")
    day = monday(week) + timedelta(weeks=int(match[1]), days=WEEKDAYS.index(match[2]))
    return local_moment(day, int(match[3]) * 60 + int(match[4]), zone)


def weekly_windows(rows: Iterable[tuple[int, int, int]], zone: str, start: datetime, end: datetime) -> list[Span]:
    """When the wall clock at ``zone`` is within one of ``rows``, between ``start`` and ``end``, in UTC.

    ``rows`` are ``(weekday, from_minute, to_minute)`` with Monday 0 and minutes after midnight, 0..1440. A moment
    counts exactly if the clock then shows a time within a row: an hour that is skipped is missing, one that is repeated
    counts both times. Spans are sorted and neither overlap nor touch.
    """
    by_day: dict[int, list[tuple[int, int]]] = {}
    for weekday, opens, closes in rows:
        by_day.setdefault(weekday, []).append((opens, closes))
    spans = (
        span
        for first, last, offset in _constant_offsets(zone, start.astimezone(UTC), end.astimezone(UTC))
        for span in _within(by_day, first, last, offset)
    )
    return _merged(spans)


def _within(
    by_day: dict[int, list[tuple[int, int]]], first: datetime, last: datetime, offset: timedelta
) -> Iterator[Span]:
    """The spans between ``first`` and ``last``, while the zone's offset is ``offset``."""
    day = (first + offset).replace(hour=0, minute=0, second=0, microsecond=0)
    while day < last + offset:
        for opens, closes in by_day.get(day.weekday(), ()):
            begin = max(first, day + timedelta(minutes=opens) - offset)
            finish = min(last, day + timedelta(minutes=closes) - offset)
            if begin < finish:
                yield begin, finish
        day += timedelta(days=1)


def _constant_offsets(zone: str, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Stretches from ``start`` to ``end`` in which the zone's offset does not change."""
    place = zone_of(zone)
    first, offset = start, _offset(start, place)
    moment = start
    while moment < end:
        later = min(moment + _STEP, end)
        if _offset(later, place) != offset:
            change = _change_between(moment, later, place)
            yield first, change, offset
            first, offset = change, _offset(later, place)
        moment = later
    if first < end:
        yield first, end, offset


def _offset(moment: datetime, place: ZoneInfo) -> timedelta:
    offset = moment.astimezone(place).utcoffset()
    assert offset is not None
    return offset


def _change_between(before: datetime, after: datetime, place: ZoneInfo) -> datetime:
    """The first second, after ``before``, whose offset is that of ``after``."""
    base = before.replace(microsecond=0)
    old = _offset(before, place)
    seconds = range(int((after - base).total_seconds()) + 1)
    index = bisect_right(seconds, 0, key=lambda second: int(_offset(base + timedelta(seconds=second), place) != old))
    return base + timedelta(seconds=index)


def local_days(start: datetime, end: datetime, zone: str) -> Iterator[date]:
    """The calendar days at ``zone`` of which ``[start, end)`` has a moment."""
    place = zone_of(zone)
    day, last = start.astimezone(place).date(), (end - timedelta(microseconds=1)).astimezone(place).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def day_span(day: date, zone: str) -> Span:
    """From midnight to midnight: 23 or 25 hours where the clock is changed."""
    return local_moment(day, 0, zone), local_moment(day, 1440, zone)


def days_of_weeks(start: datetime, end: datetime, zone: str) -> Iterator[Span]:
    """The local days of whole weeks, from the Monday of ``start`` to the Sunday of ``end``."""
    place = zone_of(zone)
    first, last = start.astimezone(place).date(), end.astimezone(place).date()
    day = first - timedelta(days=first.weekday())
    while day <= last or day.weekday():
        yield day_span(day, zone)
        day += timedelta(days=1)


def without(spans: Iterable[Span], cuts: Iterable[Span]) -> list[Span]:
    """What is left of sorted ``spans`` that neither overlap nor touch when ``cuts``, in any order, are taken away."""
    gaps, left = _merged(cuts), list[Span]()
    for start, end in spans:
        for cut_start, cut_end in gaps:
            if cut_end <= start or cut_start >= end:
                continue
            if start < cut_start:
                left.append((start, cut_start))
            start = cut_end
        if start < end:
            left.append((start, end))
    return left


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
