"""From the command line: what waits for approval and the answer, and what may be asked of units."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from models.tables import AuditEvent, Policy
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.booking import book_units
from scheduler.setting_policies import policy_of_unit
from tests import databases
from tests.api.cli_world import OnDatabase, furnish
from tests.api.commanded import Commanded
from tests.api.formal import REASON, asking_for
from tests.scheduler.actors import engineer
from tests.scheduler.small_centre import NOW, at, store


@pytest.fixture
def pilotline(
    sqlite_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> OnDatabase:
    furnish(sqlite_url, requests=0)
    return OnDatabase(sqlite_url, Commanded(capsys), monkeypatch, tmp_path)


def ask(url: str, *days: str) -> None:
    with databases.opened(url) as database:
        store(database, Policy(unit_id=2, approval=True))
        for day in days:
            wish: dict[str, Any] = {"start": at(f"{day} 10:00"), "end": at(f"{day} 12:00"), "project": "A-1"}
            book_units(database, actor=engineer(1), now=NOW, units=("OVEN-1",), purpose="burn-in", **wish)


def test_what_waits_is_listed_and_answered(pilotline: OnDatabase) -> None:
    assert pilotline("approvals").out == "EL: no booking waits for an answer.\n"
    ask(pilotline.url, "Tue", "Wed")
    listed = pilotline("approvals", "--centre", "EL").out
    assert all(word in listed for word in ("Tue 1 Dec 10:00", "Wed 2 Dec 10:00", "OVEN-1", "ALFA", "burn-in"))
    assert [each["id"] for each in pilotline("approvals", "--json").json] == [1, 2]
    assert pilotline("confirm", 1).out == "Booking 1 is confirmed: OVEN-1, Tue 1 Dec 10:00–12:00.\n"
    assert pilotline("return", 2, "--reason", REASON).out == "Booking 2 is returned to ALFA.\n"
    assert pilotline("approvals", "--json").json == []
    again = pilotline("confirm", 1, "--json")
    assert (again.status, again.json["type"]) == (1, "urn:pilotline:problem:not_possible_now")
    assert "There is no booking" in pilotline("confirm", 7).err
    assert (pilotline("return", 2).status, pilotline("confirm", "x").status) == (2, 2)
    assert "Say why" in pilotline("return", 2, "--reason", " ").err
    assert pilotline("approvals", "--centre", "XX").status == 1


def test_policies_are_told_and_changed_field_by_field(pilotline: OnDatabase) -> None:
    assert pilotline("policies").out == "Nothing is limited.\n"
    done = pilotline("policy", "OVEN-1", "--set", "longest_minutes=240", "--set", "approval=yes")
    assert done.out == "OVEN-1: longest_minutes=240, approval=yes.\n"
    assert pilotline("policy", "--centre", "EL", "--set", "horizon_days=28").out == "EL: horizon_days=28.\n"
    done = pilotline("policy", "OVEN-1", "--set", "approval=", "--set", "free_from=18:00", "--set", "free_until=24:00")
    assert done.out == "OVEN-1: longest_minutes=240, free_from=18:00, free_until=24:00.\n"
    assert "horizon_days=28, longest_minutes=240" in pilotline("policy", "OVEN-1").out
    assert pilotline("policy", "--centre", "EL", "--json").json["longest_minutes"] is None
    assert [each["unit"] for each in pilotline("policies", "--json").json] == [None, "OVEN-1"]
    assert pilotline("policies", "--centre", "EL").out.count("\n") == 2
    with databases.opened(pilotline.url) as database, database.reading() as session:
        told = list(session.exec(select(AuditEvent.actor).where(col(AuditEvent.object_kind).startswith("policy"))))
    assert told == [ME.key] * 3


REFUSED = (
    (("policy",), 2, "name a unit, or a centre"),
    (("policy", "OVEN-1", "--centre", "EL"), 2, "name a unit, or a centre"),
    (("policy", "OVEN-1", "--set", "longest=3"), 2, "the fields are notice_minutes"),
    (("policy", "OVEN-1", "--set", "longest_minutes=0"), 2, "expected"),
    (("policy", "OVEN-1", "--set", "approval=true"), 2, "expected yes or no"),
    (("policy", "OVEN-1", "--set", "free_from=18:00"), 1, "a beginning and an end"),
    (("policy", "NONE", "--set", "approval=yes"), 1, "There is no unit"),
    (("policies", "--centre", "XX"), 1, "There is no centre"),
)


def test_what_cannot_be_is_told_and_nothing_is_changed(pilotline: OnDatabase) -> None:
    for words, status, told in REFUSED:
        refused = pilotline(*words)
        assert (refused.status, told in " ".join(refused.err.replace("│", " ").split())) == (status, True), refused.err
    assert pilotline("policies").out == "Nothing is limited.\n"


def test_a_change_of_policies_needs_the_reason_that_the_centre_asks_for(pilotline: OnDatabase) -> None:
    with databases.opened(pilotline.url) as database:
        asking_for(database, reasons=True)
    assert "asks for a reason" in pilotline("policy", "OVEN-1", "--set", "approval=yes").err
    assert pilotline("policy", "OVEN-1", "--set", "approval=yes", "--reason", REASON).status == 0
    with databases.opened(pilotline.url) as database:
        assert policy_of_unit(database, actor=ME, now=NOW, unit="OVEN-1").approval is True
