"""That something was taken away as a file: an event like others, whichever door it went through.

Knows nothing of what is in the file.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from models.audit import PEOPLE, record
from models.database import Database
from scheduler.actors import Actor
from scheduler.plans import plan_document


def record_export(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    form: str,
    rows: int | None = None,
    about: Mapping[str, Any] | None = None,
) -> None:
    """What was taken (``about``, as JSON), in which format, and how many rows, where it has rows."""
    after = {"format": form, **({} if rows is None else {"rows": rows}), **(about or {})}
    event: dict[str, Any] = {"verb": "exported", "object_kind": "export", "object_id": kind, "after": after}
    database.write(lambda session: record(session, chain=PEOPLE, at=now, actor=actor.key, **event))


def export_document(database: Database, *, actor: Actor, now: datetime, plan_id: int) -> str:
    """A plan document as JSON text, to be kept elsewhere. Raises as ``plan_document``."""
    document = plan_document(database, actor=actor, now=now, plan_id=plan_id)
    record_export(database, actor=actor, now=now, kind="plan document", form="json", about={"plan": plan_id})
    return document
