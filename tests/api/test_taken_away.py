"""Whatever is taken away as a file, through whichever door, is an event that says what, by whom and in which format."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from models.database import Database
from models.tables import AuditEvent
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.exporting import EXPORTS
from scheduler.planning import ask_for_plan, draft_plan
from tests.api.cli_world import OnDatabase
from tests.api.commanded import Commanded
from tests.api.declared import Declared
from tests.databases import opened
from tests.scheduler.actors import auditor
from tests.scheduler.small_centre import NOW, WEEK, found
from tests.scheduler.upkept import calibration

SINCE = "2026-11-20T00:00:00Z"


def filled(database: Database) -> None:
    """The small centre with a calibration and an empty draft."""
    found(database)
    calibration(database, expires="Fri 12:00")
    plan_id = ask_for_plan(database, actor=ME, now=NOW, week=WEEK, limit=None, work=1)
    draft_plan(database, actor=ME, now=lambda: NOW, plan_id=plan_id)


def taken(database: Database) -> list[tuple[str, str, dict[str, Any]]]:
    """By whom, what and the facts of each file that was taken."""
    with database.reading() as session:
        wanted = select(AuditEvent).where(AuditEvent.verb == "exported").order_by(col(AuditEvent.id))
        return [(event.actor, event.object_id, event.after or {}) for event in session.exec(wanted)]


OVER_REST = {
    **{f"/export/{kind}?format=csv": kind for kind in EXPORTS},
    f"/units/OVEN-1/trace/file?since={SINCE}&format=xlsx": "trace",
    "/plans/1/document": "plan document",
}


def test_files_over_rest(sqlite_database: Database) -> None:
    filled(sqlite_database)
    here = Declared(sqlite_database, identify=lambda *_: auditor())
    for address, kind in OVER_REST.items():
        before = len(taken(sqlite_database))
        assert here.get(f"/api/v1{address}").status_code == 200
        ((actor, what, facts),) = taken(sqlite_database)[before:]
        assert (actor, what) == (auditor().key, kind)
        assert facts["format"] in address or address.endswith("document")


def test_pages_offer_no_other_way(sqlite_database: Database) -> None:
    """What a page links to as a file is one of these addresses."""
    filled(sqlite_database)
    here = Declared(sqlite_database, identify=lambda *_: auditor())
    page = here.get("/record/exports").text
    assert page.count("download") == 3 * len(EXPORTS)
    assert page.count('href="/api/v1/export/') == 3 * len(EXPORTS)
    assert 'href="/api/v1/units/OVEN-1/trace/file?format=csv"' in here.get("/record/trace?unit=OVEN-1").text
    assert 'href="/api/v1/plans/1/document"' in here.get("/plans/1").text


IN_THE_SHELL: dict[tuple[str, ...], str] = {
    ("export", "units", "--output", "units.csv"): "units",
    ("export", "audit", "--output", "record.json"): "audit",
    ("export", "bookings", "--output", "bookings.csv"): "bookings",
    ("export", "bookings", "--week", WEEK, "--output", "week.csv"): "bookings",
    ("export", "week", "--week", WEEK, "--out", "week.svg"): "week chart",
    ("export", "plan", "1", "--out", "plan.json"): "plan document",
    ("trace", "OVEN-1", "--output", "doubt.csv"): "trace",
}


def test_files_in_the_shell(
    sqlite_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with opened(sqlite_url) as database:
        filled(database)
        pilotline = OnDatabase(sqlite_url, Commanded(capsys), monkeypatch, tmp_path)
        for words in IN_THE_SHELL:
            ended = pilotline(*words)
            assert (ended.status, Path(words[-1]).exists()) == (0, True), ended.err
        assert [(actor, what) for actor, what, _ in taken(database)] == [
            ("local-administrator", what) for what in IN_THE_SHELL.values()
        ]
