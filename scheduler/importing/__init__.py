"""Files brought in from elsewhere: read, judged row by row, and stored whole or not at all; the same again changes
nothing.

Knows nothing of HTTP and of terminals.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from models.audit import PEOPLE, record
from models.database import Database
from models.errors import StoreBusy
from scheduler.actors import Actor
from scheduler.importing.bookings import SOURCE, store_bookings
from scheduler.importing.kinds import KINDS, BookingLine, Kind, kind_named
from scheduler.importing.listed import Listing
from scheduler.importing.locking import NamesMoved, lock_for
from scheduler.importing.mistaken import in_file, told_of_rest
from scheduler.importing.outcome import Judgement, Outcome, Progress, Remark, RowTold, by_it, no_progress, refusals
from scheduler.importing.reading import Read, read
from scheduler.importing.refused import recorded_bad_files
from scheduler.importing.upload import Upload
from scheduler.loading.keeping import Keeper
from scheduler.loading.line import Line
from scheduler.loading.mistakes import BadFiles
from scheduler.repairs import bookings_unsettled, repair_what_is_unsettled

UNJUDGED = "Whether the row fits beside the others and what is booked is judged once this is right."

ATTEMPTS = 5


def import_file(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    upload: Upload,
    rehearse: bool = False,
    encoding: str | None = None,
    progress: Progress = no_progress,
) -> Outcome:
    """Stores the rows of a file in one transaction; with ``rehearse`` it only tells what would happen, the rows that
    are refused among the others. Raises ``BadFiles`` with every mistake of every row, and ``Unknown`` for the kind.
    """
    chosen = kind_named(kind, actor)
    progress("reading", 0, 1)
    with recorded_bad_files(database, actor=actor, now=now, kind=kind, upload=upload, rehearse=rehearse):
        rows = read(upload, chosen, encoding=encoding)
        importing = _Importing(upload=upload, kind=chosen, actor=actor, now=now, rehearse=rehearse, progress=progress)
        return carried_out(database, lambda session: importing.store(session, rows), rehearse=rehearse)


def carried_out(database: Database, command: Callable[[Session], Outcome], *, rehearse: bool) -> Outcome:
    """What the command did in one transaction, or, in a rehearsal, would have done. Raises ``StoreBusy``."""
    if rehearse:
        return database.rehearse(command)
    for _ in range(ATTEMPTS):
        try:
            return database.write(command)
        except NamesMoved:
            continue
    raise StoreBusy("what the file names changed again and again")


def record_import(session: Session, outcome: Outcome, *, actor: Actor, now: datetime) -> None:
    """The one event of the whole file, last of all, unless nothing changed."""
    if not outcome.changes_nothing:
        record(
            session,
            chain=PEOPLE,
            at=now,
            actor=actor.key,
            verb="imported",
            object_kind="file",
            object_id=outcome.file,
            after=outcome.facts(),
        )


class _Importing:
    """One file of one kind."""

    def __init__(
        self, *, upload: Upload, kind: Kind, actor: Actor, now: datetime, rehearse: bool, progress: Progress
    ) -> None:
        self._upload, self._kind, self._actor, self._now = upload, kind, actor, now
        self._rehearse, self._progress = rehearse, progress

    def store(self, session: Session, rows: Read) -> Outcome:
        if not self._rehearse:
            lock_for(session, self._kind, rows.lines, self._actor)
        found = self._bookings(session, rows) if self._kind.name == "bookings" else self._list(session, rows)
        wrong = in_file((*rows.mistakes, *found.mistakes), self._upload.shown)
        wrong = told_of_rest(wrong, found.unjudged, UNJUDGED)
        if wrong and not self._rehearse:
            raise BadFiles(wrong)
        every = (*found.told, *refusals(wrong, rows.keys))
        outcome = Outcome(
            kind=self._kind.name,
            file=self._upload.shown,
            sha256=self._upload.digest,
            rehearsed=self._rehearse,
            rows=tuple(sorted(every, key=lambda row: row.row or 0)),
        )
        record_import(session, outcome, actor=self._actor, now=self._now)
        return outcome

    def _list(self, session: Session, rows: Read) -> Judgement:
        listing = Listing(session=session, kind=self._kind, lines=rows.every, actor=self._actor, now=self._now)
        standing = listing.standing()
        mistakes = listing.without(standing).mistakes()
        if (mistakes or rows.mistakes) and not self._rehearse:
            return Judgement(told=(), mistakes=mistakes)
        bad = {mistake.row for mistake in (*rows.mistakes, *mistakes)} | {line.row for line in rows.partly}
        sound = listing.without(bad)
        keeper = Keeper(session=session, actor=self._actor.key, now=self._now, rehearses=self._rehearse)
        sound.without(standing).store(keeper)
        session.flush()
        unsettled = bookings_unsettled(session, now=self._now, changes=keeper.calendars)
        if not self._rehearse:
            repair_what_is_unsettled(session, actor=self._actor, now=self._now, changes=keeper.calendars)
            keeper.finish()
        told = (_told(line, self._kind.recorded, keeper, standing, unsettled) for line in sound.lines)
        return Judgement(told=tuple(told), mistakes=mistakes)

    def _bookings(self, session: Session, rows: Read) -> Judgement:
        lines = tuple(line for line in rows.every if isinstance(line, BookingLine))
        return store_bookings(
            session,
            lines,
            source=SOURCE,
            actor=self._actor,
            now=self._now,
            rehearse=self._rehearse,
            progress=self._progress,
        )


def _told(
    line: Line, kinds: tuple[str, ...], keeper: Keeper, standing: frozenset[int], unsettled: Mapping[str, int]
) -> RowTold:
    """The row's thing, by the first of ``kinds``, with what hangs on it. ``unsettled``: how many bookings cannot stay
    where a unit, person or centre changed, by key."""
    key = line.texts[line.identity[0]]
    if line.row in standing:
        return RowTold(row=line.row, key=key, what="unchanged")
    found = [keeper.told[kind, key] for kind in kinds if (kind, key) in keeper.told]
    told = RowTold(row=line.row, key=key, what="unchanged")
    if found[0].what == "added":
        return replace(told, what="new")
    if all(each.what == "unchanged" for each in found):
        return told
    note = by_it(unsettled[key]) if key in unsettled else ""
    return replace(told, what="changed", changes=tuple(change for each in found for change in each.changes), note=note)


__all__ = ["KINDS", "Outcome", "Progress", "Remark", "RowTold", "Upload", "import_file", "no_progress"]
