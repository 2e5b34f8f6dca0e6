"""A lot that is planned in parts is one request, and maintenance is none."""

from scheduler.tallies import requests_among, tally_of


def test_a_lot_counts_once_whatever_of_it_is_out() -> None:
    told = tally_of(("R1", "R1/+1", "R2", "M3", "M3/+1"), ("R1/+2", "R4", "R4/+1", "M5"))
    assert told.text == "2 requests (1 of them in part) and 2 services planned, 1 request and 1 service left out"
    assert tally_of(("R1",), ()).text == "1 request planned, 0 requests left out"


def test_who_has_to_yield_is_counted_by_requests() -> None:
    assert requests_among(("R1", "R1/+1", "R12", "M1")) == {"R1", "R12"}
