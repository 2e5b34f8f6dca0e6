"""Two who bring files at once: as if one came after the other."""

import json
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session

from models.database import Database
from models.locks import lock_centres, lock_clusters, lock_organisations
from models.tables import Centre, Closure, Cluster, Organisation, Project
from scheduler.actors import LOCAL_ADMINISTRATOR, Actor, Grant
from scheduler.importing import Outcome, Upload, nemo
from scheduler.importing.kinds import kind_named
from scheduler.importing.locking import NamesMoved, lock_for
from scheduler.importing.nemo import import_nemo
from scheduler.importing.reading import read
from scheduler.importing.templates import template_of
from scheduler.loading import BadFiles
from tests.models.test_races import at_once
from tests.scheduler.importing.files import BOOKINGS, as_csv, bring, dump
from tests.scheduler.importing.test_lists import ASKED
from tests.scheduler.small_centre import NOW, found, store


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


BESIDE: dict[str, tuple[tuple[object, ...], ...]] = {
    "laboratories": (("XRAY", "EL", "X-ray"),),
    "units": (("SEM", "SMT", "Microscope", "microscope", 2, "", "", "", ""),),
    "organisations": (("ALFA", "IT", "Alfa & Co"),),
    "projects": (("A-1", "ALFA", "IT", "Sensors", "idea"),),
    "people": (("T5", "Anna Orlova", "EL", "", 7, ""),),
    "requests": (ASKED,),
}
"""Of the first centre, organisation and cluster."""


@pytest.mark.parametrize("kind", BESIDE)
def test_a_list_waits_for_no_centre_and_owner_that_it_does_not_concern(
    postgresql_database: Database, kind: str
) -> None:
    found(postgresql_database)
    store(postgresql_database, Centre(id=2, key="OP", name="Optics", zone="Europe/Moscow"))
    content = as_csv(template_of(kind).columns, *BESIDE[kind])

    with ThreadPoolExecutor(1) as other:

        def beside(session: Session) -> Outcome:
            lock_centres(session, [2])
            lock_organisations(session, [2])
            lock_clusters(session, [2])
            return other.submit(partial(bring, postgresql_database, kind, content)).result(timeout=15)

        assert not postgresql_database.write(beside).changes_nothing


@pytest.mark.parametrize("kind", ["units", "projects", "people"])
def test_a_list_waits_for_what_it_concerns(postgresql_database: Database, kind: str) -> None:
    """The control: where all is locked, it does not come in before the lock is gone."""
    found(postgresql_database)
    content = as_csv(template_of(kind).columns, *BESIDE[kind])

    with ThreadPoolExecutor(1) as other:

        def beside(session: Session) -> Future[Outcome]:
            lock_centres(session, [1])
            lock_organisations(session, [1])
            waiting = other.submit(partial(bring, postgresql_database, kind, content))
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
            return waiting

        assert not postgresql_database.write(beside).result(timeout=15).changes_nothing


@pytest.mark.parametrize("kind", ["bookings", "requests", "projects"])
def test_names_are_read_again_once_their_rows_are_locked(postgresql_database: Database, kind: str) -> None:
    """A project that is given to another organisation while the file waits is not judged without that one's lock."""
    found(postgresql_database)
    columns, rows = {
        "bookings": (BOOKINGS, (("F1", "OVEN-1", "2026-12-01 10:00", "2026-12-01 12:00", "A-1"),)),
        "requests": (template_of(kind).columns, (ASKED,)),
        "projects": (template_of(kind).columns, BESIDE["projects"]),
    }[kind]
    chosen = kind_named(kind, LOCAL_ADMINISTRATOR)
    lines = read(Upload(name="x.csv", content=as_csv(columns, *rows).encode()), chosen, encoding=None).lines

    def locking(session: Session) -> None:
        lock_for(session, chosen, lines, LOCAL_ADMINISTRATOR)

    with ThreadPoolExecutor(1) as other:

        def beside(session: Session) -> Future[None]:
            lock_organisations(session, [1])
            waiting = other.submit(postgresql_database.write, locking)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
            project = session.get_one(Project, 1)
            project.organisation_id, project.cluster_id = 2, 2
            session.add(project)
            return waiting

        with pytest.raises(NamesMoved):
            postgresql_database.write(beside).result(timeout=15)
    postgresql_database.write(locking)


@pytest.mark.parametrize("kind", BESIDE)
def test_the_same_list_twice_at_once_comes_in_once(database: Database, kind: str) -> None:
    found(database)
    content = as_csv(template_of(kind).columns, *BESIDE[kind])
    outcomes = at_once(lambda _: bring(database, kind, content), threads=2)
    assert sorted(outcome.changes_nothing for outcome in outcomes) == [False, True]
    assert bring(database, kind, content).changes_nothing


