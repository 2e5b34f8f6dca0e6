"""What was planned is told: the week in hours, plans by age, notices in sentences, a document for anyone."""

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event
from sqlmodel import select

from models.database import Database
from models.tables import Notice, PersonDetail
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.actors import Actor
from scheduler.booking import book_units
from scheduler.documents import check_document
from scheduler.errors import Refused
from scheduler.notices import list_notices
from scheduler.planning import ask_for_plan
from scheduler.plans import list_plans, plan_document
from scheduler.publishing import discard_plan
from scheduler.reports import week_summary
from tests.scheduler.actors import engineer, technician
from tests.scheduler.small_centre import NOW, WEEK, at, found, request
from tests.scheduler.test_planning import draft, publish


@pytest.fixture(autouse=True)
def _found(database: Database) -> None:
    found(database)


def test_the_summary_counts_hours_inside_and_after_closing(database: Database) -> None:
    request(database, "R-1", parameters={"soak_hours": 24})
    publish(database, draft(database))
    summary = week_summary(database, actor=ME, now=NOW, centre="EL", week=WEEK)
    assert summary.laboratories[0].open_hours == 5 * 12 * 5
    assert summary.laboratories[0].booked_hours > 0
    assert summary.laboratories[0].after_hours > 0
    assert next((row.name, row.share_percent) for row in summary.clusters) == ("Information technologies", 100.0)


def test_what_was_refused_by_hand_counts_as_demand_of_its_week_once(database: Database) -> None:
    """What was only not allowed, or asked for another week, does not."""

    def wish(start: str, end: str, *units: str, actor: Actor = ME, clock: str = "Europe/Moscow") -> None:
        moments: dict[str, Any] = {"start": at(start), "end": at(end)}
        moments = {name: moment.astimezone(ZoneInfo(clock)) for name, moment in moments.items()}
        with pytest.raises(Refused):
            book_units(database, actor=actor, now=NOW, units=units or ("OVEN-1",), project="A-1", **moments)

    for clock in ("Europe/Moscow", "Pacific/Kiritimati", "Europe/Moscow"):
        wish("Mon 02:00", "Mon 04:00", clock=clock)
    wish("Mon 02:00", "Mon 04:00", actor=engineer(1))
    wish("Sat 22:00", "+Mon 03:00", "SEM", "OVEN-2")
    wish("+Mon 02:00", "+Mon 04:00")
    wish("Mon 10:00", "Mon 12:00", actor=technician(1))
    wish("Tue 12:00", "Tue 10:00")
    use = week_summary(database, actor=ME, now=NOW, centre="EL", week=WEEK).laboratories[0]
    assert (use.refused, use.refused_hours) == (3, 2 + 2 + 2 * 26)
    assert week_summary(database, actor=engineer(1), now=NOW, centre="EL", week=WEEK).laboratories == ()


def test_what_somebody_is_called_is_no_part_of_a_moment_in_the_record(database: Database) -> None:
    database.write(lambda session: setattr(session.get_one(PersonDetail, 5), "name", "11"))
    with pytest.raises(Refused):
        book_units(
            database, actor=ME, now=NOW, units=("OVEN-1",), project="A-1", start=at("Mon 02:00"), end=at("Mon 04:00")
        )
    assert week_summary(database, actor=ME, now=NOW, centre="EL", week=WEEK).laboratories[0].refused == 1


def test_plans_are_listed_newest_first(database: Database) -> None:
    request(database, "R-1")
    first, second = draft(database), draft(database)
    assert [plan.id for plan in list_plans(database, actor=ME, now=NOW)] == [second, first]
    discard_plan(database, actor=ME, now=NOW, plan_id=second)
    assert list_plans(database, actor=ME, now=NOW)[0].state == "discarded"


def test_a_notice_reads_like_a_sentence(database: Database) -> None:
    request(database, "R-1")
    publish(database, draft(database))
    with database.reading() as session:
        assert session.exec(select(Notice)).one().organisation_id == 1
    text = list_notices(database, actor=ME, now=NOW, organisation="ALFA")[0].text
    assert text.startswith("R-1 is confirmed: 2 runs from Mon 30 Nov")
    assert list_notices(database, actor=ME, now=NOW, organisation="BETA") == []


def test_the_document_can_be_judged_again_and_holds_no_names(database: Database) -> None:
    request(database, "R-1")
    plan_id = draft(database)
    document = plan_document(database, actor=ME, now=NOW, plan_id=plan_id)
    checked = check_document(document)
    assert checked.holds
    assert "Orlova" not in document
    broken = document.replace('"mode":0', '"mode":9', 1)
    assert not check_document(broken).holds


def test_a_plan_that_does_not_hold_is_told_by_names_and_the_centres_clock(database: Database) -> None:
    request(database, "R-1")
    facts = json.loads(plan_document(database, actor=ME, now=NOW, plan_id=draft(database)))
    (printed,) = (one for one in facts["plan"]["assignments"] if one["task"] == "R1/1/1")
    printed["start"], printed["end"] = 0, printed["end"] - printed["start"]
    violations = check_document(json.dumps(facts)).violations
    assert (
        "R-1 print needs PRINTER open at Mon 30 Nov 00:00..Mon 30 Nov 01:00, but it is not open throughout."
        in violations
    )
    del facts["names"], facts["zone"]
    nameless = check_document(json.dumps(facts)).violations
    assert (
        "R1/1/1 needs U1 open at 2026-11-29T21:00:00+00:00..2026-11-29T22:00:00+00:00, but it is not open throughout."
    ) in nameless


def test_a_long_list_of_plans_costs_no_more_than_a_short_one(database: Database) -> None:
    statements: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    def listed() -> int:
        statements.clear()
        list_plans(database, actor=ME, now=NOW)
        return len(statements)

    event.listen(database._reader, "before_cursor_execute", listen)
    draft(database)
    short = listed()
    for _ in range(3):
        ask_for_plan(database, actor=ME, now=NOW, week=WEEK)
    assert listed() == short > 0
    assert not any("plan.document" in statement for statement in statements)
