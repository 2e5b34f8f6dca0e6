"""Ten at two centres who want what a quota of one allows: one gets it, because the organisation is locked before its
quota is read; a quota of a person, who asks for two organisations, is locked itself.

The guard on holds cannot see it, nor can the centres' locks: the units stand at different centres. With the lock off,
or by what was read before it (on SQLite the write transaction itself is the lock), two get in.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from models.database import Database
from models.queries.sight import EVERYTHING
from models.tables import Booking, Centre, Project
from scheduler import booking
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.booking import book_units
from scheduler.errors import BookingRefused
from scheduler.judging import judge_by_hand
from tests.scheduler.small_centre import NOW, at, found
from tests.scheduler.test_quotas import another_centre, quota
from tests.sizes import count

THREADS = 10
UNITS = {"SEM": (4, 1), "SEM-9": (9, 2)}
"""The row ids of each unit and its centre."""
ROUNDS = range(count(short=2, full=20))


def bookings_of_a_round(database: Database, number: int, projects: tuple[str, str] = ("A-1", "A-1")) -> int:
    """How many of ten who start together are booked; each hour of its own, on one of two units for its project."""
    barrier = threading.Barrier(THREADS)
    day = at("Mon 09:00") + timedelta(weeks=2 * number)

    def wish(thread: int) -> bool:
        unit, start = list(UNITS)[thread % 2], day + timedelta(hours=thread // 2)
        barrier.wait(timeout=30)
        try:
            book_units(
                database,
                actor=ME,
                now=NOW,
                units=(unit,),
                start=start,
                end=start + timedelta(hours=1),
                project=projects[thread % 2],
            )
        except BookingRefused:
            return False
        return True

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(wish, range(THREADS)))


def prepared(database: Database, **values: Any) -> None:
    found(database)
    another_centre(database)
    quota(database, centre_id=None, measure="count", most=1, **values)


def test_of_ten_at_two_centres_one_is_within_the_quota(database: Database) -> None:
    prepared(database)
    for number in ROUNDS:
        assert bookings_of_a_round(database, number) == 1
    with database.reading() as session:
        assert len(session.exec(select(Booking).where(col(Booking.state) == "confirmed")).all()) == len(ROUNDS)


def test_of_ten_for_two_organisations_one_is_within_the_quota_of_a_person(database: Database) -> None:
    prepared(database, per="person")
    for number in ROUNDS:
        assert bookings_of_a_round(database, number, ("A-1", "B-1")) == 1


def test_with_the_lock_of_the_quota_off_more_get_in(
    postgresql_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(postgresql_database, per="person")
    both, admitted = threading.Barrier(2), judge_by_hand

    def too_early(*asked: Any, **more: Any) -> Any:
        judged = admitted(*asked, **more)
        both.wait(timeout=30)
        return judged

    monkeypatch.setattr(booking, "lock_quotas_of_people", lambda *_: [])
    monkeypatch.setattr(booking, "judge_by_hand", too_early)
    assert bookings_of_two(postgresql_database, projects=("A-1", "B-1")) == 2


def test_with_the_lock_off_more_get_in(postgresql_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared(postgresql_database)
    both, admitted = threading.Barrier(2), judge_by_hand

    def too_early(*asked: Any, **more: Any) -> Any:
        judged = admitted(*asked, **more)
        both.wait(timeout=30)
        return judged

    for lock in ("lock_organisations", "lock_clusters"):
        monkeypatch.setattr(booking, lock, lambda *_: [])
    monkeypatch.setattr(booking, "judge_by_hand", too_early)
    assert bookings_of_two(postgresql_database) == 2


def test_by_what_was_read_before_the_lock_more_get_in(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared(database)
    both, admitted, known = threading.Barrier(2), judge_by_hand, threading.local()

    def before_the_lock(*_: Any) -> None:
        with database.reading() as session:
            unit, centre = known.asked
            project = session.get_one(Project, 1)
            known.judged = admitted(
                session,
                session.get_one(Centre, centre),
                units=[unit],
                span=(known.start, known.end),
                now=NOW,
                owner=booking._owner(project, ME),
                sight=EVERYTHING,
                in_spite=False,
            )
        both.wait(timeout=30)

    monkeypatch.setattr(booking, "_check_span", before_the_lock)
    monkeypatch.setattr(booking, "judge_by_hand", lambda *_, **__: known.judged)
    assert bookings_of_two(database, known) == 2


def bookings_of_two(
    database: Database, known: threading.local | None = None, *, projects: tuple[str, str] = ("A-1", "A-1")
) -> int:
    """How many of two at two centres are booked; ``known`` learns what each thread asked for."""
    start = at("Mon 09:00")

    def wish(unit: str, project: str) -> bool:
        if known is not None:
            known.asked, known.start, known.end = UNITS[unit], start, start + timedelta(hours=1)
        try:
            book_units(
                database, actor=ME, now=NOW, units=(unit,), start=start, end=start + timedelta(hours=1), project=project
            )
        except BookingRefused:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(wish, UNITS, projects))
