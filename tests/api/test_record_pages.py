"""The record on pages: who did what, looked for and told; whether it is whole; what is in doubt; for whom it is."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import create_engine

from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.actors import Actor
from scheduler.auditing import anchor_audit, verify_audit
from scheduler.booking import book_units, cancel_booking
from scheduler.door.people import invite
from scheduler.exporting import export
from scheduler.maintaining import mark_done
from tests.api.declared import Declared
from tests.scheduler.actors import administrator, auditor, engineer, manager, technician
from tests.scheduler.small_centre import NOW, at, found
from tests.scheduler.upkept import calibration


@pytest.fixture
def lived(sqlite_database: Database) -> Database:
    """A booking that was made and given back, another in the past, and a calibration that failed."""
    found(sqlite_database)
    calibration(sqlite_database, expires="+Fri 12:00", last_done_at=NOW)
    for day in ("Mon", "Tue"):
        book_units(
            sqlite_database,
            actor=ME,
            now=NOW,
            units=("OVEN-1",),
            start=at(f"{day} 10:00"),
            end=at(f"{day} 12:00"),
            project="A-1",
            purpose="soak <b>",
        )
    cancel_booking(sqlite_database, actor=ME, now=NOW, booking_id=1, reason="no parts")
    mark_done(sqlite_database, actor=ME, now=at("Thu 08:00"), key="CAL-1", result="failed", readings="2 K too warm")
    return sqlite_database


def seen(database: Database, actor: Actor = ME) -> Declared:
    return Declared(database, moment=at("Thu 09:00"), identify=lambda *_: actor)


def begin_people(database: Database) -> None:
    """An event of people and settings, as any centre in use has."""
    export(database, actor=ME, now=NOW, kind="clusters", form="csv")


def test_events_are_told_with_what_changed_and_a_way_to_their_object(lived: Database) -> None:
    page = seen(lived, auditor()).get("/record").text
    assert "Cancelled booking" in page
    assert "no parts" in page
    assert "confirmed → cancelled" in page
    assert 'href="/record/of/booking/1"' in page
    assert page.index("Failed maintenance") < page.index("Cancelled booking")


@pytest.mark.parametrize(
    ("asked", "told", "untold"),
    [
        ("verb=cancelled+booking", "no parts", "Failed maintenance"),
        ("kind=maintenance&object_id=1", "2 K too warm", "no parts"),
        ("start=2026-12-01T00:00", "2 K too warm", "no parts"),
        ("end=2026-12-01T00:00&actor=local-administrator", "no parts", "2 K too warm"),
        ("actor=account:99", "Nothing that fits.", "no parts"),
    ],
)
def test_what_is_looked_for_is_shown_and_stays_in_the_form(lived: Database, asked: str, told: str, untold: str) -> None:
    page = seen(lived, auditor()).get(f"/record?{asked}").text
    assert told in page
    assert untold not in page
    assert f'value="{asked.partition("=")[2].partition("&")[0]}"' in page or "selected>" in page


@pytest.mark.parametrize("asked", ["start=yesterday", "chain=elsewhere", "actor=nobody@works.example", "kind=+a%00"])
def test_what_cannot_be_looked_for_is_said(lived: Database, asked: str) -> None:
    response = seen(lived, auditor()).get(f"/record?{asked}")
    assert response.status_code == 422
    assert "Traceback" not in response.text


def test_programs_look_for_the_same(lived: Database) -> None:
    here = seen(lived, auditor())
    (event,) = here.get("/api/v1/audit?centre=EL&verb=cancelled+booking").json()["events"]
    assert (event["object_kind"], event["object_id"], event["reason"]) == ("booking", "1", "no parts")
    assert {"field": "state", "before": "confirmed", "after": "cancelled"} in event["fields"]
    first = here.get("/api/v1/audit?limit=1").json()
    assert (len(first["events"]), first["more"]) == (1, True)
    assert here.get(f"/api/v1/audit?after={first['events'][0]['id']}").json()["events"][0] != first["events"][0]
    for asked in ("chain=x", "limit=0", "start=2026-12-01T00:00", "colour=red", "actor=%00"):
        assert here.get(f"/api/v1/audit?{asked}").status_code == 422
    assert here.get("/api/v1/audit?centre=MOON").status_code == 404


def test_older_events_are_a_page_away(lived: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.pages.record.PAGE", 2)
    here, address, verbs = seen(lived, auditor()), "/record?chain=centre:1", list[str]()
    while address:
        page = here.get(address).text
        verbs += [part.partition("</b>")[0] for part in page.partition("<tbody>")[2].split("<td><b>")[1:]]
        _, _, rest = page.partition('<a class="button" href="/record?chain')
        address = f"/record?chain{rest.partition(chr(34))[0]}".replace("&amp;", "&") if rest else ""
    assert verbs == ["Failed maintenance", "Cancelled booking", "Confirmed booking", "Confirmed booking"]


def test_each_is_offered_what_they_may_read(lived: Database) -> None:
    offered = {
        "/record": (administrator(), auditor(), manager()),
        "/record/trace": (technician(),),
        "/record/exports": (engineer(1),),
    }
    for address, readers in offered.items():
        for reader in readers:
            here = seen(lived, reader)
            assert f'<a href="{address}">Record</a>' in here.get("/board").text
            assert here.get(address).status_code == 200
    assert 'href="/record/verify"' not in seen(lived, technician()).get("/record/trace").text
    assert 'href="/record/trace"' not in seen(lived, engineer(1)).get("/record/exports").text


def test_a_lab_manager_is_shown_nothing_of_people(lived: Database) -> None:
    page = seen(lived, manager()).get("/record").text
    assert "Cancelled booking" in page
    assert "eople and settings" not in page


def test_the_history_of_anything_has_a_page(lived: Database) -> None:
    page = seen(lived, engineer(1)).get("/record/of/booking/1").text
    assert page.index("Confirmed booking") < page.index("Cancelled booking")
    assert "somebody" not in page
    assert 'href="/bookings/1"' in page
    assert "2 K too warm" in seen(lived, auditor()).get("/record/of/maintenance/CAL-1").text
    assert seen(lived, engineer(2)).get("/record/of/booking/1").status_code == 404


def test_a_whole_record_and_its_anchor_are_told(lived: Database, tmp_path: Path) -> None:
    begin_people(lived)
    here = seen(lived, auditor())
    page = here.get("/record/verify").text
    assert "The record is whole</strong>, as far as it can tell by itself." in page
    assert "This server was given no anchor file" in page
    here.application.state.anchor = tmp_path / "anchors.jsonl"
    assert "no anchor has been written yet" in here.get("/record/verify").text
    anchor_audit(lived, actor=ME, now=NOW, file=tmp_path / "anchors.jsonl")
    page = here.get("/record/verify").text
    assert "The record is whole</strong>." in page
    assert "held against 1 anchor, the last of 27 Nov 2026 12:00" in page


class Slow(Database):
    """One in which looking for guards takes until it may ``go`` on."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.begun, self.go = Event(), Event()

    def missing_guards(self) -> dict[str, str]:
        self.begun.set()
        assert self.go.wait(60)
        return super().missing_guards()


