"""A refused attempt leaves its record and nothing else: it is demand."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.chains import verify
from models.database import Database
from models.routing import Routing
from models.tables import (
    Account,
    AccountDetail,
    AuditEvent,
    Booking,
    Centre,
    DueWork,
    Outage,
    PersonDetail,
    Plan,
    Request,
)
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.booking import book_units, cancel_booking
from scheduler.errors import Refused
from scheduler.nameless import nameless
from scheduler.outages import end_outage, report_outage
from scheduler.planning import ask_for_plan
from scheduler.publishing import discard_plan, publish_plan
from scheduler.requesting import submit_request
from scheduler.views import OperationWindow
from tests.scheduler.small_centre import NOW, at, found, store

FLYING = Routing.model_validate(
    {"operations": [{"name": "fly", "fixed_minutes": 60, "units": [{"capability": "flying"}]}]}, strict=False
)
Attempt = Callable[..., Any]
ATTEMPTS: dict[str, tuple[Attempt, dict[str, Any]]] = {
    "booking of closed hours": (
        book_units,
        {"units": ("SEM",), "start": at("Sun 10:00"), "end": at("Sun 12:00"), "project": "A-1"},
    ),
    "booking for nobody": (
        book_units,
        {"units": ("SEM",), "start": at("Mon 10:00"), "end": at("Mon 12:00"), "project": "NOBODY"},
    ),
    "request of what nobody can do": (submit_request, {"centre": "EL", "project": "A-1", "routing": FLYING}),
    "request for nobody": (submit_request, {"centre": "EL", "project": "NOBODY", "recipe": "BOARDS"}),
    "request due before now": (
        submit_request,
        {"centre": "EL", "project": "A-1", "recipe": "BOARDS", "due": at("Mon 10:00").replace(year=2025)},
    ),
    "outage that is over": (
        report_outage,
        {"unit": "SEM", "start": at("Mon 10:00").replace(year=2025), "end": at("Tue 10:00").replace(year=2025)},
    ),
    "plan of a week that is over": (ask_for_plan, {"week": "2026-W40"}),
    "plan without end": (ask_for_plan, {"week": "2026-W49", "limit": None}),
}


@pytest.fixture(autouse=True)
def _found(database: Database) -> None:
    found(database)


def events(database: Database) -> list[AuditEvent]:
    with database.reading() as session:
        assert verify(session, "centre:1") == []
        return list(session.exec(select(AuditEvent).order_by(col(AuditEvent.number))))


@pytest.mark.parametrize("name", sorted(ATTEMPTS))
def test_a_refused_attempt_leaves_its_record_and_nothing_else(database: Database, name: str) -> None:
    attempt, asked = ATTEMPTS[name]
    with pytest.raises(Refused) as refusal:
        attempt(database, actor=ME, now=NOW, **asked)
    (event,) = events(database)
    assert (event.verb, event.object_kind) == (f"refused {name.split()[0]}", "attempt")
    assert (event.actor, event.reason) == (ME.key, refusal.value.text)
    assert event.after is not None
    assert event.after["reasons"] == [reason.text for reason in refusal.value.reasons]
    with database.reading() as session:
        assert [session.exec(select(table)).all() for table in (Booking, Request, Outage, Plan, DueWork)] == [[]] * 5
        assert session.exec(select(Centre.revision)).one() == 0


def test_the_record_says_what_was_asked(database: Database) -> None:
    with pytest.raises(Refused):
        submit_request(
            database, actor=ME, now=NOW, centre="EL", project="A-1", routing=FLYING, quantity=7, due=at("Fri 10:00")
        )
    (event,) = events(database)
    assert event.after is not None
    asked = event.after["asked"]
    assert (asked["project"], asked["quantity"], asked["routing"]) == ("A-1", 7, ["fly"])
    assert asked["due"] == at("Fri 10:00").isoformat()


def test_technicians_whom_a_drawn_routing_names_are_told_by_key(database: Database) -> None:
    drawn = {"name": "fly with Anna Orlova", "fixed_minutes": 60, "units": [{"capability": "flying"}]}
    routing = Routing.model_validate({"operations": [drawn]}, strict=False)
    with pytest.raises(Refused, match="fly with Anna Orlova"):
        submit_request(database, actor=ME, now=NOW, centre="EL", project="A-1", routing=routing)
    (event,) = events(database)
    assert (event.after or {})["asked"]["routing"] == ["fly with T5"]
    assert "Orlova" not in str(event.model_dump())


def test_technicians_whom_a_window_or_a_parameter_names_are_told_by_key(database: Database) -> None:
    window = OperationWindow(operation="Anna Orlova", start=at("Wed 09:00"))
    ask = partial(submit_request, database, actor=ME, now=NOW, centre="EL", project="A-1", recipe="BOARDS")
    for asked in ({"windows": (window,)}, {"parameters": {"soak_hours": 2, "for Anna Orlova": 3}}):
        with pytest.raises(Refused, match="Orlova"):
            ask(**asked)
    of_windows, of_parameters = ((event.after or {})["asked"] for event in events(database))
    assert of_windows["windows"] == [{"operation": "T5", "start": at("Wed 09:00").isoformat(), "end": None}]
    assert of_parameters["parameters"] == {"soak_hours": 2, "for T5": 3}
    assert "Orlova" not in str([event.model_dump() for event in events(database)])


def test_what_stands_against_an_end_or_a_discard_is_recorded_too(database: Database) -> None:
    outage = report_outage(database, actor=ME, now=NOW, unit="SEM", start=at("Mon 10:00"), end=at("Tue 10:00"))
    plan_id = ask_for_plan(database, actor=ME, now=NOW, week="2026-W49")
    discard_plan(database, actor=ME, now=NOW, plan_id=plan_id)
    with pytest.raises(Refused):
        end_outage(database, actor=ME, now=at("Wed 10:00"), outage_id=outage.id)
    with pytest.raises(Refused):
        discard_plan(database, actor=ME, now=NOW, plan_id=plan_id)
    with pytest.raises(Refused):
        publish_plan(database, actor=ME, now=NOW, plan_id=plan_id)
    booked = book_units(
        database, actor=ME, now=NOW, units=("OVEN-1",), start=at("Mon 10:00"), end=at("Mon 12:00"), project="A-1"
    )
    with pytest.raises(Refused):
        cancel_booking(database, actor=ME, now=at("Mon 11:00"), booking_id=booked.id)
    refused = [event.verb for event in events(database) if event.object_kind == "attempt"]
    assert refused == ["refused end of outage", "refused discard", "refused publish", "refused cancellation"]


def test_where_no_centre_is_meant_nothing_is_recorded(database: Database) -> None:
    with pytest.raises(Refused):
        submit_request(database, actor=ME, now=NOW, centre="NOWHERE", project="A-1", recipe="BOARDS")
    with pytest.raises(Refused):
        report_outage(database, actor=ME, now=NOW, unit="NOTHING", start=at("Mon 10:00"), end=at("Tue 10:00"))
    assert events(database) == []


@pytest.mark.parametrize("name", ["is", "o", "SEM", "e@works.example"])
def test_what_people_call_themselves_changes_no_word_of_the_record(database: Database, name: str) -> None:
    store(database, Account(id=100, made_at=NOW), AccountDetail(account_id=100, email="e@works.example", name=name))
    closed: dict[str, Any] = {"units": ("SEM",), "start": at("Sun 10:00"), "end": at("Sun 12:00"), "project": "A-1"}
    with pytest.raises(Refused) as refusal:
        book_units(database, actor=ME, now=NOW, **closed)
    (event,) = events(database)
    assert (event.reason, (event.after or {})["reasons"]) == (
        refusal.value.text,
        [reason.text for reason in refusal.value.reasons],
    )
    made = book_units(database, actor=ME, now=NOW, **closed, override_reason="visit")
    assert made.override is not None
    assert made.override.rules
    assert not [rule for rule in made.override.rules if "account:" in rule]


def test_technicians_of_the_centre_are_named_by_key_and_only_by_whole_names(database: Database) -> None:
    def rename(session: Session) -> None:
        session.get_one(PersonDetail, 5).name, session.get_one(PersonDetail, 6).name = "Ann", "Ann Lee"

    database.write(rename)
    written = ["Ann is on leave, Anna is not.", "Ann Lee: Ann's shift."]
    with database.reading() as session:
        assert nameless(session, written, centre_ids=(1,)) == ["T5 is on leave, Anna is not.", "T6: T5's shift."]
        assert nameless(session, written, centre_ids=(2,)) == written


def test_of_what_somebody_wrote_the_length_is_kept(database: Database) -> None:
    closed: dict[str, Any] = {"units": ("SEM",), "start": at("Sun 10:00"), "end": at("Sun 12:00"), "project": "NOBODY"}
    with pytest.raises(Refused):
        book_units(database, actor=ME, now=NOW, **closed, purpose="for Orlova", override_reason="Orlova")
    over: dict[str, Any] = {"start": at("Mon 10:00").replace(year=2025), "end": at("Tue 10:00").replace(year=2025)}
    with pytest.raises(Refused):
        report_outage(database, actor=ME, now=NOW, unit="SEM", **over, reason="Orlova's cup")
    booking, outage = ((event.after or {})["asked"] for event in events(database))
    assert (booking["purpose"], booking["override_reason"], outage["reason"]) == (10, 6, 12)
    assert "Orlova" not in str([event.model_dump() for event in events(database)])
