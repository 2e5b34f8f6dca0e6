"""A directory loaded: whole or not at all, again without a change, with ids and bookings left alone."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlmodel import Session, SQLModel, col, select

from models.chains import verify
from models.database import Database
from models.tables import (
    AuditEvent,
    Booking,
    Centre,
    Entitlement,
    Hold,
    OpeningHours,
    Person,
    PersonDetail,
    PersonSkill,
    Project,
    Recipe,
    Request,
    Resource,
    Run,
    Shift,
    StockDelivery,
    Unit,
    UnitCapability,
)
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.loading import BadFiles, Loaded, load_directory
from scheduler.local_time import BadWeek
from tests.scheduler.loading.directory import WEEK, append, put, remove, replace

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)

R = TypeVar("R", bound=SQLModel)


def load(database: Database, directory: Path, week: str = WEEK) -> Loaded:
    return load_directory(database, actor=LOCAL_ADMINISTRATOR, now=NOW, directory=directory, week=week)


def rows(database: Database, table: type[R]) -> Sequence[R]:
    with database.reading() as session:
        return session.exec(select(table)).all()


def by_key(database: Database, table: Any) -> dict[str, Any]:
    return {row.key: row for row in rows(database, table)}


def events(database: Database) -> list[tuple[str, str, str]]:
    with database.reading() as session:
        every = session.exec(select(AuditEvent).order_by(col(AuditEvent.id))).all()
        return [(event.chain, event.verb, event.object_id) for event in every]


def revision(database: Database) -> int:
    return rows(database, Centre)[0].revision


def everything(database: Database) -> dict[str, list[str]]:
    with database.reading() as session:
        return {
            name: sorted(map(str, session.execute(table.select()).all()))
            for name, table in SQLModel.metadata.tables.items()
        }


def test_lists_become_rows(database: Database, directory: Path) -> None:
    loaded = load(database, directory)
    assert {count.kind: count.added for count in loaded.counts}["unit"] == 3
    (centre,) = rows(database, Centre)
    assert (centre.zone, centre.settings["tick_minutes"], centre.revision) == ("Europe/Moscow", 5, 1)
    units = by_key(database, Unit)
    lanes = {row.id: row.lanes for row in rows(database, Resource)}
    assert {key: lanes[unit.id] for key, unit in units.items()} == {"PRINT-1": 1, "OVEN-1": 2, "OVEN-2": 1}
    assert {(row.capability, row.quantity) for row in rows(database, UnitCapability)} >= {
        ("framing", ""),
        ("soaking", "temp_c"),
    }
    own = [(row.weekday, row.opens, row.closes) for row in rows(database, OpeningHours) if row.unit_id is not None]
    assert own == [(6, 600, 1440)]
    assert {row.share for row in rows(database, Entitlement)} == {725, 200}
    assert {row.name for row in rows(database, PersonDetail)} == {"Anna Sokolova", "Oleg Maltsev"}


def test_a_shift_that_passes_midnight_is_rows_that_touch(database: Database, directory: Path) -> None:
    load(database, directory)
    night = by_key(database, Person)["T2"]
    shifts = sorted((row.weekday, row.starts, row.ends) for row in rows(database, Shift) if row.person_id == night.id)
    assert shifts == [(0, 0, 240), (4, 1200, 1440), (5, 0, 240), (5, 1200, 1440), (6, 0, 240), (6, 1200, 1440)]


def test_dates_count_from_the_week_at_the_centre(database: Database, directory: Path) -> None:
    load(database, directory)
    request = by_key(database, Request)["R-1"]
    assert request.submitted_at == datetime(2026, 11, 16, 7, tzinfo=UTC)
    assert request.release_at == datetime(2026, 11, 30, 5, tzinfo=UTC)
    assert (request.due_at, request.deadline_at) == (
        datetime(2026, 12, 4, 15, tzinfo=UTC),
        datetime(2026, 12, 11, 15, tzinfo=UTC),
    )
    assert request.parameters == {"soak_hours": 24}
    assert {row.at for row in rows(database, StockDelivery)} == {
        datetime(2026, 11, 27, 7, tzinfo=UTC),
        datetime(2026, 12, 2, 7, tzinfo=UTC),
    }


def test_loading_again_changes_nothing(database: Database, directory: Path) -> None:
    first = load(database, directory)
    before = everything(database)
    again = load(database, directory)
    assert first.changes > 20
    assert (again.changes, again.text) == (0, "nothing changed")
    assert everything(database) == before


def test_every_change_has_its_event_and_the_chains_hold(database: Database, directory: Path) -> None:
    loaded = load(database, directory)
    assert len(events(database)) == loaded.changes
    with database.reading() as session:
        for chain in {chain for chain, *_ in events(database)}:
            assert verify(session, chain) == []


def test_names_of_people_stand_in_no_event(database: Database, directory: Path) -> None:
    load(database, directory)
    put(directory, "people.csv", 2, "name", "Anna Petrova")
    assert load(database, directory).text == "1 technician changed"
    with database.reading() as session:
        told = " ".join(f"{event.before} {event.after}" for event in session.exec(select(AuditEvent)))
    assert "Sokolova" not in told
    assert "Petrova" not in told


def test_a_name_that_was_blanked_stays_blank(database: Database, directory: Path) -> None:
    load(database, directory)

    def blank(session: Session) -> None:
        for detail in session.exec(select(PersonDetail)):
            detail.name = None

    database.write(blank)
    assert load(database, directory).changes == 0
    assert {row.name for row in rows(database, PersonDetail)} == {None}


def test_same_keys_are_updated_and_keep_their_ids(database: Database, directory: Path) -> None:
    load(database, directory)
    before = by_key(database, Unit)
    put(directory, "units.csv", 3, "name", "Oven one")
    put(directory, "units.csv", 3, "lanes", "3")
    put(directory, "projects.csv", 2, "stage", "production")
    loaded = load(database, directory)
    assert loaded.text == "1 project changed, 1 unit changed"
    after = by_key(database, Unit)
    assert {key: unit.id for key, unit in after.items()} == {key: unit.id for key, unit in before.items()}
    assert after["OVEN-1"].name == "Oven one"
    assert by_key(database, Project)["sensor"].stage == "production"
    assert events(database)[-2:] == [("centre:1", "changed unit", "OVEN-1"), ("people", "changed project", "sensor")]


def test_what_hangs_on_a_thing_is_replaced(database: Database, directory: Path) -> None:
    load(database, directory)
    replace(
        directory, "opening_hours.csv", "smt,,Mon-Fri,08:00,18:00", "smt,,Mon-Thu,08:00,18:00\nsmt,,Fri,08:00,12:00"
    )
    put(directory, "unit_capabilities.csv", 2, "high", "510")
    put(directory, "skills.csv", 3, "skill", "climate control")
    replace(directory, "recipe_staff.csv", "climate", "climate control")
    replace(directory, "deliveries.csv", "paste,W-1 Fri 10:00,500\n", "")
    put(directory, "entitlements.csv", 2, "share", "80")
    loaded = load(database, directory)
    changed = {count.kind: count.changed for count in loaded.counts if count.changed}
    assert changed == {
        "set of entitlements": 1,
        "week of opening hours": 1,
        "set of capabilities": 1,
        "list of deliveries": 1,
        "set of skills": 1,
        "recipe": 1,
        "request": 2,
    }
    assert {row.skill for row in rows(database, PersonSkill)} == {"mounting", "climate control"}
    assert [row.quantity for row in rows(database, StockDelivery)] == [200]
    assert {row.share for row in rows(database, Entitlement)} == {800, 200}
    fridays = [row for row in rows(database, OpeningHours) if row.weekday == 4 and row.opens == 480]
    assert [row.closes for row in fridays] == [720]


def test_a_changed_recipe_is_a_new_version(database: Database, directory: Path) -> None:
    load(database, directory)
    put(directory, "recipe_operations.csv", 2, "fixed_minutes", "25")
    load(database, directory)
    versions = {row.version: row for row in rows(database, Recipe)}
    assert [versions[version].routing["operations"][0]["fixed_minutes"] for version in (1, 2)] == [20, 25]
    assert {row.recipe_id for row in rows(database, Request)} == {versions[2].id}
    assert load(database, directory).changes == 0


def test_what_the_lists_do_not_name_stays(database: Database, directory: Path) -> None:
    load(database, directory)
    remove(directory, "requests.csv", 3)
    assert load(database, directory).changes == 0
    assert set(by_key(database, Request)) == {"R-1", "R-2"}


def test_the_revision_rises_once_with_each_change_of_the_centre(database: Database, directory: Path) -> None:
    load(database, directory)
    assert revision(database) == 1
    load(database, directory)
    assert revision(database) == 1
    put(directory, "clusters.csv", 2, "name", "Radio")
    load(database, directory)
    assert revision(database) == 1, "the name of a cluster is no limit"
    put(directory, "shifts.csv", 2, "ends", "15:00")
    put(directory, "requests.csv", 2, "priority", "low")
    load(database, directory)
    assert revision(database) == 2
    replace(directory, "settings.yaml", "tick_minutes: 5", "tick_minutes: 10")
    load(database, directory)
    assert revision(database) == 3


def test_a_directory_with_a_mistake_stores_nothing(database: Database, directory: Path) -> None:
    load(database, directory)
    before = everything(database)
    put(directory, "units.csv", 2, "name", "New name")
    put(directory, "requests.csv", 3, "quantity", "many")
    with pytest.raises(BadFiles):
        load(database, directory)
    assert everything(database) == before


def test_a_week_that_is_none_is_refused(database: Database, directory: Path) -> None:
    with pytest.raises(BadWeek):
        load(database, directory, "2026-W54")


def book(database: Database, *, lane: int = 1) -> None:
    """Books the first run of R-1 on lane ``lane`` of OVEN-1."""

    def command(session: Session) -> None:
        request = session.exec(select(Request).where(Request.key == "R-1")).one()
        project = session.exec(select(Project)).one()
        oven = session.exec(select(Unit).where(Unit.key == "OVEN-1")).one()
        start, end = datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2026, 12, 1, 10, tzinfo=UTC)
        run = Run(centre_id=1, request_id=request.id, operation=1, number=1, start_at=start, end_at=end)
        session.add(run)
        session.flush()
        assert run.id is not None
        assert project.id is not None
        session.add(Hold(run_id=run.id, resource_id=oven.id, lane=lane, start_at=start, end_at=end))
        session.add(
            Booking(
                run_id=run.id,
                project_id=project.id,
                organisation_id=project.organisation_id,
                cluster_id=project.cluster_id,
                stage=project.stage,
                state="confirmed",
                booked_start=start,
                booked_end=end,
                made_at=NOW,
                made_by="test",
            )
        )

    database.write(command)


def test_bookings_are_untouched_and_go_on_by_their_version(database: Database, directory: Path) -> None:
    load(database, directory)
    book(database)
    kept = {name: found for name, found in everything(database).items() if name in ("run", "hold", "booking")}
    put(directory, "recipe_operations.csv", 2, "fixed_minutes", "25")
    put(directory, "requests.csv", 2, "priority", "urgent")
    put(directory, "projects.csv", 2, "stage", "production")
    load(database, directory)
    now = everything(database)
    assert {name: now[name] for name in kept} == kept
    requests = by_key(database, Request)
    versions = {row.id: row.version for row in rows(database, Recipe)}
    assert {key: versions[row.recipe_id] for key, row in requests.items()} == {"R-1": 1, "R-2": 2}
    assert requests["R-1"].priority == "urgent"


@pytest.mark.parametrize(
    ("file", "row", "column", "text", "code"),
    [
        ("requests.csv", 2, "quantity", "61", "booked_already"),
        ("requests.csv", 2, "parameters", "soak_hours=25", "booked_already"),
        ("requests.csv", 2, "recipe", "frames", "booked_already"),
        ("units.csv", 3, "lanes", "1", "lane_in_use"),
    ],
)
def test_what_a_booking_stands_on_is_not_taken_away(
    database: Database, directory: Path, file: str, row: int, column: str, text: str, code: str
) -> None:
    append(directory, "recipes.csv", "frames,smt,Frames")
    append(directory, "recipe_operations.csv", "frames,frame,solid,0,30,0,,0,,")
    load(database, directory)
    book(database)
    before = everything(database)
    put(directory, file, row, column, text)
    replace(directory, "requests.csv", "frames,60,soak_hours=24", "frames,60,") if column == "recipe" else None
    with pytest.raises(BadFiles) as caught:
        load(database, directory)
    assert (code, file, row) in {(each.code, each.file, each.row) for each in caught.value.mistakes}
    assert everything(database) == before


def test_nothing_moves_to_another_centre(database: Database, directory: Path) -> None:
    load(database, directory)
    append(directory, "centres.csv", "other,The other")
    with (directory / "settings.yaml").open("a") as out:
        out.write("  other: {zone: UTC}\n")
    for file in ("laboratories.csv", "capacities.csv", "stocks.csv", "people.csv"):
        replace(directory, file, ",works", ",other")
    replace(directory, "requests.csv", ",works,", ",other,")
    replace(directory, "setups.csv", "works,", "other,")
    with pytest.raises(BadFiles) as caught:
        load(database, directory)
    found = {(each.code, each.file) for each in caught.value.mistakes}
    files = ("laboratories", "units", "capacities", "stocks", "people", "recipes", "requests")
    assert found == {("moved_between_centres", f"{name}.csv") for name in files}


def test_loaded_by_two_at_once_the_second_changes_nothing(database: Database, directory: Path) -> None:
    """Neither finds anything of the other's when both begin, and there is no row yet to lock."""
    with ThreadPoolExecutor(2) as pool:
        loads = list(pool.map(lambda _: load(database, directory), range(2)))
    assert sorted(loaded.changes > 0 for loaded in loads) == [False, True]
    assert len(events(database)) == sum(loaded.changes for loaded in loads)
    assert load(database, directory).changes == 0


def test_a_name_that_a_stored_unit_has_is_not_given_again(database: Database, directory: Path) -> None:
    append(directory, "units.csv", "SPARE,smt,Spare,jig,1,")
    load(database, directory)
    remove(directory, "units.csv", 5)
    row = append(directory, "units.csv", "SPARE-2,climate,spare,jig,1,")
    with pytest.raises(BadFiles) as caught:
        load(database, directory)
    assert [(each.code, each.row, each.column) for each in caught.value.mistakes] == [
        ("two_units_of_one_name", row, "name")
    ]
    assert "SPARE" in caught.value.mistakes[0].expected
