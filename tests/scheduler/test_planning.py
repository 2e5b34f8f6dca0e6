"""Asking for a plan, drafting, publishing, and repairing after an outage."""

import json
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from models.chains import verify
from models.database import Database
from models.tables import AuditEvent, Booking, Centre, DueWork, Hold, Plan, Request, Resource, Run, Unit
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.board import board
from scheduler.booking import book_units, cancel_booking
from scheduler.errors import BadValue, BookingRefused, NotPossibleNow, PlanClashes, Unknown
from scheduler.notices import list_notices
from scheduler.outages import report_outage
from scheduler.plan_views import Published
from scheduler.planning import ask_for_plan, draft_plan
from scheduler.plans import plan_document, show_plan
from scheduler.publishing import discard_plan, publish_plan
from tests.scheduler.holds import overlaps
from tests.scheduler.small_centre import NOW, WEEK, at, found, request, store


@pytest.fixture(autouse=True)
def _found(database: Database) -> None:
    found(database)


def draft(database: Database, now: datetime = NOW, week: str = WEEK, work: int = 4) -> int:
    plan_id = ask_for_plan(database, actor=ME, now=now, week=week, limit=None, work=work, workers=1)
    draft_plan(database, actor=ME, now=lambda: now, plan_id=plan_id)
    return plan_id


def publish(database: Database, plan_id: int, now: datetime = NOW) -> Published:
    return publish_plan(database, actor=ME, now=now, plan_id=plan_id)


def runs(database: Database) -> dict[str, tuple[str, datetime, datetime]]:
    """State and time of each run of a request, by request, operation and number."""
    with database.reading() as session:
        rows = session.exec(
            select(Request.key, Run, Booking)
            .join(Run, col(Run.request_id) == col(Request.id))
            .join(Booking, col(Booking.run_id) == col(Run.id))
        ).all()
        return {f"{key}/{run.operation}/{run.number}": (b.state, run.start_at, run.end_at) for key, run, b in rows}


def test_a_draft_changes_nothing_for_anybody(database: Database) -> None:
    request(database, "R-1")
    plan_id = draft(database)
    assert show_plan(database, actor=ME, now=NOW, plan_id=plan_id).summary.state == "draft"
    with database.reading() as session:
        assert session.exec(select(Booking)).all() == []
        assert session.exec(select(Hold)).all() == []


def test_publishing_confirms_whole_requests_with_their_people(database: Database) -> None:
    request(database, "R-1")
    published = publish(database, draft(database))
    assert (published.confirmed, published.moved, published.displaced) == (2, 0, 0)
    assert {state for state, _, _ in runs(database).values()} == {"confirmed"}
    with database.reading() as session:
        kinds = {hold.resource_id for hold in session.exec(select(Hold))}
        assert kinds & {2, 3}
        assert kinds & {5, 6}
        assert verify(session, "centre:1") == []
    assert [notice.kind for notice in list_notices(database, actor=ME, now=NOW)] == ["confirmed"]


def test_a_request_that_starts_after_the_week_stays_tentative(database: Database) -> None:
    request(database, "R-1", release_at=at("+Tue 08:00"))
    plan_id = draft(database)
    view = show_plan(database, actor=ME, now=NOW, plan_id=plan_id)
    assert {assignment.tentative for assignment in view.assignments} == {True}
    published = publish(database, plan_id)
    assert (published.confirmed, published.tentative) == (0, 2)
    shown = board(database, actor=ME, now=NOW, centre="EL", week="2026-W50")
    bars = [bar.kind for laboratory in shown.laboratories for row in laboratory.rows for bar in row.bars]
    assert bars == ["tentative", "tentative"]


def test_a_second_plan_of_a_published_week_keeps_what_is_booked(database: Database) -> None:
    request(database, "R-1")
    publish(database, draft(database))
    before = runs(database)
    request(database, "R-2", project=2)
    published = publish(database, draft(database))
    assert (published.confirmed, published.moved, published.displaced) == (2, 0, 0)
    after = runs(database)
    assert {key: after[key] for key in before} == before
    assert overlaps(database) == []


def test_bookings_made_meanwhile_clash_and_nothing_is_written(database: Database) -> None:
    request(database, "R-1")
    plan_id = draft(database)
    planned = show_plan(database, actor=ME, now=NOW, plan_id=plan_id).assignments[0]
    book_units(database, actor=ME, now=NOW, units=planned.units, start=planned.start, end=planned.end, project="B-1")
    with pytest.raises(PlanClashes) as refusal:
        publish(database, plan_id)
    assert refusal.value.reasons
    assert runs(database) == {}
    assert show_plan(database, actor=ME, now=NOW, plan_id=plan_id).summary.state == "draft"
    with database.reading() as session:
        assert "refused publish" in {event.verb for event in session.exec(select(AuditEvent))}


