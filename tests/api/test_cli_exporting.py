"""Exported lists are safe to open in a spreadsheet."""

import csv
import io

import pytest

from api.cli.exporting import COLUMNS, as_csv
from scheduler.views import BookingView, HoldView
from tests.api.weeks import hours


def _booking(purpose: str) -> BookingView:
    lanes = tuple(
        HoldView(kind="unit", key="chamber", name="Chamber", lane=lane, start=hours(1), end=hours(2)) for lane in (0, 1)
    )
    person = HoldView(kind="person", key="T5", name="Anna", lane=0, start=hours(1), end=hours(2))
    return BookingView(
        id=7,
        centre="radio",
        state="confirmed",
        start=hours(1),
        end=hours(2),
        project="A-1",
        organisation="sunbeam",
        cluster="radio",
        stage="prototype",
        purpose=purpose,
        quantity=3,
        request=None,
        operation=None,
        run=None,
        holds=(*lanes, person),
        plan_id=None,
    )


def _row(purpose: str) -> dict[str, str]:
    (row,) = csv.DictReader(io.StringIO(as_csv([_booking(purpose)]), newline=""))
    return row


def test_a_row_per_booking_with_its_units_once() -> None:
    row = _row("soak")
    assert tuple(row) == COLUMNS
    assert (row["units"], row["technicians"], row["request"], row["quantity"]) == ("chamber", "T5", "", "3")
    assert row["start"] == "2026-11-29T22:00:00+00:00"


@pytest.mark.parametrize(
    "purpose",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "＝1", "＋1", "|calc", "\n=1"],
    ids=ascii,
)
def test_text_that_begins_like_a_formula_is_defused(purpose: str) -> None:
    assert _row(purpose)["purpose"] == f"'{purpose}"


@pytest.mark.parametrize("purpose", ["", "soak, 48 h", 'the "big" one', "a=b", "два\nслова"])
def test_other_text_stays_as_it_is(purpose: str) -> None:
    assert _row(purpose)["purpose"] == purpose
