"""A week with a closure, a grid, a break and work that pauses: loaded from lists, planned, published, shown, repaired,
and kept to by whoever books by hand."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.database import Database
from models.locks import raise_revision
from models.tables import Booking, Centre, Closure, Hold, Request, Run, Unit
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.loading import load_directory
from tests.api.declared import Declared, answer
from tests.scheduler.loading.directory import replace, small_directory
from tests.scheduler.loading.test_calendars import CALENDARS
from tests.scheduler.small_centre import NOW, WEEK, at


@pytest.fixture
def client(sqlite_database: Database, tmp_path: Path) -> Declared:
    """Checking a lot takes 20 h on the printer bench, which only the technician drives."""
    lists = small_directory(tmp_path)
    for name, text in CALENDARS.items():
        (lists / name).write_text(text, "utf-8")
    replace(lists, "recipe_operations.csv", "boards,check,solid,0,60", "boards,check,pausing,0,1200")
    replace(lists, "recipe_staff.csv", "skill,part\n", "skill,part,drives\n")
    with (lists / "recipe_staff.csv").open("a", encoding="utf-8") as out:
        out.write("boards,check,mounting,,yes\n")
    replace(lists, "shifts.csv", "T2,Fri-Sun,20:00,04:00", "T2,Mon-Sat,08:00,14:00")
    load_directory(sqlite_database, actor=ME, now=NOW, directory=lists, week=WEEK)
    return Declared(sqlite_database)


def planned(client: Declared) -> str:
    asked = answer(client.post("/api/v1/plans", json={"week": WEEK, "work": 4, "workers": 1}), 202)
    assert client.work()
    address: str = asked["address"]
    return address


def held(database: Database, operation: int) -> list[tuple[str, Any, Any]]:
    """The holds in force of an operation's runs of request R-1, units by their keys."""
    with database.reading() as session:
        units = {unit.id: unit.key for unit in session.exec(select(Unit))}
        found = session.exec(
            select(Hold)
            .join(Run, col(Run.id) == col(Hold.run_id))
            .join(Request, col(Request.id) == col(Run.request_id))
            .where(Request.key == "R-1", Run.operation == operation, col(Hold.in_force))
            .order_by(col(Hold.start_at))
        ).all()
        return [(units.get(hold.resource_id, "person"), hold.start_at, hold.end_at) for hold in found]


def booked(client: Declared, start: str, end: str, unit: str) -> Any:
    asked = {"units": [unit], "start": at(start).isoformat(), "end": at(end).isoformat(), "project": "sensor"}
    return client.post("/api/v1/bookings", json=asked)


def test_a_week_with_everything_that_calendars_know(client: Declared) -> None:
    address = planned(client)
    answer(client.post(f"{address}/publish"))
    bench, *hands = held(client.database, 3)
    assert bench[0] == "PRINT-1"
    assert len(hands) >= 3
    assert (hands[0][1], hands[-1][2]) == bench[1:]
    assert sum(((end - start) for _, start, end in hands), timedelta()) == timedelta(hours=20)
    lunches = [(at(f"{day} 12:00"), at(f"{day} 12:30")) for day in ("Mon", "Tue", "Wed", "Thu", "Fri")]
    assert not any(start < lunch[1] and lunch[0] < end for _, start, end in hands for lunch in lunches)
    for _, start, _ in held(client.database, 2):
        assert start.minute in (0, 30)
    shown = client.get(f"/board?centre=works&week={WEEK}").text
    assert "Closed: floor coating" in shown
    assert "Closed for use: warm-up" in shown


def test_a_booking_by_hand_is_told_what_the_lists_say(client: Declared) -> None:
    refusal = answer(booked(client, "Tue 09:00", "Tue 10:00", "PRINT-1"), 409)
    assert "PRINT-1 is not open Tue 1 Dec 08:00 to Tue 1 Dec 12:00 (closed: floor coating)." in str(refusal)
    refusal = answer(booked(client, "Thu 09:10", "Thu 10:00", "OVEN-1"), 409)
    assert "OVEN-1 starts every 30 min from 09:00 until 13:00; nearest Thu 3 Dec 09:00 or Thu 3 Dec 09:30." in str(
        refusal
    )
    answer(booked(client, "Thu 09:30", "Thu 10:00", "OVEN-1"), 201)


def test_a_closure_that_comes_before_the_draft_is_published_refuses_it(client: Declared) -> None:
    address = planned(client)

    def command(session: Session) -> None:
        session.add(Closure(centre_id=1, start_at=at("Mon 00:00"), end_at=at("+Mon 00:00"), reason="flood"))
        raise_revision(session.get_one(Centre, 1))

    client.database.write(command)
    refusal = answer(client.post(f"{address}/publish"), 409)
    assert "is not open throughout" in str(refusal)
    with client.database.reading() as session:
        assert session.exec(select(Booking)).all() == []


def test_a_repair_keeps_to_the_grid_and_moves_pausing_work_whole(client: Declared) -> None:
    answer(client.post(f"{planned(client)}/publish"))
    bench, *hands = held(client.database, 3)
    told = {"unit": "PRINT-1", "start": hands[1][1].isoformat(), "end": hands[1][2].isoformat()}
    outage = answer(client.post("/api/v1/outages", json=told), 201)
    assert client.work()
    repair = f"/api/v1/plans/{outage['repair_plan_id']}"
    answer(client.post(f"{repair}/publish"))
    moved, *after = held(client.database, 3)
    assert moved[1] >= hands[1][2] or moved[2] <= hands[1][1]
    assert sum(((end - start) for _, start, end in after), timedelta()) == timedelta(hours=20)
    assert bench != moved
