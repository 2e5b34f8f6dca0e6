"""Rows compared with what they should be: written, counted and audited where they differ, and only there.

Knows nothing of what the rows mean.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, SQLModel, col, select

from models.audit import PEOPLE, record, snapshot
from models.locks import raise_revision
from models.queries.keyed import Keyed
from models.tables import Centre, Cluster, Organisation
from scheduler.calendar_changes import CalendarChange, is_calendar, moves_hours
from scheduler.views import UnsettledView

R = TypeVar("R", bound=SQLModel)
Facts = tuple[Any, ...]
_LOCKED = (Centre, Organisation, Cluster)
"""Rows that whoever changes something locks first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """How many things of one kind were added, changed and left as they were."""

    kind: str
    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What a load did, kind by kind; and what is confirmed and does not stand under the calendars that it changed."""

    counts: tuple[Count, ...]
    unsettled: tuple[UnsettledView, ...] = ()

    @property
    def changes(self) -> int:
        """How many things were added or changed."""
        return sum(count.added + count.changed for count in self.counts)

    @property
    def text(self) -> str:
        """The counts in one line."""
        parts = [
            f"{number} {count.kind if number == 1 else _plural(count.kind)} {verb}"
            for count in self.counts
            for number, verb in ((count.added, "added"), (count.changed, "changed"))
            if number
        ]
        return ", ".join(parts) if parts else "nothing changed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One field's value before and after."""

    field: str
    before: Any
    after: Any


@dataclass(slots=True)
class Told:
    """What became of one thing; a personal field that changed is not among ``changes``."""

    what: str = "unchanged"
    changes: list[Change] = field(default_factory=list)