def test_the_record_is_verified_for_one_at_a_time(lived: Database, sqlite_url: str) -> None:
    begin_people(lived)
    here, slow = seen(lived, auditor()), Slow(sqlite_url)
    with ThreadPoolExecutor(1) as others:
        first = others.submit(verify_audit, slow, actor=ME, now=NOW)
        assert slow.begun.wait(60)
        meanwhile = [here.get(address) for address in ("/api/v1/audit/verify", "/record/verify")]
        slow.go.set()
        assert first.result().findings == ()
    slow.dispose()
    assert [(answer.status_code, answer.headers.get("Retry-After")) for answer in meanwhile] == [(503, "1")] * 2
    assert all("verified for somebody already" in answer.text for answer in meanwhile)
    assert here.get("/api/v1/audit/verify").json()["findings"] == []


def test_a_broken_chain_and_a_missing_guard_are_told_in_words(lived: Database, sqlite_url: str) -> None:
    begin_people(lived)
    engine = create_engine(sqlite_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_event_unchanged")
        connection.exec_driver_sql("UPDATE audit_event SET reason = 'parts' WHERE reason = 'no parts'")
    engine.dispose()
    page = seen(lived, auditor()).get("/record/verify").text
    assert "2 findings" in page
    assert "Event 3 of centre:1 was edited" in page
    assert "The database lacks the trigger audit_event_unchanged" in page
    verified = seen(lived, auditor()).get("/api/v1/audit/verify").json()
    assert [each["kind"] for each in verified["findings"]] == ["guard missing", "edited"]


def test_what_is_in_doubt_is_traced(lived: Database) -> None:
    here = seen(lived, technician())
    page = here.get("/record/trace?unit=OVEN-1").text
    assert "failed 3 Dec 2026 08:00: 2 K too warm" in page
    assert "1 run on OVEN-1 since 27 Nov 2026 12:00" in page
    assert "booked, never checked in" in page
    assert "soak &lt;b&gt;" in page
    assert "0 runs on OVEN-1" in here.get("/record/trace?unit=OVEN-1&since=2026-12-02T10:00").text
    assert 'href="/record/trace?unit=OVEN-1"' in here.get("/maintenance?centre=EL").text
    assert 'href="/record/trace' not in seen(lived, engineer(1)).get("/maintenance?centre=EL").text
    assert here.get("/record/trace").status_code == 200
    assert here.get("/record/trace?unit=OVEN-9").status_code == 404
    for asked in ("unit=SEM", "unit=OVEN-1&since=soon", "unit=OVEN-1&since=2027-01-01T00:00"):
        assert here.get(f"/record/trace?{asked}").status_code == 422


def test_files_are_offered_as_far_as_they_may_be_taken(lived: Database) -> None:
    page = seen(lived, engineer(1)).get("/record/exports?centre=EL").text
    assert 'href="/api/v1/export/bookings?format=xlsx&amp;centre=EL"' in page
    assert "/export/audit" not in page
    assert "/export/people" not in page
    assert "/export/audit" in seen(lived, manager()).get("/record/exports").text
    assert seen(lived, manager()).get("/record/exports?centre=MOON").status_code == 404


def test_an_event_of_an_account_says_whose(lived: Database) -> None:
    invite(lived, actor=ME, now=NOW, email="eva@alfa.example", name="Eva", roles=())
    assert "of Eva</span>" in seen(lived, auditor()).get("/record?verb=made+link").text
