"""The wall clock of a centre: weeks, opening hours and moments, around clock changes too."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scheduler.local_time import (
    BadMoment,
    BadWeek,
    UnknownZone,
    day_span,
    iso_week,
    known_zones,
    local_days,
    local_moment,
    next_wall_time,
    next_week,
    parse_relative,
    week_start,
    weekly_windows,
    without,
    zone_of,
)

MINUTE = timedelta(minutes=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("week", "zone", "start"),
    [
        ("2026-W49", "Europe/Moscow", "2026-11-29T21:00"),
        ("2026-W01", "UTC", "2025-12-29T00:00"),
        ("2026-W53", "America/New_York", "2026-12-28T05:00"),
        ("2026-W13", "Europe/Berlin", "2026-03-22T23:00"),
        ("2026-W14", "Europe/Berlin", "2026-03-29T22:00"),
    ],
)
def test_a_week_starts_on_monday_at_local_midnight(week: str, zone: str, start: str) -> None:
    assert week_start(week, zone) == utc(start)
    assert iso_week(utc(start), zone) == week
    assert iso_week(utc(start) - MINUTE, zone) != week


def test_a_week_with_a_clock_change_is_an_hour_shorter_or_longer() -> None:
    lengths = {
        week: week_start(next_week(week), "Europe/Berlin") - week_start(week, "Europe/Berlin")
        for week in ("2026-W12", "2026-W13", "2026-W43")
    }
    assert lengths == {
        "2026-W12": timedelta(days=7),
        "2026-W13": timedelta(days=7, hours=-1),
        "2026-W43": timedelta(days=7, hours=1),
    }


def test_years_of_53_weeks_are_known() -> None:
    assert next_week("2026-W52") == "2026-W53"
    assert next_week("2026-W53") == "2027-W01"


@pytest.mark.parametrize("week", ["2026-W54", "2025-W53", "2026-W00", "2026W49", "2026-W4", "26-W49", "", "1999-W01"])
def test_what_is_no_week_is_refused(week: str) -> None:
    with pytest.raises(BadWeek):
        week_start(week, "UTC")


@pytest.mark.parametrize("zone", ["Europe/Moskow", "localtime", "", "../etc/passwd", "+03:00", "Factory"])
def test_zones_that_nobody_knows_or_that_differ_by_machine_are_refused(zone: str) -> None:
    with pytest.raises(UnknownZone):
        zone_of(zone)


def test_the_known_zones_are_those_of_the_database() -> None:
    assert {"Europe/Moscow", "UTC", "America/New_York"} <= known_zones()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("W+0 Mon 00:00", "2026-11-29T21:00"),
        ("W+0 Thu 16:00", "2026-12-03T13:00"),
        ("W-1 Fri 09:30", "2026-11-27T06:30"),
        ("W+2 Sun 23:59", "2026-12-20T20:59"),
    ],
)
def test_relative_moments_count_from_the_week(text: str, moment: str) -> None:
    assert parse_relative(text, "2026-W49", "Europe/Moscow") == utc(moment)


@pytest.mark.parametrize(
    "text", ["W0 Mon 08:00", "W+0 Mo 08:00", "W+0 Mon 8:00", "W+0 Mon 24:00", "W+0 Mon", "Mon 08:00"]
)
def test_what_is_no_relative_moment_is_refused(text: str) -> None:
    with pytest.raises(BadMoment):
        parse_relative(text, "2026-W49", "Europe/Moscow")


def test_a_skipped_time_is_read_with_the_offset_before_and_a_repeated_one_is_the_first() -> None:
    assert local_moment(date(2026, 3, 29), 150, "Europe/Berlin") == utc("2026-03-29T01:30")
    assert local_moment(date(2026, 10, 25), 150, "Europe/Berlin") == utc("2026-10-25T00:30")
    assert local_moment(date(2026, 3, 8), 150, "America/New_York") == utc("2026-03-08T07:30")
    assert local_moment(date(2026, 11, 1), 90, "America/New_York") == utc("2026-11-01T05:30")


def test_a_time_of_day_comes_once_a_day_over_clock_changes() -> None:
    for zone, day in (
        ("Europe/Berlin", "2026-03-28"),
        ("Europe/Berlin", "2026-10-24"),
        ("America/New_York", "2026-03-07"),
    ):
        moment, seen = utc(f"{day}T12:00"), []
        for _ in range(4):
            moment = next_wall_time(moment, 150, zone)
            seen.append(moment.astimezone(ZoneInfo(zone)))
        days = [each.date() for each in seen]
        assert [later - earlier for earlier, later in pairwise(days)] == [timedelta(days=1)] * 3
        assert {each.strftime("%H:%M") for each in seen} <= {"02:30", "03:30"}


def test_opening_hours_keep_their_wall_clock_over_clock_changes() -> None:
    rows = [(day, 480, 1200) for day in range(7)]
    for zone, change in (("Europe/Berlin", "2026-03-29"), ("America/New_York", "2026-03-08")):
        start = utc(f"{change}T12:00") - timedelta(days=3)
        spans = weekly_windows(rows, zone, start, start + timedelta(days=6))
        local = {(at.astimezone(ZoneInfo(zone)).hour) for span in spans[1:-1] for at in span}
        assert local == {8, 20}


def test_a_skipped_hour_is_missing_and_a_repeated_one_counts_twice() -> None:
    night = [(6, 60, 240)]
    spring = weekly_windows(night, "Europe/Berlin", utc("2026-03-28T12:00"), utc("2026-03-29T12:00"))
    autumn = weekly_windows(night, "Europe/Berlin", utc("2026-10-24T12:00"), utc("2026-10-25T12:00"))
    assert spring == [(utc("2026-03-29T00:00"), utc("2026-03-29T02:00"))]
    assert autumn == [(utc("2026-10-24T23:00"), utc("2026-10-25T03:00"))]


def test_rows_that_touch_at_midnight_are_one_window() -> None:
    rows = [(4, 1200, 1440), (5, 0, 120)]
    spans = weekly_windows(rows, "Europe/Moscow", utc("2026-12-01T00:00"), utc("2026-12-07T00:00"))
    assert spans == [(utc("2026-12-04T17:00"), utc("2026-12-04T23:00"))]


def test_nothing_is_open_outside_of_the_span_asked_for() -> None:
    always = [(day, 0, 1440) for day in range(7)]
    start, end = utc("2026-12-01T10:07"), utc("2026-12-01T10:30")
    assert weekly_windows(always, "Europe/Moscow", start, end) == [(start, end)]
    assert weekly_windows(always, "Europe/Moscow", start, start) == []


ROWS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440)).filter(lambda row: row[1] < row[2]),
    max_size=8,
)
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Europe/Moscow",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kolkata",
]
CHANGES = [
    "2026-03-29",
    "2026-10-25",
    "2026-03-08",
    "2026-11-01",
    "2026-04-05",
    "2026-10-04",
    "2026-09-06",
    "2026-06-10",
]


@given(rows=ROWS, zone=st.sampled_from(ZONES), around=st.sampled_from(CHANGES), offset=st.integers(0, 1500))
@example(rows=[(6, 120, 180)], zone="Europe/Berlin", around="2026-03-29", offset=0)
@example(rows=[(6, 130, 170)], zone="Europe/Berlin", around="2026-10-25", offset=0)
@example(rows=[(6, 60, 120)], zone="America/New_York", around="2026-11-01", offset=0)
def test_windows_are_the_minutes_at_which_the_clock_shows_an_open_time(
    rows: list[tuple[int, int, int]], zone: str, around: str, offset: int
) -> None:
    start = utc(f"{around}T00:00") - timedelta(hours=30) + offset * MINUTE
    end = start + timedelta(hours=54)
    place = ZoneInfo(zone)

    def is_open(moment: datetime) -> bool:
        local = moment.astimezone(place)
        minute = local.hour * 60 + local.minute
        return any(day == local.weekday() and opens <= minute < closes for day, opens, closes in rows)

    minutes = [start + step * MINUTE for step in range(54 * 60)]
    spans = weekly_windows(rows, zone, start, end)
    assert all(first < last for first, last in spans)
    assert all(one[1] < other[0] for one, other in pairwise(spans))
    walked = {moment for moment in minutes if is_open(moment)}
    covered = {moment for moment in minutes if any(first <= moment < last for first, last in spans)}
    assert covered == walked


@given(zone=st.sampled_from(ZONES), around=st.sampled_from(CHANGES), minute=st.integers(0, 1439))
def test_days_follow_each_other_without_a_gap_and_are_as_long_as_the_clock_says(
    zone: str, around: str, minute: int
) -> None:
    start = utc(f"{around}T00:00") - timedelta(days=3) + minute * MINUTE
    days = list(local_days(start, start + timedelta(days=6), zone))
    spans = [day_span(day, zone) for day in days]
    assert spans[0][0] <= start < spans[0][1]
    assert spans[-1][0] < start + timedelta(days=6) <= spans[-1][1]
    assert all(one[1] == other[0] for one, other in pairwise(spans))
    lengths = {(end - first) / timedelta(hours=1) for first, end in spans}
    assert lengths <= {23, 23.5, 24, 24.5, 25}
    assert all(first.astimezone(ZoneInfo(zone)).date() == day for day, (first, _) in zip(days, spans, strict=True))


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Europe/Moscow", date(2026, 3, 29), 24),
    ],
)
def test_a_day_with_a_clock_change_is_an_hour_shorter_or_longer(zone: str, day: date, hours: int) -> None:
    start, end = day_span(day, zone)
    assert end - start == timedelta(hours=hours)


@given(zone=st.sampled_from(ZONES), around=st.sampled_from(CHANGES), minute=st.integers(0, 1439))
def test_a_local_time_is_shown_by_the_clock_or_skipped_by_it(zone: str, around: str, minute: int) -> None:
    day, place = date.fromisoformat(around), ZoneInfo(zone)
    moment = local_moment(day, minute, zone)
    shown = moment.astimezone(place)
    wanted = divmod(minute, 60)
    if (shown.hour, shown.minute) == wanted and shown.date() == day:
        an_hour_before = (moment - timedelta(hours=1)).astimezone(place)
        assert (an_hour_before.hour, an_hour_before.minute) != wanted
        return
    start, end = day_span(day, zone)
    minutes = [(start + step * MINUTE).astimezone(place) for step in range((end - start) // MINUTE)]
    assert all((each.hour, each.minute) != wanted for each in minutes)


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12)), max_size=6)


@given(spans=SPANS, cuts=SPANS)
def test_what_is_cut_out_is_gone_and_nothing_else(spans: list[tuple[int, int]], cuts: list[tuple[int, int]]) -> None:
    base = utc("2026-12-01T00:00")

    def minutes(windows: list[tuple[datetime, datetime]]) -> set[int]:
        pairs = [((a - base) // MINUTE, (b - base) // MINUTE) for a, b in windows]
        return {minute for a, b in pairs for minute in range(a, b)}

    given_spans, given_cuts = (
        [(base + first * MINUTE, base + (first + length) * MINUTE) for first, length in some] for some in (spans, cuts)
    )
    whole = without(without([(base, base + 99 * MINUTE)], without([(base, base + 99 * MINUTE)], given_spans)), ())
    left = without(whole, given_cuts)
    assert minutes(left) == minutes(given_spans) - minutes(given_cuts)
    assert all(one[1] < other[0] for one, other in pairwise(left))
