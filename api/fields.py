"""The fields of an event as people read them, on a page and in the shell.

Knows nothing of how events are kept.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from scheduler.history import EventView, FieldValue

UNSAID = frozenset({"run_id", "run.centre_id", "run.visit", "override.booking_id", "signature.account_id"})
"""Numbers that say nothing to people: what they mean stands beside them."""
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
        if each.field not in UNSAID:
            yield ToldField(
                name=each.field.replace("_", " ").replace(".", ", "),
                before=None if each.before is None else field_text(each.before, zone),
                after=field_text(each.after, zone),
            )


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
    return "none" if value is None else _MOMENT.sub(lambda found: _local(found[0], zone), str(value))


def _local(written: str, zone: str) -> str:
    local = datetime.fromisoformat(written).astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y %H:%M}"
