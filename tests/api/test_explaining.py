"""Why a request is out and its earliest places, over REST, on the pages and on the command line."""

from pathlib import Path

import pytest

from tests.api.cli_world import OnDatabase, furnish
from tests.api.commanded import Commanded
from tests.api.declared import Declared, answer
from tests.api.test_plans import ask
from tests.scheduler.small_centre import at, request


def test_rest_tells_why_and_when(here: Declared) -> None:
    request(here.database, "LATE/1", deadline_at=at("Mon 09:00"))
    address = ask(here)
    why = answer(here.get(f"{address}/left-out/LATE%2F1", params={"limit": 8}))
    assert (why["request"], why["verdict"], why["proven"]) == ("LATE/1", "conflict", True)
    assert why["conflict"][0]["code"] == "deadline"
    assert why["options"][0]["code"] == "later_deadline"
    assert why["options"][0]["facts"]["by_minutes"] > 0
    assert answer(here.get(f"{address}/left-out/NOBODY"), 404)
    assert answer(here.get(f"{address}/left-out/LATE%2F1", params={"limit": 0}), 422)
    request(here.database, "R-1")
    found = answer(here.get("/api/v1/requests/R-1/earliest", params={"n": 2}))
    assert [place["start"] for place in found["placements"]] == ["2026-11-30T05:00:00Z", "2026-11-30T06:00:00Z"]
    assert found["zone"] == "Europe/Moscow"
    assert found["placements"][0]["steps"][0]["start"] == "2026-11-30T05:00:00Z"
    none = answer(here.get("/api/v1/requests/LATE%2F1/earliest"))
    assert (none["placements"], none["blockers"][0]["facts"]["until"]) == ([], "2026-11-30T06:00:00+00:00")
    assert answer(here.get("/api/v1/requests/NOBODY/earliest"), 404)
    assert answer(here.get("/api/v1/requests/R-1/earliest", params={"n": 99}), 422)


def test_pages_lead_to_the_reasons(here: Declared) -> None:
    request(here.database, "LATE/1", deadline_at=at("Mon 09:00"))
    address = ask(here).removeprefix("/api/v1")
    assert f'href="{address}/left-out/LATE%2F1"' in here.get(address).text
    page = here.get(f"{address}/left-out/LATE%2F1")
    assert page.status_code == 200
    for expected in (
        "Even alone, LATE/1 cannot be planned",
        "Its deadline, Mon 30 Nov 09:00.",
        "if the deadline moves",
    ):
        assert expected in page.text
    here.post(f"/api/v1{address}/publish")
    asked = here.get("/requests/LATE%2F1").text
    assert f'href="{address}/left-out/LATE%2F1"' in asked
    assert 'href="/requests/LATE%2F1/earliest"' in asked
    earliest = here.get("/requests/LATE%2F1/earliest")
    assert earliest.status_code == 200
    assert "There is no place within the horizon." in earliest.text
    assert "What stands in its way:" in earliest.text
    assert "There may be others between them" not in earliest.text


def test_the_command_line_tells_why_and_when(
    sqlite_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    furnish(sqlite_url)
    pilotline = OnDatabase(sqlite_url, Commanded(capsys), monkeypatch, tmp_path)
    assert pilotline.plan().status == 0
    ended = pilotline("why", 1, "LATE")
    assert ended.status == 0, ended.err
    assert "Even alone, LATE cannot be planned" in ended.out
    assert "What would let it in, the smallest change first:" in ended.out
    assert pilotline("why", 1, "LATE", "--json").json["verdict"] == "conflict"
    assert pilotline("why", 1, "REQ-1").status == 1
    ended = pilotline("earliest", "REQ-1", "--n", 2)
    assert ended.status == 0, ended.err
    assert ended.out.splitlines()[:2] == [
        "The earliest places of REQ-1 (Europe/Moscow):",
        "  Mon 30 Nov 08:00–20:00  PRINTER, OVEN-1",
    ]
    assert len(pilotline("earliest", "REQ-1", "--json").json["placements"]) == 5
    assert pilotline("earliest", "NOBODY").status == 1
