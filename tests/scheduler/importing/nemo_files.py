"""NIST's sample facility, as it is and changed, and one of a single tool."""

import json
from pathlib import Path
from typing import Any

from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.importing import Outcome, Upload
from scheduler.importing.nemo import import_nemo
from tests.scheduler.small_centre import NOW

FILE = Path(__file__).parents[3] / "examples" / "imports" / "nemo_splash_pad.json"


def bring(database: Database, content: bytes | list[Any] | None = None, **more: Any) -> Outcome:
    data = FILE.read_bytes() if content is None else content
    upload = Upload(name=FILE.name, content=data if isinstance(data, bytes) else json.dumps(data).encode())
    where = {"centre": "nemo", "zone": "America/New_York"} | more
    return import_nemo(database, actor=LOCAL_ADMINISTRATOR, now=NOW, upload=upload, **where)


def records(**changes: Any) -> list[Any]:
    """The facility's records; ``changes`` are of fields, by the name of the record."""
    found: list[Any] = json.loads(FILE.read_text())
    for record in found:
        record["fields"] |= changes.get(record["fields"].get("name", ""), {})
    return found


def facility(*problems: int, works: bool = False, explained: bool = True) -> list[Any]:
    """One tool, with problems of these numbers that shut it down, of which the last is open; all refer by number."""
    tool = {"name": "AFM", "_location": "B1", "_category": "Microscopes", "_operational": works}
    shut = {"tool": 1, "force_shutdown": True, "creation_time": "2026-11-22T10:00:00Z"}
    open_ = problems[-1:] if explained and not works else ()
    return [
        {"model": "NEMO.accounttype", "pk": 1, "fields": {"name": "Industry"}},
        {"model": "NEMO.account", "pk": 1, "fields": {"name": "Acme", "type": 1}},
        {"model": "NEMO.project", "pk": 1, "fields": {"name": "Anvil", "account": 1}},
        {"model": "NEMO.tool", "pk": 1, "fields": tool},
        *(
            {
                "model": "NEMO.task",
                "pk": each,
                "fields": shut | {"problem_description": f"problem {each}", "resolved": each not in open_},
            }
            for each in problems
        ),
    ]
