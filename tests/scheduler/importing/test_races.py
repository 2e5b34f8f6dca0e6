"""Two who bring files at once: as if one came after the other."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlmodel import Session

from models.database import Database
from models.locks import lock_centres, lock_organisations
from models.tables import Centre
from scheduler.actors import Actor, Grant
from scheduler.importing import Outcome
from scheduler.loading import BadFiles
from tests.models.test_races import at_once
from tests.scheduler.importing.files import BOOKINGS, as_csv, bring, dump
from tests.scheduler.small_centre import found, store


def test_the_same_file_twice_at_once_comes_in_once(database: Database) -> None:
    found(database)
    content = as_csv(
        BOOKINGS,
        ("P1", "OVEN-1", "2026-11-20 10:00", "2026-11-20 12:00", "A-1"),
        ("F1", "OVEN-1", "2026-12-01 10:00", "2026-12-01 12:00", "A-1"),
    )
    outcomes = at_once(lambda _: bring(database, "bookings", content), threads=3)
    assert sorted(outcome.counts["new"] for outcome in outcomes) == [0, 0, 2]
    assert len(dump(database)["booking"]) == 2


MANAGER = Actor(key="account:1", grants=(Grant(role="manager", centre_id=1),))


@pytest.mark.parametrize("rehearse", [True, False])
def test_a_manager_waits_for_no_other_centre_and_owner(postgresql_database: Database, rehearse: bool) -> None:
    found(postgresql_database)
    store(postgresql_database, Centre(id=2, key="OP", name="Optics", zone="Europe/Moscow"))
    content = as_csv(BOOKINGS, ("F1", "OVEN-1", "2026-12-01 10:00", "2026-12-01 12:00", "A-1"))
    importing = partial(bring, postgresql_database, "bookings", content, actor=MANAGER, rehearse=rehearse)

    with ThreadPoolExecutor(1) as other:

        def beside(session: Session) -> Outcome:
            lock_centres(session, [2])
            lock_organisations(session, [2])
            return other.submit(importing).result(timeout=15)

        assert postgresql_database.write(beside).counts["new"] == 1


def test_the_first_lists_of_an_empty_database_come_in_once(database: Database) -> None:
    content = as_csv(("cluster", "name"), *((f"C{n}", f"Cluster {n}") for n in range(5)))
    outcomes = at_once(lambda _: bring(database, "clusters", content), threads=3)
    assert sorted(outcome.counts["new"] for outcome in outcomes) == [0, 0, 5]


def test_of_two_files_that_want_one_place_one_is_refused_by_name(database: Database) -> None:
    found(database)

    def wants(number: int) -> Outcome | BadFiles:
        row = (f"X{number}", "OVEN-1", "2026-12-01 10:00", "2026-12-01 12:00", "A-1")
        try:
            return bring(database, "bookings", as_csv(BOOKINGS, row))
        except BadFiles as refusal:
            return refusal

    refusals = [each for each in at_once(wants, threads=2) if isinstance(each, BadFiles)]
    assert [mistake.code for refusal in refusals for mistake in refusal.mistakes] == ["does_not_fit"]
    assert len(dump(database)["booking"]) == 1
