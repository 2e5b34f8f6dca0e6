"""Due work is done once: leased by one worker at a time, taken up again when a worker falls silent."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from models.database import Database
from models.queries.record import extend, fail, finish, lease_next, put_due_work, release
from models.tables import DueWork
from tests.models.rows import at


def put(database: Database, subject: str = "plan 1", due: float = 0) -> bool:
    return database.write(
        lambda session: put_due_work(session, kind="draft", subject=subject, payload={"n": 1}, due_at=at(due))
    )


def lease(database: Database, worker: str = "w1", now: float = 1, until: float = 2) -> DueWork | None:
    return database.write(lambda session: lease_next(session, worker=worker, now=at(now), until=at(until)))


def leased(database: Database, worker: str = "w1", now: float = 1, until: float = 2) -> int:
    work = lease(database, worker, now, until)
    assert work is not None
    assert work.id is not None
    return work.id


def test_what_is_due_longest_comes_first(database: Database) -> None:
    for subject, due in (("late", 0.5), ("first", 0), ("not yet", 3)):
        put(database, subject, due)
    found = [lease(database) for _ in range(3)]
    assert [work.subject if work else None for work in found] == ["first", "late", None]


def test_a_repair_comes_before_drafts_that_were_asked_for_earlier(database: Database) -> None:
    put(database, "draft 1", 0)
    put(database, "draft 2", 0.1)
    database.write(lambda session: put_due_work(session, kind="repair", subject="3", payload={}, due_at=at(0.5)))
    found = [lease(database) for _ in range(3)]
    assert [work.subject if work else None for work in found] == ["3", "draft 1", "draft 2"]


def test_a_lease_says_whose_it_is_and_counts(database: Database) -> None:
    put(database)
    work = lease(database)
    assert work is not None
    assert (work.leased_by, work.leased_until, work.attempts, work.payload) == ("w1", at(2), 1, {"n": 1})


def test_a_lease_that_ran_out_is_taken_up_again(database: Database) -> None:
    put(database)
    work_id = leased(database, until=2)
    assert lease(database, "w2", now=1.9) is None
    assert leased(database, "w2", now=2, until=3) == work_id
    assert not database.write(lambda session: finish(session, work_id=work_id, worker="w1", now=at(2)))
    assert not database.write(lambda session: extend(session, work_id=work_id, worker="w1", until=at(9)))
    assert database.write(lambda session: finish(session, work_id=work_id, worker="w2", now=at(2)))
    assert lease(database, now=9) is None


def test_an_extended_lease_is_kept(database: Database) -> None:
    put(database)
    work_id = leased(database, until=2)
    assert database.write(lambda session: extend(session, work_id=work_id, worker="w1", until=at(4)))
    assert lease(database, "w2", now=3) is None


def test_failed_work_is_due_again_or_given_up(database: Database) -> None:
    put(database)
    work_id = leased(database)

    def failing(session: Session, again: float | None) -> bool:
        again_at = None if again is None else at(again)
        return fail(session, work_id=work_id, worker="w1", error="no memory", again_at=again_at, now=at(1))

    assert database.write(lambda session: failing(session, 5))
    assert lease(database, now=4) is None
    assert leased(database, now=5, until=6) == work_id
    assert database.write(lambda session: failing(session, None))
    assert not database.write(lambda session: failing(session, None))
    with database.reading() as session:
        work = session.get_one(DueWork, work_id)
        assert (work.attempts, work.error, work.done_at) == (2, "no memory", at(1))


def test_work_that_was_put_down_is_due_at_once_and_was_not_attempted(database: Database) -> None:
    put(database)
    work_id = leased(database)
    assert not database.write(lambda session: release(session, work_id=work_id, worker="w2"))
    assert database.write(lambda session: release(session, work_id=work_id, worker="w1"))
    assert not database.write(lambda session: release(session, work_id=work_id, worker="w1"))
    assert leased(database) == work_id
    with database.reading() as session:
        assert session.get_one(DueWork, work_id).attempts == 1


def test_of_one_kind_and_subject_one_is_open(database: Database) -> None:
    assert put(database)
    assert not put(database, due=7)
    assert put(database, "plan 2")
    work_id = leased(database)
    assert database.write(lambda session: finish(session, work_id=work_id, worker="w1", now=at(1)))
    assert put(database)

    def twice(session: Session) -> None:
        session.add(DueWork(kind="draft", subject="plan 2", due_at=at(0)))

    with pytest.raises(IntegrityError):
        database.write(twice)
    with database.reading() as session:
        assert len(session.exec(select(DueWork).where(col(DueWork.done_at).is_(None))).all()) == 2


def test_ten_who_ask_for_the_same_make_one(database: Database) -> None:
    barrier = threading.Barrier(10)

    def ask(_: int) -> bool:
        barrier.wait(timeout=30)
        return put(database)

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(ask, range(10))) == 1


def test_ten_workers_get_different_work(database: Database) -> None:
    for number in range(30):
        put(database, f"plan {number}")
    barrier = threading.Barrier(10)

    def work(number: int) -> list[int]:
        barrier.wait(timeout=30)
        done: list[int] = []
        while (found := lease(database, f"w{number}")) is not None:
            assert found.leased_by == f"w{number}"
            done.append(found.id or 0)
        return done

    with ThreadPoolExecutor(10) as pool:
        taken = Counter(work_id for done in pool.map(work, range(10)) for work_id in done)
    assert len(taken) == 30
    assert set(taken.values()) == {1}


def test_a_worker_does_not_wait_for_another(postgresql_database: Database) -> None:
    database = postgresql_database
    put(database, "first")
    put(database, "second", due=0.5)

    def outer(session: Session) -> tuple[DueWork | None, DueWork | None]:
        mine = lease_next(session, worker="w1", now=at(1), until=at(2))
        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(lease, database, "w2").result(timeout=30)
        return mine, other

    mine, other = database.write(outer)
    assert (mine and mine.subject, other and other.subject) == ("first", "second")
