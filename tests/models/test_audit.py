"""The audit is a chain without gaps, in which nothing can be changed unnoticed, and to which everything is added."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from models.audit import record, snapshot
from models.chains import FIRST_PREVIOUS, Tampering, canonical, digest, verify
from models.database import Database
from models.locks import lock_centres
from models.tables import AuditEvent, Centre, PersonDetail, Plan
from tests.models import rows
from tests.models.rows import at

CHANGE: dict[str, Any] = {"actor": "tester", "verb": "changed", "object_kind": "thing", "object_id": "1"}


def append(session: Session, chain: str = "people", **more: Any) -> AuditEvent:
    return record(session, chain=chain, at=at(0), **(CHANGE | more))


def events(database: Database) -> list[AuditEvent]:
    with database.reading() as session:
        return list(session.exec(select(AuditEvent).order_by(col(AuditEvent.chain), col(AuditEvent.number))))


def broken(database: Database, chain: str = "people") -> list[Tampering]:
    with database.reading() as session:
        return verify(session, chain)


def test_events_follow_on_each_other(database: Database) -> None:
    database.write(lambda session: [append(session), append(session), append(session, "centre:1")])
    database.write(append)
    assert [(event.chain, event.number) for event in events(database)] == [
        ("centre:1", 1),
        ("people", 1),
        ("people", 2),
        ("people", 3),
    ]
    other, first, second, third = events(database)
    assert other.previous_hash == first.previous_hash == FIRST_PREVIOUS
    assert (second.previous_hash, third.previous_hash) == (first.hash, second.hash)
    assert [broken(database, chain) for chain in ("people", "centre:1", "centre:2")] == [[], [], []]


def test_the_hash_is_of_canonical_json(database: Database) -> None:
    event = database.write(lambda session: append(session, reason="да", after={"b": 1, "a": [0.1, None]}))
    assert canonical({"b": 1.0, "a": "да\n"}).decode() == '{"a":"да\\n","b":1}'
    read = events(database)[0]
    assert read.hash == digest(read) == event.hash
    assert len(read.hash) == 64


def test_a_long_chain_verifies_page_by_page(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.chains._PAGE", 3)
    database.write(lambda session: [append(session) for _ in range(7)])
    assert broken(database) == []


def test_a_rolled_back_change_leaves_no_gap(database: Database) -> None:
    database.write(append)

    def command(session: Session) -> None:
        append(session)
        raise LookupError

    with pytest.raises(LookupError):
        database.write(command)
    database.write(append)
    assert [event.number for event in events(database)] == [1, 2]
    assert broken(database) == []


def test_a_rolled_back_savepoint_leaves_no_gap(database: Database) -> None:
    def command(session: Session) -> None:
        append(session)
        with session.begin_nested() as savepoint:
            append(session, reason="undone")
            session.flush()
            savepoint.rollback()
        append(session)

    database.write(command)
    assert [(event.number, event.reason) for event in events(database)] == [(1, ""), (2, "")]
    assert broken(database) == []


def test_many_at_once_make_one_chain_of_people(database: Database) -> None:
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: database.write(append), range(60)))
    assert [event.number for event in events(database)] == list(range(1, 61))
    assert broken(database) == []


def test_many_at_once_make_one_chain_of_a_centre(database: Database) -> None:
    centre = database.write(rows.centre)

    def command(session: Session) -> None:
        lock_centres(session, [centre])
        append(session, f"centre:{centre}")

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: database.write(command), range(60)))
    assert [event.number for event in events(database)] == list(range(1, 61))
    assert broken(database, f"centre:{centre}") == []


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_event SET reason = 'x'", "DELETE FROM audit_event", "DELETE FROM audit_event WHERE id=2"],
)
def test_events_are_neither_changed_nor_deleted(database: Database, statement: str) -> None:
    database.write(lambda session: [append(session), append(session)])
    with pytest.raises(DBAPIError, match="audit_event_kept"):
        database.write(lambda session: session.execute(text(statement)))
    assert len(events(database)) == 2


def test_postgresql_does_not_empty_the_audit_either(postgresql_database: Database) -> None:
    with pytest.raises(DBAPIError, match="audit_event_kept"):
        postgresql_database.write(lambda session: session.execute(text("TRUNCATE audit_event")))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_whatever_is_recorded_verifies_when_read_back(request: pytest.FixtureRequest, kind: str) -> None:
    database: Database = request.getfixturevalue(f"{kind}_database")

    @given(st.dictionaries(st.text("xyz", max_size=3), JSON, max_size=3))
    def verifies(after: dict[str, Any]) -> None:
        database.write(lambda session: append(session, after=after, before={10: 1, 9: (2, 3)}))
        assert broken(database) == []

    verifies()


def test_numbers_that_json_lacks_and_naive_moments_are_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        database.write(lambda session: append(session, after={"x": float("nan")}))
    naive = datetime(2026, 11, 30)  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="no time zone"):
        database.write(lambda session: record(session, chain="people", at=naive, **CHANGE))
    assert events(database) == []


def test_a_moment_of_another_zone_is_the_same_moment(database: Database) -> None:
    there = at(0).astimezone(timezone(timedelta(hours=3)))
    database.write(lambda session: record(session, chain="people", at=there, **CHANGE))
    assert events(database)[0].at == at(0)
    assert broken(database) == []


def test_a_snapshot_is_json(database: Database) -> None:
    run = database.write(lambda session: rows.run(session, rows.centre(session)))
    with database.reading() as session:
        centre = snapshot(session.exec(select(Centre)).one())
    assert centre["key"] == "C1"
    assert json.loads(json.dumps(centre)) == centre
    assert run


def test_a_snapshot_leaves_personal_fields_out_and_documents_to_their_digest() -> None:
    assert snapshot(PersonDetail(person_id=7, name="Somebody")) == {"person_id": 7}
    plan = Plan(id=1, kind="week", week="2026-W49", state="draft", document="{}" * 10**6, asked_by="x", asked_at=at(0))
    facts = snapshot(plan)
    assert str(facts["document"]).startswith("sha256:")
    assert (facts["asked_at"], facts["found_at"]) == (datetime(2026, 11, 30, tzinfo=UTC).isoformat(), None)
