"""Bookings that a file names and that stand stored already: compared, and brought up to date as far as that may be.

Knows nothing of new ones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audit import snapshot
from models.holding import release_holds
from models.queries.booked import BookedRow, booked_rows
from models.queries.imported import objects_imported, used_times_of
from models.tables import Booking, UsedTime
from scheduler.actors import Actor
from scheduler.importing.booking_lines import Entry, Used
from scheduler.importing.kinds import BookingLine
from scheduler.importing.outcome import RowTold
from scheduler.loading.keeping import Change
from scheduler.loading.mistakes import Mistake
from scheduler.naming import tell
from scheduler.recording import facts_of, record_change
from scheduler.transitions import step

NUMBER = "#"
"""Before a booking's number here, where it has no other reference: as exports write it."""

_WAYS = {
    ("confirmed", "done"): ("check in", "check out"),
    ("confirmed", "running"): ("check in",),
    ("running", "done"): ("check out",),
    ("confirmed", "cancelled"): ("cancel",),
    ("confirmed", "no_show"): ("miss",),
}


class KnownBookings:
    """Those of the lines, by reference."""

    def __init__(
        self, session: Session, source: str, actor: Actor, now: datetime, lines: Sequence[BookingLine]
    ) -> None:
        self._session, self._actor, self._now = session, actor, now
        references = [line.booking for line in lines]
        ids = {reference: int(reference[1:]) for reference in references if _is_number(reference)}
        ids |= objects_imported(session, source=source, kind="booking", references=references)
        rows = {row.booking.id: row for row in booked_rows(session, booking_ids=set(ids.values()))}
        self._rows = {reference: rows[id_] for reference, id_ in ids.items() if id_ in rows}
        self._used = used_times_of(session, [row.booking.id or 0 for row in self._rows.values()])

    def __contains__(self, reference: str) -> bool:
        return reference in self._rows

    def compared(self, entry: Entry) -> RowTold | tuple[Mistake, ...]:
        """What changes by the entry, which is stored; or what may not."""
        row = self._rows[entry.line.booking]
        stored = self._used.get(row.booking.id or 0, [])
        mistakes = tuple(self._moved(entry, row))
        changes = tuple(self._changes(entry, row, stored))
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
        wanted = {"purpose": line.purpose, "quantity": line.quantity, "state": state}
        for name, value in wanted.items():
            if getattr(booking, name) != value:
                yield Change(field=name, before=getattr(booking, name), after=value)
        before, after = _together(stored), entry.used
        if before != after:
            yield Change(field="used", before=_told(before), after=_told(after))

    def _state(self, entry: Entry, stands: str) -> str:
        """As the line says; without a word a confirmed booking whose end is past, and whose use is told, is done."""
        if entry.state:
            return entry.state
        over = stands in ("confirmed", "running") and entry.end <= self._now and entry.used is not None
        return "done" if over else stands

    def _refused(self, entry: Entry, row: BookedRow, changes: Sequence[Change]) -> Iterator[Mistake]:
        for change in changes:
            way = (change.before, change.after)
            if change.field == "state" and way not in _WAYS:
                yield entry.line.wrong("state", "booked_already", f"{change.before}, which it is here")
            if change.field in ("purpose", "quantity") and row.request is not None:
                yield entry.line.wrong(change.field, "booked_already", f"{change.before}, as its request has it")

    def _store(self, entry: Entry, row: BookedRow, stored: list[UsedTime], changes: Sequence[Change]) -> None:
        booking, run, held = row.booking, row.run, [hold for hold, *_ in row.held]
        before = facts_of(booking, run, held) | _used_facts(stored)
        booking.purpose, booking.quantity = entry.line.purpose, entry.line.quantity
        for change in changes:
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
        if booking.state not in ("confirmed", "running"):
            release_holds(self._session, [run_id])

    def _use(self, entry: Entry, booking_id: int, stored: list[UsedTime]) -> list[UsedTime]:
        for row in stored:
            self._session.delete(row)
        if entry.used is None:
            return []
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


def _is_number(reference: str) -> bool:
    return reference.startswith(NUMBER) and reference[1:].isascii() and reference[1:].isdigit() and len(reference) < 11


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
