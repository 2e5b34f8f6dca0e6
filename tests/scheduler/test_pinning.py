"""What a lab manager pins: plans leave its time, its unit or both as they are, or say why they could not."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models.database import Database
from models.queries.world import World, read_world
from models.tables import Booking, Closure, Hold, Outage, Request, Run, UnitCapability
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.documents import read_document, write_document
from scheduler.errors import PlanClashes
from scheduler.naming import Naming
from scheduler.pin_words import lifted_pins
from scheduler.pinning import Pinned, pin_booking
from scheduler.plans import show_plan
from scheduler.requesting import request_bookings
from scheduler.scopes import scope_of
from scheduler.translate import Translated, translate
from solver.defects import check_problem
from solver.plan import Plan as Answer
from solver.problem import Pin
from tests.scheduler.actors import manager
from tests.scheduler.small_centre import NOW, WEEK, at, found, request, store
from tests.scheduler.test_planning import draft, publish

PRINTER, FIRST_OVEN, SECOND_OVEN = 1, 2, 3
OVEN = {"capability": "oven", "numbers": [{"quantity": "temp_c", "low": 20, "high": 120}]}
BAKE: dict[str, Any] = {"operations": [{"name": "bake", "fixed_minutes": 60, "units": [OVEN], "room": 40}]}
BAKE_TWICE: dict[str, Any] = {
    "operations": [
        {"name": "bake", "fixed_minutes": 60, "units": [OVEN]},
        {"name": "cool", "fixed_minutes": 60, "units": [OVEN]},
    ],
    "lags": [{"before": "bake", "after": "cool", "least_minutes": 0, "most_minutes": 240}],
}


@pytest.fixture(autouse=True)
def _found(sqlite_database: Database) -> None:
    found(sqlite_database)


def ask(database: Database, key: str = "R-1", routing: dict[str, Any] = BAKE, **values: Any) -> int:
    return request(database, key, recipe_id=None, routing=routing, **values)


def run(
    database: Database,
    asked: int,
    start: datetime,
    *,
    operation: int = 1,
    unit: int = SECOND_OVEN,
    pin: Pinned = "none",
) -> tuple[int, int]:
    """An hour of a request on an oven; returns the run and its booking."""
    times: dict[str, Any] = {"start_at": start, "end_at": start + timedelta(hours=1)}
    (row,) = store(database, Run(centre_id=1, request_id=asked, operation=operation, number=1, **times))
    store(database, Hold(run_id=row, resource_id=unit, lane=0, **times))
    return row, booked(database, row, pin=pin)


def booked(database: Database, run_id: int, *, pin: Pinned = "none", **part: Any) -> int:
    """A confirmed booking in a run; returns it."""
    with database.reading() as session:
        there = session.get_one(Run, run_id)
    owner: dict[str, Any] = {"project_id": 1, "organisation_id": 1, "cluster_id": 1, "stage": "prototype"}
    times: dict[str, Any] = {"booked_start": there.start_at, "booked_end": there.end_at, "made_at": NOW}
    return store(
        database, Booking(run_id=run_id, state="confirmed", made_by=ME.key, pin=pin, **owner, **times, **part)
    )[0]


def narrow(database: Database, unit: int = SECOND_OVEN) -> None:
    """The oven no longer gets so hot."""

    def command(session: Session) -> None:
        wanted = (UnitCapability.unit_id == unit, UnitCapability.quantity == "temp_c")
        session.exec(select(UnitCapability).where(*wanted)).one().high = 60

    database.write(command)


def move_window(database: Database, asked: int, operation: str, start: datetime) -> None:
    def command(session: Session) -> None:
        window = {"operation": operation, "start": start.isoformat(), "end": None}
        session.get_one(Request, asked).windows = [window]

    database.write(command)


def close(database: Database, start: str, end: str, unit: int = SECOND_OVEN) -> None:
    span: dict[str, Any] = {"start_at": at(start), "end_at": at(end)}
    store(database, Closure(unit_id=unit, blocks=True, reason="floor coating", **span))


def break_down(database: Database, start: str, end: str, unit: int = SECOND_OVEN) -> None:
    span: dict[str, Any] = {"start_at": at(start), "end_at": at(end)}
    store(database, Outage(unit_id=unit, reported_at=NOW, reported_by=ME.key, **span))


def world_of(database: Database, now: datetime = NOW) -> World:
    with database.reading() as session:
        return read_world(session, centre_ids=[1], since=now)


def translated(database: Database, now: datetime = NOW, *, repair: bool = False) -> Translated:
    """What a plan made now solves, which is sound."""
    world = world_of(database, now)
    result = translate(world, scope_of(world.centres, week=WEEK, now=now, repair=repair))
    check_problem(result.problem)
    return result


def pins(here: Translated) -> dict[str, Pin | None]:
    return {task.id: task.pin for asked in here.problem.requests for task in asked.tasks}


def told(database: Database) -> list[str]:
    """What a plan made now says of the pins that it lifts before it is solved."""
    here = translated(database)
    naming = Naming(world=world_of(database), clock=here.clock, zone="Europe/Moscow")
    return [sentence.text for sentence in lifted_pins(dict(here.lifted_pins), naming)]


@pytest.mark.parametrize(
    ("pin", "in_time", "its_hour", "its_oven"),
    [
        ("none", True, False, False),
        ("time", False, True, True),
        ("unit", False, False, True),
        ("both", False, True, True),
    ],
)
def test_a_plan_leaves_what_is_pinned_whatever_pulls_at_it(
    sqlite_database: Database, pin: Pinned, in_time: bool, its_hour: bool, its_oven: bool
) -> None:
    """It would be in time on the other oven only; on its own, later, but sooner than it is booked."""
    close(sqlite_database, "Mon 08:00", "Tue 20:00")
    _, booking_id = run(sqlite_database, ask(sqlite_database, due_at=at("Tue 18:00")), at("Thu 10:00"))
    assert pin_booking(sqlite_database, actor=manager(), now=NOW, booking_id=booking_id, pin=pin).pin == pin
    plan_id = draft(sqlite_database, work=1)
    assert show_plan(sqlite_database, actor=ME, now=NOW, plan_id=plan_id).lifted_pins == ()
    publish(sqlite_database, plan_id)
    (now_at,) = request_bookings(sqlite_database, actor=ME, now=NOW, key="R-1")
    units = {hold.key for hold in now_at.holds if hold.kind == "unit"}
    assert now_at.state == "confirmed"
    assert (now_at.end <= at("Tue 18:00"), now_at.start == at("Thu 10:00"), units == {"OVEN-2"}) == (
        in_time,
        its_hour,
        its_oven,
    )


def test_what_is_pinned_whole_stands_with_its_people(sqlite_database: Database) -> None:
    asked = ask(sqlite_database)
    _, booking_id = run(sqlite_database, asked, at("Thu 10:00"), pin="time")
    assert pins(translated(sqlite_database)) == {f"R{asked}/1/1": Pin(start=slot(sqlite_database, "Thu 10:00"))}
    pin_booking(sqlite_database, actor=ME, now=NOW, booking_id=booking_id, pin="both")
    assert pins(translated(sqlite_database)) == {}


def slot(database: Database, moment: str) -> int:
    return translated(database).clock.floor(at(moment))


# -- what several share, and visits


@pytest.mark.parametrize("pin", ["time", "unit"])
def test_of_a_shared_run_the_pin_of_one_holds_for_all(sqlite_database: Database, pin: Pinned) -> None:
    first, second = ask(sqlite_database, "A-1", may_share=True), ask(sqlite_database, "B-1", may_share=True)
    run_id, _ = run(sqlite_database, first, at("Thu 10:00"), pin=pin)
    booked(sqlite_database, run_id, request_id=second, operation=1, number=1)
    tick = slot(sqlite_database, "Thu 10:00")
    held = Pin(start=tick) if pin == "time" else Pin(units=(f"U{SECOND_OVEN}",))
    assert pins(translated(sqlite_database)) == {f"R{first}/1/1": held, f"R{second}/1/1": held}


def test_pins_of_several_on_one_run_add_up(sqlite_database: Database) -> None:
    first, second = ask(sqlite_database, "A-1", may_share=True), ask(sqlite_database, "B-1", may_share=True)
    run_id, _ = run(sqlite_database, first, at("Thu 10:00"), pin="time")
    booked(sqlite_database, run_id, pin="unit", request_id=second, operation=1, number=1)
    held = Pin(start=slot(sqlite_database, "Thu 10:00"), units=(f"U{SECOND_OVEN}",))
    assert set(pins(translated(sqlite_database)).values()) == {held}


def test_what_shares_a_run_with_a_torn_request_keeps_its_pin_as_far_as_a_plan_reaches(
    sqlite_database: Database,
) -> None:
    first = ask(sqlite_database, "A-1", routing=BAKE_TWICE, may_share=True)
    second = ask(sqlite_database, "B-1", may_share=True, deadline_at=at("Tue 11:00"))
    run_id, _ = run(sqlite_database, first, at("Tue 10:00"), unit=FIRST_OVEN)
    booked(sqlite_database, run_id, pin="time", request_id=second, operation=1, number=1)
    run(sqlite_database, first, at("Tue 12:00"), operation=2)
    close(sqlite_database, "Tue 12:00", "Tue 14:00")
    here = translated(sqlite_database)
    assert pins(here)[f"R{second}/1/1"] == Pin(start=here.clock.floor(at("Tue 10:00")))
    assert here.lifted_pins == {f"R{first}/1/1": "torn"}
    soon = translated(sqlite_database, at("Tue 09:45"), repair=True)
    assert soon.lifted_pins == {f"R{first}/1/1": "torn", f"R{second}/1/1": "no_place"}


CULTURE: dict[str, Any] = {
    "operations": [
        {
            "name": "culture",
            "crossing": "unattended",
            "fixed_minutes": 540,
            "head_minutes": 30,
            "tail_minutes": 30,
            "units": [OVEN],
            "visits": {"name": "sampling", "every_minutes": 240, "slack_minutes": 60, "minutes": 30, "skill": "smt"},
        }
    ]
}


@pytest.mark.parametrize("pin", ["time", "unit"])
def test_a_visit_is_pinned_and_holds_no_unit(sqlite_database: Database, pin: Pinned) -> None:
    asked = ask(sqlite_database, routing=CULTURE)
    span: dict[str, Any] = {"start_at": at("Thu 12:00"), "end_at": at("Thu 12:30")}
    part: dict[str, Any] = {"centre_id": 1, "request_id": asked, "operation": 1, "number": 1}
    (visit,) = store(sqlite_database, Run(visit=1, **part, **span))
    store(sqlite_database, Hold(run_id=visit, resource_id=5, lane=0, **span))
    pin_booking(sqlite_database, actor=ME, now=NOW, booking_id=booked(sqlite_database, visit), pin=pin)
    here = translated(sqlite_database)
    found = pins(here)[f"R{asked}/1/1/v1"]
    assert found is not None
    assert found.start == (here.clock.floor(at("Thu 12:00")) if pin == "time" else None)
    assert here.lifted_pins == {}


# -- pins that cannot hold


@pytest.mark.parametrize("pin", ["time", "unit", "both"])
def test_a_pin_to_a_unit_that_is_out_is_lifted(sqlite_database: Database, pin: Pinned) -> None:
    run(sqlite_database, ask(sqlite_database), at("Thu 10:00"), pin=pin)
    break_down(sqlite_database, "Thu 08:00", "Fri 18:00")
    assert told(sqlite_database) == ["R-1 bake is pinned, but its unit is out of order: the pin was lifted."]


def test_each_pin_of_a_request_under_a_closure_is_lifted_with_its_own_reason(sqlite_database: Database) -> None:
    asked = ask(sqlite_database, routing=BAKE_TWICE)
    run(sqlite_database, asked, at("Thu 10:00"), pin="both")
    run(sqlite_database, asked, at("Thu 12:00"), operation=2, pin="time")
    close(sqlite_database, "Thu 12:00", "Thu 18:00")
    assert told(sqlite_database) == [
        "R-1 bake is pinned, but another run of R-1 cannot stay where it is: the pin was lifted.",
        "R-1 cool is pinned, but where it is done is closed then: the pin was lifted.",
    ]


def test_what_is_not_pinned_has_no_pin_to_lift(sqlite_database: Database) -> None:
    run(sqlite_database, ask(sqlite_database), at("Thu 10:00"))
    break_down(sqlite_database, "Thu 08:00", "Fri 18:00")
    assert told(sqlite_database) == []


@pytest.mark.parametrize("pin", ["time", "unit"])
def test_a_pin_to_a_unit_that_can_do_it_no_more_stops_no_plan(sqlite_database: Database, pin: Pinned) -> None:
    asked = ask(sqlite_database)
    run(sqlite_database, asked, at("Thu 10:00"), pin=pin)
    narrow(sqlite_database)
    lost = ["R-1 bake is pinned, but its units cannot do it any more: the pin to them was lifted."]
    assert told(sqlite_database) == (lost if pin == "unit" else [])
    tick = slot(sqlite_database, "Thu 10:00")
    assert pins(translated(sqlite_database))[f"R{asked}/1/1"] == (Pin(start=tick) if pin == "time" else None)


def test_a_request_whose_windows_have_moved_is_let_go_rather_than_displaced(sqlite_database: Database) -> None:
    asked = ask(sqlite_database, routing=BAKE_TWICE)
    run(sqlite_database, asked, at("Tue 10:00"), pin="time")
    run(sqlite_database, asked, at("Tue 12:00"), operation=2)
    assert told(sqlite_database) == []
    move_window(sqlite_database, asked, "cool", at("Fri 09:00"))
    view = show_plan(sqlite_database, actor=ME, now=NOW, plan_id=draft(sqlite_database, work=1))
    assert [change.change for change in view.changes] == ["moved", "moved"]
    (lifted,) = view.lifted_pins
    assert lifted.text == (
        "R-1 bake is pinned, but its windows, lags and dates, the hours and what stands leave R-1 no place with it: "
        "the pin was lifted."
    )


def test_of_two_pins_that_cannot_both_hold_the_first_does(sqlite_database: Database) -> None:
    asked = ask(sqlite_database, routing=BAKE_TWICE)
    run(sqlite_database, asked, at("Tue 10:00"), pin="time")
    run(sqlite_database, asked, at("Fri 12:00"), operation=2, pin="time")
    here = translated(sqlite_database)
    assert here.lifted_pins == {f"R{asked}/2/1": "no_place"}
    assert pins(here)[f"R{asked}/1/1"] is not None


def test_a_window_binds_again_once_the_time_is_let_go(sqlite_database: Database) -> None:
    asked = ask(sqlite_database, routing=BAKE_TWICE)
    run(sqlite_database, asked, at("Tue 10:00"), pin="time")
    run(sqlite_database, asked, at("Fri 12:00"), operation=2, pin="time")
    windows = {task.id: task.windows for task in translated(sqlite_database).problem.requests[0].tasks}
    assert windows == {f"R{asked}/1/1": (), f"R{asked}/2/1": ()}
    move_window(sqlite_database, asked, "cool", at("Tue 12:00"))
    windows = {task.id: task.windows for task in translated(sqlite_database).problem.requests[0].tasks}
    assert windows[f"R{asked}/1/1"] == ()
    assert windows[f"R{asked}/2/1"][0][0] == slot(sqlite_database, "Tue 12:00")


def test_a_pin_of_a_request_that_loses_its_place_is_named(sqlite_database: Database) -> None:
    """Both have to be on the one oven that is left at the same time."""
    for key, unit in (("R-1", FIRST_OVEN), ("R-2", SECOND_OVEN)):
        run(sqlite_database, ask(sqlite_database, key), at("Thu 10:00"), unit=unit, pin="time")
    narrow(sqlite_database)
    view = show_plan(sqlite_database, actor=ME, now=NOW, plan_id=draft(sqlite_database, work=1))
    ((lost, absence),) = ((out.request, out.absence) for out in view.left_out)
    assert absence == "displaced"
    assert [each.text for each in view.lifted_pins] == [f"{lost} bake is pinned, but {lost} loses its place."]


@pytest.mark.parametrize("pinned", [True, False])
def test_a_pin_set_after_the_draft_stands_against_losing_its_place(sqlite_database: Database, pinned: bool) -> None:
    asked = ask(sqlite_database, deadline_at=at("Thu 18:00"))
    _, booking = run(sqlite_database, asked, at("Thu 10:00"))
    for unit in (FIRST_OVEN, SECOND_OVEN):
        break_down(sqlite_database, "Mon 07:00", "Thu 20:00", unit=unit)
    plan = draft(sqlite_database, work=1)
    if not pinned:
        assert publish(sqlite_database, plan).displaced == 1
        return
    pin_booking(sqlite_database, actor=ME, now=NOW, booking_id=booking, pin="time")
    with pytest.raises(PlanClashes) as refused:
        publish(sqlite_database, plan)
    named = [each.text for each in refused.value.reasons]
    assert named == ["R-1 bake was pinned since the draft was made, and would lose its place."]
    assert publish(sqlite_database, draft(sqlite_database, work=1)).displaced == 1, "a draft that names the pin"


def test_a_whole_pin_is_named_where_the_rest_of_its_request_has_no_place_beside_it(sqlite_database: Database) -> None:
    asked = ask(sqlite_database, routing=BAKE_TWICE)
    run(sqlite_database, asked, at("Tue 10:00"), pin="both")
    run(sqlite_database, asked, at("Tue 12:00"), operation=2)
    move_window(sqlite_database, asked, "cool", at("Fri 09:00"))
    view = show_plan(sqlite_database, actor=ME, now=NOW, plan_id=draft(sqlite_database, work=1))
    assert [(change.change, change.operation) for change in view.changes] == [("displaced", "cool")]
    assert [each.text for each in view.lifted_pins] == ["R-1 bake is pinned, but R-1 loses its place."]


def test_pins_of_what_the_centre_cannot_do_any_more_are_not_told(sqlite_database: Database) -> None:
    run(sqlite_database, ask(sqlite_database), at("Thu 10:00"), pin="unit")
    for unit in (FIRST_OVEN, SECOND_OVEN):
        narrow(sqlite_database, unit)
    here = translated(sqlite_database)
    assert list(here.undoable)
    assert here.lifted_pins == {}


def test_a_document_says_why_and_one_of_old_does_not(sqlite_database: Database) -> None:
    run(sqlite_database, ask(sqlite_database), at("Thu 10:00"), pin="time")
    break_down(sqlite_database, "Thu 08:00", "Fri 18:00")
    here = translated(sqlite_database)
    written = write_document(
        week=WEEK,
        repair=False,
        made_at=NOW,
        clock=here.clock,
        problem=here.problem,
        plan=Answer(status="unknown"),
        lifted=here.lifted_pins,
    )
    assert read_document(written).lifted_pins == {"R1/1/1": "out_of_order"}
    old = json.loads(written)
    del old["lifted_why"]
    assert read_document(json.dumps(old)).lifted_pins == {"R1/1/1": None}
    naming = Naming(world=world_of(sqlite_database), clock=here.clock, zone="Europe/Moscow")
    (sentence,) = lifted_pins({"R1/1/1": None}, naming)
    assert sentence.text == "R-1 bake is pinned, but could not stay: the pin was lifted."


@pytest.mark.parametrize("minutes", [0, 7])
def test_a_horizon_made_longer_by_long_work_ends_on_the_grid(sqlite_database: Database, minutes: int) -> None:
    """Else what is pinned to its last tick lay outside it, and no plan could be made."""
    long = {"name": "age", "crossing": "unattended", "fixed_minutes": 40 * 1440 + minutes, "units": [OVEN]}
    ask(sqlite_database, routing={"operations": [long]})
    here = translated(sqlite_database)
    assert here.clock.on_grid(here.scope.end)
    assert here.scope.end - here.scope.commit_until >= timedelta(days=40, minutes=minutes)
