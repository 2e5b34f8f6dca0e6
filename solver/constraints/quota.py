"""Nobody uses more of some units than allowed, in hours or times, per bucket of time or in any window of a length.

Knows nothing of a window that fixed work alone has used up, but that nothing more may be added to it. Why so few
windows are enough where they slide is said in ``solver.rules.quota``.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ortools.sat.python.cp_model import IntVar, LinearExpr

from solver.hints import Outcome
from solver.places import Case, Place
from solver.problem import Part, Quota, Task, Window, part_span
from solver.spent import NEVER, Spent

if TYPE_CHECKING:
    from solver.variables import TaskVariables, Variables


Number = LinearExpr | int


def narrow(case: Case, place: Place) -> Place:
    """Keeps starts and ends at which each use of a unit, were it the task's only one, would be within the quota."""
    for quota in case.calendars.problem.quotas:
        if not quota.counts(case.request):
            continue
        uses = [use for use in place.mode.units if use.lanes and use.unit in quota.units and place.length(use.part)]
        calendar = case.calendars.quotas[quota.id]
        if quota.measure == "count" and uses and place.possible:
            place = place.at(calendar.starts(1))
        elif quota.measure == "ticks":
            for use in uses:
                place = place.within(use.part, calendar)
    return place


def add(variables: "Variables") -> None:
    """Sums of overlaps, one per window in which the use may be greatest."""
    for quota in variables.calendars.problem.quotas:
        uses = list(_uses(variables, quota))
        fixed = [_fixed(span) for span in quota.taken]
        if not uses or _never_exceeded(quota, uses, fixed):
            continue
        for start, end, most in quota.buckets:
            _limit(variables, quota, (*uses, *fixed), _Begin(start, start, start), end - start, most)
        if quota.length is not None and quota.measure == "count":
            _starts(variables, quota, uses, quota.length)
        elif quota.length is not None:
            for begin in _begins(quota, uses, quota.length):
                _limit(variables, quota, (*uses, *fixed), begin, quota.length, quota.most)


@dataclass(frozen=True, eq=False, slots=True)
class _Use:
    """A use of a counted unit (by count: a task) in some ``modes`` of a task, while ``chosen``; ``span`` says where a
    plan has it, ``first`` and ``last`` between which ticks it lies. Fixed work has neither task nor literal."""

    task: str | None
    modes: frozenset[int]
    chosen: IntVar | None
    start: Number
    end: Number
    first: int
    last: int
    longest: int
    span: Callable[[Outcome], Window | None]

    def excludes(self, other: "_Use") -> bool:
        """Whether only one of them can be."""
        return self.task is not None and self.task == other.task and not self.modes & other.modes


@dataclass(frozen=True, eq=False, slots=True)
class _Begin:
    """Where a window begins, between ``least`` and ``most``: a tick, or ``shift`` after a use's start or end."""

    tick: Number
    least: int
    most: int
    use: _Use | None = None
    by_end: bool = False
    shift: int = 0

    def of(self, outcome: Outcome) -> int | None:
        """Where it begins in a plan; ``None`` where its use is left out."""
        if self.use is None:
            return self.least
        span = self.use.span(outcome)
        return None if span is None else span[self.by_end] + self.shift


def _uses(variables: "Variables", quota: Quota) -> Iterator[_Use]:
    for task in variables.tasks.values():
        if quota.counts(task.request):
            groups: dict[Hashable, list[tuple[int, Part]]] = defaultdict(list)
            for number, place in task.places.items():
                for key, part in _keys(quota, place):
                    groups[key].append((number, part))
            yield from (_use(variables, task, group) for group in groups.values())


def _keys(quota: Quota, place: Place) -> Iterator[tuple[Hashable, Part]]:
    """Uses of several modes with the same key are one: they are as long as each other, and exclude each other."""
    uses = [use for use in place.mode.units if use.lanes and use.unit in quota.units and place.length(use.part)]
    if quota.measure == "count":
        yield from (("once", "whole") for _ in uses[:1])
        return
    seen: Counter[Hashable] = Counter()
    for use in uses:
        key = (use.part, place.waits, place.advance is not None, place.mode.duration, place.length(use.part))
        seen[key] += 1
        yield (*key, seen[key]), use.part


