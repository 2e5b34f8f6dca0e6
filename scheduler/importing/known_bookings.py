"""Bookings that a file names and that stand stored already: compared, and brought up to date as far as that may be.

Knows nothing of new ones.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audit import snapshot
from models.holding import release_holds
from models.queries.booked import BookedRow, booked_rows, standing_bookings
from models.queries.imported import objects_imported, used_times_of
from models.tables import Booking, UsedTime
from scheduler.access import Thing, can
from scheduler.actors import Actor
from scheduler.importing.booking_lines import Entry, Used, state_of, use_mistakes
from scheduler.importing.booking_rows import kind_at
from scheduler.importing.kinds import number_of
from scheduler.importing.outcome import RowTold
from scheduler.loading.keeping import Change
from scheduler.loading.mistakes import Mistake
from scheduler.recording import facts_of, record_change
from scheduler.time_words import tell
from scheduler.transitions import step

_WAYS = {
    ("confirmed", "done"): ("check in", "check out"),
    ("running", "done"): ("check out",),
}
"""What a file may tell of a booking once it is over. All else has a notice, a reason or a request that hangs on it."""

_HERE = {"cancelled": "cancel it here", "no_show": "mark it as missed here", "running": "check it in here"}
_STANDING = ("offered", "confirmed", "running")


class KnownBookings:
    """Those of the entries, by centre and reference. What the actor may not change is not known, as if it were not."""

    def __init__(
        self,
        session: Session,
        source: str,
        actor: Actor,
        now: datetime,
        entries: Sequence[Entry],
        centres: Mapping[str, int],
    ) -> None:
        self._session, self._actor, self._now = session, actor, now
        ids = {_name(entry): number for entry in entries if (number := number_of(entry.line)) is not None}
        by_centre: dict[str, list[str]] = defaultdict(list)
        for entry in entries:
            by_centre[entry.centre].append(entry.line.booking)
        for centre, references in by_centre.items():
            kind = kind_at(centres[centre])
            known = objects_imported(session, source=source, kind=kind, references=references)
            ids |= {(centre, reference): id_ for reference, id_ in known.items()}
        rows = {
            row.booking.id: row
            for row in booked_rows(session, booking_ids=set(ids.values()))
            if can(actor, "override", Thing(centre_id=row.run.centre_id))
        }
        self._rows = {name: rows[id_] for name, id_ in ids.items() if id_ in rows}
        self._used = used_times_of(session, [row.booking.id or 0 for row in self._rows.values()])

    def __contains__(self, entry: Entry) -> bool:
        return _name(entry) in self._rows

    def compared(self, entry: Entry) -> RowTold | tuple[Mistake, ...]:
        """What changes by the entry, which is stored; or what may not."""
        row = self._rows[_name(entry)]
        stored = self._used.get(row.booking.id or 0, [])
        mistakes = tuple(self._moved(entry, row))
        if not entry.sound:
            return mistakes
        changes = tuple(self._changes(entry, row, stored))
        if entry.used is None or entry.used != _together(stored):
            mistakes += tuple(use_mistakes(entry.line, entry.moments, self._now))
        mistakes += tuple(self._refused(entry, row, changes))
        if mistakes:
            return mistakes
        if changes:
            self._store(entry, row, stored, changes)
        told = RowTold(row=entry.line.row, key=entry.line.booking, what="unchanged")
        return replace(told, what="changed", changes=changes) if changes else told

    def _moved(self, entry: Entry, row: BookedRow) -> Iterator[Mistake]:
        """What is booked is moved here, not by a file."""
        booking, zone, line = row.booking, row.centre.zone, entry.line
        for column, found, stands in (
            ("start", entry.start, booking.booked_start),
            ("end", entry.end, booking.booked_end),
        ):
            if found != stands:
                yield line.wrong(column, "booked_already", f"{tell(stands, zone)}, for which it stands here")
        units = sorted({key for _, kind, key, _ in row.held if kind == "unit"})
        if sorted(line.units) != units:
            yield line.wrong("units", "booked_already", f"{'; '.join(units)}, on which it stands here")
        if line.project != row.project.key:
            yield line.wrong("project", "booked_already", f"{row.project.key}, for which it stands here")

    def _changes(self, entry: Entry, row: BookedRow, stored: list[UsedTime]) -> Iterator[Change]:
        booking, line = row.booking, entry.line
        state = self._state(entry, booking.state)
        wanted = line.said({"purpose": line.purpose, "quantity": line.quantity}) | {"state": state}
        for name, value in wanted.items():
            # Blanks around a text are not in a cell.
            stands = getattr(booking, name)
            if (stands.strip() if isinstance(stands, str) else stands) != value:
                yield Change(field=name, before=stands, after=value)
        before, after = _together(stored), entry.used
        # A file without a word of the use says nothing of it; what is known stays.
        if after is not None and before != after:
            yield Change(field="used", before=_told(before), after=_told(after))

    def _state(self, entry: Entry, stands: str) -> str:
        """As the line says; without a word a confirmed booking whose end is past, and whose use has ended, is done."""
        if entry.state:
            return entry.state
        return "done" if stands in ("confirmed", "running") and self._is_over(entry) else stands

    def _is_over(self, entry: Entry) -> bool:
        return entry.end <= self._now and entry.used is not None and entry.used.end is not None

    def _refused(self, entry: Entry, row: BookedRow, changes: Sequence[Change]) -> Iterator[Mistake]:
        after = next((change.after for change in changes if change.field == "state"), row.booking.state)
        for change in changes:
            if change.field == "state":
                yield from self._wrong_way(entry, row.booking.state, after)
            if change.field == "used":
                yield from _wrong_use(entry, after)
            if change.field in ("purpose", "quantity") and row.request is not None:
                yield entry.line.wrong(change.field, "booked_already", f"{change.before}, as its request has it")

    def _wrong_way(self, entry: Entry, stands: str, after: str) -> Iterator[Mistake]:
        """Why a booking that stands as the one may not become the other by a file."""
        line, judged = entry.line, state_of(entry, self._now)
        if isinstance(judged, Mistake):
            yield judged
        elif stands not in _STANDING:
            yield line.wrong("state", "booked_already", f"{stands}, which it is here")
        elif (stands, after) not in _WAYS:
            here = _HERE.get(after, "change it here")
            expected = f"{stands}, which it is here: {here}, or leave the state as it stands"
            yield line.wrong("state", "booked_already", expected)
        elif not self._is_over(entry):
            yield line.wrong("state", "booked_already", f"{stands}: it is done once its end and the used_end are past")

    def _store(self, entry: Entry, row: BookedRow, stored: list[UsedTime], changes: Sequence[Change]) -> None:
        booking, run, held = row.booking, row.run, [hold for hold, *_ in row.held]
        before = facts_of(booking, run, held) | _used_facts(stored)
        for change in changes:
            if change.field in ("purpose", "quantity"):
                setattr(booking, change.field, change.after)
            if change.field == "state":
                self._go(booking, run.id or 0, _WAYS[change.before, change.after])
            if change.field == "used":
                stored = self._use(entry, booking.id or 0, stored)
        self._session.add(booking)
        self._session.flush()
        after = facts_of(booking, run, held) | _used_facts(stored)
        record_change(
            self._session,
            actor=self._actor,
            now=self._now,
            verb="changed booking",
            row=booking,
            centre_id=run.centre_id,
            before=before,
            after=after,
        )

    def _go(self, booking: Booking, run_id: int, verbs: Sequence[str]) -> None:
        for verb in verbs:
            step(booking, verb)
        self._session.add(booking)
        self._session.flush()
        if not standing_bookings(self._session, run_ids=[run_id]):
            release_holds(self._session, [run_id])

    def _use(self, entry: Entry, booking_id: int, stored: list[UsedTime]) -> list[UsedTime]:
        if entry.used is None:
            return stored
        for row in stored:
            self._session.delete(row)
        used = UsedTime(
            booking_id=booking_id,
            start_at=entry.used.start,
            end_at=entry.used.end,
            quantity=entry.used.quantity,
            told_at=self._now,
            told_by=self._actor.key,
        )
        self._session.add(used)
        self._session.flush()
        return [used]


def _wrong_use(entry: Entry, state: str) -> Iterator[Mistake]:
    """Work is begun and ended by check-in and check-out; a file tells of what is over."""
    if state == "running":
        yield entry.line.wrong("used_end", "booked_already", "the use as it was checked in; check it out here")
    elif state in _STANDING:
        yield entry.line.wrong("used_start", "booked_already", "nothing, as it has not been checked in; do it here")


def _name(entry: Entry) -> tuple[str, str]:
    return entry.centre, entry.line.booking


def _together(rows: Sequence[UsedTime]) -> Used | None:
    """Several times as one, from the first to the last: as exports tell them."""
    if not rows:
        return None
    ends = [row.end_at for row in rows]
    pieces = [row.quantity for row in rows if row.quantity is not None]
    return Used(
        start=rows[0].start_at,
        end=None if None in ends else max(end for end in ends if end is not None),
        quantity=sum(pieces) if pieces else None,
    )


def _told(used: Used | None) -> str | None:
    if used is None:
        return None
    end = "" if used.end is None else used.end.isoformat()
    return f"{used.start.isoformat()} – {end}" + ("" if used.quantity is None else f", {used.quantity} pieces")


def _used_facts(rows: Sequence[UsedTime]) -> dict[str, Any]:
    return {"used": [snapshot(row) for row in rows]}
