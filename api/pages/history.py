"""The history of an object, for the page that shows it: in people's words, without what only the store knows.

Knows nothing of how it is kept.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from api.calls import Call
from scheduler.errors import Unknown
from scheduler.history import EventView, FieldValue, HistoryView, history
from scheduler.transitions import STATES

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?\+00:00")
_NUMBERS_OF_ROWS = frozenset({"run_id", "centre_id", "laboratory_id", "recipe_id", "request_id", "booking_id"})
_OF_THE_EVENT = re.compile(r"(?:made|told|asked|found|published|reported|discarded)_(?:at|by)")
"""Told by the event itself: who did it, and when."""
_INSIDE = frozenset({"run.kind", "run.visit", "run.operation", "run.number", "document"})
_WORDS: Mapping[str, str] = {
    "booked_start": "booked from",
    "booked_end": "booked until",
    "run.start_at": "work from",
    "run.end_at": "work until",
    "used": "done in fact",
    "quantity": "pieces",
    "least_quantity": "pieces at least",
    "start_at": "from",
    "end_at": "until",
    "submitted_at": "asked for",
    "release_at": "not before",
    "due_at": "due",
    "deadline_at": "deadline",
    "withdrawn_at": "withdrawn",
    "displaced_at": "displaced",
    "plan_id": "plan",
    "rows": "list",
}
"""What columns are called, where not in their own words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldField:
    """``before`` is empty where there was nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldEvent:
    what: str
    reason: str
    at: datetime
    who: str
    fields: tuple[ToldField, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """``more``: there are later events than those told."""

    kind: str
    id: str
    events: tuple[ToldEvent, ...]
    more: bool


def history_of(call: Call, kind: str, object_id: str | int, zone: str) -> Told | None:
    """``None`` where whoever asks may see the object and not what happened to it."""
    try:
        found = history(call.database, actor=call.actor, now=call.now, kind=kind, id=str(object_id))
    except Unknown:
        return None
    return Told(kind=found.kind, id=found.id, events=tuple(_events(found, zone)), more=found.more)


def _events(found: HistoryView, zone: str) -> Iterator[ToldEvent]:
    """Each once: what concerns several centres stands in the record of each."""
    yield from dict.fromkeys(_event(each, zone) for each in found.events)


def _event(event: EventView, zone: str) -> ToldEvent:
    fields = tuple(
        ToldField(name=_name(each.field), before=_text(each.before, zone), after=_text(each.after, zone) or "none")
        for each in event.fields
        if not _is_for_the_store(each.field) and (each.before, each.after) != (None, "none")
    )
    what = event.verb[:1].upper() + event.verb[1:]
    return ToldEvent(what=what, reason=event.reason, at=event.at, who=event.who, fields=fields)


def _is_for_the_store(field: str) -> bool:
    column = field.rpartition(".")[2]
    return field in _INSIDE or column in _NUMBERS_OF_ROWS or _OF_THE_EVENT.fullmatch(column) is not None


def _name(field: str) -> str:
    return _WORDS.get(field) or field.replace("_", " ").replace(".", ", ")


def _text(value: FieldValue, zone: str) -> str:
    """A field's value as people read it: moments by the local clock."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "" if value is None else str(value)
    return _MOMENT.sub(lambda found: _local(found[0], zone), STATES.get(text, text))


def _local(written: str, zone: str) -> str:
    local = datetime.fromisoformat(written).astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y %H:%M}"
