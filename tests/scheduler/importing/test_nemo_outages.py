"""Tools that do not work, and what closes over work, as a facility of NEMO tells it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from models.database import Database
from models.replay import differences
from models.tables import Plan
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.booking import book_units
from scheduler.importing.nemo.broken import UNEXPLAINED
from scheduler.outages import end_outage, list_outages, report_outage
from scheduler.views import OutageView
from tests.scheduler.importing.nemo_files import bring, facility, records
from tests.scheduler.small_centre import NOW


def broken(database: Database) -> dict[str, OutageView]:
    found = list_outages(database, actor=LOCAL_ADMINISTRATOR, now=NOW)
    assert all(view.end is None for view in found)
    return {view.unit: view for view in found}


def test_a_tool_that_does_not_work_is_out_of_order_until_further_notice(sqlite_database: Database) -> None:
    content = [*records(**{"Bruker AFM": {"_operational": False}}), reserved("Sinter")]
    told = bring(sqlite_database, content)
    notes = {row.key: row.note for row in told.rows if row.what == "new" and row.key.startswith("outage of ")}
    assert notes["outage of Sinter"] == "to be replanned, as they lie under it: 1 of the bookings"
    assert notes["outage of Bruker AFM"] == ""
    assert not any(remark.place == "tool Sinter" and "operational" in remark.text for remark in told.left_out)
    found = broken(sqlite_database)
    assert len(found) == 14
    afm, sinter = found["Bruker AFM"], found["Sinter"]
    assert (afm.start, afm.reason) == (NOW, UNEXPLAINED)
    assert (sinter.start, sinter.reason) == (
        datetime(2018, 6, 21, 21, 2, tzinfo=UTC),
        "Tool is offline for maintenance",
    )
    assert [booking.state for booking in sinter.affected] == ["confirmed"]
    assert bring(sqlite_database, content).changes_nothing


def test_what_was_mended_since_is_not_reported_by_the_same_file_again(sqlite_database: Database) -> None:
    bring(sqlite_database)
    sinter = broken(sqlite_database)["Sinter"]
    end_outage(sqlite_database, actor=LOCAL_ADMINISTRATOR, now=NOW, outage_id=sinter.id)
    assert bring(sqlite_database).changes_nothing
    assert "Sinter" not in broken(sqlite_database)


@pytest.mark.parametrize("explained", [True, False], ids=["by a problem", "by nothing"])
def test_a_tool_that_breaks_again_is_out_of_order_again(sqlite_database: Database, explained: bool) -> None:
    bring(sqlite_database, facility(1, explained=explained))
    first = broken(sqlite_database)["AFM"]
    assert first.reason == ("problem 1" if explained else UNEXPLAINED)
    end_outage(sqlite_database, actor=LOCAL_ADMINISTRATOR, now=NOW, outage_id=first.id)
    assert bring(sqlite_database, facility(1, explained=explained)).changes_nothing
    bring(sqlite_database, facility(1, works=True))
    assert bring(sqlite_database, facility(1, works=True)).changes_nothing
    assert broken(sqlite_database) == {}
    bring(sqlite_database, facility(1, 2, explained=explained))
    second = broken(sqlite_database)["AFM"]
    assert second.id != first.id
    assert second.reason == ("problem 2" if explained else UNEXPLAINED)
    with sqlite_database.reading() as session:
        assert list(differences(session)) == []


def test_another_problem_of_a_tool_that_is_out_of_order_joins_its_outage(sqlite_database: Database) -> None:
    bring(sqlite_database, facility(1))
    told = bring(sqlite_database, facility(1, 2))
    assert [row.note for row in told.rows if row.what == "changed"] == ["joined to what is reported for the unit here"]
    assert broken(sqlite_database)["AFM"].reason == "problem 1; problem 2"


@pytest.mark.parametrize("problems", [(), (1,)], ids=["by nothing", "by a problem"])
def test_a_tool_that_works_again_in_the_file_alone_stays_out_of_order_here(
    sqlite_database: Database, problems: tuple[int, ...]
) -> None:
    bring(sqlite_database, facility(*problems))
    told = bring(sqlite_database, facility(*problems, works=True))
    notes = [row.note for row in told.rows if row.what == "changed" and row.key == "outage of AFM"]
    assert notes == ["works in the file; here it is out of order until somebody ends that"]
    assert "AFM" in broken(sqlite_database)
    assert bring(sqlite_database, facility(*problems, works=True)).changes_nothing


@pytest.mark.parametrize("problems", [(), (1,)], ids=["by nothing", "by a problem"])
def test_what_was_reported_by_hand_is_not_out_of_order_twice(database: Database, problems: tuple[int, ...]) -> None:
    bring(database, facility(works=True))
    reported = report_outage(database, actor=LOCAL_ADMINISTRATOR, now=NOW, unit="AFM", start=NOW, reason="smoke")
    rehearsed = bring(database, facility(*problems), rehearse=True)
    assert [view.reason for view in broken(database).values()] == ["smoke"]
    told = bring(database, facility(*problems))
    assert told.counts == rehearsed.counts
    (view,) = list_outages(database, actor=LOCAL_ADMINISTRATOR, now=NOW)
    assert (view.id, view.reason) == (reported.id, f"smoke; {'problem 1' if problems else UNEXPLAINED}")
    assert bring(database, facility(*problems)).changes_nothing
    end_outage(database, actor=LOCAL_ADMINISTRATOR, now=NOW, outage_id=view.id)
    assert bring(database, facility(*problems)).changes_nothing


def test_two_facilities_may_call_their_outages_the_same(sqlite_database: Database) -> None:
    times = {"start": "2026-12-03T10:00:00Z", "end": "2026-12-03T12:00:00Z"}
    planned = {"model": "NEMO.scheduledoutage", "pk": 1, "fields": {"tool": 1, **times}}
    content = [*facility(works=True), planned]
    bring(sqlite_database, content)
    bring(sqlite_database, json.loads(json.dumps(content).replace("AFM", "SEM").replace("B1", "C1")), centre="other")
    units = {view.unit for view in list_outages(sqlite_database, actor=LOCAL_ADMINISTRATOR, now=NOW)}
    assert units == {"AFM", "SEM"}


def over(kind: str, hours: str) -> list[Any]:
    """The facility with something that closes its tool on 1 December between these hours, or from now on."""
    start, end = (f"2026-12-01T{hour}:00:00Z" for hour in hours.split("-"))
    if kind == "broken":
        return facility(1)
    if kind == "outage":
        fields = {"tool": 1, "start": start, "end": end}
        return [*facility(works=True), {"model": "NEMO.scheduledoutage", "pk": 1, "fields": fields}]
    times = {"closure": 1, "start_time": start, "end_time": end}
    closure = {"model": "NEMO.closure", "pk": 1, "fields": {"name": "Floor"}}
    return [*facility(works=True), closure, {"model": "NEMO.closuretime", "pk": 1, "fields": times}]


def book_tool(database: Database) -> None:
    """On 1 December from ten to twelve."""
    start = datetime(2026, 12, 1, 10, tzinfo=UTC)
    end = start + timedelta(hours=2)
    book_units(database, actor=LOCAL_ADMINISTRATOR, now=NOW, units=("AFM",), project="Anvil", start=start, end=end)


def repairs(database: Database) -> list[str]:
    """The states of all that were asked for, in order."""
    with database.reading() as session:
        return list(session.exec(select(Plan.state).where(Plan.kind == "repair").order_by(col(Plan.id))))


@pytest.mark.parametrize("kind", ["closure", "outage", "broken"])
def test_what_closes_over_confirmed_work_asks_for_a_repair(database: Database, kind: str) -> None:
    bring(database, facility(works=True))
    book_tool(database)
    rehearsed = bring(database, over(kind, "11-13"), rehearse=True)
    assert repairs(database) == []
    told = bring(database, over(kind, "11-13"))
    notes = [[row.note for row in each.rows if "replanned" in row.note] for each in (told, rehearsed)]
    assert notes == [["to be replanned, as they lie under it: 1 of the bookings"]] * 2
    assert repairs(database) == ["queued"]
    assert bring(database, over(kind, "11-13")).changes_nothing
    assert repairs(database) == ["queued"]


def test_a_closure_and_an_outage_over_confirmed_work_ask_for_one_repair(sqlite_database: Database) -> None:
    bring(sqlite_database, facility(works=True))
    book_tool(sqlite_database)
    bring(sqlite_database, [*over("closure", "11-13"), *over("outage", "09-11")[-1:]])
    assert repairs(sqlite_database) == ["queued"]
    bring(sqlite_database, [*over("closure", "14-15"), *over("outage", "09-11")[-1:]])
    assert repairs(sqlite_database) == ["discarded", "queued"], "what was asked for knew other closures"


def test_a_problem_is_left_out_where_it_keeps_no_tool_out_of_order(sqlite_database: Database) -> None:
    left = [
        {remark.place for remark in bring(sqlite_database, facility(1, 2, works=works), rehearse=True).left_out}
        for works in (False, True)
    ]
    assert [{"task 1", "task 2"} & some for some in left] == [{"task 1"}, {"task 1", "task 2"}]


@pytest.mark.parametrize("kind", ["closure", "outage"])
def test_what_closes_over_nothing_asks_for_no_repair(sqlite_database: Database, kind: str) -> None:
    bring(sqlite_database, facility(works=True))
    bring(sqlite_database, over(kind, "11-13"))
    assert repairs(sqlite_database) == []


def reserved(tool: str) -> dict[str, Any]:
    """A reservation to come."""
    (like, *_) = (each for each in records() if each["model"] == "NEMO.reservation")
    when = {"start": "2026-12-07T10:00:00-05:00", "end": "2026-12-07T12:00:00-05:00", "missed": False}
    return {**like, "pk": 77, "fields": {**like["fields"], **when, "tool": [tool], "cancelled": False}}
