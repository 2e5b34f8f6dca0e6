"""Whatever is done, replaying the record gives the live tables; and what was done past it is found."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlmodel import Session, col, delete, insert, select, update

from models.audit import MOST_ROWS, PEOPLE, UNRECORDED, record
from models.chains import heads, verify
from models.changes import insert_rows
from models.database import Database
from models.errors import UnheardChange
from models.locks import lock_centres
from models.replay import differences, domain_tables
from models.tables import AuditEvent, Booking, Centre, Cluster, Entitlement, Outage, Request
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.actors import Actor, Grant
from scheduler.approving import confirm_booking, list_asked, return_booking
from scheduler.auditing import replay_audit
from scheduler.booking import book_units, cancel_booking
from scheduler.counting import count_pieces
from scheduler.door.people import (
    RoleAsked,
    close_account,
    grant_role,
    invite,
    join_person,
    part_person,
    take_role_of,
)
from scheduler.erasing import erase
from scheduler.errors import Refused
from scheduler.loading import load_directory
from scheduler.maintaining import mark_done
from scheduler.missing import mark_missed
from scheduler.outages import end_outage, report_outage
from scheduler.pinning import Pinned, pin_booking
from scheduler.planning import ask_for_plan, draft_plan
from scheduler.policies import Terms
from scheduler.publishing import publish_plan
from scheduler.requesting import submit_request
from scheduler.setting_policies import set_policy
from scheduler.using import check_in, check_out
from scheduler.withdrawing import withdraw_request
from tests.scheduler.importing.files import BOOKINGS, as_csv, bring
from tests.scheduler.loading.directory import WEEK, put, small_directory
from tests.sizes import count

NOW = datetime.fromisoformat("2026-11-27T09:00:00+00:00")
ENGINEER = Actor(key="account:9", grants=(Grant(role="engineer", organisation_id=1),), account_id=9)
UNITS = ("PRINT-1", "OVEN-1", "OVEN-2")
OPERATIONS = count(short=150, full=10_000)
MOST_PLANS = count(short=1, full=40)


class Doings:
    """Use cases with random values, at a clock that goes on; what is refused is done all the same."""

    def __init__(self, database: Database, folder: Path, seed: int) -> None:
        self.database, self.folder, self.now = database, folder, NOW
        self.random = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.load()
        set_policy(database, actor=ME, now=NOW, unit="PRINT-1", terms=Terms(approval=True))

    @cached_property
    def every(self) -> dict[Callable[[], object], int]:
        """Each with how often it is done, beside the others."""
        return {
            self.book: 30,
            self.cancel: 16,
            self.ask: 12,
            self.withdraw: 8,
            self.break_down: 8,
            self.mend: 8,
            self.count: 6,
            self.maintain: 4,
            self.load: 5,
            self.regulate: 4,
            self.answer: 8,
            self.use: 14,
            self.people: 12,
            self.bring: 4,
            self.pin: 3,
            self.plan: 2,
        }

    def some(self, number: int) -> None:
        for doing in self.random.choices(list(self.every), list(self.every.values()), k=number):
            self.now += timedelta(minutes=self.random.choice((0, 1, 7)))
            self.try_(doing)

    def try_(self, doing: Callable[[], object]) -> None:
        name = doing.__name__
        try:
            doing()
            self.done[name] += 1
        except Refused:
            self.done[f"refused {name}"] += 1

    def moment(self) -> datetime:
        """A full hour of some day to come; laboratories are often open then."""
        day = self.now + timedelta(days=self.random.randrange(1, 9))
        return day.replace(hour=self.random.randrange(5, 12), minute=0)

    def any_of(self, table: type[Booking] | type[Request] | type[Outage]) -> int:
        with self.database.reading() as session:
            last = session.exec(select(table.id).order_by(col(table.id).desc()).limit(1)).first() or 0
        return self.random.randrange(max(1, last - 20), last + 2)

    def key(self) -> str:
        with self.database.reading() as session:
            request = session.get(Request, self.any_of(Request))
            return "NONE" if request is None else request.key

    def book(self) -> None:
        start = self.moment()
        end = start + timedelta(hours=self.random.randrange(1, 4))
        units = tuple(self.random.sample(UNITS, self.random.choice((1, 1, 2))))
        who = self.random.choice((ME, ENGINEER, ENGINEER))
        book_units(self.database, actor=who, now=self.now, units=units, start=start, end=end, project="sensor")

    def regulate(self) -> None:
        terms = Terms(approval=self.random.random() < 0.8, longest_minutes=self.random.choice((None, 150)))
        set_policy(self.database, actor=ME, now=self.now, unit=self.random.choice(UNITS), terms=terms, reason="asked")

    def answer(self) -> None:
        asked = list_asked(self.database, actor=ME, now=self.now)
        booking_id = self.random.choice(asked).id if asked else 0
        if self.random.random() < 0.5:
            confirm_booking(self.database, actor=ME, now=self.now, booking_id=booking_id)
        else:
            return_booking(self.database, actor=ME, now=self.now, booking_id=booking_id, reason="no room")

    def cancel(self) -> None:
        cancel_booking(self.database, actor=ME, now=self.now, booking_id=self.any_of(Booking), reason="no need")

    def ask(self) -> None:
        quantity = self.random.randrange(1, 120)
        asked = partial(submit_request, centre="works", project="sensor", recipe="boards")
        asked(self.database, actor=ME, now=self.now, quantity=quantity)

    def withdraw(self) -> None:
        withdraw_request(self.database, actor=ME, now=self.now, key=self.key(), reason="given up")

    def break_down(self) -> None:
        start = self.moment()
        unit, end = self.random.choice(UNITS), start + timedelta(hours=self.random.randrange(1, 5))
        report_outage(self.database, actor=ME, now=self.now, unit=unit, start=start, end=end, reason="broken")

    def mend(self) -> None:
        end_outage(self.database, actor=ME, now=self.now, outage_id=self.any_of(Outage))

    def count(self) -> None:
        pieces = self.random.randrange(0, 30)
        count_pieces(self.database, actor=ME, now=self.now, key=self.key(), operation="check", count=pieces)

    def maintain(self) -> None:
        mark_done(self.database, actor=ME, now=self.now, key=self.random.choice(("CAL-1", "SRV-1")))

    def load(self) -> None:
        put(self.folder, "units.csv", 2, "name", f"Printer {self.random.randrange(9)}")
        put(self.folder, "people.csv", 2, "name", f"Anna {self.random.randrange(9)}")
        put(self.folder, "shifts.csv", 2, "starts", f"0{self.random.randrange(6, 9)}:00")
        put(self.folder, "projects.csv", 2, "stage", self.random.choice(("prototype", "pilot lot")))
        put(self.folder, "recipe_operations.csv", 4, "expected_percent", "10")
        load_directory(self.database, actor=ME, now=self.now, directory=self.folder, week=WEEK)

    def use(self) -> None:
        """What runs is checked out; what was to begin is checked in, or missed; else something urgent is booked."""
        here: dict[str, Any] = {"actor": ME, "now": self.now}
        with self.database.reading() as session:
            of = select(Booking.id).where(Booking.booked_start <= self.now).order_by(col(Booking.id))
            running = session.exec(of.where(Booking.state == "running")).first()
            due = session.exec(of.where(Booking.state == "confirmed")).first()
        if running is not None:
            check_out(self.database, booking_id=running, quantity=self.random.choice((None, 3)), **here)
        elif due is not None:
            self.random.choice((check_in, check_in, mark_missed))(self.database, booking_id=due, **here)
        else:
            wish: dict[str, Any] = {"units": (self.random.choice(UNITS),), "project": "sensor"}
            span: dict[str, Any] = {"start": self.now, "end": self.now + timedelta(hours=1)}
            book_units(self.database, override_reason="urgent", **wish, **span, **here)

    def people(self) -> None:
        here: dict[str, Any] = {"actor": ME, "now": self.now}
        account_id, role = self.random.randrange(1, 4), RoleAsked(role=self.random.choice(("auditor", "administrator")))
        doing = self.random.choice(
            (
                partial(invite, email=f"p{self.random.randrange(99)}@works.example", name="Eva", roles=(role,)),
                partial(invite, email=f"q{self.random.randrange(99)}@works.example", roles=()),
                partial(grant_role, account_id=account_id, asked=role),
                partial(take_role_of, account_id=account_id, asked=role),
                partial(join_person, account_id=account_id, person="T1"),
                partial(part_person, account_id=account_id),
                partial(close_account, account_id=account_id),
                partial(erase, who=account_id),
            )
        )
        doing(self.database, **here)

    def bring(self) -> None:
        """A list of bookings: some are there already, some break what holds today."""
        day = f"2026-11-{self.random.randrange(9, 13)}"
        rows = [(f"P{n}", "PRINT-1", f"{day} {n:02}:00", f"{day} {n + 2:02}:00", "sensor") for n in (7, 8, 14)]
        bring(self.database, "bookings", as_csv(BOOKINGS, *rows), now=self.now)

    def pin(self) -> None:
        pinned: Pinned = self.random.choice(("time", "both", "none"))
        pin_booking(self.database, actor=ME, now=self.now, booking_id=self.any_of(Booking), pin=pinned)

    def plan(self) -> None:
        if self.done["plan"] < MOST_PLANS:
            plan_id = ask_for_plan(self.database, actor=ME, now=self.now, week=WEEK, limit=None, work=1, workers=1)
            draft_plan(self.database, actor=ME, now=lambda: self.now, plan_id=plan_id)
            publish_plan(self.database, actor=ME, now=self.now, plan_id=plan_id)


@pytest.fixture
def recording(database_url: str) -> Iterator[Database]:
    """Not as tests have it else, but as it is: what no use case records becomes an event of its own."""
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "lists"
    path.mkdir()
    return small_directory(path)


@pytest.mark.timeout(3_600)
def test_random_operations_replayed_from_the_record_equal_the_tables(recording: Database, folder: Path) -> None:
    doings = Doings(recording, folder, seed=7)
    doings.some(OPERATIONS)
    doings.try_(doings.plan)
    kinds = [doing.__name__ for doing in doings.every if doing != doings.pin]
    assert not [kind for kind in kinds if not doings.done[kind]], doings.done
    with recording.reading() as session:
        assert list(differences(session)) == []
        assert [verify(session, chain) for chain in heads(session)] == [[], []]
        assert session.exec(select(AuditEvent).where(AuditEvent.verb == UNRECORDED)).all() == []


def test_a_row_that_several_centres_change_at_once_is_replayed_in_the_order_of_its_changes(recording: Database) -> None:
    def found(session: Session) -> tuple[int, ...]:
        session.add(Cluster(id=1, key="K", name="0"))
        return tuple(insert_rows(session, Centre, [{"key": key, "name": key, "zone": "UTC"} for key in "AB"]))

    centres = recording.write(found)

    def change(number: int) -> None:
        def command(session: Session) -> None:
            centre = lock_centres(session, [centres[number % 2]])[0]
            of = partial(record, chain=f"centre:{centre.id}", at=NOW, actor="x", object_kind="centre", object_id="1")
            of(session, verb="began")
            cluster = session.exec(select(Cluster).with_for_update()).one()
            cluster.name = f"{cluster.name[-40:]}-{number}"
            of(session, verb="changed")

        recording.write(command)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(change, range(40)))
    with recording.reading() as session:
        assert list(differences(session)) == []
        assert [verify(session, chain) for chain in heads(session)] == [[], [], []]


@pytest.mark.parametrize(
    ("statement", "kind", "columns"),
    [
        ("UPDATE unit SET name = 'Another' WHERE key = 'PRINT-1'", "different", {"name"}),
        ("DELETE FROM stock_delivery WHERE quantity = 200", "missing", {"stock_id", "at", "quantity"}),
        ("INSERT INTO cluster (key, name) VALUES ('x', 'X')", "untold", {"key", "name"}),
    ],
)
def test_what_is_changed_past_the_record_is_found(
    sqlite_url: str, folder: Path, statement: str, kind: str, columns: set[str]
) -> None:
    database = Database(sqlite_url)
    Doings(database, folder, seed=1)
    assert replay_audit(database, actor=ME, now=NOW).differences == ()
    engine = create_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
    (found,) = replay_audit(database, actor=ME, now=NOW).differences
    assert (found.kind, set(found.told)) == (kind, columns)
    database.dispose()


def test_what_no_use_case_records_is_an_event_all_the_same(recording: Database) -> None:
    def command(session: Session) -> None:
        session.add(Centre(key="X", name="X", zone="UTC"))

    recording.write(command)
    with recording.reading() as session:
        assert [event.verb for event in session.exec(select(AuditEvent))] == [UNRECORDED]
        assert list(differences(session)) == []


def test_rows_are_not_changed_in_bulk(sqlite_database: Database) -> None:
    for statement in (update(Centre).values(name="Y"), delete(Centre), insert(Centre).values(key="Z")):
        with pytest.raises(UnheardChange, match="centre"):
            sqlite_database.write(lambda session, statement=statement: session.execute(statement))  # type: ignore[misc]
    with sqlite_database.reading() as session:
        assert session.exec(select(Centre)).all() == []


def test_many_rows_at_once_are_heard_and_told_of_in_parts(recording: Database) -> None:
    rows = [{"key": f"K{number}", "name": "A cluster"} for number in range(2 * MOST_ROWS + 1)]

    def command(session: Session) -> None:
        record(session, chain=PEOPLE, at=NOW, actor="x", verb="imported", object_kind="file", object_id="f")
        ids = insert_rows(session, Cluster, rows)
        assert [session.get_one(Cluster, ids[at]).key for at in (0, -1)] == ["K0", "K2000"]
        centre_id = insert_rows(session, Centre, [{"key": "C", "name": "C", "zone": "UTC"}])[0]
        insert_rows(session, Entitlement, [{"centre_id": centre_id, "cluster_id": ids[5], "share": 7}])
        assert insert_rows(session, Cluster, []) == []

    recording.write(command)
    with recording.reading() as session:
        assert list(differences(session)) == []
        events = session.exec(select(AuditEvent).order_by("id")).all()
        assert [(event.verb, len(event.changes or ())) for event in events] == [
            ("imported", MOST_ROWS),
            ("imported", MOST_ROWS),
            ("imported", 3),
        ]
        assert verify(session, PEOPLE) == []


def test_every_domain_table_is_replayed() -> None:
    names = {table.__tablename__ for table in domain_tables()}
    assert {"booking", "hold", "policy", "run", "request", "plan", "notice", "person", "account", "role_grant"} <= names
    assert not names & {"audit_event", "due_work", "sign_in_session", "one_time_link", "api_token", "attempt"}