def _use(variables: "Variables", task: "TaskVariables", group: list[tuple[int, Part]]) -> _Use:
    numbers, part = frozenset(number for number, _ in group), group[0][1]
    places = [task.places[number] for number in numbers]
    start, length, end = variables.part_of(task, group[0][0], part)
    first = min(place.first_end - place.mode.tail if part == "tail" else place.first_start for place in places)
    last = max(place.last_start + place.mode.head if part == "head" else place.last_end for place in places)
    return _Use(
        task=task.task.id,
        modes=numbers,
        chosen=_any_mode(variables, task, numbers),
        start=start,
        end=end,
        first=first,
        last=last,
        longest=length if isinstance(length, int) else last - first,
        span=_span_in(task.task, numbers, part),
    )


def _span_in(task: Task, numbers: frozenset[int], part: Part) -> Callable[[Outcome], Window | None]:
    def span(outcome: Outcome) -> Window | None:
        number = outcome.mode(task.id)
        if number is None or number not in numbers:
            return None
        return part_span(part, task.modes[number], start=outcome.start(task.id, 0), end=outcome.end(task.id, 0))

    return span


def _fixed(span: Window) -> _Use:
    start, end = span
    return _Use(None, frozenset(), None, start, end, start, end, end - start, lambda _: span)


def _any_mode(variables: "Variables", task: "TaskVariables", numbers: frozenset[int]) -> IntVar:
    if len(numbers) == len(task.places):
        return task.present
    if len(numbers) == 1:
        return task.modes[min(numbers)]
    chosen = variables.new_literal(lambda outcome: outcome.mode(task.task.id) in numbers)
    variables.model.add(LinearExpr.sum([task.modes[number] for number in sorted(numbers)]) == chosen)
    return chosen


def _never_exceeded(quota: Quota, uses: list[_Use], fixed: list[_Use]) -> bool:
    least = min((most for *_, most in quota.buckets), default=quota.most)
    if quota.measure == "count":
        return len(uses) + len(fixed) <= least
    return sum(use.longest for use in (*uses, *fixed)) <= least


def _starts(variables: "Variables", quota: Quota, uses: list[_Use], length: int) -> None:
    """Each start counts in every window that begins within ``length`` before it: no more at once than allowed."""
    intervals = [variables.interval(use.start, length, use.start + length, _literal(use)) for use in uses]
    amounts = [1] * len(uses)
    changes: Counter[int] = Counter()
    for start, _ in quota.taken:
        changes[start] += 1
        changes[start + length] -= 1
    level = 0
    for tick, until in pairwise(sorted(changes)):
        level += changes[tick]
        if level:
            intervals.append(variables.fixed_interval(tick, until))
            amounts.append(min(level, quota.most))
    variables.model.add_cumulative(intervals, amounts, quota.most)


def _literal(use: _Use) -> IntVar:
    assert use.chosen is not None
    return use.chosen


def _begins(quota: Quota, uses: list[_Use], length: int) -> Iterator[_Begin]:
    """Where windows begin; where fixed work uses a window up, also those that a use meets with one tick."""
    spent = Spent(quota)
    starts = sorted({start for use in quota.taken for start in (use[0], use[1] - length)})
    edges = [(0, False), (-length, True)]
    if any(spent.used((start, start + length)) >= quota.most for start in starts):
        edges += [(1 - length, False), (-1, True)]
    for use in uses:
        for by, by_end in edges:
            tick = (use.end if by_end else use.start) + by
            yield _Begin(tick, use.first + by, use.last + by, use, by_end=by_end, shift=by)
    yield from (_Begin(start, start, start) for start in starts)


