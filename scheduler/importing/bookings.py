"""Bookings of a file stored in bulk: what is past as history, what is to come through admission, all or none.

Knows nothing of how files are read.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session

from models.locks import lock_centres, raise_revision
from models.queries.world import read_world
from models.tables import Centre
from scheduler.actors import Actor
from scheduler.admitting import Judged, Wish, judge_together, span_of
from scheduler.formalities import formalities_of
from scheduler.importing.booking_lines import (
    Entries,
    Entry,
    order_mistakes,
    reach_mistakes,
    state_of,
    use_mistakes,
)
from scheduler.importing.booking_rows import New, put_bookings
from scheduler.importing.kinds import BookingLine
from scheduler.importing.known_bookings import KnownBookings
from scheduler.importing.outcome import Judgement, Progress, RowTold
from scheduler.loading.mistakes import Mistake
from scheduler.local_time import iso_week
from scheduler.terms import wanting_approval

SOURCE = "list"
"""What a file of rows is called as a source of references."""

_HISTORY = ("done", "cancelled", "no_show")
Fresh = tuple[Entry, str]
"""A new booking, and the state that it comes in with."""


def store_bookings(
    session: Session,
    lines: Sequence[BookingLine],
    *,
    source: str,
    actor: Actor,
    now: datetime,
    rehearse: bool,
    progress: Progress,
) -> Judgement:
    """Within a transaction that has locked what the lines may change: what becomes of each row, and every mistake; with
    mistakes the caller rolls back or only tells. A rehearsal has locked nothing, and takes nobody's place. Lines in
    which something is unsound are judged as far as that may be, beside the others, and not stored."""
    storing = _Storing(
        session=session, source=source, actor=actor, now=now, rehearse=rehearse, progress=progress, all=len(lines)
    )
    return storing.run(lines)


@dataclass(kw_only=True)
class _Storing:
    session: Session
    source: str
    actor: Actor
    now: datetime
    rehearse: bool
    progress: Progress
    all: int
    told: list[RowTold] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    unjudged: set[int] = field(default_factory=set)

    def run(self, lines: Sequence[BookingLine]) -> Judgement:
        self.entries = Entries(self.session, self.actor, self.now, lines)
        entries = list(self._entries(lines))
        centres = {entry.centre: self.entries.centre_id(entry.centre) for entry in entries}
        known = KnownBookings(self.session, self.source, self.actor, self.now, entries, centres)
        fresh: dict[str, list[Fresh]] = defaultdict(list)
        touched = set()
        for entry in entries:
            if entry in known:
                told = known.compared(entry)
                touched |= {entry.centre} if isinstance(told, RowTold) and told.what == "changed" else set()
                self._tell(told)
            elif (new := self._fresh(entry)) is not None:
                fresh[entry.centre].append(new)
        for centre, news in sorted(fresh.items()):
            touched.add(centre)
            self._centre(centre, news)
        if not self.rehearse:
            for row in lock_centres(self.session, [self.entries.centre_id(centre) for centre in touched]):
                raise_revision(row)
        self.session.flush()
        return Judgement(told=tuple(self.told), mistakes=tuple(self.mistakes), unjudged=frozenset(self.unjudged))

    def _fresh(self, entry: Entry) -> Fresh | None:
        """The entry as a new booking that is judged beside the others; ``None`` where it cannot be, which is told."""
        line, moments = entry.line, entry.moments
        times = (*order_mistakes(line, moments), *reach_mistakes(entry, self.now))
        use = tuple(use_mistakes(line, moments, self.now))
        state = state_of(entry, self.now) if line.has("state", "used_start", "used_end") else None
        self.mistakes += (*times, *use, *([state] if isinstance(state, Mistake) else ()))
        if times or not isinstance(state, str):
            self.unjudged.add(line.row)
            return None
        return replace(entry, sound=entry.sound and not use), state

    def _tell(self, told: RowTold | tuple[Mistake, ...]) -> None:
        if isinstance(told, RowTold):
            self.told.append(told)
        else:
            self.mistakes += told

    def _entries(self, lines: Iterable[BookingLine]) -> Iterator[Entry]:
        for line in lines:
            entry, mistakes = self.entries.entry(line)
            self.mistakes += mistakes
            if entry is not None:
                yield entry
            else:
                self.unjudged.add(line.row)

    def _centre(self, centre: str, news: list[Fresh]) -> None:
        """Week by week what is past, then all that is to come together: quotas reach over weeks."""
        unsigned = list(self._unsigned(centre, [entry for entry, state in news if state not in _HISTORY]))
        self.mistakes += unsigned
        rows = {mistake.row for mistake in unsigned}
        news = [(replace(entry, sound=entry.sound and entry.line.row not in rows), state) for entry, state in news]
        before: list[Wish] = []
        for group in _groups(news, self.entries.zone(centre)):
            wishes = [entry.wish(self.actor.key) for entry, state in group if state != "cancelled"]
            judged = self._judged(centre, wishes, before)
            found = [self._new(centre, entry, state, judged) for entry, state in group]
            put_bookings(
                self.session,
                [new for new in found if new.entry.sound],
                source=self.source,
                actor=self.actor,
                now=self.now,
            )
            latest = max(entry.start for entry, _ in group)
            # What is done is not in force, so that only this says that it was there.
            done = [entry.wish(self.actor.key) for entry, state in group if state == "done"]
            before = [wish for wish in (*before, *done) if wish.end > latest]
            self.progress("storing", len(self.told) + len(self.mistakes), self.all)

    def _unsigned(self, centre: str, ahead: list[Entry]) -> Iterator[Mistake]:
        """What is to come and wants approval, where that takes a signature: a file gives none."""
        asks = formalities_of([self.session.get_one(Centre, self.entries.centre_id(centre))]).signatures
        units = {unit for entry in ahead for unit in entry.units}
        wanting = frozenset() if asks is None else wanting_approval(self.session, units)
        for entry in ahead:
            if wanting.intersection(entry.units):
                expected = f"units that need no approval: {asks} asks for a signature under it; ask for them here"
                yield entry.line.wrong("units", "approval_unsigned", expected)

    def _judged(self, centre: str, wishes: list[Wish], before: list[Wish]) -> dict[str, Judged]:
        if not wishes:
            return {}
        start, end = span_of([*wishes, *before])
        world = read_world(self.session, centre_ids=[self.entries.centre_id(centre)], since=start, until=end)
        return judge_together(world, wishes, now=self.now, beside=before)

    def _new(self, centre: str, entry: Entry, state: str, judged: dict[str, Judged]) -> New:
        found = judged.get(f"row {entry.line.row}", Judged(lanes=(0,) * len(entry.units), blockers=()))
        rules = tuple(sentence.text for sentence in found.blockers)
        if rules and state not in _HISTORY:
            expected = f"a time that fits: {' '.join(rules).rstrip('.')}"
            self.mistakes.append(entry.line.wrong("start", "does_not_fit", expected))
        elif entry.sound:
            note = f"breaks today's rules: {' '.join(rules)}" if rules else ""
            self.told.append(RowTold(row=entry.line.row, key=entry.line.booking, what="new", note=note))
        centre_id = self.entries.centre_id(centre)
        # A place that is taken would be refused by the guard before every row is told, and others would wait for one
        # that is only rehearsed.
        holds = state not in _HISTORY and not rules and not self.rehearse
        return New(entry=entry, state=state, centre_id=centre_id, lanes=found.lanes, rules=rules, holds=holds)


def _groups(news: list[Fresh], zone: str) -> Iterator[list[Fresh]]:
    """The past by the week of its start, in order; then the rest in the file's order."""
    weeks: dict[str, list[Fresh]] = defaultdict(list)
    ahead = []
    for entry, state in news:
        if state in _HISTORY:
            weeks[iso_week(entry.start, zone)].append((entry, state))
        else:
            ahead.append((entry, state))
    for _, group in sorted(weeks.items()):
        yield group
    if ahead:
        yield ahead
