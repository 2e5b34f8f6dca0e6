"""The order of the work on one unit while a plan is being built, with the changeovers between neighbours.

Does not know requests and modes, nor other units.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from solver.ground import NEVER, Ground, Line, PersonGround
from solver.plan import Changeover
from solver.problem import Problem, Setup, Unit, Window
from solver.sequence import Matrix, Pair, Stay, are_apart, fixed_stay, is_sequenced, order

Busy = Mapping[str, Sequence[Window]]
"""When persons are about to be busy, by id, beyond what their lines say."""

_start = attrgetter("start")


def chains_of(problem: Problem, ground: Ground) -> dict[str, "Chain"]:
    """A chain for each unit of the problem that needs one, on the ground's lines."""
    return {
        unit.id: Chain(unit, ground.units[unit.id].lanes[0], ground.skilled)
        for unit in problem.units
        if is_sequenced(unit)
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class Turnaround:
    """A changeover: worked on in ``[start, end)``, by ``person`` or nobody, and released at ``free``."""

    row: Setup
    start: int
    end: int
    free: int
    person: str | None


class Chain:
    """The stays on a unit by start, and the changeover before each, by the start of the later stay.

    ``broken``: later stays before which there is no room for the changeover that is needed.
    """

    def __init__(self, unit: Unit, line: Line, skilled: Mapping[str, Sequence[PersonGround]]) -> None:
        self.unit, self.matrix, self.buffer = unit.id, Matrix(unit), unit.buffer
        self._line, self._skilled = line, skilled
        self._people = {person.id: person for able in skilled.values() for person in able}
        self._cleaning = Line()
        self.stays = sorted((fixed_stay(use) for use in unit.fixed), key=order)
        self.turns: dict[int, Turnaround] = {}
        self.broken: set[int] = set()

    # -- asking

    def next_fit(self, stay: Stay) -> int:
        """The first start, not before the stay's own, at which its neighbours leave it time; ``NEVER`` without one."""
        length = stay.end - stay.start
        while stay.start < NEVER:
            later = self._step(stay)
            if later <= stay.start:
                return stay.start
            stay = replace(stay, start=later, end=later + length)
        return NEVER

    def turns_around(self, stay: Stay, busy: Busy) -> list[Turnaround] | None:
        """The changeovers before and after a stay that ``next_fit`` accepts, found for persons who are ``busy`` too;
        ``None`` where that cannot be."""
        before, after = self._family_before(stay.start), self._family_after(stay.start)
        found: list[Turnaround] = []
        own = {person: list(spans) for person, spans in busy.items()}
        with_own = self._pick_up(after)
        try:
            for pair in ((before, stay), (stay, after)):
                row = self._row(*pair) if stay.family else None
                if row is None or pair[1] is None:
                    continue
                turn = self._find(row, pair[0], pair[1], own)
                if turn is None:
                    return None
                if turn.person is not None:
                    own.setdefault(turn.person, []).append((turn.start, turn.end))
                found.append(turn)
        finally:
            self._lay_down(with_own)
        return found

    def may_join(self, stay: Stay) -> bool:
        """Whether a stay may share the run that starts when it does: the buffer lies round all who are in it."""
        return self._apart(stay) == stay.start

    def _step(self, stay: Stay) -> int:
        """The stay's start where all is well, else a later one before which it cannot be."""
        at = bisect_right(self.stays, stay.start, key=_start)
        if at and self.stays[at - 1].end > stay.start:
            return self.stays[at - 1].end
        if at < len(self.stays) and self.stays[at].start < stay.end:
            return self.stays[at].end
        later = self._apart(stay)
        if later > stay.start:
            return later
        return self._set_up(stay) if stay.family else self._cleaning.next_free(stay.start, stay.end - stay.start)

    def _apart(self, stay: Stay) -> int:
        """With the buffer to other owners."""
        if not stay.owner or not self.buffer:
            return stay.start
        at = bisect_right(self.stays, stay.start, key=_start)
        for one in reversed(self.stays[:at]):
            if one.end + self.buffer <= stay.start:
                break
            if are_apart(one.party, stay.party):
                return one.end + self.buffer
        for one in self.stays[at:]:
            if one.start >= stay.end + self.buffer:
                break
            if are_apart(one.party, stay.party):
                return one.end
        return stay.start

    def _set_up(self, stay: Stay) -> int:
        before, after = self._family_before(stay.start), self._family_after(stay.start)
        own = self._pick_up(after)
        try:
            row = self._row(before, stay)
            later = stay.start if row is None else self._after_setup(row, before, stay)
            if later > stay.start:
                return NEVER if later >= NEVER and after is None else min(later, NEVER if after is None else after.end)
            row = self._row(stay, after)
            return stay.start if row is None or after is None else self._before_setup(row, stay, after)
        finally:
            self._lay_down(own)

    def _after_setup(self, row: Setup, before: Stay | None, stay: Stay) -> int:
        """The soonest start of a stay behind the changeover that it needs."""
        soonest = 0 if before is None else max(0, before.end)
        low = soonest if row.clean is None else max(soonest, stay.start - row.clean - row.total)
        begin, _ = self._moment(row, low, {})
        if before is not None and row.dirty is not None and begin > before.end + row.dirty:
            return NEVER
        return max(stay.start, begin + row.total)

    def _before_setup(self, row: Setup, stay: Stay, after: Stay) -> int:
        """The soonest start of a stay after which there is time for the changeover to the next one."""
        low = stay.end if row.clean is None else max(stay.end, after.start - row.clean - row.total)
        begin, _ = self._moment(row, low, {})
        if begin > after.start - row.total:
            return after.end
        if row.dirty is not None and begin > stay.end + row.dirty:
            return stay.start + begin - row.dirty - stay.end
        return stay.start

    def _row(self, before: Stay | None, after: Stay | None) -> Setup | None:
        """What takes time between two stays, if anything does."""
        row = None if after is None else self.matrix.judged((before, after))
        return row if row is not None and row.total else None

    def _find(self, row: Setup, before: Stay | None, after: Stay, busy: Busy) -> Turnaround | None:
        """The soonest changeover between two stays."""
        low = 0 if before is None else max(0, before.end)
        if row.clean is not None:
            low = max(low, after.start - row.clean - row.total)
        begin, person = self._moment(row, low, busy)
        too_dirty = before is not None and row.dirty is not None and begin > before.end + row.dirty
        if too_dirty or begin + row.total > after.start:
            return None
        return Turnaround(row=row, start=begin, end=begin + row.length, free=begin + row.total, person=person)

    def _moment(self, row: Setup, tick: int, busy: Busy) -> tuple[int, str | None]:
        """The first tick from which the unit is free for a changeover and somebody able to do it, and who."""
        while tick < NEVER:
            free = self._line.next_free(tick, row.total)
            if row.skill is None:
                return free, None
            able = self._skilled.get(row.skill, ())
            begin, person = min(
                ((_next_free(one, free, row.length, busy), one.id) for one in able), default=(NEVER, "")
            )
            if begin == free:
                return begin, person
            tick = begin
        return NEVER, None

    def _family_before(self, tick: int) -> Stay | None:
        at = bisect_left(self.stays, tick, key=_start)
        return next((one for one in reversed(self.stays[:at]) if one.family), None)

    def _family_after(self, tick: int) -> Stay | None:
        at = bisect_left(self.stays, tick, key=_start)
        return next((one for one in self.stays[at:] if one.family and one.start > tick), None)

    # -- changing

    def add(self, stay: Stay) -> None:
        """A stay that the unit's line has already, without its changeovers."""
        self.stays.insert(bisect_left(self.stays, order(stay), key=order), stay)

    def remove(self, stay: Stay) -> None:
        """A stay that was added, without its changeovers."""
        del self.stays[bisect_left(self.stays, order(stay), key=order)]

    def put(self, stay: Stay) -> None:
        """The same as ``add``, with the changeovers around it; those of a run that it shares are there already."""
        shares = self._starts_at(stay.start)
        self.add(stay)
        if stay.family and not shares:
            after = self._family_after(stay.start)
            self.drop(after)
            self._mend(stay)
            self._mend(after)

    def lift(self, stay: Stay) -> None:
        """The same as ``remove``, with the changeovers around it, unless others still share its run."""
        self.remove(stay)
        if stay.family and not self._starts_at(stay.start):
            self.drop(stay)
            after = self._family_after(stay.start)
            self.drop(after)
            self._mend(after)

    def drop(self, stay: Stay | None) -> None:
        """Forget the changeover before a stay."""
        if stay is not None:
            self.broken.discard(stay.start)
            self.set(stay.start, None)

    def set(self, start: int, turn: Turnaround | None) -> None:
        """The changeover before the stay that starts at ``start``, whatever it was."""
        old = self.turns.pop(start, None)
        if old is not None:
            self._cleaning.remove(old.start, old.free)
            self._occupy(old, add=False)
        if turn is not None:
            self.turns[start] = turn
            self._cleaning.add(turn.start, turn.free)
            self._occupy(turn, add=True)

    def turn(self, start: int, said: Changeover | None) -> None:
        """The changeover before the stay that starts at ``start``: as it is said where it has to be, else as found."""
        before, after = self.neighbours(start)
        row = self._row(before, after)
        if row is not None and row.appointed and said is not None:
            free = said.end + row.release
            self.set(start, Turnaround(row=row, start=said.start, end=said.end, free=free, person=said.person))
        else:
            self._mend(after)

    def is_sound(self) -> bool:
        """Whether every changeover that is needed has found its time; those that had not are tried once more."""
        for start in tuple(self.broken):
            self.broken.discard(start)
            self._mend(self.stays[self._at(start)])
        return not self.broken

    def _mend(self, after: Stay | None) -> None:
        """Find the changeover before a stay; where there is none, it is broken."""
        if after is None:
            return
        before = self._family_before(after.start)
        row = self._row(before, after)
        if row is None:
            return
        turn = self._find(row, before, after, {})
        if turn is None:
            self.broken.add(after.start)
        else:
            self.set(after.start, turn)

    def neighbours(self, start: int) -> Pair:
        """The stay that starts then, and the one before it that needs a family."""
        return self._family_before(start), self.stays[self._at(start)]

    def appointed(self) -> Iterator[tuple[Pair, Turnaround]]:
        """The changeovers that a plan has to name, with their neighbours."""
        for start, turn in self.turns.items():
            if turn.row.appointed:
                yield self.neighbours(start), turn

    def _at(self, start: int) -> int:
        return bisect_left(self.stays, start, key=_start)

    def _starts_at(self, start: int) -> bool:
        at = self._at(start)
        return at < len(self.stays) and self.stays[at].start == start

    def _occupy(self, turn: Turnaround, *, add: bool) -> None:
        if turn.person is not None:
            person = self._people[turn.person]
            (person.take if add else person.give)(turn.start, turn.end)

    def _pick_up(self, after: Stay | None) -> Turnaround | None:
        """Free the person of the changeover before a stay, which is to be found anew."""
        turn = None if after is None else self.turns.get(after.start)
        if turn is not None:
            self._occupy(turn, add=False)
        return turn

    def _lay_down(self, turn: Turnaround | None) -> None:
        if turn is not None:
            self._occupy(turn, add=True)


def _next_free(person: PersonGround, tick: int, length: int, busy: Busy) -> int:
    """The first tick from which a person is there, free and not about to be busy."""
    while tick < NEVER:
        free = person.next_free(tick, length)
        clash = [end for start, end in busy.get(person.id, ()) if start < free + length and free < end]
        if not clash and (not person.limits or person.allows((*busy.get(person.id, ()), (free, free + length)))):
            return free
        if not clash:
            clash = [free + 1]
        tick = max(clash)
    return NEVER