def test_harmless_bookings_made_meanwhile_do_not_stop_it(database: Database) -> None:
    request(database, "R-1")
    plan_id = draft(database)
    for day in ("Mon", "Tue", "Wed", "Thu", "Fri"):
        book_units(
            database, actor=ME, now=NOW, units=("SEM",), start=at(f"{day} 10:00"), end=at(f"{day} 11:00"), project="B-1"
        )
    assert publish(database, plan_id).confirmed == 2


def test_twenty_bookings_made_meanwhile_lose_nothing(database: Database) -> None:
    for number in range(6):
        request(database, f"R-{number}", project=1 + number % 2)
    plan_id = draft(database)
    booked = 0
    for day in ("Mon", "Tue", "Wed", "Thu", "Fri"):
        for hour in (9, 12, 15, 17):
            try:
                book_units(
                    database,
                    actor=ME,
                    now=NOW,
                    units=("PRINTER",),
                    start=at(f"{day} {hour}:00"),
                    end=at(f"{day} {hour + 1}:00"),
                    project="B-1",
                )
                booked += 1
            except BookingRefused:
                pass
    assert booked == 20
    with pytest.raises(PlanClashes):
        publish(database, plan_id)
    publish(database, draft(database))
    assert overlaps(database) == []
    with database.reading() as session:
        by_hand = session.exec(select(Booking).join(Run).where(col(Run.request_id).is_(None))).all()
    assert [booking.state for booking in by_hand] == ["confirmed"] * 20


def test_a_draft_is_judged_on_its_own_grid(database: Database) -> None:
    """Its ticks are five minutes, and the centre's are ten by the time that it is published."""
    request(database, "R-1", quantity=25)
    plan_id = draft(database)

    def coarsen(session: Session) -> None:
        centre = session.get_one(Centre, 1)
        centre.settings, centre.revision = {**centre.settings, "tick_minutes": 10}, centre.revision + 1

    database.write(coarsen)
    view = show_plan(database, actor=ME, now=NOW, plan_id=plan_id)
    publish(database, plan_id)
    assert {start for _, start, _ in runs(database).values()} == {each.start for each in view.assignments}


def test_a_cancelled_booking_of_the_draft_is_a_clash(database: Database) -> None:
    request(database, "R-1")
    publish(database, draft(database))
    request(database, "R-2", due_at=at("Tue 12:00"))
    plan_id = draft(database)
    with database.reading() as session:
        booking_id = session.exec(select(Booking.id)).first()
    assert booking_id is not None
    cancel_booking(database, actor=ME, now=NOW, booking_id=booking_id)
    with pytest.raises(PlanClashes) as refusal:
        publish(database, plan_id)
    assert {reason.code for reason in refusal.value.reasons} <= {"request_changed", "booking_changed"}


def test_a_plan_is_published_once(database: Database) -> None:
    request(database, "R-1")
    plan_id = draft(database)
    publish(database, plan_id)
    with pytest.raises(NotPossibleNow):
        publish(database, plan_id)
    with pytest.raises(NotPossibleNow):
        discard_plan(database, actor=ME, now=NOW, plan_id=plan_id)


def test_what_would_start_in_the_past_is_a_clash(database: Database) -> None:
    request(database, "R-1")
    plan_id = draft(database)
    with pytest.raises(PlanClashes) as refusal:
        publish(database, plan_id, now=at("Sun 10:00"))
    assert {reason.code for reason in refusal.value.reasons} == {"past"}


def test_an_outage_moves_what_lies_under_it_and_says_why(database: Database) -> None:
    request(database, "R-1")
    publish(database, draft(database))
    soak = runs(database)["R-1/2/1"]
    with database.reading() as session:
        hold = session.exec(select(Hold).where(col(Hold.resource_id).in_([2, 3]))).one()
    unit = {2: "OVEN-1", 3: "OVEN-2"}[hold.resource_id]
    outage = report_outage(
        database, actor=ME, now=NOW, unit=unit, start=soak[1], end=soak[2] + timedelta(days=7), reason="heater"
    )
    assert [booking.operation for booking in outage.affected] == ["soak"]
    assert outage.repair_plan_id is not None
    draft_plan(database, actor=ME, now=lambda: NOW, plan_id=outage.repair_plan_id)
    view = show_plan(database, actor=ME, now=NOW, plan_id=outage.repair_plan_id)
    assert [(change.change, change.operation) for change in view.changes] == [("unit", "soak")]
    assert view.changes[0].from_units == (unit,)
    assert "out of order" in view.changes[0].why
    assert runs(database)["R-1/2/1"] == soak
    published = publish(database, outage.repair_plan_id)
    assert (published.moved, published.displaced) == (1, 0)
    assert overlaps(database) == []
    assert list_notices(database, actor=ME, now=NOW)[0].kind == "moved"


