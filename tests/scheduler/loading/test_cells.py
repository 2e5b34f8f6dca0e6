"""What single cells may hold."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.loading import cells
from scheduler.loading.cells import BadCell


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("Sat", (5,)),
        ("Mon-Fri", (0, 1, 2, 3, 4)),
        ("Sun-Thu", (0, 1, 2, 3, 6)),
        ("Mon Wed,Fri", (0, 2, 4)),
        ("Mon-Sun", tuple(range(7))),
        ("Wed-Wed", (2,)),
    ],
)
def test_days(written: str, days: tuple[int, ...]) -> None:
    assert cells.days(written) == days


def test_times_of_day_go_until_24_00() -> None:
    assert [cells.clock(text) for text in ("00:00", "08:30", "24:00")] == [0, 510, 1440]


def test_moments_are_relative_or_absolute() -> None:
    relative, absolute = cells.when("W+0 Thu 16:00"), cells.when("2026-12-03T16:00+03:00")
    assert relative.at("2026-W49", "Europe/Moscow") == absolute.at("2026-W49", "UTC")
    assert absolute.at("2026-W01", "UTC") == datetime(2026, 12, 3, 13, tzinfo=UTC)


def test_shares_are_percent_with_one_digit() -> None:
    assert [cells.percent(text) for text in ("0", "72.5", "100")] == [0, 725, 1000]


def test_parameters_are_numbers_by_name() -> None:
    assert cells.parameters("soak_hours=48; panel = 10;") == (("panel", 10), ("soak_hours", 48))


@pytest.mark.parametrize(
    ("parse", "written", "code"),
    [
        (cells.minutes, "-5", "negative_duration"),
        (cells.seconds, "-1", "negative_duration"),
        (cells.minutes, "1.5", "bad_number"),
        (cells.minutes, "100001", "bad_number"),
        (cells.whole(1, 9), "0", "bad_number"),
        (cells.whole(1, 9), "1_0", "bad_number"),
        (cells.whole(1, 9), "٣", "bad_number"),
        (cells.whole(1, 9), "9" * 400, "bad_number"),
        (cells.number, "nan", "bad_number"),
        (cells.number, "1e5", "bad_number"),
        (cells.number, "1,5", "bad_number"),
        (cells.percent, "100.1", "bad_number"),
        (cells.percent, "33.33", "bad_number"),
        (cells.percent, "-1", "bad_number"),
        (cells.days, "Mo", "bad_days"),
        (cells.days, "Mon-", "bad_days"),
        (cells.days, "Mon-Fri Fri", "bad_days"),
        (cells.clock, "8:00", "bad_time"),
        (cells.clock, "24:01", "bad_time"),
        (cells.when, "Thu 16:00", "bad_date"),
        (cells.when, "2026-12-03T16:00", "bad_date"),
        (cells.when, "0001-01-01T00:00+14:00", "bad_date"),
        (cells.when, "W+100 Mon 08:00", "bad_date"),
        (cells.when, "03.12.2026", "bad_date"),
        (cells.parameters, "soak_hours", "bad_parameters"),
        (cells.parameters, "a=1; a=2", "bad_parameters"),
        (cells.parameters, "a=-1", "bad_parameters"),
        (cells.key, "x" * 61, "too_long"),
        (cells.text, "a\x00b", "unprintable"),
        (cells.yes_or_no, "Yes", "bad_choice"),
        (cells.choice("solid", "unattended"), "pausing", "bad_choice"),
    ],
)
def test_what_cannot_be_read_has_a_name_and_says_what_was_expected(
    parse: Callable[[str], Any], written: str, code: str
) -> None:
    with pytest.raises(BadCell) as caught:
        parse(written)
    assert caught.value.code == code
    assert caught.value.expected


PARSERS = [
    cells.minutes,
    cells.number,
    cells.percent,
    cells.days,
    cells.clock,
    cells.when,
    cells.parameters,
    cells.text,
]


@given(written=st.text(min_size=1, max_size=30), parse=st.sampled_from(PARSERS))
def test_any_text_is_read_or_refused(written: str, parse: Callable[[str], Any]) -> None:
    try:
        parse(written)
    except BadCell:
        return
