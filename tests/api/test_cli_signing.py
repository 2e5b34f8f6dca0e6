"""The command line signs as somebody with an account, whose password it asks for; without one it is refused by name."""

import io
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from models.tables import AuditEvent, Outage, Policy
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.booking import book_units
from scheduler.door import passwords
from scheduler.plans import show_plan
from tests import databases
from tests.api.cli_world import OnDatabase, furnish
from tests.api.commanded import Commanded, Ended
from tests.api.formal import REASON, asking_for, book_too_late_to_give_back
from tests.quick_passwords import ANNA, PASSWORD, QUICK, person
from tests.scheduler.actors import engineer
from tests.scheduler.small_centre import NOW, at, store
from tests.scheduler.upkept import calibration

CHIEF = "chief@alfa.example"
SIGNED = ("--as", ANNA, "--meaning", "released for use")


class Signed:
    """The command line, with what is typed where it asks for a password."""

    def __init__(self, pilotline: OnDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pilotline = pilotline
        self.url = pilotline.url
        self._monkeypatch = monkeypatch

    def __call__(self, *words: object, typed: str = PASSWORD) -> Ended:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
        return self.pilotline(*words)

    def last(self, verb: str) -> AuditEvent:
        with databases.opened(self.url) as database, database.reading() as session:
            wanted = select(AuditEvent).where(AuditEvent.verb == verb).order_by(col(AuditEvent.id).desc())
            return session.exec(wanted.limit(1)).one()


@pytest.fixture
def pilotline(
    sqlite_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Signed:
    """At a centre that asks for signatures, with an outage, a due calibration, a lab manager and an administrator."""
    monkeypatch.setattr(passwords, "hasher", QUICK)
    furnish(sqlite_url, requests=1)
    with databases.opened(sqlite_url) as database:
        calibration(database, expires="Thu 12:00")
        start, end = at("Sat 10:00"), at("Sat 12:00")
        store(database, Outage(unit_id=4, start_at=start, end_at=end, reported_by="account:1", reported_at=NOW))
        person(database, NOW, role="manager", centre="EL")
        person(database, NOW, CHIEF)
        store(database, Policy(unit_id=2, approval=True))
        wish: dict[str, Any] = {
            "units": ("OVEN-1",),
            "start": at("Tue 10:00"),
            "end": at("Tue 12:00"),
            "project": "A-1",
        }
        book_units(database, actor=engineer(1), now=NOW, **wish)
        book_too_late_to_give_back(database, project=2)
        asking_for(database, signatures=True)
    return Signed(OnDatabase(sqlite_url, Commanded(capsys), monkeypatch, tmp_path), monkeypatch)


@pytest.mark.parametrize(
    ("words", "verb"),
    [
        (("maintenance", "--done", "CAL-1"), "did maintenance"),
        (("end-outage", 1), "ended outage"),
        (("confirm", 1), "confirmed booking"),
        (("withdraw", "REQ-1", "--reason", REASON), "overrode"),
    ],
)
def test_what_releases_approves_or_overrides_is_signed_by_whoever_says_so(
    pilotline: Signed, words: tuple[object, ...], verb: str
) -> None:
    for given, typed, status, said in (
        ((), "", 1, "say who signs (--as EMAIL --meaning WORDS)"),
        (SIGNED[:2], "", 2, "both who signs and what they mean"),
        (SIGNED, "not the password", 1, "do not belong together"),
        (("--as", "nobody@alfa.example", *SIGNED[2:]), PASSWORD, 1, "do not belong together"),
        (("--as", CHIEF, *SIGNED[2:]), PASSWORD, 1, "None of your roles"),
    ):
        refused = pilotline(*words, *given, typed=typed)
        assert (refused.status, said in refused.err) == (status, True), refused.err
    assert pilotline(*words, *SIGNED).status == 0
    event = pilotline.last(verb)
    assert (event.actor, (event.after or {})["signature"]["meaning"]) == ("account:1", "released for use")
    refused_event = pilotline.last("refused signature")
    assert (refused_event.actor, refused_event.reason) == (ME.key, "wrong password")


def test_a_plan_is_published_with_a_signature_and_not_planned_without(pilotline: Signed) -> None:
    week = ("plan", "--week", "2026-W49", "--work", 1, "--workers", 1)
    assert pilotline(*week, *SIGNED).status == 2
    refused = pilotline(*week, "--publish")
    assert (refused.status, "asks for a signature" in refused.err) == (1, True)
    with databases.opened(pilotline.url) as database:
        asking_for(database, reasons=True)
    done = pilotline(*week, "--publish", "--reason", REASON, *SIGNED, "--json").json
    with databases.opened(pilotline.url) as database:
        assert show_plan(database, actor=ME, now=NOW, plan_id=done["published"]["plan_id"]).summary.id == 1
    event = pilotline.last("published plan")
    assert (event.actor, event.reason, (event.after or {})["signature"]["account_id"]) == ("account:1", REASON, 1)
    again = pilotline("publish", 1, "--reason", REASON, *SIGNED)
    assert (again.status, "only a draft can be published" in again.err) == (1, True)


def test_formalities_are_told_and_changed_under_what_is_asked_for(pilotline: Signed) -> None:
    assert "Electronics asks for signatures." in pilotline("formalities", "EL").out
    assert pilotline("formalities", "XX").status == 1
    off = ("formalities", "EL", "--no-signatures")
    assert pilotline(*off).status == 1
    assert pilotline(*off, *SIGNED).status == 1
    changed = pilotline(*off, "--reasons", "--as", CHIEF, "--meaning", "as agreed", "--json").json
    assert (changed["reasons"], changed["signatures"]) == (True, False)
    assert "Electronics asks for reasons." in pilotline("formalities", "EL").out
    assert pilotline("formalities", "EL", "--no-reasons").status == 1
    assert pilotline("formalities", "EL", "--no-reasons", "--reason", REASON).status == 0
