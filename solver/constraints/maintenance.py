"""Units are used only while their services and calibrations last, unless the work waives them.

Knows nothing of the order of uses between two renewals. A use is given to the last renewal that has ended when it
starts; of renewals that end together, to the first in the order of ``_Expiry.anchors``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from solver.calendars import AnyCalendar, Calendar
from solver.hints import Outcome
from solver.places import Case, Place
from solver.problem import Expiry, Part, Used, Window, part_span
from solver.windows import Windows, intersect, shift, unite

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar, LinearExpr

    from solver.variables import Claim, TaskVariables, Variables

_FAR = 1 << 40


def narrow(case: Case, place: Place) -> Place:
    """Keeps starts and ends at which fixed renewals suffice for this task alone, where no other are to come."""
    if case.request.maintenance:
        return place
    for use in (use for use in place.mode.units if use.lanes):
        for expiry in case.calendars.units[use.unit].unit.expiries:
            if not expiry.renewed_by and expiry.kind not in place.mode.waives and place.length(use.part):
                place = narrowed(expiry, use.part, place)
    return place.bounded(-_FAR, _FAR, -_FAR, _FAR)


def narrowed(expiry: Expiry, part: Part, place: Place) -> Place:
    """Keeps starts and ends at which the part keeps what ``expiry`` leaves beside fixed work."""
    if expiry.measure == "date":
        return place.within(part, AnyCalendar(tuple(Calendar((window,)) for window in valid_windows(expiry))))
    need = place.length(part) if expiry.measure == "use" else 1
    return _begins(place, part, unite(window for window, room in stretches(expiry) if room >= need))


def _begins(place: Place, part: Part, windows: Windows) -> Place:
    """Keeps what lets the part begin in ``windows``."""
    if part != "tail":
        return place.at(windows)
    if place.ends is None:
        return place.at(shift(windows, place.mode.tail - place.mode.duration))
    return replace(place, ends=intersect(place.ends, shift(windows, place.mode.tail)))


def valid_windows(expiry: Expiry) -> Windows:
    """In one of which a use has to lie, by date: up to the expiry, and after each fixed renewal. They may overlap."""
    return ((-_FAR, expiry.left), *((tick, tick + expiry.renewed) for tick in expiry.renewed_at))


def stretches(expiry: Expiry) -> Iterator[tuple[Window, int]]:
    """Between two fixed renewals each, and what is left to be used in it (ticks or uses) beside fixed work."""
    ticks = (-_FAR, *dict.fromkeys(expiry.renewed_at), _FAR)
    for number, (start, end) in enumerate(pairwise(ticks)):
        used = sum(_amount(expiry, one) for one in expiry.used if start <= one.start < end)
        yield (start, end), (expiry.renewed if number else expiry.left) - used


def _amount(expiry: Expiry, used: Used) -> int:
    return used.end - used.start if expiry.measure == "use" else 1


def add(variables: "Variables") -> None:
    """Dates by a choice among renewals for every use, amounts by sums between renewals."""
    for unit in variables.calendars.problem.units:
        for expiry in unit.expiries:
            claims = [
                claim
                for claim in variables.claims_on_unit(unit.id)
                if claim.takes_time and not claim.task.request.maintenance
            ]
            uses = [_planned(variables, expiry, claim) for claim in claims]
            uses += [_fixed(variables, used) for used in expiry.used]
            said = _Expiry(variables, expiry, _anchors(variables, expiry), uses)
            said.add_dates() if expiry.measure == "date" else said.add_amounts()


@dataclass(eq=False, slots=True)
class _Anchor:
    """What uses are counted from: a renewal, or (``end`` at ``-_FAR``) what is left without any."""

    end: "LinearExpr"
    low: int
    high: int
    gives: int
    present: "IntVar"
    ended: Callable[[Outcome], int | None]


@dataclass(eq=False, slots=True)
class _Use:
    """``judges``: it has to keep the expiry while one of these holds. ``seen``: its span in a plan, and whether it is
    judged there. It starts between ``first`` and ``last_start`` and has ended by ``last``."""

    start: "LinearExpr"
    end: "LinearExpr"
    first: int
    last_start: int
    last: int
    chosen: "IntVar"
    judges: "tuple[IntVar, ...]"
    most: int
    least: int
    seen: Callable[[Outcome], tuple[Window, bool] | None]


def _anchors(variables: "Variables", expiry: Expiry) -> list[_Anchor]:
    anchors = [_fixed_anchor(variables, -_FAR, expiry.left)]
    anchors += [_fixed_anchor(variables, tick, expiry.renewed) for tick in dict.fromkeys(expiry.renewed_at)]
    tasks = (variables.tasks[id_] for id_ in expiry.renewed_by if id_ in variables.tasks)
    return anchors + [_planned_anchor(task, expiry.renewed) for task in tasks]


def _fixed_anchor(variables: "Variables", tick: int, gives: int) -> _Anchor:
    return _Anchor(variables.fixed_number(tick), tick, tick, gives, variables.yes, lambda _: tick)


def _planned_anchor(task: "TaskVariables", gives: int) -> _Anchor:
    def ended(outcome: Outcome) -> int | None:
        at = outcome.at.get(task.task.id)
        return None if at is None else at.end

    return _Anchor(task.end, task.first_end, task.last_end, gives, task.present, ended)


def _planned(variables: "Variables", expiry: Expiry, claim: "Claim") -> _Use:
    modes = claim.task.task.modes
    judging = [number for number, _ in claim.slots if expiry.kind not in modes[number].waives]
    judges = tuple(claim.task.modes[number] for number in judging)
    if len(judging) == len(claim.slots):
        judges = (claim.chosen,)
    numbers = {number for number, _ in claim.slots}

    def seen(outcome: Outcome) -> tuple[Window, bool] | None:
        at = outcome.at.get(claim.task.task.id)
        if at is None or at.mode not in numbers:
            return None
        return part_span(claim.part, modes[at.mode], start=at.start, end=at.end), at.mode in judging

    most = claim.length if isinstance(claim.length, int) else claim.last_tick - claim.first_tick
    least = claim.length if isinstance(claim.length, int) else 0
    first, last = claim.first_tick, claim.last_tick
    return _Use(claim.start, claim.end, first, last - max(1, least), last, claim.chosen, judges, most, least, seen)


def _fixed(variables: "Variables", used: Used) -> _Use:
    judges = (variables.yes,) if used.judged else ()
    length, span = used.end - used.start, (used.start, used.end)
    seen = (span, used.judged)
    start, end = variables.fixed_number(used.start), variables.fixed_number(used.end)
    return _Use(start, end, used.start, used.start, used.end, variables.yes, judges, length, length, lambda _: seen)


@dataclass(eq=False)
class _Expiry:
    """One expiry of one unit in the model."""

    variables: "Variables"
    expiry: Expiry
    anchors: list[_Anchor]
    uses: list[_Use]
    _later: "dict[tuple[int, int], IntVar]" = field(default_factory=dict)
    _older: "dict[tuple[int, int], IntVar]" = field(default_factory=dict)

    # -- dates

    def add_dates(self) -> None:
        """Every judged use lies in what one renewal gives."""
        for use in self.uses:
            if use.judges and use.last > self.expiry.left:
                options = [option for anchor in self.anchors for option in self._option(use, anchor)]
                for judge in use.judges:
                    self.variables.model.add_bool_or([*options, judge.negated()])

    def _option(self, use: _Use, anchor: _Anchor) -> "Iterator[IntVar]":
        """A literal that the use lies in what ``anchor`` gives, where it could."""
        initial = anchor.low == -_FAR
        latest = anchor.gives if initial else anchor.high + anchor.gives
        if use.last_start < anchor.low or use.first >= latest:
            return
        model = self.variables.model
        option = self.variables.new_literal(lambda outcome: self._lies(outcome, use, anchor))
        model.add_implication(option, anchor.present)
        if not initial:
            model.add(use.start >= anchor.end).only_enforce_if(option)
        bound = anchor.gives if initial else anchor.end + anchor.gives
        model.add(use.end <= bound).only_enforce_if(option)
        yield option

    def _lies(self, outcome: Outcome, use: _Use, anchor: _Anchor) -> bool:
        seen, ended = use.seen(outcome), anchor.ended(outcome)
        if seen is None or ended is None:
            return False
        (start, end), _ = seen
        return ended <= start and end <= (anchor.gives if ended == -_FAR else ended + anchor.gives)

    # -- amounts

    def add_amounts(self) -> None:
        """The uses given to one renewal add up to what it gives, where one of them is judged."""
        if not any(use.judges for use in self.uses) or self._most(self.uses) <= self.expiry.left:
            return
        given = {
            (number, at): literal
            for number, use in enumerate(self.uses)
            for at, literal in self._given(number, use).items()
        }
        for at, anchor in enumerate(self.anchors):
            mine = {number: literal for (number, other), literal in given.items() if other == at}
            if mine and self._most([self.uses[number] for number in mine]) > anchor.gives:
                self._limit(at, anchor, mine)

    def _most(self, uses: list[_Use]) -> int:
        return sum(use.most if self.expiry.measure == "use" else 1 for use in uses)

    def _given(self, number: int, use: _Use) -> "dict[int, IntVar]":
        """By the number of an anchor, a literal that the use is counted from it; exactly one while it is planned."""
        possible = [at for at, anchor in enumerate(self.anchors) if anchor.low <= use.last_start]
        given = {at: self.variables.new_literal(self._is_given(use, at)) for at in possible}
        self.variables.exactly_one(given.values(), use.chosen)
        model = self.variables.model
        for at, literal in given.items():
            model.add_implication(literal, self.anchors[at].present)
            if self.anchors[at].high > use.first:
                model.add(use.start >= self.anchors[at].end).only_enforce_if(literal)
            for other in possible:
                if other != at:
                    self._not_after(number, at, other, literal)
        return given

    def _not_after(self, number: int, at: int, other: int, literal: "IntVar") -> None:
        """While ``literal`` holds, ``other`` is absent, ends after the use has begun, or ends before ``at`` does."""
        use, one, two = self.uses[number], self.anchors[at], self.anchors[other]
        first = other > at
        if two.high < one.low + first:
            return
        choices = [literal.negated()]
        if two.present is not self.variables.yes:
            choices.append(two.present.negated())
        if two.high > use.first:
            choices.append(self._ends_later(number, other))
        if two.low < one.high + first:
            choices.append(self._ends_before(other, at))
        self.variables.model.add_bool_or(choices)

    def _ends_later(self, number: int, other: int) -> "IntVar":
        """``other`` ends after the use has begun."""
        if (number, other) not in self._later:
            use, anchor = self.uses[number], self.anchors[other]

            def held(outcome: Outcome) -> bool:
                seen, ended = use.seen(outcome), anchor.ended(outcome)
                return seen is not None and ended is not None and ended > seen[0][0]

            literal = self._later[number, other] = self.variables.new_literal(held)
            self.variables.model.add(anchor.end >= use.start + 1).only_enforce_if(literal)
        return self._later[number, other]

    def _ends_before(self, other: int, at: int) -> "IntVar":
        """``other`` ends before ``at``; together with it, too, where it comes after it in order."""
        if (other, at) not in self._older:
            one, two, by = self.anchors[at], self.anchors[other], 0 if other > at else 1

            def held(outcome: Outcome) -> bool:
                ended, before = one.ended(outcome), two.ended(outcome)
                return ended is not None and before is not None and before + by <= ended

            literal = self._older[other, at] = self.variables.new_literal(held)
            self.variables.model.add(two.end + by <= one.end).only_enforce_if(literal)
        return self._older[other, at]

    def _is_given(self, use: _Use, at: int) -> Callable[[Outcome], bool]:
        def held(outcome: Outcome) -> bool:
            seen = use.seen(outcome)
            return seen is not None and self._last(outcome, seen[0][0]) == at

        return held

    def _last(self, outcome: Outcome, start: int) -> int:
        """The anchor that a use which starts then is counted from."""
        ends = [(ended, -at) for at, anchor in enumerate(self.anchors) if (ended := anchor.ended(outcome)) is not None]
        return -max(end for end in ends if end[0] <= start)[1]

    def _limit(self, at: int, anchor: _Anchor, mine: "dict[int, IntVar]") -> None:
        model, uses = self.variables.model, {number: self.uses[number] for number in mine}
        strict = self.variables.new_literal(self._is_strict(list(uses.values()), at))
        for number, use in uses.items():
            for judge in use.judges:
                model.add_bool_or([mine[number].negated(), judge.negated(), strict])
        amounts = [self._amount(use, at, mine[number]) for number, use in uses.items()]
        model.add(sum(amounts, self.variables.fixed_number(0)) <= anchor.gives).only_enforce_if(strict)

    def _is_strict(self, uses: list[_Use], at: int) -> Callable[[Outcome], bool]:
        def held(outcome: Outcome) -> bool:
            seen = [one for use in uses if (one := use.seen(outcome)) is not None]
            return any(judged and self._last(outcome, start) == at for (start, _), judged in seen)

        return held

    def _amount(self, use: _Use, at: int, given: "IntVar") -> "LinearExpr":
        """What the use takes of it."""
        if self.expiry.measure == "cycles" or use.least == use.most:
            return given if self.expiry.measure == "cycles" else use.most * given

        def held(outcome: Outcome) -> int:
            seen = use.seen(outcome)
            taken = seen is not None and self._last(outcome, seen[0][0]) == at
            return seen[0][1] - seen[0][0] if seen is not None and taken else 0

        amount = self.variables.new_number(((0, use.most + 1),), held)
        self.variables.model.add(amount >= use.end - use.start).only_enforce_if(given)
        return amount
