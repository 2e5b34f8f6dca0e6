"""The history of an object, for the page that shows it.

Knows nothing of how it is kept.
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from api.calls import Call
from scheduler.errors import Unknown
from scheduler.history import FieldValue, HistoryView, history

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?\+00:00")


def history_of(call: Call, kind: str, object_id: str | int) -> HistoryView | None:
    """``None`` where whoever asks may see the object and not what happened to it."""
    try:
        return history(call.database, actor=call.actor, now=call.now, kind=kind, id=str(object_id))
    except Unknown:
        return None


def field_text(value: FieldValue, zone: str) -> str:
    """A field's value as people read it: moments by the local clock."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else _MOMENT.sub(lambda found: _local(found[0], zone), str(value))


def _local(written: str, zone: str) -> str:
    local = datetime.fromisoformat(written).astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y %H:%M}"
