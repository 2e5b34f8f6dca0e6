"""A list is brought by a page: shown row by row first, then confirmed."""

import json
import re
from html import unescape
from typing import Any

import pytest

from api.doorway import LARGEST_UPLOAD
from models.database import Database
from scheduler.actors import Actor, Grant
from tests.api.declared import Declared
from tests.scheduler.importing.files import as_xlsx, dump
from tests.scheduler.small_centre import found

GOOD = b"cluster,name\r\nNT,Nano <b>\r\nIT,Informatics\r\n"


def sent(here: Declared, content: bytes = GOOD, *, name: str = "clusters.csv", **fields: str) -> Any:
    return here.post("/import", data={"kind": "clusters"} | fields, files={"file": (name, content)})


def confirmed(here: Declared, page: str) -> Any:
    """What the page's own form sends."""
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.partition("Bring it in")[0]))
    parts = {name: (None, unescape(value)) for name, value in (hidden | {"confirmed": "yes"}).items()}
    return here.post("/import", files=parts)


@pytest.mark.parametrize("packed", [False, True], ids=["csv", "xlsx"])
def test_a_file_is_shown_and_then_brought_in(here: Declared, packed: bool) -> None:
    content = as_xlsx(("cluster", "name"), ("NT", "Nano <b>"), ("IT", "Informatics")) if packed else GOOD
    before = dump(here.database)
    shown = sent(here, content)
    assert shown.status_code == 200
    assert "What would happen: clusters.csv" in shown.text
    assert "1 new · 1 changed" in shown.text
    assert "name: Information technologies → Informatics" in shown.text
    assert dump(here.database) == before
    done = confirmed(here, shown.text)
    assert "Imported: clusters.csv" in done.text
    assert {row[2] for row in dump(here.database)["cluster"]} == {"Nano <b>", "Informatics", "Pharmaceutics"}


def test_a_bad_row_is_shown_and_cannot_be_confirmed(here: Declared) -> None:
    shown = sent(here, b"cluster,name\r\nNT,\r\nIT,Informatics\r\n")
    assert "1 changed · 1 refused" in shown.text
    assert "expected a value here" in shown.text
    assert "Bring it in" not in shown.text


def test_a_file_that_cannot_be_read_is_told(here: Declared) -> None:
    shown = sent(here, "cluster,name\r\nä,ö\r\n".encode("latin-1"), name="../<script>.csv")
    assert shown.status_code == 422
    assert "&lt;script&gt;.csv: expected text in UTF-8" in shown.text
    assert "Nothing is stored" in shown.text


def test_the_page_offers_empty_lists(here: Declared) -> None:
    page = here.get("/import")
    assert page.status_code == 200
    links = re.findall(r'href="(/import/template/[^"]+)"', page.text)
    assert len(links) == 18
    assert {here.get(link).status_code for link in links} == {200}
    assert here.get("/import/template/dragons.csv").status_code == 404
    assert here.get("/import/template/units.exe").status_code == 404


FACILITY = [
    {"model": "NEMO.accounttype", "pk": 1, "fields": {"name": "Industry"}},
    {"model": "NEMO.tool", "pk": 1, "fields": {"name": "AFM", "_location": "B1", "_category": "Microscopes"}},
    {
        "model": "NEMO.tool",
        "pk": 2,
        "fields": {"name": "SAW <2>", "_location": "B1", "_category": "Saws", "_operational": False},
    },
    {"model": "NEMO.news", "pk": 1, "fields": {"name": "Open day"}},
]


def facility(here: Declared, **fields: str) -> Any:
    told = {"kind": "nemo", "centre": "nano", "zone": "Europe/Berlin"} | fields
    return here.post("/import", data=told, files={"file": ("nemo.json", json.dumps(FACILITY).encode())})


def test_a_facility_is_shown_with_what_is_odd_and_then_brought_in(here: Declared) -> None:
    before = dump(here.database)
    shown = facility(here)
    assert "What would happen: nemo.json" in shown.text
    assert "What is odd in the file: " in shown.text
    assert "<strong>tool SAW &lt;2&gt;</strong>: is not operational, and nothing in the file says why" in shown.text
    assert "<strong>news Open day</strong>" in shown.text
    assert dump(here.database) == before
    assert "Imported: nemo.json" in confirmed(here, shown.text).text
    after = dump(here.database)
    assert ["nano", "Europe/Berlin"] in [[row[1], row[3]] for row in after["centre"]]
    assert len(after["outage"]) == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"zone": "Moon/Crater"}, "Moon/Crater"),
        ({"zone": ""}, "Nothing is stored"),
        ({"centre": "x" * 61}, "The key of the centre"),
    ],
)
def test_where_a_facility_is_has_to_be_right(here: Declared, fields: dict[str, str], told: str) -> None:
    shown = facility(here, **fields)
    assert shown.status_code == 422
    assert told in unescape(shown.text)
    assert "Choose" not in shown.text


def test_only_who_may_set_all_up_brings_a_facility(sqlite_database: Database) -> None:
    found(sqlite_database)
    manager, administrator = Grant(role="manager", centre_id=1), Grant(role="administrator")
    for grants, may in (((manager, administrator), True), ((manager,), False), ((administrator,), True)):
        actor = Actor(key="account:1", grants=grants)
        with Declared(sqlite_database, identify=lambda *_args, actor=actor: actor) as client:
            page = client.get("/import")
            assert page.status_code == 200
            assert ("A facility of NEMO" in page.text) == may
            assert facility(client).status_code == (200 if may else 404)


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content-type": "application/json"}, b"{}", 400),
        ({"content-type": "multipart/form-data"}, b"", 400),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x\r\nno end", 400),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x\r\n\r\nnameless\r\n--x--", 400),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x--", 400),
        ({"content-type": "multipart/form-data; boundary=x", "origin": "https://evil.example"}, b"--x--", 403),
    ],
)
def test_forms_that_are_none_are_refused(here: Declared, headers: dict[str, str], body: bytes, status: int) -> None:
    assert here.post("/import", headers=headers, content=body).status_code == status


def test_a_file_may_be_longer_than_other_messages_and_has_its_limit(here: Declared) -> None:
    rows = "".join(f"C{number},{'x' * 190}\r\n" for number in range(2_000))
    assert sent(here, f"cluster,name\r\n{rows}".encode()).status_code == 200
    assert sent(here, b"x" * (LARGEST_UPLOAD + 1)).status_code == 413
    chunks = (b"x" * 1_000_000 for _ in range(18))
    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert here.post("/import", headers=headers, content=chunks).status_code == 413
    assert here.post("/api/v1/requests", content=b"x" * 300_000).status_code == 413