def test_what_finds_no_other_place_is_displaced_and_stands_first_next(database: Database) -> None:
    request(database, "R-1", deadline_at=at("Fri 20:00"))
    publish(database, draft(database))
    outage = report_outage(
        database, actor=ME, now=NOW, unit="PRINTER", start=at("Mon 00:00"), end=at("+Mon 00:00"), reason="laser"
    )
    assert outage.repair_plan_id is not None
    draft_plan(database, actor=ME, now=lambda: NOW, plan_id=outage.repair_plan_id)
    view = show_plan(database, actor=ME, now=NOW, plan_id=outage.repair_plan_id)
    assert [left.absence for left in view.left_out] == ["displaced"]
    assert {change.change for change in view.changes} == {"displaced"}
    assert all("PRINTER is out of order" in change.why for change in view.changes)
    assert publish(database, outage.repair_plan_id).displaced == 2
    assert {state for state, _, _ in runs(database).values()} == {"displaced"}
    with database.reading() as session:
        assert session.exec(select(Request)).one().displaced_at == NOW
        assert session.exec(select(Hold).where(col(Hold.in_force))).all() == []


def test_units_booked_by_hand_are_offered_another_of_the_type(database: Database) -> None:
    made = book_units(
        database, actor=ME, now=NOW, units=("OVEN-1",), start=at("Tue 10:00"), end=at("Tue 12:00"), project="B-1"
    )
    outage = report_outage(database, actor=ME, now=NOW, unit="OVEN-1", start=at("Tue 11:00"), end=at("Wed 11:00"))
    assert outage.repair_plan_id is not None
    draft_plan(database, actor=ME, now=lambda: NOW, plan_id=outage.repair_plan_id)
    view = show_plan(database, actor=ME, now=NOW, plan_id=outage.repair_plan_id)
    assert [(change.change, change.to_units, change.booking_id) for change in view.changes] == [
        ("unit", ("OVEN-2",), made.id)
    ]
    assert publish(database, outage.repair_plan_id).moved == 1


def test_each_broken_unit_of_a_hand_booking_is_replaced(database: Database) -> None:
    store(
        database,
        Resource(id=7, centre_id=1, kind="unit"),
        Unit(id=7, laboratory_id=1, key="PRINTER-2", name="Printer 2", type="printer"),
    )
    units, start, end = ("OVEN-1", "PRINTER"), at("Tue 10:00"), at("Tue 12:00")
    book_units(database, actor=ME, now=NOW, units=units, start=start, end=end, project="B-1")
    plan_id = None
    for unit in units:
        outage = report_outage(database, actor=ME, now=NOW, unit=unit, start=at("Mon 00:00"), end=at("+Mon 00:00"))
        plan_id = outage.repair_plan_id
    assert plan_id is not None
    draft_plan(database, actor=ME, now=lambda: NOW, plan_id=plan_id)
    (change,) = show_plan(database, actor=ME, now=NOW, plan_id=plan_id).changes
    assert (change.change, change.to_units) == ("unit", ("OVEN-2", "PRINTER-2"))


def test_what_is_booked_beyond_the_horizon_stays(database: Database) -> None:
    def short(session: Session) -> None:
        centre = session.get_one(Centre, 1)
        centre.settings = {"freeze_hours": 24, "horizon_weeks": 1}
        session.add(centre)

    database.write(short)
    request(database, "R-1", release_at=at("+Tue 08:00"))
    publish(database, draft(database, week="2026-W50"))
    before = runs(database)
    assert len(before) == 2
    request(database, "R-2", project=2)
    publish(database, draft(database))
    assert {key: value for key, value in runs(database).items() if key in before} == before


def test_a_late_publication_moves_nothing_that_has_begun(database: Database) -> None:
    request(database, "R-1")
    publish(database, draft(database))
    start = runs(database)["R-1/1/1"][1]
    report_outage(database, actor=ME, now=NOW, unit="SEM", start=at("Mon 00:00"), end=at("Tue 00:00"))
    plan_id = draft(database)
    document = plan_document(database, actor=ME, now=NOW, plan_id=plan_id)
    moved = _shifted(document, 12)

    def replace_document(session: Session) -> None:
        plan = session.get_one(Plan, plan_id)
        plan.document = moved
        session.add(plan)

    database.write(replace_document)
    with pytest.raises(PlanClashes) as refusal:
        publish(database, plan_id, now=start + timedelta(minutes=20))
    assert "begun" in {reason.code for reason in refusal.value.reasons}
    with pytest.raises(PlanClashes) as soon:
        publish(database, plan_id, now=start - timedelta(hours=2))
    assert "frozen" in {reason.code for reason in soon.value.reasons}