def _limit(variables: "Variables", quota: Quota, uses: Sequence[_Use], begin: _Begin, length: int, most: int) -> None:
    """At most ``most`` in the window of ``length`` from ``begin``; fixed work beyond that is left alone."""
    met = [use for use in uses if use.last > begin.least and use.first < begin.most + length]
    planned = [use for use in met if use.chosen is not None and not (begin.use and use.excludes(begin.use))]
    if not planned:
        return
    amount = _started if quota.measure == "count" else _overlap
    used = LinearExpr.sum([amount(variables, use, begin, length) for use in planned])
    fixed: Number
    if begin.use is None:
        fixed = min(most, Spent(quota).used((begin.least, begin.least + length)))
    else:
        fixed = LinearExpr.sum([_overlap(variables, use, begin, length) for use in met if use.chosen is None])
    constraint = variables.model.add(used + fixed <= most)
    if begin.use is not None:
        variables.when(constraint, _literal(begin.use))


def _started(variables: "Variables", use: _Use, begin: _Begin, length: int) -> Number:
    """Whether a use starts in a bucket: before it, in it or after it, while it is chosen."""
    start, end = begin.least, begin.least + length
    inside = variables.new_literal(_between(use, start, end))
    choices = [inside]
    if use.first < start:
        choices.append(variables.new_literal(_between(use, -NEVER, start)))
        variables.model.add(use.start < start).only_enforce_if(choices[-1])
    if use.last >= end:
        choices.append(variables.new_literal(_between(use, end, NEVER)))
        variables.model.add(use.start >= end).only_enforce_if(choices[-1])
    variables.model.add_bool_or([*choices, _literal(use).negated()])
    return inside


def _between(use: _Use, start: int, end: int) -> Callable[[Outcome], int]:
    def held(outcome: Outcome) -> int:
        span = use.span(outcome)
        return span is not None and start <= span[0] < end

    return held


def _overlap(variables: "Variables", use: _Use, begin: _Begin, length: int) -> Number:
    """At least as much as a use has of the window, while both are there: the least of its own length, the window's, and
    what lies between the start of either and the end of the other."""
    if use is begin.use:
        if begin.shift in (1 - length, -1) and length > 1:
            return 1
        if use.longest <= length:
            return use.end - use.start
    spans = (
        (use.start, use.end, _own_length),
        (begin.tick, use.end, _from_begin),
        (use.start, begin.tick + length, _until_end),
        *(((0, length, _window_length),) if use.longest > length else ()),
    )
    used = variables.new_number(((0, min(use.longest, length) + 1),), _held(use, begin, length))
    literals = [
        literal.negated() for literal in (use.chosen, begin.use.chosen if begin.use else None) if literal is not None
    ]
    for frm, to, of in spans:
        literal = variables.new_literal(_is_least(of, use, begin, length))
        variables.model.add(used >= to - frm).only_enforce_if(literal)
        literals.append(literal)
    variables.model.add_bool_or(literals)
    return used


def _own_length(span: Window, _begin: int, _length: int) -> int:
    return span[1] - span[0]


def _from_begin(span: Window, begin: int, _length: int) -> int:
    return span[1] - begin


def _until_end(span: Window, begin: int, length: int) -> int:
    return begin + length - span[0]


def _window_length(_span: Window, _begin: int, length: int) -> int:
    return length


def _least(span: Window, begin: int, length: int) -> int:
    return min(of(span, begin, length) for of in (_own_length, _from_begin, _until_end, _window_length))


def _held(use: _Use, begin: _Begin, length: int) -> Callable[[Outcome], int]:
    def held(outcome: Outcome) -> int:
        span, start = use.span(outcome), begin.of(outcome)
        return 0 if span is None or start is None else max(0, _least(span, start, length))

    return held


def _is_least(of: Callable[[Window, int, int], int], use: _Use, begin: _Begin, length: int) -> Callable[[Outcome], int]:
    def held(outcome: Outcome) -> int:
        span, start = use.span(outcome), begin.of(outcome)
        return span is not None and start is not None and of(span, start, length) == _least(span, start, length)

    return held
