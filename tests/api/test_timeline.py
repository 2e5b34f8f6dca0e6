"""Where moments lie on the board, in ordinary weeks and in those in which the clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.pages.timeline import Strip
from scheduler.local_time import later_week, week_start


def strip(week: str, zone: str) -> Strip:
    return Strip(start=week_start(week, zone), end=week_start(later_week(week, 1), zone), zone=zone)


PLAIN = strip("2026-W49", "Europe/Moscow")


@pytest.mark.parametrize(("after", "x"), [(0, 0.0), (24, 14.286), (84, 50.0), (168, 100.0), (-5, 0.0), (500, 100.0)])
def test_moments_lie_by_elapsed_time_and_never_outside(after: int, x: float) -> None:
    assert PLAIN.x(PLAIN.start + timedelta(hours=after)) == x


@pytest.mark.parametrize(
    ("week", "zone", "hours"),
    [
        ("2026-W49", "Europe/Moscow", 168),
        ("2026-W13", "Europe/Berlin", 167),
        ("2026-W43", "Europe/Berlin", 169),
        ("2026-W10", "America/New_York", 167),
        ("2026-W44", "America/New_York", 169),
        ("2026-W49", "Pacific/Chatham", 168),
    ],
)
def test_seven_local_days_fill_every_week(week: str, zone: str, hours: int) -> None:
    found = strip(week, zone)
    assert found.end - found.start == timedelta(hours=hours)
    days = found.days(now=found.start, step=6)
    assert [day.label[:3] for day in days] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert sum(day.width for day in days) == pytest.approx(100, abs=0.01)
    assert [day.x for day in days] == sorted(day.x for day in days)
    assert [day.today for day in days] == [True] + 6 * [False]
    assert [day.weekend for day in days] == 5 * [False] + 2 * [True]


def test_the_day_that_loses_an_hour_is_narrower() -> None:
    sunday = strip("2026-W13", "Europe/Berlin").days(now=datetime(2026, 1, 1, tzinfo=UTC), step=6)[-1]
    assert sunday.width == pytest.approx(100 * 23 / 167, abs=0.001)
    assert [word for word, _ in sunday.hours] == ["06", "12", "18"]
    assert sunday.hours[1][1] == pytest.approx(100 * 11 / 23, abs=0.01)


def test_the_days_follow_the_centre_and_not_the_reader() -> None:
    tokyo = strip("2026-W49", "Asia/Tokyo")
    late = datetime(2026, 12, 1, 23, 30, tzinfo=ZoneInfo("Asia/Tokyo")).astimezone(UTC)
    assert [day.label for day in tokyo.days(now=late, step=12) if day.today] == ["Tue 1 Dec"]


def test_what_is_not_open_is_shaded() -> None:
    day = timedelta(days=1)
    opened = [(PLAIN.start + 2 * day, PLAIN.start + 3 * day), (PLAIN.start - day, PLAIN.start + day)]
    assert PLAIN.closed(opened) == (
        "linear-gradient(90deg, transparent 0.0% 14.286%, var(--closed) 14.286% 28.571%, "
        "transparent 28.571% 42.857%, var(--closed) 42.857% 100%)"
    )
    assert PLAIN.closed([]) == "linear-gradient(90deg, var(--closed) 0.0% 100%)"
    assert PLAIN.closed([(PLAIN.start, PLAIN.end)]) == "linear-gradient(90deg, transparent 0.0% 100.0%)"
