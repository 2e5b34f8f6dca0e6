"""Outages of a facility stored: each once, joined to what stands reported for its unit, as every report is.

Knows nothing of NEMO's records but their numbers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audit import snapshot
from models.changes import insert_rows
from models.queries.booked import bookings_under
from models.queries.imported import objects_imported
from models.queries.keyed import rows_by_key
from models.queries.outages import open_outages
from models.tables import Centre, Imported, Outage, Unit
from scheduler.actors import Actor
from scheduler.importing.booking_rows import kind_at, mark_of
from scheduler.importing.nemo.document import Record
from scheduler.importing.nemo.facility import PlannedOutage
from scheduler.importing.outcome import RowTold
from scheduler.outages import asks_for_repair, store_outage
from scheduler.recording import record_change


@dataclass(kw_only=True)
class Outages:
    """Within a transaction that has locked the centre. A rehearsal has not: it stores beside what stands, whose rows
    others may want, and raises no revision."""

    session: Session
    source: str
    centre: Centre
    actor: Actor
    now: datetime
    rehearse: bool
    _stored: list[Outage] = field(default_factory=list)

    def store(self, planned: Sequence[PlannedOutage]) -> Iterator[RowTold]:
        """What becomes of each; what was brought in before is not looked at, whatever became of it here."""
        known = self._known([each.reference for each in planned])
        units = rows_by_key(self.session, Unit, [each.unit for each in planned])
        for each in planned:
            told = RowTold(row=each.record.number, key=f"outage of {each.unit}", what="unchanged")
            if each.reference in known:
                yield told
            else:
                yield self._told(told, each, units[each.unit].id)

    def forget(self, working: Mapping[str, Record]) -> Iterator[RowTold]:
        """Tools that work, by the reference under which they were broken: when one breaks again, that is another
        outage. The one that is reported here is ended here."""
        for reference, outage_id in self._known(list(working)).items():
            kind = kind_at(self.centre.id or 0, "outage")
            outage = self.session.get_one(Outage, outage_id)
            mark = self.session.get_one(Imported, (self.source, kind, reference))
            before = snapshot(outage) | {"imported": snapshot(mark)}
            self.session.delete(mark)
            self._record("mended", outage, before=before, after=snapshot(outage))
            stands = outage.withdrawn_at is None and outage.end_at > self.now
            note = "works in the file; here it is out of order until somebody ends that" if stands else "works again"
            record = working[reference]
            yield RowTold(row=record.number, key=f"outage of {record.name}", what="changed", note=note)

    def ask_for_repair(self) -> bool:
        """Whether what was stored asks for a repair."""
        return any(asks_for_repair(self.session, self.centre, outage, self.now) for outage in self._stored)

    def _known(self, references: Sequence[str]) -> dict[str, int]:
        kind = kind_at(self.centre.id or 0, "outage")
        return objects_imported(self.session, source=self.source, kind=kind, references=references)

    def _told(self, told: RowTold, planned: PlannedOutage, unit_id: int) -> RowTold:
        met = open_outages(self.session, unit_id=unit_id, start=planned.start, end=planned.end, now=self.now)
        self._store(planned, unit_id)
        under = bookings_under(self.session, unit_id=unit_id, start=max(planned.start, self.now), end=planned.end)
        notes = ["joined to what is reported for the unit here"] if met else []
        notes += [under_it(len(under))] if under else []
        return replace(told, what="changed" if met else "new", note="; ".join(notes))

    def _store(self, planned: PlannedOutage, unit_id: int) -> None:
        reported = Outage(
            unit_id=unit_id,
            start_at=planned.start,
            end_at=planned.end,
            reason=planned.reason,
            reported_by=self.actor.key,
            reported_at=self.now,
        )
        if self.rehearse:
            self.session.add(reported)
            self.session.flush()
            return
        outage, widened = store_outage(self.session, self.centre, self.actor, self.now, reported)
        self._stored += [outage] if widened else []
        mark = mark_of(self.source, "outage", self.centre.id or 0, planned.reference, outage.id or 0)
        insert_rows(self.session, Imported, [mark])
        facts = snapshot(outage)
        self._record("imported", outage, before=facts, after=facts | {"imported": mark})

    def _record(self, verb: str, outage: Outage, *, before: dict[str, Any], after: dict[str, Any]) -> None:
        record_change(
            self.session,
            actor=self.actor,
            now=self.now,
            verb=f"{verb} outage",
            row=outage,
            centre_id=self.centre.id,
            before=before,
            after=after,
        )


def under_it(bookings: int) -> str:
    """What is told of an outage or closure with so many bookings under it."""
    return f"to be replanned, as they lie under it: {bookings} of the bookings"
