"""What many threads do at once comes out as if one did it after the other."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session, select

from models.audit import record
from models.database import Database
from models.errors import HoldTaken, MissingRows, NestedWrite, StoreBusy
from models.holding import place_holds
from models.locks import lock_centres, lock_clusters, lock_organisations, raise_revision
from models.tables import Centre, Hold, Project
from tests.models import rows
from tests.models.rows import at
from tests.sizes import count

T = TypeVar("T")
THREADS = 10


def at_once(work: Callable[[int], T], threads: int = THREADS) -> list[T]:
    """What ``work`` answers to each number, all started together."""
    barrier = threading.Barrier(threads)

    def started(number: int) -> T:
        barrier.wait(timeout=30)
        return work(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(started, range(threads)))


@pytest.mark.parametrize("locked", [True, False], ids=["under the lock", "by the guard alone"])
def test_of_ten_who_want_one_slot_one_gets_it(database: Database, locked: bool) -> None:
    centre, unit, _, run = database.write(rows.two_units)
    for round_number in range(count(short=3, full=30)):
        won = at_once(partial(wins, database, centre if locked else None, unit, run, round_number))
        assert sorted(won) == [False] * (THREADS - 1) + [True]


def wins(database: Database, centre: int | None, unit: int, run: int, hour: int, _thread: int) -> bool:
    def command(session: Session) -> None:
        if centre is not None:
            lock_centres(session, [centre])
        place_holds(session, run, [(unit, 0, at(hour), at(hour + 1))])

    try:
        database.write(command)
    except HoldTaken:
        return False
    return True


def test_a_revision_counts_every_change(database: Database) -> None:
    centre = database.write(rows.centre)

    def command(session: Session) -> None:
        stale = session.get_one(Centre, centre)
        locked = lock_centres(session, [centre])[0]
        assert locked is stale
        raise_revision(locked)

    at_once(lambda _: [database.write(command) for _ in range(5)])
    with database.reading() as session:
        assert session.get_one(Centre, centre).revision == THREADS * 5


def test_a_limit_that_is_only_read_holds_under_the_lock(database: Database) -> None:
    """A quota of one, and ten who each want another lane: the guard on holds cannot see it, the centre's lock does."""
    centre = database.write(rows.centre)
    laboratory = database.write(lambda session: rows.laboratory(session, centre))
    unit = database.write(lambda session: rows.unit(session, centre, laboratory, "U1", lanes=THREADS))
    run = database.write(lambda session: rows.run(session, centre))

    def book(lane: int) -> bool:
        def command(session: Session) -> bool:
            lock_centres(session, [centre])
            if session.exec(select(Hold)).first() is not None:
                return False
            place_holds(session, run, [(unit, lane, at(0), at(1))])
            return True

        return database.write(command)

    assert sum(at_once(book)) == 1


def test_locks_come_by_id_and_name_what_is_missing(database: Database) -> None:
    first, second = database.write(lambda session: rows.centres(session, 2))
    owner = database.write(lambda session: session.get_one(Project, rows.project(session)))
    assert rows.ids(database.write(lambda session: lock_centres(session, [second, first, second]))) == [first, second]
    assert rows.ids(database.write(lambda session: lock_organisations(session, [owner.organisation_id]))) == [
        owner.organisation_id
    ]
    assert rows.ids(database.write(lambda session: lock_clusters(session, [owner.cluster_id]))) == [owner.cluster_id]
    assert database.write(lambda session: lock_centres(session, [])) == []
    with pytest.raises(MissingRows) as missing:
        database.write(lambda session: lock_centres(session, [first, 998, 999]))
    assert (missing.value.table, missing.value.ids) == ("centre", (998, 999))


def test_locks_taken_in_any_order_never_deadlock(postgresql_database: Database) -> None:
    database = postgresql_database
    centres = database.write(lambda session: rows.centres(session, 4))
    attempts: list[int] = []

    def change(number: int) -> None:
        def command(session: Session) -> None:
            attempts.append(number)
            for centre in lock_centres(session, centres if number % 2 else centres[::-1]):
                raise_revision(centre)

        for _ in range(count(short=10, full=200)):
            database.write(command)

    at_once(change)
    assert len(attempts) == THREADS * count(short=10, full=200)


def test_a_deadlock_is_tried_again(postgresql_database: Database) -> None:
    """Two lock two centres crosswise, and meet in the middle: one is thrown out, tries again and gets through."""
    database = postgresql_database
    centres = database.write(lambda session: rows.centres(session, 2))
    middle = threading.Barrier(2)
    attempts: list[int] = []

    def cross(number: int) -> None:
        def command(session: Session) -> None:
            attempts.append(number)
            session.execute(text("SET LOCAL deadlock_timeout = '50ms'"))
            raise_revision(lock_centres(session, [centres[number]])[0])
            session.flush()
            if attempts.count(number) == 1:
                middle.wait(timeout=30)
            raise_revision(lock_centres(session, [centres[1 - number]])[0])

        database.write(command)

    at_once(cross, threads=2)
    with database.reading() as session:
        assert [row.revision for row in session.exec(select(Centre))] == [2, 2]
    assert len(attempts) >= 3


