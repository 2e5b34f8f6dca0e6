"""Use cases check rights whatever door one comes through; what is refused changes nothing and is recorded."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from models.database import Database
from models.queries.requested import bookings_of_request
from models.tables import AuditEvent, Booking
from scheduler.actors import NOBODY, Actor, Grant
from scheduler.booking import book_units, cancel_booking, show_booking
from scheduler.catalogue import list_centres, list_units
from scheduler.errors import Forbidden, NotSignedIn, Unknown
from scheduler.loading import load_directory
from scheduler.outages import report_outage
from scheduler.planning import ask_for_plan
from scheduler.plans import list_plans
from scheduler.requesting import submit_request
from scheduler.withdrawing import withdraw_request
from tests.scheduler.actors import administrator, auditor, engineer, manager, technician
from tests.scheduler.small_centre import NOW, WEEK, at, found, request
from tests.scheduler.test_quotas import another_centre

ASK: dict[str, Any] = {"centre": "EL", "project": "A-1", "recipe": "BOARDS"}
TIMES: dict[str, Any] = {"start": at("Tue 10:00"), "end": at("Tue 12:00")}


@pytest.fixture
def here(sqlite_database: Database) -> Database:
    found(sqlite_database)
    return sqlite_database


def attempts(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        wanted = select(AuditEvent).where(AuditEvent.object_kind == "attempt").order_by(col(AuditEvent.id))
        return [(each.verb, each.actor) for each in session.exec(wanted)]


def test_only_whoever_plans_the_centre_says_that_work_is_urgent(here: Database) -> None:
    for priority in ("high", "urgent"):
        with pytest.raises(Forbidden, match=f"gives the priority '{priority}'"):
            submit_request(here, actor=engineer(1), now=NOW, **ASK, priority=priority)
    assert attempts(here) == [("refused request", engineer(1).key)] * 2
    assert submit_request(here, actor=engineer(1), now=NOW, **ASK, priority="low").priority == "low"
    assert submit_request(here, actor=manager(1), now=NOW, **ASK, priority="urgent").priority == "urgent"
    both = Actor(key="account:3", grants=(*engineer(1).grants, *manager(2).grants), account_id=3)
    with pytest.raises(Forbidden):
        submit_request(here, actor=both, now=NOW, **ASK, priority="urgent")


def test_all_centres_are_those_that_whoever_asks_may_plan(here: Database) -> None:
    another_centre(here)
    ask = partial(ask_for_plan, here, now=NOW, week=WEEK, limit=None, work=1)
    plan_id = ask(actor=manager(2))
    (plan,) = list_plans(here, actor=manager(2), now=NOW)
    assert (plan.id, plan.centres) == (plan_id, ("ME",))
    assert list_plans(here, actor=manager(1), now=NOW) == []
    with pytest.raises(Forbidden):
        ask(actor=manager(2), centres=("EL", "ME"))
    with pytest.raises(Forbidden):
        ask(actor=engineer(1))
    both = Actor(key="account:4", grants=tuple(Grant(role="manager", centre_id=each) for each in (1, 2)), account_id=4)
    ask(actor=both)
    assert {each.centres for each in list_plans(here, actor=both, now=NOW)} == {("ME",), ("EL", "ME")}


def test_what_is_refused_leaves_everything_as_it_was(here: Database) -> None:
    request(here, "R-1")
    booked = book_units(here, actor=engineer(1), now=NOW, units=("SEM",), project="A-1", **TIMES)
    refused: list[tuple[Actor, Callable[..., Any]]] = [
        (technician(1), partial(cancel_booking, booking_id=booked.id)),
        (auditor(), partial(withdraw_request, key="R-1")),
        (administrator(), partial(book_units, units=("SEM",), project="A-1", **TIMES)),
        (engineer(1), partial(report_outage, unit="SEM", **TIMES)),
        (auditor(), partial(submit_request, **ASK)),
    ]
    for actor, command in refused:
        with pytest.raises(Forbidden):
            command(here, actor=actor, now=NOW)
    assert [actor for _, actor in attempts(here)] == [actor.key for actor, _ in refused]
    with here.reading() as session:
        assert [each.state for each in session.exec(select(Booking))] == ["confirmed"]
        assert bookings_of_request(session, request_id=1) == []


def test_nobody_reads_or_writes_anything(here: Database) -> None:
    calls: list[Callable[..., Any]] = [
        list_centres,
        list_units,
        list_plans,
        partial(show_booking, booking_id=1),
        partial(submit_request, **ASK),
        partial(book_units, units=("SEM",), project="A-1", **TIMES),
        partial(report_outage, unit="SEM", **TIMES),
    ]
    for call in calls:
        with pytest.raises(NotSignedIn):
            call(here, actor=NOBODY, now=NOW)


def test_lists_of_the_centre_are_loaded_by_those_who_change_settings(here: Database, tmp_path: Path) -> None:
    with pytest.raises(Forbidden, match="change settings"):
        load_directory(here, actor=manager(1), now=NOW, directory=tmp_path, week=WEEK)


def test_a_booking_for_others_is_as_if_their_project_were_not_there(here: Database) -> None:
    for project in ("B-1", "NONE"):
        with pytest.raises(Unknown, match=f"^There is no project '{project}'"):
            book_units(here, actor=engineer(1), now=NOW, units=("SEM",), project=project, **TIMES)
    assert book_units(here, actor=manager(1), now=NOW, units=("SEM",), project="B-1", **TIMES).organisation == "BETA"
