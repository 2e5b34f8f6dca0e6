"""The fields of an event as people read them, on a page and in the shell.

Knows nothing of how events are kept.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from scheduler.history import EventView, FieldValue
from scheduler.transitions import STATES

_NUMBERS_OF_ROWS = frozenset(
    {"run_id", "centre_id", "laboratory_id", "recipe_id", "request_id", "booking_id", "account_id"}
)
_OF_THE_EVENT = re.compile(r"(?:made|told|asked|found|published|reported|discarded)_(?:at|by)")
"""Told by the event itself: who did it, and when."""
_INSIDE = frozenset({"run.kind", "run.visit", "run.operation", "run.number", "document", "signature"})
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
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?\+00:00")


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldField:
    """``before`` is ``None`` where there was none."""

    name: str
    before: str | None
    after: str

    def __str__(self) -> str:
        return f"{self.name}: {self.after}" if self.before is None else f"{self.name}: {self.before} → {self.after}"


def told_fields(event: EventView, zone: str) -> Iterator[ToldField]:
    """What changed, moments by the clock at ``zone``."""
    for each in event.fields:
        if not _is_for_the_store(each.field) and (each.before, each.after) != (None, "none"):
            yield ToldField(
                name=_WORDS.get(each.field) or each.field.replace("_", " ").replace(".", ", "),
                before=None if each.before is None else field_text(each.before, zone),
                after=field_text(each.after, zone),
            )


def _is_for_the_store(field: str) -> bool:
    """Whether it says nothing to people: numbers of rows, and what the event says itself."""
    column = field.rpartition(".")[2]
    return field in _INSIDE or column in _NUMBERS_OF_ROWS or _OF_THE_EVENT.fullmatch(column) is not None


def told_once(events: Iterable[EventView]) -> Iterator[EventView]:
    """An event that stands on the chains of several centres, as those of a plan do, is told once."""
    last: tuple[object, ...] = ()
    for event in events:
        what = event.at, event.actor, event.verb, event.object_id, event.reason, event.fields
        if what != last:
            yield event
        last = what


def field_text(value: FieldValue, zone: str) -> str:
    """A field's value as people read it: moments by the local clock."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "none" if value is None else str(value)
    return _MOMENT.sub(lambda found: _local(found[0], zone), STATES.get(text, text))


def _local(written: str, zone: str) -> str:
    local = datetime.fromisoformat(written).astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y %H:%M}"
