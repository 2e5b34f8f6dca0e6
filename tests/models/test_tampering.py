"""Whatever is done to the stored audit is found and named: what, in which chain, at which event."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlmodel import Session, select

from models.audit import record
from models.chains import FIRST_PREVIOUS, Anchored, Tampering, digest, heads, verify
from models.database import Database
from models.tables import AuditEvent
from tests.models.rows import at

EVENTS = 6
TRIGGERS = {
    "sqlite": ["DROP TRIGGER audit_event_unchanged", "DROP TRIGGER audit_event_kept"],
    "postgresql": ["ALTER TABLE audit_event DISABLE TRIGGER audit_event_kept"],
}


def filled(database: Database) -> None:
    """A chain of ``EVENTS`` in two transactions; ids are numbers."""

    def command(session: Session, first: int) -> None:
        for number in range(first, first + EVENTS // 2):
            event: dict[str, Any] = {"verb": "changed", "object_kind": "thing", "object_id": str(number)}
            record(session, chain="people", at=at(number), actor="tester", after={"n": number}, **event)

    database.write(lambda session: command(session, 1))
    database.write(lambda session: command(session, 1 + EVENTS // 2))


def anchored(database: Database) -> list[Anchored]:
    with database.reading() as session:
        return [Anchored(at=at(0), head=heads(session)["people"])]


def findings(database: Database, anchors: list[Anchored]) -> list[Tampering]:
    with database.reading() as session:
        return verify(session, "people", anchors)


def tampered(database: Database, url: str, *statements: str) -> None:
    """Does what no program of ours does: takes the guard away and changes the record."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in (*TRIGGERS[database.dialect], *statements):
            connection.execute(text(statement.replace(":", "\\:")))
    engine.dispose()


def chained_anew(database: Database, url: str, *statements: str) -> None:
    """Changes events and computes every hash again, as somebody would who knows how it is done."""
    tampered(database, url, *statements)
    with database.reading() as session:
        events = session.exec(select(AuditEvent).order_by("number")).all()
    engine, previous = create_engine(url), FIRST_PREVIOUS
    with engine.begin() as connection:
        for number, event in enumerate(events, start=1):
            event.number, event.previous_hash = number, previous
            event.hash = previous = digest(event)
            _rehash(connection, event)
    engine.dispose()


def _rehash(connection: Connection, event: AuditEvent) -> None:
    wanted = text("UPDATE audit_event SET number = :number, previous_hash = :previous, hash = :hash WHERE id = :id")
    values = {"number": event.number, "previous": event.previous_hash, "hash": event.hash, "id": event.id}
    connection.execute(wanted, values)


COLUMNS = "chain, at, actor, verb, object_kind, object_id, reason, before, after, changes, previous_hash, hash"
COPY_OF_2 = f"INSERT INTO audit_event (id, number, {COLUMNS}) SELECT 99, 3, {COLUMNS} FROM audit_event WHERE number = 2"

COPY_AS_7 = COPY_OF_2.replace("99, 3,", "99, 7,")


def renumber(after: int, by: str) -> tuple[str, str]:
    """Two steps, as two events never have the same number."""
    away = f"UPDATE audit_event SET number = -number WHERE number > {after}"
    return away, f"UPDATE audit_event SET number = -number {by} WHERE number < 0"


@dataclass(frozen=True)
class Case:
    """What is done, and what is to be found: kind, first and last event."""

    done: tuple[str, ...]
    found: tuple[str, int, int]
    do: Callable[..., None] = tampered
    only_by_anchor: bool = False
    everywhere: bool = True
    """On both databases: one of each sort is."""


