"""Who may bring what: to others, neither the kind nor the centre is there."""

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from api.sheets import written
from models.database import Database
from models.tables import Centre, Laboratory, Override, Resource, Unit
from scheduler.actors import LOCAL_ADMINISTRATOR, NOBODY, Actor, Grant
from scheduler.errors import BadValue, Unknown
from scheduler.exporting import export
from scheduler.importing import Upload
from scheduler.importing.kinds import KINDS, kinds_for
from scheduler.importing.nemo import import_nemo
from scheduler.importing.templates import template_of
from scheduler.loading import BadFiles
from tests.scheduler.importing.files import BOOKINGS, as_csv, bring, dump
from tests.scheduler.importing.nemo_files import FILE
from tests.scheduler.importing.test_lists import ASKED
from tests.scheduler.small_centre import NOW, found, request, store

MANAGER = Actor(key="account:1", grants=(Grant(role="manager", centre_id=1),))
ELSEWHERE = Actor(key="account:2", grants=(Grant(role="manager", centre_id=2),))
OTHERS = {
    "administrator": Actor(key="account:3", grants=(Grant(role="administrator"),)),
    "engineer": Actor(key="account:4", grants=(Grant(role="engineer", organisation_id=1),)),
    "technician": Actor(key="account:5", grants=(Grant(role="technician", centre_id=1),)),
    "auditor": Actor(key="account:6", grants=(Grant(role="auditor"),)),
    "nobody": NOBODY,
    "reading": Actor(key="account:1", grants=MANAGER.grants, reads_only=True),
}
ROW = ("X", "SEM", "2026-12-01 10:00", "2026-12-01 12:00", "A-1")


@pytest.fixture
def centre(sqlite_database: Database) -> Database:
    found(sqlite_database)
    store(
        sqlite_database,
        Centre(id=2, key="OP", name="Optics", zone="Europe/Moscow"),
        Laboratory(id=2, centre_id=2, key="LAB", name="Lab"),
        Resource(id=20, centre_id=2, kind="unit"),
        Unit(id=20, laboratory_id=2, key="LASER", name="Laser", type="laser"),
    )
    return sqlite_database


def test_what_each_role_may_bring() -> None:
    assert kinds_for(MANAGER) == ("requests", "bookings")
    assert {role: kinds_for(actor) for role, actor in OTHERS.items()} == {
        "administrator": tuple(kind for kind in KINDS if kind not in ("requests", "bookings")),
        "engineer": (),
        "technician": (),
        "auditor": (),
        "nobody": (),
        "reading": (),
    }


@pytest.mark.parametrize("role", OTHERS)
def test_others_bring_no_bookings(centre: Database, role: str) -> None:
    before = dump(centre)
    with pytest.raises(Unknown):
        bring(centre, "bookings", as_csv(BOOKINGS, ROW), actor=OTHERS[role])
    assert dump(centre) == before


def test_a_manager_brings_bookings_of_the_own_centre_alone(centre: Database) -> None:
    assert bring(centre, "bookings", as_csv(BOOKINGS, ROW), actor=MANAGER).counts["new"] == 1
    foreign, missing = (("Y", unit, *ROW[2:]) for unit in ("LASER", "MOON"))
    told = []
    for row in (foreign, missing):
        with pytest.raises(BadFiles) as refusal:
            bring(centre, "bookings", as_csv(BOOKINGS, row), actor=MANAGER)
        told.append(refusal.value.mistakes[0].text.replace(row[1], "?"))
    assert told[0] == told[1]


def test_requests_are_brought_to_the_own_centre_alone(centre: Database) -> None:
    content = as_csv(template_of("requests").columns, ASKED)
    with pytest.raises(BadFiles) as refusal:
        bring(centre, "requests", content, actor=ELSEWHERE)
    assert [each.code for each in refusal.value.mistakes] == ["unknown_reference"]
    assert "(OP)" in refusal.value.mistakes[0].text
    assert bring(centre, "requests", content, actor=MANAGER).counts["new"] == 1


@pytest.mark.parametrize("units", ["LASER", ""])
def test_a_booking_of_another_centre_is_not_known_by_its_number(centre: Database, units: str) -> None:
    bring(centre, "bookings", as_csv(BOOKINGS, ROW))
    told = []
    for number in ("#1", "#9"):
        row = (number, units, "2026-11-20 10:00", "2026-11-20 12:00", "B-1")
        told.append(bring(centre, "bookings", as_csv(BOOKINGS, row), actor=ELSEWHERE, rehearse=True).rows[0])
        told[-1] = replace(told[-1], key="#", note=told[-1].note.replace(number, "#"))
    assert told[0] == told[1]
    assert told[0].what == "refused"


def test_centres_may_call_their_bookings_the_same(centre: Database) -> None:
    past = ("CAL-1", "LASER", "2026-11-20 10:00", "2026-11-20 12:00", "B-1")
    assert bring(centre, "bookings", as_csv(BOOKINGS, ("CAL-1", *ROW[1:])), actor=MANAGER).counts["new"] == 1
    for what in ("new", "unchanged"):
        assert bring(centre, "bookings", as_csv(BOOKINGS, past), actor=ELSEWHERE).counts[what] == 1
    table = export(centre, actor=LOCAL_ADMINISTRATOR, now=NOW, kind="bookings", form="csv")
    assert {row[0] for row in table.rows} == {"#1", "#2"}
    assert bring(centre, "bookings", written(table, "csv")).counts["unchanged"] == 2


def test_of_a_request_of_another_centre_a_manager_learns_that_its_key_is_taken(centre: Database) -> None:
    request(centre, "R-FOREIGN", quantity=77)
    row = ("R-FOREIGN", "OP", *ASKED[2:])
    for place in ("OP", "EL"):
        content = as_csv(template_of("requests").columns, (row[0], place, *row[2:]))
        with pytest.raises(BadFiles) as refusal:
            bring(centre, "requests", content, actor=ELSEWHERE)
        (mistake,) = refusal.value.mistakes
        assert (mistake.code, mistake.expected) == ("taken_key", "a key that is free")


def test_an_administrator_alone_brings_a_facility_as_a_new_centre_and_into_no_other(centre: Database) -> None:
    upload = Upload(name="splash.json", content=FILE.read_bytes())
    told: dict[str, Any] = {"now": NOW, "upload": upload, "zone": "America/New_York"}
    administrator = OTHERS["administrator"]
    before = dump(centre)
    with pytest.raises(BadValue, match=r"^Centre EL is there already: who brings bookings .* lab manager too\.$"):
        import_nemo(centre, actor=administrator, centre="EL", **told)
    with pytest.raises(Unknown):
        import_nemo(centre, actor=MANAGER, centre="nemo", **told)
    assert dump(centre) == before
    assert import_nemo(centre, actor=administrator, centre="nemo", **told).counts["refused"] == 0
    with centre.reading() as session:
        made = session.exec(select(Centre).where(Centre.key == "nemo")).one()
        brought = session.exec(select(Override)).all()
    assert {each.made_by for each in brought} == {administrator.key}
    with pytest.raises(BadValue, match="nemo is there already"):
        import_nemo(centre, actor=administrator, centre="nemo", rehearse=True, **told)
    both = replace(administrator, grants=(*administrator.grants, Grant(role="manager", centre_id=made.id)))
    again = import_nemo(centre, actor=both, centre="nemo", **told)
    assert {what for what, number in again.counts.items() if number} == {"unchanged"}