def _shifted(document: str, ticks: int) -> str:
    """The document with every assignment so much later."""
    facts = json.loads(document)
    for assignment in facts["plan"]["assignments"]:
        assignment["start"] += ticks
        assignment["end"] += ticks
    return json.dumps(facts)


def test_a_request_hit_by_an_outage_is_never_torn_in_half(database: Database) -> None:
    request(database, "R-1", deadline_at=at("Tue 20:00"))
    publish(database, draft(database))
    first = runs(database)["R-1/1/1"][1]
    now = first - timedelta(minutes=10)
    outage = report_outage(database, actor=ME, now=now, unit="PRINTER", start=now, end=at("+Mon 00:00"))
    assert outage.repair_plan_id is not None
    draft_plan(database, actor=ME, now=lambda: now, plan_id=outage.repair_plan_id)
    assert publish(database, outage.repair_plan_id, now=now).displaced == 2
    assert {state for state, _, _ in runs(database).values()} == {"displaced"}


def test_cancelling_one_run_withdraws_its_request(database: Database) -> None:
    request(database, "R-1")
    publish(database, draft(database))
    with database.reading() as session:
        booking_id = session.exec(select(Booking.id)).first()
    assert booking_id is not None
    cancel_booking(database, actor=ME, now=NOW, booking_id=booking_id, reason="no parts")
    assert {state for state, _, _ in runs(database).values()} == {"cancelled"}
    gone = [each for each in list_notices(database, actor=ME, now=NOW) if each.kind == "cancelled"]
    assert [(each.request, each.organisation, each.owner) for each in gone] == [("R-1", "ALFA", "Alfa")] * 2
    assert all(each.text.startswith("R-1 ") for each in gone)
    assert publish(database, draft(database)).confirmed == 0
    with database.reading() as session:
        assert session.exec(select(Hold).where(col(Hold.in_force))).all() == []
        assert verify(session, "centre:1") == []


def test_what_has_begun_cannot_be_cancelled(database: Database) -> None:
    request(database, "R-1")
    publish(database, draft(database))
    with database.reading() as session:
        booking = session.exec(select(Booking).order_by(col(Booking.booked_start))).first()
    assert booking is not None
    assert booking.id is not None
    with pytest.raises(NotPossibleNow):
        cancel_booking(database, actor=ME, now=booking.booked_start, booking_id=booking.id)


def test_a_request_that_nothing_can_do_any_more_stops_no_other(database: Database) -> None:
    request(database, "R-1")
    request(database, "R-2", recipe_id=None, routing=NOWHERE)
    view = show_plan(database, actor=ME, now=NOW, plan_id=draft(database))
    assert len(view.assignments) == 2
    told = [(left.request, left.absence, left.reasons[0].code) for left in view.left_out]
    assert told == [("R-2", "unplanned", "cannot_be_done")]
    assert view.tally is not None
    assert view.tally.left_out == 1


NOWHERE = {"operations": [{"name": "fly", "fixed_minutes": 60, "units": [{"capability": "flying"}]}]}


def test_bad_asking_is_refused_by_name_and_nothing_is_queued(database: Database) -> None:
    with pytest.raises(Unknown):
        ask_for_plan(database, actor=ME, now=NOW, week=WEEK, centres=("NOWHERE",))
    with pytest.raises(NotPossibleNow):
        ask_for_plan(database, actor=ME, now=NOW, week="2026-W40")
    with pytest.raises(BadValue):
        ask_for_plan(database, actor=ME, now=NOW, week=WEEK, limit=None)
    with pytest.raises(Unknown):
        show_plan(database, actor=ME, now=NOW, plan_id=99)
    with database.reading() as session:
        assert session.exec(select(Plan)).all() == []
        assert session.exec(select(DueWork)).all() == []


def test_what_is_done_is_not_planned_again(database: Database) -> None:
    request(database, "R-1")
    publish(database, draft(database))
    later = max(end for _, _, end in runs(database).values()) + timedelta(days=1)
    request(database, "R-2", submitted_at=later, release_at=later)
    plan_id = draft(database, now=later, week="2026-W50")
    view = show_plan(database, actor=ME, now=later, plan_id=plan_id)
    assert {assignment.request for assignment in view.assignments} == {"R-2"}
    assert publish(database, plan_id, now=later).confirmed == 2