CASES = {
    "an edited reason": Case(("UPDATE audit_event SET reason = 'x' WHERE number = 3",), ("edited", 3, 3)),
    "an edited moment": Case(
        ("UPDATE audit_event SET at = '2020-01-01 00:00:00.000000' WHERE number = 4",),
        ("edited", 4, 4),
        everywhere=False,
    ),
    "an edited row": Case(("""UPDATE audit_event SET after = '{"n": 9}' WHERE number = 1""",), ("edited", 1, 1)),
    "a row made unknown": Case(
        ("UPDATE audit_event SET after = NULL WHERE number = 5",), ("edited", 5, 5), everywhere=False
    ),
    "changes made up": Case(
        ("UPDATE audit_event SET changes = '[]' WHERE number = 2",), ("edited", 2, 2), everywhere=False
    ),
    "an edited hash": Case(("UPDATE audit_event SET hash = 'x' WHERE number = 2",), ("edited", 2, 2), everywhere=False),
    "an edited order": Case(("UPDATE audit_event SET id = 70 WHERE number = 2",), ("edited", 2, 2), everywhere=False),
    "a deletion": Case(("DELETE FROM audit_event WHERE number = 3",), ("deleted", 3, 3)),
    "a deleted beginning": Case(("DELETE FROM audit_event WHERE number < 3",), ("deleted", 1, 2), everywhere=False),
    "a deletion that was closed up": Case(
        ("DELETE FROM audit_event WHERE number = 3", *renumber(3, "- 1")), ("deleted", 3, 3), everywhere=False
    ),
    "an insertion": Case((*renumber(2, "+ 1"), COPY_OF_2), ("inserted", 3, 3)),
    "an insertion at the end": Case((COPY_AS_7,), ("inserted or edited", 7, 7), everywhere=False),
    "a swap": Case(
        (
            "UPDATE audit_event SET number = 99 WHERE number = 2",
            "UPDATE audit_event SET number = 2 WHERE number = 5",
            "UPDATE audit_event SET number = 5 WHERE number = 99",
        ),
        ("swapped", 2, 5),
    ),
    "a swap of neighbours": Case(
        (
            "UPDATE audit_event SET number = 99 WHERE number = 3",
            "UPDATE audit_event SET number = 3 WHERE number = 4",
            "UPDATE audit_event SET number = 4 WHERE number = 99",
        ),
        ("swapped", 3, 4),
        everywhere=False,
    ),
    "a swap of ids too": Case(
        (
            "UPDATE audit_event SET number = 99, id = 99 WHERE number = 2",
            "UPDATE audit_event SET number = 2, id = 2 WHERE number = 5",
            "UPDATE audit_event SET number = 5, id = 5 WHERE number = 99",
        ),
        ("swapped", 2, 5),
        everywhere=False,
    ),
    "a truncation": Case(("DELETE FROM audit_event WHERE number > 4",), ("cut off", 5, 6), only_by_anchor=True),
    "everything cut off": Case(("DELETE FROM audit_event",), ("cut off", 1, 6), only_by_anchor=True, everywhere=False),
    "a chain made anew": Case(
        ("UPDATE audit_event SET reason = 'x' WHERE number = 2",),
        ("chained anew", 1, 6),
        do=chained_anew,
        only_by_anchor=True,
    ),
    "a chain made anew and shorter": Case(
        ("DELETE FROM audit_event WHERE number = 3",),
        ("cut off", 6, 6),
        do=chained_anew,
        only_by_anchor=True,
        everywhere=False,
    ),
}


def brief(found: list[Tampering]) -> list[tuple[str, int, int]]:
    return [(each.kind, each.number, each.last) for each in found]


@pytest.mark.parametrize("name", CASES)
def test_tampering_is_found(sqlite_database: Database, sqlite_url: str, name: str) -> None:
    find(sqlite_database, sqlite_url, CASES[name])


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.everywhere])
def test_tampering_is_found_on_postgresql(postgresql_database: Database, postgresql_url: str, name: str) -> None:
    find(postgresql_database, postgresql_url, CASES[name])


def find(database: Database, database_url: str, case: Case) -> None:
    filled(database)
    anchors = anchored(database)
    assert findings(database, []) == findings(database, anchors) == []
    case.do(database, database_url, *case.done)
    assert brief(findings(database, anchors)) == [case.found]
    assert brief(findings(database, [])) == ([] if case.only_by_anchor else [case.found])


def test_the_last_anchor_that_holds_says_where_a_chain_was_made_anew(
    sqlite_database: Database, sqlite_url: str
) -> None:
    anchors = []
    for _ in range(3):
        filled(sqlite_database)
        anchors += anchored(sqlite_database)
    chained_anew(sqlite_database, sqlite_url, "UPDATE audit_event SET reason = 'x' WHERE number = 8")
    assert brief(findings(sqlite_database, anchors)) == [("chained anew", 7, 12)]


def test_a_chain_made_anew_without_its_beginning_is_not_told_as_cut_off(
    sqlite_database: Database, sqlite_url: str
) -> None:
    anchors = []
    for _ in range(2):
        filled(sqlite_database)
        anchors += anchored(sqlite_database)
    chained_anew(sqlite_database, sqlite_url, "DELETE FROM audit_event WHERE number <= 3")
    assert brief(findings(sqlite_database, anchors)) == [("chained anew", 1, 12)]


def test_a_chain_made_anew_and_back_again_differs_from_what_was_anchored_between(sqlite_database: Database) -> None:
    filled(sqlite_database)
    (anchor,) = anchored(sqlite_database)
    assert findings(sqlite_database, [anchor, replace(anchor, at=at(1))]) == []
    between = replace(anchor, at=at(1), head=replace(anchor.head, hash="f" * 64))
    assert brief(findings(sqlite_database, [anchor, between])) == [("chained anew", 1, EVENTS)]


def test_what_is_added_after_an_anchor_is_no_tampering(sqlite_database: Database) -> None:
    filled(sqlite_database)
    anchors = anchored(sqlite_database)
    filled(sqlite_database)
    assert findings(sqlite_database, anchors) == []


def test_a_big_chain_is_read_page_by_page(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.chains._PAGE", 4)
    for _ in range(3):
        filled(sqlite_database)
    assert findings(sqlite_database, anchored(sqlite_database)) == []


def test_with_the_guard_in_place_none_of_it_can_be_done(database: Database) -> None:
    filled(database)
    for statement in ("UPDATE audit_event SET reason = 'x'", "DELETE FROM audit_event WHERE number = 3"):
        with pytest.raises(Exception, match="audit_event_kept"):
            database.write(lambda session, statement=statement: session.execute(text(statement)))  # type: ignore[misc]
    assert json.dumps(brief(findings(database, anchored(database)))) == "[]"
