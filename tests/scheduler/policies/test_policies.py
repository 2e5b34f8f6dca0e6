"""Each policy about asking: what it lets through, what it refuses with its numbers, and where exactly it ends."""

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.policies import POLICIES, Asking, Terms, approval, broken, late_cancel, missed
from tests.scheduler.policies.asked import MINUTE, ZONE, ahead, asking, beside, codes
from tests.scheduler.small_centre import NOW, at

NOTICE = Terms(notice_minutes=24 * 60)
HORIZON = Terms(horizon_days=4)
LENGTHS = Terms(shortest_minutes=30, longest_minutes=120)
APART = Terms(apart_minutes=60)
GAPS = Terms(whole_gaps=True)
TWO = (ahead("Mon 10:00", "Mon 11:00"), ahead("Wed 10:00", "Wed 11:00"))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (asking(NOTICE, start=NOW + timedelta(days=1)), []),
        (asking(NOTICE, start=NOW + timedelta(days=1) - MINUTE), ["notice"]),
        (asking(HORIZON, start=NOW + timedelta(days=4)), []),
        (asking(HORIZON, start=NOW + timedelta(days=4) + MINUTE), ["horizon"]),
        (asking(LENGTHS, minutes=30), []),
        (asking(LENGTHS, minutes=29), ["shortest"]),
        (asking(LENGTHS, minutes=120), []),
        (asking(LENGTHS, minutes=121), ["longest"]),
        (asking(Terms(person_most=3), ahead=TWO), []),
        (asking(Terms(person_most=2), ahead=TWO), ["person_most"]),
        (asking(Terms(person_most=2), ahead=TWO, person="account:2"), []),
        (asking(Terms(organisation_most=3), ahead=TWO), []),
        (asking(Terms(organisation_most=2), ahead=TWO, person="account:2"), ["organisation_most"]),
        (asking(Terms(organisation_most=2), ahead=TWO, organisation=2), []),
        (asking(Terms(person_minutes=240), ahead=TWO), []),
        (asking(Terms(person_minutes=239), ahead=TWO), ["person_minutes"]),
        (asking(APART, ahead=(ahead("Tue 13:00", "Tue 14:00"), ahead("Tue 08:00", "Tue 09:00"))), []),
        (asking(APART, ahead=(ahead("Tue 12:59", "Tue 14:00"), ahead("Tue 08:00", "Tue 09:01"))), ["apart"] * 2),
        (asking(APART, ahead=(ahead("Tue 12:00", "Tue 14:00", person="account:2"),)), []),
        (asking(GAPS, usable_minutes=60, beside=(beside("Tue 08:00", "Tue 10:00"),)), []),
        (asking(GAPS, usable_minutes=60, beside=(beside("Tue 08:00", "Tue 09:00"),)), []),
        (asking(GAPS, usable_minutes=60, beside=(beside("Tue 08:00", "Tue 09:01"),)), ["small_gap"]),
        (asking(GAPS, usable_minutes=60, beside=(beside("Tue 12:59", "Tue 15:00"),)), ["small_gap"]),
        (asking(GAPS, usable_minutes=60, beside=(beside("Tue 12:15", "Tue 15:00", buffer_minutes=15),)), []),
        (asking(GAPS, usable_minutes=60, beside=(beside("Tue 12:16", "Tue 15:00", buffer_minutes=15),)), ["small_gap"]),
        (asking(Terms(), usable_minutes=60, beside=(beside("Tue 12:30", "Tue 15:00"),)), []),
    ],
)
def test_each_lets_through_what_it_says_and_no_minute_more(asked: Asking, expected: list[str]) -> None:
    assert codes(asked) == expected


def test_no_terms_let_everything_through() -> None:
    assert codes(asking(Terms(), start=NOW + MINUTE, minutes=100_000, ahead=TWO)) == []


def test_all_that_is_broken_is_told_at_once_with_its_numbers() -> None:
    terms = Terms(notice_minutes=10_000, longest_minutes=60, person_most=0, apart_minutes=1, whole_gaps=True)
    asked = asking(
        terms, ahead=(ahead("Tue 09:30", "Tue 10:00"),), beside=(beside("Tue 09:00", "Tue 09:55"),), usable_minutes=10
    )
    sentences = list(broken(asked))
    assert [each.text for each in sentences] == [
        "OVEN-1 is booked at least 166 h 40 min ahead: from Fri 4 Dec 2026 10:40 (Europe/Moscow) on.",
        "OVEN-1 is booked for at most 1 h, not 2 h.",
        "One person has at most 0 bookings of OVEN-1 ahead; 1 stand already.",
        "Bookings of OVEN-1 by one person lie 1 min apart; another is Tue 1 Dec 09:30–10:00.",
        "5 min of OVEN-1 would stay free before it, up to Tue 1 Dec 09:55: less than 10 min is of no use. "
        "Leave none, or 10 min.",
    ]
    assert all(dict(each.facts)["unit"] == "OVEN-1" and len(each.facts) > 1 for each in sentences)


def test_the_earliest_start_that_is_told_is_let_through() -> None:
    now = NOW + timedelta(seconds=30)
    (sentence,) = broken(asking(NOTICE, start=NOW + timedelta(hours=1), now=now))
    earliest = datetime.fromisoformat(str(dict(sentence.facts)["earliest"]))
    assert codes(asking(NOTICE, start=earliest, now=now)) == []
    assert codes(asking(NOTICE, start=earliest - MINUTE, now=now)) == ["notice"]


