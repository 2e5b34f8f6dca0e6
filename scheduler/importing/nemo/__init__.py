"""A facility of NEMO brought in as one centre: its lists loaded as a folder of lists is, its outages and its bookings.

Knows nothing of HTTP and of terminals.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from models.database import Database
from models.queries.keyed import rows_by_key
from models.tables import Centre
from scheduler.access import Thing, can
from scheduler.actors import Actor, Grant
from scheduler.errors import BadValue, Unknown
from scheduler.importing import carried_out, record_import
from scheduler.importing.bookings import store_bookings
from scheduler.importing.kinds import BookingLine
from scheduler.importing.locking import lock_named
from scheduler.importing.mistaken import Unreadable, in_file
from scheduler.importing.nemo.broken import broken_tools, problems_taken, working_tools
from scheduler.importing.nemo.document import document_of
from scheduler.importing.nemo.facility import MADE_UP, Facility
from scheduler.importing.nemo.odd import odd
from scheduler.importing.nemo.outages import Outages, under_it
from scheduler.importing.nemo.unmatched import fields_left, unmatched
from scheduler.importing.outcome import Judgement, Outcome, Progress, Remark, RowTold, by_it, no_progress, refusals
from scheduler.importing.reading import shown
from scheduler.importing.refused import recorded_bad_files
from scheduler.importing.upload import Upload
from scheduler.loading import cells
from scheduler.loading.calendars import CLOSURES
from scheduler.loading.cells import BadCell
from scheduler.loading.checks import check
from scheduler.loading.files import Found, Lists, line_of
from scheduler.loading.hands import OF_OPERATORS
from scheduler.loading.keeping import Keeper, Told
from scheduler.loading.limit_lines import EVERY_LIST
from scheduler.loading.line import Line
from scheduler.loading.mistakes import BadFiles, Mistake
from scheduler.loading.planning_settings import CentrePlanning
from scheduler.loading.storing import store_lists
from scheduler.local_time import iso_week, zone_of
from scheduler.repairs import ask_for_repair, bookings_unsettled, repair_what_is_unsettled
from scheduler.settings import CentreSettings

SOURCE = "nemo"


def import_nemo(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    upload: Upload,
    centre: str,
    zone: str,
    rehearse: bool = False,
    progress: Progress = no_progress,
) -> Outcome:
    """Stores the facility as the centre of that key, in one transaction; with ``rehearse`` it only tells what would
    happen. Tells what is odd in the file and what was left out, record by record.

    Of a centre that is new nobody is lab manager yet, so that whoever may change settings brings its past in too. Into
    one that is there only its lab manager brings bookings. Raises ``BadFiles``, ``BadValue`` (somebody else does), and
    ``Unknown`` for those who may not change settings.
    """
    if not may_bring(actor):
        raise Unknown("kind of list", SOURCE)
    zone_of(zone)
    with recorded_bad_files(database, actor=actor, now=now, kind=SOURCE, upload=upload, rehearse=rehearse):
        facility, odd_ones, left_out = _read(upload, centre, zone)
        bringing = _Bringing(facility, upload, actor, now, rehearse, progress)
        return carried_out(database, lambda session: bringing.store(session, odd_ones, left_out), rehearse=rehearse)


def may_bring(actor: Actor) -> bool:
    """Whether somebody may bring a facility in as a centre that is new."""
    return can(actor, "change settings")


def _read(upload: Upload, centre: str, zone: str) -> tuple[Facility, tuple[Remark, ...], tuple[Remark, ...]]:
    """The facility, with what is odd in it and what was left out."""
    try:
        cells.key(centre)
        document = document_of(upload)
    except Unreadable as unreadable:
        raise unreadable.of(upload.shown) from None
    except BadCell as bad:
        raise BadValue(f"The key of the centre has to be {bad.expected}.", field="centre") from None
    facility = Facility(document, centre, zone)
    left_out = (
        *facility.left_out,
        *fields_left(document),
        *unmatched(document, facility.taken | problems_taken(document), {remark.place for remark in facility.left_out}),
    )
    return facility, odd(document, zone=zone), left_out


class _Bringing:
    def __init__(
        self, facility: Facility, upload: Upload, actor: Actor, now: datetime, rehearse: bool, progress: Progress
    ) -> None:
        self._facility, self._upload = facility, upload
        self._actor, self._now, self._rehearse, self._progress = actor, now, rehearse, progress

    def store(self, session: Session, odd: tuple[Remark, ...], left_out: tuple[Remark, ...]) -> Outcome:
        if not self._rehearse:
            lock_named(session, [row.texts for row in self._facility.rows])
        stored = self._stored(session)
        self._check_may_override(stored)
        lists, bookings = self._lines(stored)
        keeper = Keeper(session=session, actor=self._actor.key, now=self._now, rehearses=self._rehearse)
        week = iso_week(self._now, self._facility.zone)
        mistakes: tuple[Mistake, ...] = ()
        told: list[RowTold] = []
        try:
            store_lists(session, check(lists, week=week), keeper, now=self._now, week=week)
            if not self._rehearse:
                keeper.finish()
            told += [_row(kind, key, each) for (kind, key), each in keeper.told.items()]
            outages = self._outages(session)
            told += outages.store(self._facility.outages)
            judged = self._store_bookings(session, bookings, is_new=stored is None)
            told, mistakes = [*told, *judged.told], judged.mistakes
            # After the bookings: what was reserved on a tool that broke stands, and is to be replanned.
            told += outages.store(tuple(broken_tools(self._facility.document, now=self._now)))
            told += outages.forget(working_tools(self._facility.document))
            told = self._replanned(session, keeper, outages, told)
        except BadFiles as refusal:
            mistakes = refusal.mistakes
        wrong = in_file(mistakes, self._upload.shown)
        if wrong and not self._rehearse:
            raise BadFiles(wrong)
        outcome = self._outcome((*told, *refusals(wrong, self._keys())), odd, left_out)
        record_import(session, outcome, actor=self._actor, now=self._now)
        return outcome

    def _replanned(self, session: Session, keeper: Keeper, outages: Outages, told: list[RowTold]) -> list[RowTold]:
        """Asks for a repair of what cannot stay by new outages and changed calendars, as whoever reports and loads them
        does. The rows, those of calendars that changed with how much that is."""
        unsettled = bookings_unsettled(session, now=self._now, changes=keeper.calendars)
        if not self._rehearse:
            repair_what_is_unsettled(session, actor=self._actor, now=self._now, changes=keeper.calendars)
        if outages.ask_for_repair():
            # A repair that was asked for just now knows the outages too.
            ask_for_repair(session, self._actor, self._now, outages.centre, None, afresh=not keeper.calendars)
        return [_noted(row, unsettled) for row in told]

    def _outages(self, session: Session) -> Outages:
        centre = rows_by_key(session, Centre, [self._facility.centre])[self._facility.centre]
        return Outages(
            session=session, source=SOURCE, centre=centre, actor=self._actor, now=self._now, rehearse=self._rehearse
        )

    def _keys(self) -> dict[int | None, str]:
        """What the first row that a record becomes calls its thing, by the record's number."""
        keys: dict[int | None, str] = {}
        for row in self._facility.rows:
            keys.setdefault(row.number, shown(next(iter(row.texts.values()))))
        return keys

    def _outcome(self, rows: tuple[RowTold, ...], odd: tuple[Remark, ...], left_out: tuple[Remark, ...]) -> Outcome:
        return Outcome(
            kind=SOURCE,
            file=self._upload.shown,
            sha256=self._upload.digest,
            rehearsed=self._rehearse,
            rows=rows,
            odd=odd,
            left_out=left_out,
        )

    def _stored(self, session: Session) -> Centre | None:
        return rows_by_key(session, Centre, [self._facility.centre]).get(self._facility.centre)

    def _check_may_override(self, stored: Centre | None) -> None:
        if stored is not None and not can(self._actor, "override", Thing(centre_id=stored.id)):
            raise BadValue(
                f"Centre {stored.key} is there already: who brings bookings into it has to be its lab manager too.",
                field="centre",
            )

    def _store_bookings(self, session: Session, bookings: tuple[BookingLine, ...], *, is_new: bool) -> Judgement:
        return store_bookings(
            session,
            bookings,
            source=SOURCE,
            actor=self._bringer(session) if is_new else self._actor,
            now=self._now,
            rehearse=self._rehearse,
            progress=self._progress,
        )

    def _bringer(self, session: Session) -> Actor:
        """The actor, who for this one import may override at the centre that it has just made."""
        made = self._stored(session)
        assert made is not None
        return replace(self._actor, grants=(*self._actor.grants, Grant(role="manager", centre_id=made.id)))

    def _lines(self, stored: Centre | None) -> tuple[Lists, tuple[BookingLine, ...]]:
        """The rows of the facility as lines, with every mistake of form."""
        found = Found()
        lines: dict[type[Line], list[Line]] = defaultdict(list)
        for row in self._facility.rows:
            line = line_of(row.kind, list(row.texts), list(row.texts.values()), row.number, found)
            if line is not None:
                lines[row.kind].append(replace(line, lacks=line.lacks | MADE_UP.get(row.kind, frozenset())))
        settings = CentreSettings() if stored is None else CentreSettings.read(stored.settings)
        lists = Lists(
            settings={self._facility.centre: CentrePlanning(zone=self._facility.zone, settings=settings)},
            lines={kind: tuple(lines[kind]) for kind in EVERY_LIST},
            broken={},
            mistakes=tuple(found.mistakes),
        )
        return lists, tuple(line for line in lines[BookingLine] if isinstance(line, BookingLine))


def _noted(row: RowTold, unsettled: Mapping[str, int]) -> RowTold:
    """Of closures, and of what people may run and for whom: with how many bookings cannot stay by that."""
    kind = next((kind for kind in (CLOSURES, *OF_OPERATORS) if row.key.startswith(f"{kind} ")), None)
    bookings = 0 if kind is None else unsettled.get(row.key.removeprefix(f"{kind} "), 0)
    if row.what == "unchanged" or not bookings:
        return row
    return replace(row, note=under_it(bookings) if kind == CLOSURES else by_it(bookings))


def _row(kind: str, key: str, told: Told) -> RowTold:
    row = RowTold(row=None, key=f"{kind} {key}", what="unchanged")
    if told.what == "added":
        return RowTold(row=None, key=row.key, what="new")
    if told.what == "changed":
        return RowTold(row=None, key=row.key, what="changed", changes=tuple(told.changes))
    return row


__all__ = ["SOURCE", "import_nemo", "may_bring"]