FACILITY = (
    {"model": "NEMO.accounttype", "pk": 1, "fields": {"name": "Industry"}},
    {"model": "NEMO.account", "pk": 1, "fields": {"name": "Acme", "type": 1}},
    {"model": "NEMO.project", "pk": 1, "fields": {"name": "Anvil", "account": 1}},
    {"model": "NEMO.tool", "pk": 1, "fields": {"name": "AFM", "_location": "B1", "_category": "Microscopes"}},
)
TIMES = {"start": "2026-12-03T10:00:00Z", "end": "2026-12-03T12:00:00Z"}
CHANGED = (
    *FACILITY,
    {"model": "NEMO.closure", "pk": 1, "fields": {"name": "Floor"}},
    {
        "model": "NEMO.closuretime",
        "pk": 1,
        "fields": {"closure": 1, "start_time": "2026-12-05T10:00:00Z", "end_time": "2026-12-05T12:00:00Z"},
    },
    {"model": "NEMO.scheduledoutage", "pk": 1, "fields": {"tool": 1, "title": "Pump", **TIMES}},
    {"model": "NEMO.reservation", "pk": 1, "fields": {"tool": 1, "project": 1, **TIMES, "start": "2026-12-02T10:00:00Z",
     "end": "2026-12-02T12:00:00Z"}},
)  # fmt: skip
"""With a closure, an outage and a reservation more."""


def import_facility(database: Database, records: Sequence[dict[str, Any]], **more: Any) -> Outcome:
    upload = Upload(name="nemo.json", content=json.dumps(records).encode())
    where = {"centre": "n", "zone": "UTC"} | more
    return import_nemo(database, actor=LOCAL_ADMINISTRATOR, now=NOW, upload=upload, **where)


def test_a_facility_twice_at_once_comes_in_once(database: Database) -> None:
    outcomes = at_once(lambda _: import_facility(database, FACILITY), threads=2)
    assert sorted(outcome.changes_nothing for outcome in outcomes) == [False, True]


@pytest.mark.parametrize("kind", ["bookings", "nemo"])
@pytest.mark.parametrize("rehearse", [True, False], ids=["rehearsed", "control"])
def test_nobody_who_writes_waits_for_a_rehearsal(database: Database, rehearse: bool, kind: str) -> None:
    """Not even at the same centre. The control: while a file is stored, those at its centre wait."""
    bookings = as_csv(BOOKINGS, ("F1", "OVEN-1", "2026-12-01 10:00", "2026-12-01 12:00", "A-1"))
    if kind == "bookings":
        found(database)
    else:
        import_facility(database, FACILITY)
    before = dump(database)
    waited: list[bool] = []

    def closing(session: Session) -> None:
        (row,) = lock_centres(session, [1])
        session.add(Closure(centre_id=row.id, start_at=NOW, end_at=NOW + timedelta(days=1), reason="", blocks=True))

    with ThreadPoolExecutor(1) as other:

        def beside(what: str, _done: int, _of: int) -> None:
            if what == "storing" and not waited:
                writing = other.submit(database.write, closing)
                waited.append(not wait([writing], timeout=10 if rehearse else 0.5).done)

        if kind == "bookings":
            bring(database, "bookings", bookings, rehearse=rehearse, progress=beside)
        else:
            import_facility(database, CHANGED, rehearse=rehearse, progress=beside)
    assert waited == [not rehearse]
    after = dump(database)
    assert len(after["closure"]) == len(before["closure"]) + 1 + (kind == "nemo" and not rehearse)
    assert (after["booking"] == before["booking"]) == rehearse


@pytest.mark.parametrize("rehearse", [True, False], ids=["rehearsed", "control"])
def test_nobody_waits_for_a_rehearsal_that_changes_what_all_lock(
    postgresql_database: Database, monkeypatch: pytest.MonkeyPatch, rehearse: bool
) -> None:
    import_facility(postgresql_database, FACILITY)

    def rename(session: Session) -> None:
        session.get_one(Organisation, 1).name = "Acme Ltd"
        session.get_one(Cluster, 1).name = "Industry of today"

    postgresql_database.write(rename)
    waited: list[bool] = []

    def lock_all(session: Session) -> None:
        for lock in (lock_centres, lock_organisations, lock_clusters):
            lock(session, [1])

    with ThreadPoolExecutor(1) as other:

        def beside(*_: object, **__: object) -> None:
            writing = other.submit(postgresql_database.write, lock_all)
            waited.append(not wait([writing], timeout=10 if rehearse else 0.5).done)

        monkeypatch.setattr(nemo, "record_import", beside)
        told = import_facility(postgresql_database, FACILITY, zone="Europe/Berlin", rehearse=rehearse)
    assert waited == [not rehearse]
    changed = {row.key: {change.field for change in row.changes} for row in told.rows if row.what == "changed"}
    assert changed == {"centre n": {"zone"}, "cluster Industry": {"name"}, "organisation Acme": {"name"}}


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
