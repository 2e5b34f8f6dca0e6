"""The migrated tables are those that the classes describe, and start-up notices when they are not."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from alembic import command as alembic
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, select

from models.chains import verify
from models.database import Database, migrations
from models.errors import GuardMissing, SchemaOutdated, UnusableUrl
from models.replay import differences
from models.tables import AuditEvent, RoleGrant
from tests import databases
from tests.databases import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path, postgres: PostgresServer) -> Iterator[Database]:
    if request.param == "sqlite":
        with databases.opened(f"sqlite:///{tmp_path / 'empty.sqlite'}") as database:
            yield database
        return
    with postgres.empty() as url, databases.opened(url) as database:
        yield database


def run(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_nothing_differs_between_the_classes_and_the_migrated_tables(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), SQLModel.metadata))

    assert database.write(lambda session: differences(session.connection())) == []


def test_checks_stand_in_the_migrated_tables(database: Database) -> None:
    def names(connection: Connection) -> dict[str, set[str]]:
        found = inspect(connection)
        return {
            table: {str(check["name"]) for check in found.get_check_constraints(table)}
            for table in SQLModel.metadata.tables
        }

    stored = database.write(lambda session: names(session.connection()))
    for table in SQLModel.metadata.sorted_tables:
        described = {str(rule.name) for rule in table.constraints if type(rule).__name__ == "CheckConstraint"}
        assert described <= stored[table.name]


def test_an_empty_database_is_outdated_until_it_is_migrated(empty: Database) -> None:
    with pytest.raises(SchemaOutdated) as refusal:
        empty.check()
    assert (refusal.value.found, refusal.value.needed) == (None, "0019")
    empty.migrate()
    empty.check()
    empty.migrate()
    empty.check()


def test_going_back_leaves_nothing_and_forth_again_works(empty: Database) -> None:
    empty.migrate()

    def back(connection: Connection) -> list[str]:
        config = migrations()
        config.attributes["connection"] = connection
        alembic.downgrade(config, "base")
        return inspect(connection).get_table_names()

    assert empty.write(lambda session: back(session.connection())) == ["alembic_version"]
    empty.migrate()
    empty.check()


DOUBLES = (
    (1, "administrator", "NULL", "NULL"),
    (2, "auditor", "NULL", "NULL"),
    (3, "administrator", "NULL", "NULL"),
    (4, "technician", "NULL", "1"),
    (5, "technician", "NULL", "1"),
    (6, "technician", "NULL", "2"),
    (7, "engineer", "1", "NULL"),
    (8, "engineer", "1", "NULL"),
)
_WHEN = "'2026-11-30 00:00:00.000000'"


def _granted(number: int, grant: Sequence[str]) -> str:
    role, organisation, centre = grant
    columns = "id, account_id, role, organisation_id, centre_id, granted_at"
    return f"INSERT INTO role_grant ({columns}) VALUES ({number}, 1, '{role}', {organisation}, {centre}, {_WHEN})"


HELD_TWICE = (
    f"INSERT INTO account (id, made_at) VALUES (1, {_WHEN})",
    "INSERT INTO cluster (id, key, name) VALUES (1, 'C', 'C')",
    "INSERT INTO organisation (id, cluster_id, key, name) VALUES (1, 1, 'O', 'O')",
    *(
        f"INSERT INTO centre (id, key, name, zone, settings, revision) VALUES ({n}, 'C{n}', 'C', 'UTC', '{{}}', 0)"
        for n in (1, 2)
    ),
    *(_granted(number, each) for number, *each in DOUBLES),
)


def upgraded(database: Database, revision: str) -> None:
    def command(connection: Connection) -> None:
        config = migrations()
        config.attributes["connection"] = connection
        alembic.upgrade(config, revision)

    database.write(lambda session: command(session.connection()))


def test_of_roles_held_twice_the_first_stays_and_the_record_says_so(empty: Database) -> None:
    upgraded(empty, "0014")
    for statement in HELD_TWICE:
        empty.write(lambda session, said=statement: session.connection().exec_driver_sql(said))  # type: ignore[misc]
    empty.migrate()
    with empty.reading() as session:
        assert set(session.exec(select(RoleGrant.id))) == {1, 2, 4, 6, 7}
        taken = session.exec(select(AuditEvent).order_by("number")).all()
        assert [(event.verb, event.object_id) for event in taken] == [("took role", each) for each in "358"]
        assert verify(session, "people") == []
        assert not [each for each in differences(session) if each.kind == "missing"]


@pytest.mark.parametrize("grant", DOUBLES[::3])
def test_no_role_is_held_twice_whoever_writes_it(database: Database, grant: tuple[int, str, str, str]) -> None:
    """Control: without its index the double is stored (``test_of_roles_held_twice_the_first_stays``)."""
    for statement in (*HELD_TWICE[:5], _granted(91, grant[1:])):
        database.write(lambda session, said=statement: session.connection().exec_driver_sql(said))  # type: ignore[misc]
    with pytest.raises(IntegrityError):
        database.write(lambda session: session.connection().exec_driver_sql(_granted(92, grant[1:])))


OLD_EVENT = """
    INSERT INTO audit_event (chain, number, at, actor, verb, object_kind, object_id, reason, after, previous_hash, hash)
    VALUES ('people', {}, '2026-11-30 00:00:00.000000', 'x', 'made', 'thing', '1', 'да', '{}', 'x', 'y')
"""


def test_events_of_before_verify_after_they_were_hashed_anew(empty: Database) -> None:
    upgraded(empty, "0009")
    for number, after in ((1, '{"n": 1.5, "m": null}'), (2, '{"n": 9007199254740993}')):
        empty.write(lambda session, row=(number, after): _put(session.connection(), *row))  # type: ignore[misc]
    empty.migrate()
    empty.check()
    with empty.reading() as session:
        assert verify(session, "people") == []
        told = [event.after for event in session.exec(select(AuditEvent).order_by("number"))]
        assert told == [{"n": 1.5, "m": None}, {"n": "9007199254740993"}]


def _put(connection: Connection, number: int, after: str) -> None:
    connection.exec_driver_sql(OLD_EVENT.format(number, after))


@pytest.mark.parametrize("trigger", ["hold_guard_insert", "hold_guard_update", "audit_event_kept"])
def test_start_up_notices_a_lost_trigger(sqlite_database: Database, sqlite_url: str, trigger: str) -> None:
    run(sqlite_url, f"DROP TRIGGER {trigger}")
    with pytest.raises(GuardMissing) as refusal:
        sqlite_database.check()
    assert refusal.value.names == (trigger,)


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("hold_guard", "ALTER TABLE hold DROP CONSTRAINT hold_guard"),
        ("audit_event_kept", "ALTER TABLE audit_event DISABLE TRIGGER audit_event_kept"),
    ],
)
def test_start_up_notices_a_lost_constraint(
    postgresql_database: Database, postgresql_url: str, name: str, statement: str
) -> None:
    run(postgresql_url, statement)
    with pytest.raises(GuardMissing) as refusal:
        postgresql_database.check()
    assert refusal.value.names == (name,)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://root:secret@host/x", "nonsense"])
def test_other_addresses_are_refused_without_their_password(url: str) -> None:
    with pytest.raises(UnusableUrl) as refusal:
        Database(url)
    assert "secret" not in str(refusal.value)
