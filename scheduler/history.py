"""The history of an object: when, who, what, why, and which of its fields were what before and are what now.

Knows nothing of how events are kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, SQLModel

from models.database import Database
from models.queries.hands import memberships_of
from models.queries.history import (
    centre_of,
    events_about,
    keys_of,
    row_named,
    table_named,
)
from models.queries.keyed import resources_by_id
from models.queries.plans import centres_of_plan
from models.tables import AuditEvent, Cluster, Maintenance, Organisation, Person, Plan, Project, Unit
from models.tables.bookings import NO_END
from scheduler.access import Thing, can, sight
from scheduler.actors import Actor
from scheduler.door.names import SOMEBODY, called
from scheduler.errors import Unknown
from scheduler.naming import SOMEBODY as A_TECHNICIAN

_OF_PLACES = ("week of opening hours", "week of allowed starts", "week of kept periods", "list of closures")
_OF_PEOPLE = ("set of skills", "week of shifts", "week of breaks", "list of leaves", "set of qualifications")
LOADED_AS = {
    "budget": ("list of grants",),
    "centre": ("set of entitlements", "set of setups", "list of closures", "policy of a centre"),
    "laboratory": _OF_PLACES,
    "maintenance": ("maintenance plan", "list of visits"),
    "person": ("technician", "organisation of an operator", *_OF_PEOPLE),
    "stock": ("list of deliveries",),
    "unit": ("set of capabilities", "policy", *_OF_PLACES),
}
"""Other names under which lists write of a table's rows, and of what hangs on them."""
OF_THE_WORK = frozenset({"booking", "request", "plan", "outage", "unit", "maintenance", "laboratory", "centre"})
"""Kinds of object whose history those see who see the object; all others' is for who reads the audit."""
NAMED: dict[str, type[SQLModel]] = {
    "project_id": Project,
    "organisation_id": Organisation,
    "cluster_id": Cluster,
    "maintenance_id": Maintenance,
}
"""Columns told by the key of what they refer to."""
OF_ACTORS = "_by"
"""How the names of columns end that say who did something."""
MOST = 500
_NO_END = NO_END.isoformat()
UNKNOWN_END = "further notice"
"""An end that nobody knows, as it is told."""

FieldValue = str | int | float | bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldChange:
    """``None``: there was, or is, none. An outage's end that nobody knows is ``UNKNOWN_END``."""

    field: str
    before: FieldValue
    after: FieldValue


@dataclass(frozen=True, kw_only=True, slots=True)
class EventView:
    """One event. ``id`` rises with time; ``chain`` and ``number`` are its place in the record. ``who``: a name where
    the actor's key has one; whoever may not know it is told neither. ``meaning``: what was signed with the password,
    ``None`` where nothing was. ``rows``: how many rows of whatever tables changed with it. ``history_of``: the kind
    under which the object's history is told, ``None`` where it has none (an attempt, an export), or none for whoever
    reads."""

    id: int
    chain: str
    number: int
    at: datetime
    actor: str
    who: str
    verb: str
    object_kind: str
    object_id: str
    history_of: str | None
    reason: str
    meaning: str | None
    fields: tuple[FieldChange, ...]
    rows: int


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryView:
    """``more``: there are later events than those listed."""

    kind: str
    id: str
    events: tuple[EventView, ...]
    more: bool


def history(
    database: Database, *, actor: Actor, now: datetime, kind: str, id: str, after: int = 0, limit: int = MOST
) -> HistoryView:
    """What happened to the ``kind`` (a table: ``booking``, ``request``, ``plan``, ``unit`` …) with this id or key, from
    the first on; ``after`` is the id of the last event seen. Raises ``Unknown``, for what the actor may not see too."""
    table = table_named(kind)
    if table is None:
        raise Unknown("kind of object", kind)
    with database.reading() as session:
        row = row_named(session, table, id)
        number = str(getattr(row, "id", id))
        key = str(getattr(row, "key", number))
        kinds = (kind, *LOADED_AS.get(kind, ()))
        found = events_about(session, kinds=kinds, id=number, key=key, after_id=after, limit=limit + 1)
        if (row is None and not found and not after) or not _may_see(session, actor, kind, row):
            raise Unknown(kind, id)
        views = tuple(event_views(session, actor, found[:limit]))
    return HistoryView(kind=kind, id=id, events=views, more=len(found) > limit)


def _may_see(session: Session, actor: Actor, kind: str, row: SQLModel | None) -> bool:
    """Who sees the whole record; or the object itself, of their organisation or at their centre; or a centre's or a
    plan's centres' capacity."""
    if can(actor, "see audit"):
        return True
    if row is None or kind not in OF_THE_WORK:
        return False
    if isinstance(row, Plan):
        centres = centres_of_plan(session, row.id or 0)
        return all(can(actor, "see capacity", Thing(centre_id=centre.id)) for centre in centres)
    owner, project = getattr(row, "organisation_id", None), getattr(row, "project_id", None)
    if owner is None and project is not None:
        owner = session.get_one(Project, project).organisation_id
    thing = Thing(organisation_id=owner, centre_id=centre_of(session, row))
    # What a centre has agreed with every cluster stands among its settings.
    return thing != Thing() and can(actor, "see capacity" if kind == "centre" else "see bookings", thing)


