"""A guard of the database that is gone is named with what can happen without it, and can be put back."""

from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select, text

from models.audit import PEOPLE, record
from models.database import Database
from models.errors import GuardMissing
from models.tables import AuditEvent, Hold, Run
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.auditing import restore_guards, verify_audit
from scheduler.errors import Forbidden, NotPossibleNow
from tests.api.commanded import Commanded
from tests.databases import opened
from tests.scheduler.actors import auditor
from tests.scheduler.small_centre import NOW, at, found, store

GONE = {
    "sqlite": ("DROP TRIGGER audit_event_kept", "DROP TRIGGER hold_guard_insert"),
    "postgresql": (
        "ALTER TABLE audit_event DISABLE TRIGGER audit_event_kept",
        "ALTER TABLE hold DROP CONSTRAINT hold_guard",
    ),
}
IDLE = {
    "sqlite": (
        "DROP TRIGGER audit_event_kept",
        "CREATE TRIGGER audit_event_kept BEFORE DELETE ON audit_event BEGIN SELECT 1; END",
    ),
    "postgresql": ("ALTER TABLE audit_event ENABLE REPLICA TRIGGER audit_event_kept",),
}
_TRIGGER = "CREATE TRIGGER audit_event_kept BEFORE {} ON audit_event FOR EACH STATEMENT {} EXECUTE FUNCTION {}()"
_HOLDS = (
    "ALTER TABLE hold ADD CONSTRAINT hold_guard EXCLUDE USING gist (int8range(resource_id, resource_id, '[]') WITH &&"
)
_SPANS = "int4range(lane, lane, '[]') WITH &&, tstzrange(start_at, end_at) WITH &&"
IN_NAME_ALONE = {
    "it guards no hold": (
        "hold_guard",
        "ALTER TABLE hold DROP CONSTRAINT hold_guard",
        f"{_HOLDS}, {_SPANS}) WHERE (false)",
    ),
    "it guards all units but one": (
        "hold_guard",
        "ALTER TABLE hold DROP CONSTRAINT hold_guard",
        f"{_HOLDS}, {_SPANS}) WHERE (in_force AND resource_id <> 1)",
    ),
    "it is something else": (
        "hold_guard",
        "ALTER TABLE hold DROP CONSTRAINT hold_guard",
        "ALTER TABLE hold ADD CONSTRAINT hold_guard CHECK (in_force IS NOT NULL)",
    ),
    "it fires for what is new": (
        "audit_event_kept",
        "DROP TRIGGER audit_event_kept ON audit_event",
        _TRIGGER.format("INSERT", "WHEN (false)", "audit_event_refuse"),
    ),
    "it fires never": (
        "audit_event_kept",
        "DROP TRIGGER audit_event_kept ON audit_event",
        _TRIGGER.format("UPDATE OR DELETE OR TRUNCATE", "WHEN (false)", "audit_event_refuse"),
    ),
    "what it does is something else": (
        "audit_event_kept",
        "CREATE OR REPLACE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF false THEN RAISE EXCEPTION 'audit_event_kept'; END IF; RETURN NULL; END $$",
    ),
}
"""On PostgreSQL: which guard, and how another comes to bear its name."""


def run(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def delete_an_event(session: Session) -> None:
    session.execute(text("DELETE FROM audit_event WHERE id = 1"))


def begin_the_record(session: Session) -> None:
    for chain in ("centre:1", PEOPLE):
        record(session, chain=chain, at=NOW, actor="x", verb="made", object_kind="thing", object_id="1")


def test_guards_that_are_gone_are_named_and_put_back(database: Database, database_url: str) -> None:
    found(database)
    database.write(begin_the_record)
    run(database_url, *GONE[database.dialect])
    view = verify_audit(database, actor=ME, now=NOW)
    assert [finding.chain for finding in view.findings] == ["guards", "guards"]
    first, second = (finding.text for finding in view.findings)
    assert first.startswith("The database lacks the trigger audit_event_kept on the table audit_event, without which ")
    assert "on the table hold, without which a unit or a person can be held twice at once. " in second
    assert len(restore_guards(database, actor=ME, now=NOW)) == 2
    database.check()
    assert verify_audit(database, actor=ME, now=NOW).findings == ()
    with pytest.raises(DBAPIError, match="audit_event_kept"):
        database.write(delete_an_event)
    with database.reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.verb == "restored guard")).all()
    assert len({event.object_id for event in events}) == 2
    assert restore_guards(database, actor=ME, now=NOW) == ()


def test_a_guard_that_does_nothing_is_none(database: Database, database_url: str) -> None:
    run(database_url, *IDLE[database.dialect])
    with pytest.raises(GuardMissing) as refusal:
        database.check()
    assert refusal.value.names == ("audit_event_kept",)
    restore_guards(database, actor=ME, now=NOW)
    database.check()


@pytest.mark.parametrize("how", IN_NAME_ALONE)
def test_a_guard_of_postgresql_in_name_alone_is_none(
    postgresql_database: Database, postgresql_url: str, how: str
) -> None:
    name, *statements = IN_NAME_ALONE[how]
    run(postgresql_url, *statements)
    with pytest.raises(GuardMissing) as refusal:
        postgresql_database.check()
    assert refusal.value.names == (name,)
    restore_guards(postgresql_database, actor=ME, now=NOW)
    postgresql_database.check()


def test_nothing_is_put_back_while_something_is_held_twice(database: Database, database_url: str) -> None:
    found(database)
    run(database_url, *GONE[database.dialect])
    span: dict[str, Any] = {"start_at": at("Mon 10:00"), "end_at": at("Mon 12:00")}
    for number in (1, 2):
        store(database, Run(id=number, centre_id=1, **span), Hold(run_id=number, resource_id=2, **span))
    with pytest.raises(NotPossibleNow, match="Runs 1 and 2 hold one lane at once"):
        restore_guards(database, actor=ME, now=NOW)
    assert len(database.missing_guards()) == 2


def test_putting_guards_back_is_for_who_looks_after_all(sqlite_database: Database) -> None:
    with pytest.raises(Forbidden):
        restore_guards(sqlite_database, actor=auditor(), now=NOW)


def test_the_shell_says_what_is_gone_and_what_to_do(
    sqlite_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(sqlite_url) as database:
        found(database)
    monkeypatch.setattr("api.cli.terminal.clock", lambda: NOW)
    monkeypatch.setenv("PILOTLINE_DATABASE", sqlite_url)
    pilotline = Commanded(capsys)
    run(sqlite_url, *GONE["sqlite"])
    refused = pilotline("maintenance")
    assert refused.status == 1
    assert "lacks the trigger audit_event_kept on the table audit_event" in refused.err
    assert "`pilotline audit guards --restore`" in refused.err
    verified = pilotline("audit", "verify")
    assert (verified.status, "The database lacks the trigger hold_guard_insert" in verified.out) == (1, True)
    assert pilotline("audit", "guards").status == 1
    assert pilotline("audit", "guards", "--restore").out.count("Restored: the trigger ") == 2
    assert pilotline("audit", "guards").out == "Every guard is in its place.\n"
    assert pilotline("maintenance").status == 0
