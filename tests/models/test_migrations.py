"""The migrated tables are those that the classes describe, and start-up notices when they are not."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from alembic import command as alembic
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, column, create_engine, inspect, text
from sqlalchemy import table as lightweight
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, select

from models.chains import verify
from models.changes import told
from models.database import Database, migrations
from models.errors import GuardMissing, SchemaOutdated, UnusableUrl
from models.replay import differences
from models.tables import (
    AuditEvent,
    Centre,
    Cluster,
    Laboratory,
    Organisation,
    Project,
    Recipe,
    Request,
    Resource,
    RoleGrant,
    Unit,
)
from tests import databases
from tests.databases import PostgresServer
from tests.models.rows import MONDAY


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


OLD_ROWS: tuple[tuple[type[SQLModel], dict[str, Any]], ...] = (
    (Centre, {"id": 1, "key": "C", "name": "C", "zone": "UTC", "settings": {}, "revision": 0}),
    (Cluster, {"id": 1, "key": "K", "name": "K"}),
    (Organisation, {"id": 1, "cluster_id": 1, "key": "O", "name": "O"}),
    (Project, {"id": 1, "organisation_id": 1, "cluster_id": 1, "key": "P", "name": "P", "stage": "prototype"}),
    (Laboratory, {"id": 1, "centre_id": 1, "key": "L", "name": "L"}),
    (Resource, {"id": 1, "centre_id": 1, "kind": "unit", "lanes": 1}),
    (
        Unit,
        {"id": 1, "laboratory_id": 1, "key": "U", "name": "U", "type": "u", "buffer_minutes": 0, "usable_minutes": 0},
    ),
    (Recipe, {"id": 1, "laboratory_id": 1, "key": "R", "name": "R", "version": 1, "routing": {"operations": []}}),
    (
        Request,
        {"id": 1, "key": "R-1", "centre_id": 1, "project_id": 1, "recipe_id": 1, "quantity": 1, "parameters": {}}
        | {"priority": "normal", "submitted_at": MONDAY, "release_at": MONDAY, "may_share": False, "counts": {}},
    ),
)
"""Rows as revision 0011 had them."""


def _store_as_then(session: Session, number: int, table: type[SQLModel], values: dict[str, Any]) -> None:
    """The row, and an event that tells of it with the columns that there were."""
    known = SQLModel.metadata.tables[str(table.__tablename__)]
    then = lightweight(known.name, *(column(name, known.c[name].type) for name in values))
    session.connection().execute(then.insert().values(**values))
    after = {name: told(value) for name, value in values.items() if name != "id"}
    event: dict[str, Any] = {
        "number": number,
        "chain": "people",
        "at": MONDAY,
        "actor": "x",
        "verb": "made",
        "object_kind": "row",
    }
    change = {"table": table.__tablename__, "key": [values["id"]], "after": after}
    session.add(AuditEvent(**event, object_id="1", changes=[change], previous_hash="x", hash=f"{number}"))


def test_what_was_told_before_a_column_was_there_replays_to_its_default(empty: Database) -> None:
    def command(session: Session) -> None:
        for number, (table, values) in enumerate(OLD_ROWS, 1):
            _store_as_then(session, number, table, values)

    upgraded(empty, "0011")
    empty.write(command)
    empty.migrate()
    with empty.reading() as session:
        assert list(differences(session)) == []
        assert (session.get_one(Unit, 1).hour_cost, session.get_one(Request, 1).windows) == (0, [])
    empty.write(lambda session: session.connection().exec_driver_sql("UPDATE unit SET hour_cost = 5"))
    with empty.reading() as session:
        (found,) = differences(session)
    assert (found.table, found.told, found.stored) == ("unit", {"hour_cost": 0}, {"hour_cost": 5})


OLDER_THAN_THE_RECORD = {"person_skill.level", "request.may_share", "request.counts", "run.visit"}
"""Columns with a default from before events told of rows: no event leaves them out."""


def test_columns_that_came_later_have_their_default_in_the_class_too(sqlite_database: Database) -> None:
    def unlike(session: Session) -> set[str]:
        context = MigrationContext.configure(session.connection(), opts={"compare_server_default": True})
        return {f"{table}.{column}" for ((_, _, table, column, *_),) in compare_metadata(context, SQLModel.metadata)}

    assert sqlite_database.write(unlike) == OLDER_THAN_THE_RECORD


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