def event_views(session: Session, actor: Actor, events: Iterable[AuditEvent]) -> Iterator[EventView]:
    """Events as they are told to the actor, who may see them."""
    rows = list(events)
    words = _Words(session, actor, rows)
    for event in rows:
        yield EventView(
            id=event.id or 0,
            chain=event.chain,
            number=event.number,
            at=event.at,
            actor=words.key(event.actor),
            who=words.who[event.actor],
            verb=event.verb,
            object_kind=event.object_kind,
            object_id=event.object_id,
            history_of=_history_of(actor, event.object_kind),
            reason=event.reason,
            meaning=(event.after or {}).get("signature", {}).get("meaning"),
            fields=tuple(_fields(words.flat(event.before), words.flat(event.after))),
            rows=len(event.changes or ()),
        )


def _history_of(actor: Actor, kind: str) -> str | None:
    """The table whose row it is about, by the name under which the event says it; ``None`` where it has no history, or
    none for the actor."""
    named = [table for table, names in LOADED_AS.items() if kind in names]
    found = kind if table_named(kind) is not None else named[0] if len(named) == 1 else None
    return found if found in OF_THE_WORK or can(actor, "see audit") else None


def _fields(before: Mapping[str, FieldValue], after: Mapping[str, FieldValue]) -> Iterator[FieldChange]:
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        if was != now:
            yield FieldChange(field=name, before=was, after=now)


class _Words:
    """Keys for the numbers in some events, read once; names as far as the reader may know them."""

    def __init__(self, session: Session, actor: Actor, events: Iterable[AuditEvent]) -> None:
        rows = [side for event in events for side in (event.before, event.after) if side]
        actors = {*(event.actor for event in events), *(key for row in rows for key in _actors(row))}
        self.who = called(session, actor=actor, keys=actors)
        self._keys = {
            column: keys_of(session, table, {row[column] for row in rows if isinstance(row.get(column), int)})
            for column, table in NAMED.items()
        }
        held = {hold["resource_id"] for row in rows for hold in row.get("holds", ()) if isinstance(hold, dict)}
        units = held | {row["unit_id"] for row in rows if row.get("unit_id")}
        self._resources = {**keys_of(session, Unit, units), **_people(session, actor, held)}

    def key(self, key: str) -> str:
        """The key of an account, for those who may know whose it is."""
        return SOMEBODY if self.who[key] == SOMEBODY else key

    def flat(self, side: Mapping[str, Any] | None) -> dict[str, FieldValue]:
        """Fields with one value each, empty texts as none; what lies inside another is named with a dot, rows and holds
        are one text."""
        told: dict[str, FieldValue] = {}
        for name, value in (side or {}).items():
            if name == "id":
                continue
            if name == "signature":
                # Who signed is who did it, then.
                told[name] = value["meaning"]
            elif isinstance(value, Mapping):
                told |= {f"{name}.{inner}": each for inner, each in self.flat(value).items()}
            elif isinstance(value, list):
                told[name] = "; ".join(self._part(each) for each in value) or None
            else:
                word = self._word(name, value)
                told[name if word is None else name.removesuffix("_id")] = word or (None if value == "" else value)
        return told

    def _word(self, name: str, value: FieldValue) -> str | None:
        """The key of what a column refers to; what those are called who did something; an end that nobody knows."""
        if value == _NO_END:
            return UNKNOWN_END
        if isinstance(value, str) and name.endswith(OF_ACTORS):
            return self.who[value]
        if not isinstance(value, int):
            return None
        return self._resources.get(value) if name == "unit_id" else self._keys.get(name, {}).get(value)

    def _part(self, each: Any) -> str:
        if not isinstance(each, Mapping):
            return str(each)
        if "in_force" in each:
            name, lane = self._resources.get(each["resource_id"], each["resource_id"]), each["lane"] + 1
            given_back = "" if each["in_force"] else " (given back)"
            return f"{name} lane {lane} {each['start_at']} to {each['end_at']}{given_back}"
        if {"start_at", "told_by"} <= each.keys():
            return _used(each)
        told = {name: value for name, value in self.flat(each).items() if not name.endswith("_id")}
        return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in told.items() if value is not None)


def _people(session: Session, actor: Actor, held: set[int]) -> dict[int, str]:
    """Keys of persons, for those of their centre, or of the organisation that sent them."""
    found, seen = keys_of(session, Person, held), sight(actor)
    senders, homes = memberships_of(session, found), resources_by_id(session, found)
    return {
        id_: key if seen.covers(organisation_id=senders.get(id_), centre_id=homes[id_].centre_id) else A_TECHNICIAN
        for id_, key in found.items()
    }


def _used(row: Mapping[str, Any]) -> str:
    """A used time: ``2026-12-01T07:00:00+00:00 to 2026-12-01T09:00:00+00:00, 7 pieces made``."""
    when = f"{row['start_at']} to {row['end_at']}" if row.get("end_at") else f"since {row['start_at']}"
    made = row.get("quantity")
    return when if made is None else f"{when}, {made} piece{'' if made == 1 else 's'} made"


def _actors(row: Mapping[str, Any]) -> Iterator[str]:
    """The keys of all who did something, in a row and what lies inside it."""
    for name, value in row.items():
        if isinstance(value, str) and name.endswith(OF_ACTORS):
            yield value
        for inner in value if isinstance(value, list) else (value,):
            if isinstance(inner, Mapping):
                yield from _actors(inner)