@pytest.mark.parametrize("name", POLICIES)
def test_every_policy_can_be_broken(name: str) -> None:
    terms = Terms(
        notice_minutes=10_000,
        horizon_days=1,
        longest_minutes=60,
        person_most=0,
        apart_minutes=60,
        whole_gaps=True,
    )
    asked = asking(terms, ahead=TWO, beside=(beside("Tue 08:00", "Tue 09:55"),), usable_minutes=10)
    near = asking(terms, ahead=(ahead("Tue 09:00", "Tue 09:30"),))
    assert [*POLICIES[name](asked), *POLICIES[name](near)]


NIGHT = Terms(longest_minutes=60, person_most=0, person_minutes=0, apart_minutes=600, free_from=18 * 60, free_until=420)


@pytest.mark.parametrize(
    ("start", "minutes", "free"),
    [
        ("Tue 18:00", 13 * 60, True),
        ("Tue 18:00", 13 * 60 + 1, False),
        ("Tue 17:59", 61, False),
        ("Wed 01:00", 120, True),
        ("Tue 18:00", 24 * 60 + 120, False),
    ],
)
def test_in_the_free_time_lengths_and_numbers_are_not_limited(start: str, minutes: int, free: bool) -> None:
    asked = asking(NIGHT, start=start, minutes=minutes, ahead=(ahead("Tue 17:00", "Tue 17:30"),))
    assert (codes(asked) == []) is free
    strict = Terms(notice_minutes=100_000, free_from=NIGHT.free_from, free_until=NIGHT.free_until)
    assert codes(asking(strict, start=start, minutes=minutes)) == ["notice"]


def test_a_free_weekend_lasts_two_local_days() -> None:
    terms = Terms(longest_minutes=60, free_weekend=True)
    assert codes(asking(terms, start="Sat 00:00", minutes=48 * 60)) == []
    assert codes(asking(terms, start="Sat 00:00", minutes=48 * 60 + 1)) == ["longest"]
    assert codes(asking(terms, start="Fri 23:59", minutes=61)) == ["longest"]


@pytest.mark.parametrize(
    ("day", "hours"), [(datetime(2026, 3, 29, tzinfo=UTC), 23), (datetime(2026, 10, 25, tzinfo=UTC), 25)]
)
def test_free_time_is_local_where_the_clock_is_changed(day: datetime, hours: int) -> None:
    """From Saturday 22:00 to Sunday 22:00 in Berlin there are 23 or 25 hours."""
    terms = Terms(longest_minutes=60, free_weekend=True)
    offset = 1 if hours == 23 else 2
    start = day - timedelta(hours=2 + offset)
    night = {"zone": "Europe/Berlin", "now": start - timedelta(days=1)}
    assert codes(asking(terms, start=start, minutes=(hours + 2) * 60, **night)) == []
    assert codes(asking(terms, start=start, minutes=(hours + 2) * 60 + 1, **night)) == ["longest"]


@pytest.mark.parametrize(("earlier", "late"), [(timedelta(hours=24), False), (timedelta(hours=24) - MINUTE, True)])
def test_cancelling_is_late_from_the_minute_on(earlier: timedelta, late: bool) -> None:
    start = at("Tue 10:00")
    told = list(
        late_cancel.broken(Terms(cancel_minutes=1440), unit="OVEN-1", zone=ZONE, start=start, now=start - earlier)
    )
    assert [each.text for each in told] == [
        "OVEN-1 is given back at least 24 h before the start: until Mon 30 Nov 2026 10:00 (Europe/Moscow)."
    ] * late
    assert not list(late_cancel.broken(Terms(), unit="OVEN-1", zone=ZONE, start=start, now=start))


def test_one_unit_of_several_is_enough_to_want_approval_and_patience() -> None:
    terms = (Terms(), Terms(approval=True, missed_minutes=30), Terms(approval=False, missed_minutes=10))
    assert approval.is_wanted(terms)
    assert not approval.is_wanted((terms[0], terms[2]))
    assert missed.missed_from(terms, NOW) == NOW + timedelta(minutes=30)
    assert missed.missed_from((), NOW) == NOW


@pytest.mark.parametrize(
    ("minutes", "marked"), [((), None), ((None,), None), ((0,), None), ((0, 15), 15), ((None, 30, 10), 30)]
)
def test_the_clock_marks_nobody_where_no_unit_says_how_long_it_waits(
    minutes: tuple[int | None, ...], marked: int | None
) -> None:
    told = missed.by_the_clock((Terms(missed_minutes=each) for each in minutes), NOW)
    assert told == (None if marked is None else NOW + timedelta(minutes=marked))


def test_what_a_unit_does_not_say_its_centre_says() -> None:
    unit, centre = (
        Terms(longest_minutes=60, approval=False),
        Terms(longest_minutes=120, notice_minutes=5, approval=True),
    )
    assert unit.or_else(centre) == Terms(longest_minutes=60, notice_minutes=5, approval=False)
    assert Terms(notice_minutes=0).or_else(centre).notice_minutes == 0
