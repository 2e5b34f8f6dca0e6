"""NIST's sample facility comes in whole, once, and everything odd in it is named."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, func, select

from models.database import Database
from models.queries.recorded import Search, next_events
from models.tables import (
    Booking,
    Capacity,
    Centre,
    Closure,
    Laboratory,
    Leave,
    Organisation,
    Outage,
    Override,
    Person,
    Policy,
    Project,
    Qualification,
    Quota,
    Resource,
    Unit,
    UsedTime,
)
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.booking import book_units
from scheduler.errors import BadValue, BookingRefused
from scheduler.importing import Upload
from scheduler.importing.nemo.document import Record, document_of
from scheduler.importing.nemo.odd import odd
from scheduler.importing.nemo.policies import POLICIES, policy_left, policy_of
from scheduler.loading import BadFiles
from scheduler.policies import Terms
from scheduler.setting_policies import set_policy, written_policy
from tests.scheduler.importing.files import dump
from tests.scheduler.importing.nemo_files import FILE, bring, facility, records
from tests.scheduler.importing.test_races import FACILITY
from tests.scheduler.small_centre import NOW


def remarks(content: list[Any]) -> set[str]:
    document = document_of(Upload(name="x", content=json.dumps(content).encode()))
    return {f"{remark.place}: {remark.text}" for remark in odd(document, zone="America/New_York")}


def test_everything_comes_in_and_the_same_again_changes_nothing(database: Database) -> None:
    empty = dump(database)
    rehearsed = bring(database, rehearse=True)
    assert dump(database) == empty
    told = bring(database)
    assert told.counts == rehearsed.counts
    assert told.counts["refused"] == 0
    once = dump(database)
    again = bring(database)
    assert again.changes_nothing
    assert dump(database) == once
    counts = {
        Unit: 137,
        Laboratory: 26,
        Qualification: 29,
        Person: 6,
        Organisation: 3,
        Project: 4,
        Closure: 12,
        Outage: 14,
        Leave: 1,
        Quota: 10,
        Policy: 137,
        Booking: 5,
        UsedTime: 3,
        Override: 1,
    }
    with database.reading() as session:
        assert {table: session.exec(select(func.count()).select_from(table)).one() for table in counts} == counts
        states = session.exec(select(Booking.state).order_by(col(Booking.booked_start))).all()
    assert states == ["no_show", "done", "done", "done", "done"]


def test_every_record_is_taken_over_or_named(sqlite_database: Database) -> None:
    told = bring(sqlite_database, rehearse=True)
    document = document_of(Upload(name="x", content=FILE.read_bytes()))
    named = {remark.place for remark in told.left_out}
    taken = {"tool", "account", "accounttype", "project", "user", "qualification", "closuretime", "closure"}
    taken |= {"area", "reservation", "usageevent", "scheduledoutage", "staffabsence", "staffavailability"}
    for record in document.records:
        # Of the problems only this one keeps a tool out of order.
        assert record.model in taken or record.place in named or record.place == "task 2", record.place
    assert "usageevent 1" in named
    left = [remark.text for remark in told.left_out if remark.place == "tool FEI FIB 1"]
    assert left[:1] == ["log-off delayed by at most 120 min: work is checked out when it ends, and nobody logs off"]
    tools = [remark.text for remark in told.left_out if remark.place.startswith("tool ")]
    # One that is not operational is out of order here, and nothing of that is left out.
    reasons = ("log-off delayed", "access to area", "its limits are off at times", "not operational")
    assert [sum(text.startswith(reason) for text in tools) for reason in reasons] == [11, 10, 4, 0]


def test_the_policies_of_every_tool_come_in(sqlite_database: Database) -> None:
    bring(sqlite_database)
    tools = [each["fields"] for each in records() if each["model"] == "NEMO.tool"]
    with sqlite_database.reading() as session:
        policies = {
            unit.name: policy
            for unit, policy in session.exec(select(Unit, Policy).where(col(Policy.unit_id) == Unit.id)).all()
        }
    for tool in tools:
        policy = policies[tool["name"]]
        for field, column in POLICIES.items():
            assert getattr(policy, column) == (tool.get(field) or None), (tool["name"], field)
    free = {name: each for name, each in policies.items() if each.free_from is not None or each.free_weekend}
    assert len(free) == sum(
        bool(tool.get("_policy_off_between_times") or tool.get("_policy_off_weekend")) for tool in tools
    )
    assert (free["ZEISS FESEM"].free_from, free["ZEISS FESEM"].free_until) == (18 * 60, 8 * 60)
    counts = [sum(getattr(each, column) is not None for each in policies.values()) for column in POLICIES.values()]
    assert counts == [136, 78, 80, 7, 8, 81]


def test_the_same_again_leaves_what_nemo_does_not_know(sqlite_database: Database) -> None:
    lab = {"name": "AFM", "_location": "B1", "_category": "Microscopes"}

    def facility(**limits: int) -> list[Any]:
        return [*FACILITY[:3], {"model": "NEMO.tool", "pk": 1, "fields": lab | limits}]

    def set_here(session: Session) -> None:
        session.get_one(Centre, 1).name = "Nano"
        session.exec(select(Project)).one().stage = "production"
        unit = session.exec(select(Unit)).one()
        unit.hour_cost = 40
        session.get_one(Resource, unit.id).lanes = 2

    bring(sqlite_database, facility(_reservation_horizon=14))
    sqlite_database.write(set_here)
    wanted = Terms(horizon_days=14, approval=True, notice_minutes=60)
    set_policy(sqlite_database, actor=LOCAL_ADMINISTRATOR, now=NOW, unit="AFM", terms=wanted)
    before = dump(sqlite_database)
    assert bring(sqlite_database, facility(_reservation_horizon=14)).changes_nothing
    assert dump(sqlite_database) == before
    bring(sqlite_database, facility(_reservation_horizon=0))
    kept = written_policy(sqlite_database, actor=LOCAL_ADMINISTRATOR, now=NOW, unit="AFM")
    assert (kept.horizon_days, kept.approval, kept.notice_minutes) == (None, True, 60)


def test_a_booking_is_refused_by_what_its_tool_lets_people_ask(sqlite_database: Database) -> None:
    bring(sqlite_database)
    monday = datetime(2026, 11, 30, 15, tzinfo=UTC)

    def book(start: datetime, minutes: int) -> list[str]:
        asked: dict[str, Any] = {"units": ("ZEISS FESEM",), "project": "Cleanroom Eng", "start": start}
        asked["end"] = start + timedelta(minutes=minutes)
        try:
            book_units(sqlite_database, actor=LOCAL_ADMINISTRATOR, now=NOW, **asked)
        except BookingRefused as refusal:
            return [each.code for each in refusal.reasons if each.code != "option"]
        return []

    assert book(monday, 29) == ["policy.shortest"]
    assert book(monday, 181) == ["policy.longest"]
    assert book(NOW + timedelta(days=14, minutes=1), 60) == ["policy.horizon"]
    assert book(monday, 180) == []
    # At 19:00 in New York the limits are off, for the whole night.
    assert book(datetime(2026, 12, 5, 0, tzinfo=UTC), 600) == []


def tool(**fields: Any) -> Record:
    return Record(number=1, model="tool", pk=1, fields={"name": "Sinter", **fields})


def test_what_no_policy_can_say_is_cut_or_left_out_by_name() -> None:
    lengths = {"_minimum_usage_block_time": 120, "_maximum_usage_block_time": 60}
    assert policy_of(tool(_reservation_horizon=3650, **lengths)) == {"horizon_days": "366"}
    assert list(policy_left(tool(**lengths))) == [
        "its shortest reservation is longer than its longest: neither is taken over"
    ]
    assert policy_of(tool(_reservation_horizon=0, _policy_off_between_times=True)) == {}
    night = {"_policy_off_start_time": "18:00:00", "_policy_off_end_time": "07:00:00"}
    assert policy_of(tool(_policy_off_between_times=False, **night)) == {}
    day = {"_policy_off_start_time": "08:00:00", "_policy_off_end_time": "17:00:00"}
    assert policy_of(tool(_policy_off_between_times=True, **day)) == {"free_from": "08:00", "free_until": "17:00"}
    never = {"_policy_off_start_time": "08:00:00", "_policy_off_end_time": "08:00:00"}
    assert policy_of(tool(_policy_off_between_times=True, **never)) == {}
    assert policy_of(tool(_policy_off_between_times=True, **night)) == {"free_from": "18:00", "free_until": "07:00"}


@pytest.mark.parametrize(
    "remark",
    [
        "file: names no time zone; it is read as of America/New_York",
        "customization kiosk_consumable_checkout: stands there 2 times",
        "location B102: may be 215/B102; it is taken for another room",
        "tool RHL Tube 2 Anneal: the longest reservation, 408 min, is no number of half hours",
        "tool 4Wave Cluster Sputter: says nothing of policy_off_between_times; it is taken for not set",
        "tool PECVD: is operational, though task 3 shuts it down and is open",
        "usageevent 1: has been open since 2018-06-21, PECVD: it has no end",
        "usageevent 2: lasts 1446 min; 790 RIE Middle allows 240 at a time",
        "reservation 1: lies under scheduledoutage 1 of the same tool",
        "staffabsence 1: professor is away for 2551 days, and has shifts meanwhile",
        "toolcredentials user: holds a password in plain text: whoever has the file has it",
    ],
)
def test_what_is_odd_is_named(remark: str) -> None:
    assert remark in remarks(records())


def test_a_daily_limit_that_cannot_be_and_an_empty_room_are_named() -> None:
    told = remarks(records())
    assert any(each.startswith("tool Sputter B104 Right: at most 240 reservations a day") for each in told)
    assert any(each.startswith("area CPM Lab: has a capacity of 0") for each in told)


@pytest.mark.parametrize(
    ("change", "remark"),
    [
        (
            {"_policy_off_between_times": True, "_policy_off_start_time": "08:00", "_policy_off_end_time": "08:00"},
            "tool Sinter: limits are off from 08:00 to 08:00, which is no time at all",
        ),
        (
            {"_policy_off_between_times": True},
            "tool Sinter: limits are off between times that are not given: that never applies",
        ),
        (
            {"_minimum_usage_block_time": 120, "_maximum_usage_block_time": 60},
            "tool Sinter: reservations of at least 120 and at most 60 min: none",
        ),
        ({"_primary_owner": ["ahab"]}, "tool Sinter: its primary_owner 'ahab' is no user of the file"),
        ({"_maximum_reservations_per_day": 0}, "tool Sinter: the greatest number a day is 0; it is taken for no limit"),
    ],
)
def test_other_odd_things_are_named_too(change: dict[str, Any], remark: str) -> None:
    assert remark not in remarks(records())
    assert remark in remarks(records(Sinter=change))


def test_what_refers_to_nothing_is_left_out_and_named(sqlite_database: Database) -> None:
    content = records()
    content = [each for each in content if each["fields"].get("name") != "Bruker AFM"]
    told = bring(sqlite_database, content)
    assert any(remark.place == "qualification 10" for remark in told.left_out)
    assert any("'Bruker AFM' is no tool of the file" in remark.text for remark in told.odd)


def test_a_tool_without_a_name_refuses_the_file_and_says_where(sqlite_database: Database) -> None:
    content = records(Sinter={"name": ""})
    before = dump(sqlite_database)
    with pytest.raises(BadFiles) as refusal:
        bring(sqlite_database, content)
    (number,) = [place for place, each in enumerate(content, start=1) if each["fields"].get("name") == ""]
    assert (number, "unit", "blank_cell") in [(each.row, each.column, each.code) for each in refusal.value.mistakes]
    assert dump(sqlite_database) == before


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_json"),
        (b"{}", "not_nemo"),
        (b"[]", "not_nemo"),
        (b"[1]", "not_nemo"),
        (b'[{"model": "NEMO.tool"}]', "not_nemo"),
        (b'[{"model": "NEMO.tool", "fields": {"name": NaN}}]', "not_json"),
        (b'[{"model": "NEMO.tool", "fields": {"name": "a", "name": "b"}}]', "not_json"),
        (b"[" * 100_000, "not_json"),
        ("[\u00e4]".encode("latin-1"), "not_utf8"),
    ],
)
def test_what_is_no_facility_is_refused_by_name(sqlite_database: Database, content: bytes, code: str) -> None:
    with pytest.raises(BadFiles) as refusal:
        bring(sqlite_database, content)
    assert [each.code for each in refusal.value.mistakes] == [code]
    with sqlite_database.reading() as session:
        (event,) = next_events(session, Search(), after_id=0, limit=9)
    assert (event.verb, (event.after or {})["mistakes"]) == ("refused import", {code: 1})


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        ("user", {"projects": 5}),
        ("user", {"projects": {"a": 1}}),
        ("staffabsence", {"end_date": "2026-12-01T00:00:00Z"}),
        ("tool", {"_operational": False, "_location": {}, "_category": [[]]}),
        ("tool", {"_maximum_reservations_per_day": 2**63}),
        ("task", {"tool": [[1]], "creation_time": 5, "force_shutdown": 1}),
        ("reservation", {"start": "9999-12-31T23:59:59-14:00", "end": "0001-01-01T00:00:00+14:00"}),
    ],
)
def test_fields_of_another_sort_are_told_and_stop_nothing_unseen(
    sqlite_database: Database, model: str, fields: dict[str, Any]
) -> None:
    """None of it is a defect of ours: the rows come in, are left out and named, or are refused by name."""
    firsts = {each["model"]: each for each in reversed(records())}
    firsts[f"NEMO.{model}"]["fields"] |= fields
    told = bring(sqlite_database, [*firsts.values()], rehearse=True)
    assert all(row.note for row in told.rows if row.what == "refused")


def test_a_zone_or_key_that_cannot_be_is_refused(sqlite_database: Database) -> None:
    with pytest.raises(BadValue):
        bring(sqlite_database, zone="Moon/Crater")
    with pytest.raises(BadValue):
        bring(sqlite_database, centre="x" * 61)


def test_a_use_belongs_to_the_reservation_that_it_keeps(sqlite_database: Database) -> None:
    content = records()
    for record in content:
        if record["model"] == "NEMO.reservation" and record["pk"] == 2:
            record["fields"] |= {"tool": ["790 RIE Middle"], "project": ["Project 2"]}
            record["fields"] |= {"start": "2023-03-04T15:00:00Z", "end": "2023-03-04T19:00:00Z"}
    bring(sqlite_database, content)
    with sqlite_database.reading() as session:
        assert session.exec(select(func.count()).select_from(Booking)).one() == 4
        assert session.exec(select(func.count()).select_from(UsedTime)).one() == 3


def test_a_number_of_0_is_no_limit(sqlite_database: Database) -> None:
    content = facility(works=True)
    content[-1]["fields"]["_maximum_reservations_per_day"] = 0
    content.append({"model": "NEMO.area", "pk": 1, "fields": {"name": "B", "maximum_capacity": 0}})
    bring(sqlite_database, content)
    with sqlite_database.reading() as session:
        assert list(session.exec(select(Quota))) == []
        assert list(session.exec(select(Capacity))) == []


def test_signs_that_a_terminal_obeys_are_not_told(sqlite_database: Database) -> None:
    content = [*records(), {"model": "NEMO.news", "pk": 99, "fields": {"name": "\x1b[31mred\nline"}}]
    places = {remark.place for remark in bring(sqlite_database, content, rehearse=True).left_out}
    assert "news \ufffd[31mred\ufffdline" in places
