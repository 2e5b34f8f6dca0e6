"""What the command line prints of plans, weeks and outages: numbers, reasons, local times, ten of many."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from api.cli.tables import (
    show_changes,
    show_left_out,
    show_levels,
    show_outage,
    show_published,
    show_unsettled,
    show_week,
)
from scheduler.plan_views import ChangeView, EffectView, LevelView, Published
from scheduler.views import AffectedView, BookingView, OutageView, UnsettledView
from tests.api.weeks import a_left_out, a_summary, hours

ZONE = "Europe/Moscow"


def test_left_out_show_ten_with_reasons_and_count_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    show_left_out([a_left_out(number) for number in range(25)])
    out = capsys.readouterr().out
    assert "Left out (12 deferred, 13 unplanned):" in out
    assert "REQ-1 (Sunbeam): deferred, last start Tue 08 Dec 08:00" in out
    assert "- The oven has 9 h open, 30 h are needed." in out
    assert "REQ-10 " not in out
    assert "and 15 more" in out


def test_names_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    show_levels([LevelView(name="[red]:rocket: [/]", value=1, bound=None, gap_percent=None)])
    show_published(Published(plan_id=1, confirmed=1, moved=0, displaced=0, unchanged=0, tentative=0))
    assert "[red]:rocket: [/]" in capsys.readouterr().out


def test_nothing_left_out_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    show_left_out([])
    assert capsys.readouterr().out == ""


def test_levels_show_value_bound_and_gap(capsys: pytest.CaptureFixture[str]) -> None:
    known = LevelView(name="unplanned", value=1200, bound=900, gap_percent=25.0, gap_told="25.0 %")
    unknown = LevelView(name="completion", value=7, bound=None, gap_percent=None)
    show_levels([known, unknown])
    out = capsys.readouterr().out
    assert [cell.strip() for cell in out.splitlines()[4].strip("│").split("│")] == [
        "unplanned",
        "1,200",
        "900",
        "25.0 %",
    ]
    assert [cell.strip() for cell in out.splitlines()[5].strip("│").split("│")] == ["completion", "7", "", ""]


def test_week_shows_hours_and_shares(capsys: pytest.CaptureFixture[str]) -> None:
    show_week(a_summary())
    out = capsys.readouterr().out
    for expected in ("Pharmacy", "75.0 %", "60.0 %", "Assembly", "48.0", "40.0", "83.3 %", "6.0"):
        assert expected in out


def test_published_counts_bookings(capsys: pytest.CaptureFixture[str]) -> None:
    show_published(Published(plan_id=3, confirmed=10, moved=2, displaced=1, unchanged=7, tentative=4))
    assert "10 bookings confirmed, 2 moved, 1 displaced, 7 unchanged; 4 runs stay tentative" in capsys.readouterr().out


def test_changes_say_who_moves_from_where_to_where_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    change = ChangeView(
        change="moved",
        run="R1/1/1",
        request="R1",
        operation="cure",
        organisation="sunbeam",
        owner="Sunbeam",
        booking_id=5,
        from_start=hours(9),
        from_end=hours(12),
        from_units=("oven",),
        to_start=hours(33),
        to_end=hours(36),
        to_units=("oven-2",),
        zone=ZONE,
        due=hours(16),
        late_before=0,
        late_after=20 * 60,
        why="The oven is out.",
    )
    effect = EffectView(
        moves=1,
        requests=1,
        late=1,
        worst="R1",
        worst_minutes=20 * 60,
        displaced=0,
        services=0,
        text="1 booking is late.",
    )
    show_changes([change], effect)
    out = capsys.readouterr().out
    for expected in ("Sunbeam", "Mon 30 Nov 09:00", "Tue 01 Dec 09:00", "oven-2", "20 h late", "1 booking is late."):
        assert expected in " ".join(out.split()) or expected in out
    assert ZONE not in out
    show_changes([change, replace(change, request="R2", run="R2/1/1", zone="Asia/Yekaterinburg")], effect)
    out = capsys.readouterr().out
    assert "R1 (Sunbeam; Europe/Moscow), due Mon 30 Nov 16:00" in out
    assert "R2 (Sunbeam; Asia/Yekaterinburg), due Mon 30 Nov 18:00" in out
    assert "Mon 30 Nov 11:00 oven -> Tue 01 Dec 11:00 oven-2" in out
    show_changes([], None)
    assert "would change nothing" in capsys.readouterr().out


def test_outage_lists_what_lies_under_it(capsys: pytest.CaptureFixture[str]) -> None:
    booking = BookingView(
        id=5, centre="radio", state="confirmed", start=hours(9), end=hours(12), project="p", organisation="sunbeam",
        cluster="radio", stage="prototype", purpose="", quantity=1, request=None, operation=None, run=None, holds=(),
        plan_id=None,
    )  # fmt: skip
    outage = OutageView(
        id=1, unit="oven", start=hours(8), end=hours(20), reason="", affected=(booking,), repair_plan_id=4
    )
    show_outage(outage, ZONE)
    out = capsys.readouterr().out
    assert "oven is out of order from Mon 30 Nov 08:00 to Mon 30 Nov 20:00 (" in out
    assert "booking 5 of sunbeam, Mon 30 Nov 09:00–12:00" in out
    assert "Repair plan 4 was asked for" in out
    affected = AffectedView(booking=booking, why=("oven is no longer open Mon 30 Nov 09:00–10:00",))
    shut = UnsettledView(
        centre="EL", zone=ZONE, affected=(affected,), upkeep=("service of oven: closed",), later=2, repair_plan_id=5
    )
    show_unsettled(shut)
    out = capsys.readouterr().out
    assert "EL: what is confirmed and cannot stay where it is (Europe/Moscow):" in out
    assert "booking 5 of sunbeam, Mon 30 Nov 09:00–12:00: oven is no longer open Mon" in out
    assert "  service of oven: closed" in out
    assert "2 bookings further ahead, for the repair after this one" in out
    assert "Repair plan 5 was asked for" in out


def test_times_of_centres_in_several_zones_are_marked_as_utc(capsys: pytest.CaptureFixture[str]) -> None:
    outage = OutageView(
        id=1,
        unit="oven",
        start=datetime(2026, 12, 1, 8, tzinfo=UTC),
        end=datetime(2026, 12, 1, 9, tzinfo=UTC),
        reason="",
        affected=(),
        repair_plan_id=None,
    )
    show_outage(outage, "UTC")
    out = capsys.readouterr().out
    assert "Tue 01 Dec 08:00 UTC to Tue 01 Dec 09:00 UTC" in out
    assert "No booking lies under it" in out