@dataclass(slots=True)
class Keeper:
    """Writes rows in one transaction. Events about people and settings are recorded last, as their chain is locked
    last. ``rehearses``: rows that others lock are changed for those who read them in this session and not written, so
    that nobody waits for the end of the rehearsal."""

    session: Session
    actor: str
    now: datetime
    rehearses: bool = False
    _rehearsed: list[SQLModel] = field(default_factory=list)
    _counts: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    _touched: set[int] = field(default_factory=set)
    _of_people: list[dict[str, Any]] = field(default_factory=list)
    told: dict[tuple[str, str], Told] = field(default_factory=dict)
    """By kind and key of everything that was looked at."""
    calendars: dict[int, CalendarChange] = field(default_factory=lambda: defaultdict(CalendarChange))
    """What was changed of the calendars of centres, by their ids."""

    def keep(
        self, kind: str, key: str, rows: Iterable[tuple[SQLModel, Mapping[str, Any]]], *, centre_id: int | None
    ) -> bool:
        """Gives the stored rows of one thing these values. Whether any differed."""
        differing = [
            (row, {name: value for name, value in values.items() if getattr(row, name) != value})
            for row, values in rows
        ]
        if not any(values for _, values in differing):
            self._unchanged(kind, key)
            return False
        before = _together(row for row, _ in differing)
        for row, values in differing:
            self._moving_hours(row, values, centre_id)
            self._give(row, values)
        self.changed(kind, key, centre_id=centre_id, before=before, after=_together(row for row, _ in differing))
        return True

    def _moving_hours(self, row: SQLModel, values: Mapping[str, Any], centre_id: int | None) -> None:
        place = row.id if isinstance(row, Centre) else centre_id
        if place is not None and moves_hours(row, values):
            self.calendars[place].gone.append(type(row)(**row.model_dump()))

    def _give(self, row: SQLModel, values: Mapping[str, Any]) -> None:
        give: Callable[[SQLModel, str, Any], None] = setattr
        if self.rehearses and isinstance(row, _LOCKED):
            give = set_committed_value
            # The session forgets a row that nobody holds, and what it was given with it.
            self._rehearsed.append(row)
        for name, value in values.items():
            give(row, name, value)
        self.session.add(row)

    def store(self, row: R) -> R:
        """A new row, which has its id afterwards; it is neither counted nor recorded."""
        self.session.add(row)
        self.session.flush()
        return row

    def added(self, kind: str, key: str, *rows: SQLModel, centre_id: int | None) -> None:
        """Counts and records a new thing by its stored rows."""
        self.changed(kind, key, centre_id=centre_id, before=None, after=_together(rows))

    def children(
        self, kind: str, key: str, stored: Iterable[SQLModel], wanted: Iterable[SQLModel], *, centre_id: int | None
    ) -> None:
        """Replaces the rows that hang on one thing, if they are others; ids do not count."""
        old, new = {_facts(row): row for row in stored}, {_facts(row): row for row in wanted}
        if set(old) == set(new):
            self._unchanged(kind, key)
            return
        gone = [row for facts, row in old.items() if facts not in new]
        come = [row for facts, row in new.items() if facts not in old]
        for row in gone:
            self.session.delete(row)
        # What goes must be gone before its key is given again.
        self.session.flush()
        self.session.add_all(come)
        if centre_id is not None and is_calendar((*gone, *come)[0]):
            self.calendars[centre_id].gone += gone
            self.calendars[centre_id].come += come
        before, after = ({"rows": [_plain(row) for row in rows.values()]} for rows in (old, new))
        self.changed(kind, key, centre_id=centre_id, before=before if old else None, after=after)

    def keyed(
        self, kind: str, row: Keyed | None, table: type[Keyed], key: str, values: dict[str, Any], centre_id: int | None
    ) -> int:
        """Updates or adds one row with a key; its id."""
        if row is None:
            row = self.store(table(key=key, **values))
            self.added(kind, key, row, centre_id=centre_id)
        else:
            self.keep(kind, key, [(row, values)], centre_id=centre_id)
        assert row.id is not None
        return row.id

    def children_if_any(
        self, kind: str, key: str, stored: Iterable[SQLModel], wanted: Iterable[SQLModel], centre_id: int
    ) -> None:
        """Replaces what hangs on a thing; where there is nothing and nothing is wanted, nothing is counted."""
        rows, others = list(stored), list(wanted)
        if rows or others:
            self.children(kind, key, rows, others, centre_id=centre_id)

    def changed(
        self, kind: str, key: str, *, centre_id: int | None, before: Mapping[str, Any] | None, after: Mapping[str, Any]
    ) -> None:
        """Counts and records a change that was made."""
        self.count(kind, "added" if before is None else "changed")
        self._tell(kind, key, before, after)
        verb = "added" if before is None else "changed"
        self.event(f"{verb} {kind}", kind, key, centre_id=centre_id, before=before, after=after)

    def _tell(self, kind: str, key: str, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> None:
        told = self.told.setdefault((kind, key), Told())
        if before is None:
            told.what = "added"
        elif told.what != "added":
            told.what = "changed"
            told.changes += [
                Change(field=name, before=before.get(name), after=value)
                for name, value in after.items()
                if before.get(name) != value
            ]

    def changed_to(self, kind: str, key: str, old: SQLModel, new: SQLModel, *, centre_id: int) -> None:
        """Counts and records a stored row that took the place of another."""
        self.changed(kind, key, centre_id=centre_id, before=snapshot(old), after=snapshot(new))

    def _unchanged(self, kind: str, key: str) -> None:
        self.count(kind, "unchanged")
        self.told.setdefault((kind, key), Told())

    def count(self, kind: str, what: str) -> None:
        self._counts[kind][what] += 1

    def event(
        self,
        verb: str,
        kind: str,
        key: str,
        *,
        centre_id: int | None,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any],
    ) -> None:
        """Records on the centre's chain, whose revision will rise; without a centre on that of people and settings."""
        event: dict[str, Any] = {"verb": verb, "object_kind": kind, "object_id": key, "before": before, "after": after}
        if centre_id is None:
            self._of_people.append(event)
            return
        self._touched.add(centre_id)
        record(self.session, chain=f"centre:{centre_id}", at=self.now, actor=self.actor, **event)

    def finish(self) -> Loaded:
        """Raises the revisions of the centres that changed and records what was held back."""
        for centre in self.session.exec(select(Centre).where(col(Centre.id).in_(sorted(self._touched)))):
            raise_revision(centre)
        self.session.flush()
        for event in self._of_people:
            record(self.session, chain=PEOPLE, at=self.now, actor=self.actor, **event)
        return Loaded(
            counts=tuple(
                Count(kind=kind, added=of["added"], changed=of["changed"], unchanged=of["unchanged"])
                for kind, of in self._counts.items()
            )
        )

    def touch(self, centre_id: int) -> None:
        """Says that the centre's calendars or limits changed, though the event stands on another chain."""
        self._touched.add(centre_id)


def _plural(kind: str) -> str:
    first, of, rest = kind.partition(" of ")
    return f"{first[:-1]}ies{of}{rest}" if first.endswith("y") else f"{first}s{of}{rest}"


def _together(rows: Iterable[SQLModel]) -> dict[str, Any]:
    return {name: value for row in rows for name, value in snapshot(row).items()}


def _plain(row: SQLModel) -> dict[str, Any]:
    return {name: value for name, value in snapshot(row).items() if name != "id"}


def _facts(row: SQLModel) -> Facts:
    return tuple(sorted(_plain(row).items()))
