"""Moments and spans as people read them."""

from datetime import timedelta

from scheduler.time_words import tell_span
from tests.scheduler.small_centre import at


def test_a_span_has_its_year_where_it_ends_in_another() -> None:
    day, year, zone = timedelta(days=1), timedelta(days=365), "Europe/Moscow"
    assert tell_span(at("Tue 10:00"), at("Tue 12:00"), zone) == "Tue 1 Dec 10:00–12:00"
    assert tell_span(at("Tue 10:00"), at("Tue 10:00") + day, zone) == "Tue 1 Dec 10:00 – Wed 2 Dec 10:00"
    assert tell_span(at("Tue 10:00"), at("Tue 10:00") + year, zone) == "Tue 1 Dec 2026 10:00 – Wed 1 Dec 2027 10:00"
    assert tell_span(at("Tue 10:00"), at("Tue 12:00"), zone, in_year=True) == "Tue 1 Dec 2026 10:00–12:00"