def test_a_second_try_does_not_meet_those_who_write_to_the_people(postgresql_database: Database) -> None:
    """A second try takes its lock before any row, the people's chain after all rows: were the two the same lock, the
    one who has it first and the one who has the centre would wait for each other."""
    database = postgresql_database
    (centre,) = database.write(lambda session: rows.centres(session, 1))
    locked, waiting = threading.Event(), threading.Event()
    attempts: list[str] = []

    def of_people(session: Session) -> None:
        session.execute(text("SET LOCAL deadlock_timeout = '50ms'"))
        attempts.append("people")
        lock_centres(session, [centre])
        locked.set()
        waiting.wait(timeout=10)
        record(session, chain="people", at=rows.at(0), actor="a", verb="v", object_kind="k", object_id="1")

    def again(session: Session) -> None:
        session.execute(text("SET LOCAL deadlock_timeout = '50ms'"))
        attempts.append("again")
        if attempts.count("again") == 1:
            locked.wait(timeout=10)
            raise OperationalError("", {}, Deadlocked())
        waiting.set()
        lock_centres(session, [centre])

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(database.write, command) for command in (of_people, again)]:
            done.result(timeout=30)
    assert attempts.count("people") == 1


class Deadlocked(Exception):
    """As PostgreSQL's driver tells of a deadlock."""

    sqlstate = "40P01"


def test_what_always_fails_is_given_up_and_named(
    postgresql_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.database.ATTEMPTS", 3)
    attempts: list[int] = []

    def command(session: Session) -> None:
        attempts.append(1)
        session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$"))

    with pytest.raises(StoreBusy):
        postgresql_database.write(command)
    assert len(attempts) == 3


def test_a_key_taken_meanwhile_is_seen_by_the_next_attempt(database: Database) -> None:
    """Ten look for a centre, find none and found it: it is founded once, and the others find it."""

    def found_once(_: int) -> int:
        def command(session: Session) -> int:
            there = session.exec(select(Centre.id).where(Centre.key == "C1")).first()
            return rows.centre(session) if there is None else there

        return database.write(command)

    assert len(set(at_once(found_once))) == 1


def test_a_key_that_stays_taken_is_raised_as_it_is(database: Database) -> None:
    database.write(rows.centre)
    attempts: list[int] = []

    def command(session: Session) -> None:
        attempts.append(1)
        rows.centre(session)

    with pytest.raises(IntegrityError):
        database.write(command)
    assert len(attempts) == {"sqlite": 1, "postgresql": 3}[database.dialect]


def test_other_errors_are_not_tried_again_and_leave_nothing(database: Database) -> None:
    attempts: list[int] = []

    def command(session: Session) -> None:
        attempts.append(1)
        rows.centre(session)
        raise LookupError("half way")

    with pytest.raises(LookupError, match="half way"):
        database.write(command)
    assert len(attempts) == 1
    with database.reading() as session:
        assert session.exec(select(Centre)).all() == []


def test_a_write_within_a_write_is_named(database: Database) -> None:
    with pytest.raises(NestedWrite):
        database.write(lambda _: database.write(rows.centre))
    database.write(rows.centre)


def test_a_reading_sees_one_state_throughout(database: Database) -> None:
    database.write(rows.centre)
    with database.reading() as session:
        before = session.exec(select(Centre.key)).all()
        database.write(lambda writing: rows.centre(writing, "C2"))
        assert session.exec(select(Centre.key)).all() == before == ["C1"]
    with database.reading() as session:
        assert len(session.exec(select(Centre.key)).all()) == 2


def test_a_reading_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"read-?only|readonly"), database.reading() as session:
        rows.centre(session)


def test_rows_may_be_used_after_the_transaction(database: Database) -> None:
    centre = database.write(lambda session: session.get_one(Centre, rows.centre(session)))
    assert (centre.key, centre.revision) == ("C1", 0)


def test_two_processes_writing_to_one_file_wait_for_each_other(sqlite_url: str) -> None:
    """Two ``Database`` objects share nothing but the file, as two processes do."""
    databases = [Database(sqlite_url) for _ in range(2)]
    centre = databases[0].write(rows.centre)

    def change(number: int) -> None:
        def command(session: Session) -> None:
            raise_revision(lock_centres(session, [centre])[0])

        for _ in range(20):
            databases[number % 2].write(command)

    at_once(change, threads=4)
    with databases[1].reading() as session:
        assert session.get_one(Centre, centre).revision == 80
    for database in databases:
        database.dispose()


def test_sqlite_keeps_what_it_promises(sqlite_database: Database) -> None:
    def pragmas(session: Session) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [session.execute(text(f"PRAGMA {name}")).scalar_one() for name in names]

    assert sqlite_database.write(pragmas) == ["wal", 2, 1, 10_000]


def test_postgresql_answers_in_utc(postgresql_database: Database) -> None:
    with postgresql_database.reading() as session:
        assert session.execute(text("SHOW timezone")).scalar_one() == "UTC"


def test_sessions_do_not_leak(database: Database) -> None:
    opened: list[Session] = []
    database.write(opened.append)
    with database.reading() as session:
        opened.append(session)
        session.exec(select(Centre)).all()
    assert len(opened) == 2
    assert not any(session.in_transaction() for session in opened)
