"""What pausing work asks of the ground: where it advances, what is held throughout, and who is there when it does.

Does not know lags, nor modes that do not pause. From a start that does not do, the next that may is found by the last
tick that stands in the way: whatever starts later and still covers it stumbles over it again.
"""

from collections.abc import Callable, Iterable

from solver.advancing import FAR, Advance, Course, share_of
from solver.ground import NEVER, Ground, Hours, Line, PersonGround, Profile
from solver.problem import Demand, Mode, Part, StaffNeed, Task, UnitUse, Window
from solver.windows import Windows

Ask = Callable[[int], int]
Refuse = Callable[[int, int], int]


def asks(ground: Ground, mode: Mode, advance: Advance) -> Iterable[Ask]:
    """By the start alone: it is an advancing tick."""
    hours = Hours(advance.windows)
    yield lambda start: hours.next_open(start, 1)


def refusals(ground: Ground, task: Task, mode: Mode, advance: Advance) -> Iterable[Refuse]:
    """By start and end: the start itself where the requirement holds, else one before which it cannot."""
    if task.windows:
        yield Hours(task.windows).after_clash
    for use in mode.units:
        if _length(use.part, mode):
            yield _unit(ground, use, mode, advance)
    for need in mode.staff:
        if _length(need.part, mode):
            yield _staff(ground.skilled.get(need.skill, []), need, mode, advance)
    for demand in mode.demands:
        if _length(demand.part, mode):
            yield _demand(ground.capacities[demand.capacity], demand, mode, advance)


def persons(
    ground: Ground, course: Course, barred: frozenset[str], enough: Callable[[tuple[str, ...]], bool]
) -> tuple[str, ...] | None:
    """One person per need who is there, free and not ``barred``, nobody in two needs at once nor longer than their
    greatest hours, and ``enough`` of them; ``None`` without."""
    needs = course.mode.staff
    able = [
        [
            one
            for one in ground.skilled.get(need.skill, [])
            if _is_free(one, need, course) and (one.id not in barred or not _length(need.part, course.mode))
        ]
        for need in needs
    ]
    return _match(able, needs, course, (), enough)


def _match(
    able: list[list[PersonGround]],
    needs: tuple[StaffNeed, ...],
    course: Course,
    chosen: tuple[PersonGround, ...],
    enough: Callable[[tuple[str, ...]], bool],
) -> tuple[str, ...] | None:
    at = len(chosen)
    if at == len(able):
        named = tuple(person.id for person in chosen)
        return named if enough(named) and _within_hours(chosen, needs, course) else None
    for person in able[at]:
        held = course.manned(needs[at], person.on_shift)
        others = [need for need, other in zip(needs, chosen, strict=False) if other is person]
        if not any(_meet(held, course.manned(other, person.on_shift)) for other in others):
            found = _match(able, needs, course, (*chosen, person), enough)
            if found is not None:
                return found
    return None


def _within_hours(chosen: tuple[PersonGround, ...], needs: tuple[StaffNeed, ...], course: Course) -> bool:
    held: dict[str, list[Window]] = {}
    for person, need in zip(chosen, needs, strict=True):
        held.setdefault(person.id, []).extend(course.manned(need, person.on_shift))
    return all(person.allows(held[person.id]) for person in chosen)


def _meet(one: Windows, other: Windows) -> bool:
    return any(a < d and c < b for a, b in one for c, d in other)


def _length(part: Part, mode: Mode) -> int:
    first, end = share_of(part, mode)
    return end - first


def _back(advance: Advance, part: Part, mode: Mode) -> Refuse:
    """From a tick at which the part may begin at the earliest to the start of the task, which is after ``start``."""
    offset = share_of(part, mode)[0]

    def back(start: int, tick: int) -> int:
        return NEVER if tick >= FAR else max(start + 1, advance.start_reaching(tick, offset))

    return back


def _unit(ground: Ground, use: UnitUse, mode: Mode, advance: Advance) -> Refuse:
    unit, barred, back = ground.units[use.unit], Line(use.barred if use.lanes else ()), _back(advance, use.part, mode)

    def refuse(start: int, end: int) -> int:
        course = Course(mode, advance, start, end)
        span = course.span(use.part)
        missed = span[0] if use.drives else _missed(unit.hours, course, use.part, advance)
        later = max(
            sorted(line.after_clash(*span) for line in unit.lanes)[use.lanes - 1] if use.lanes else span[0],
            barred.after_clash(*span),
            missed,
        )
        return start if later == span[0] else back(start, later)

    return refuse


def _missed(hours: Hours, course: Course, part: Part, advance: Advance) -> int:
    """The first tick of the part where hours hold its first and its last tick, else a tick before which it cannot begin
    for that."""
    ends = course.ends_of(part)
    begin = ends[0][0]
    for at, (tick, _) in enumerate(ends):
        opened = hours.next_open(tick, 1)
        if opened != tick:
            last = advance.number(opened) - _length(part, course.mode) + 1
            return opened if at == 0 or opened >= NEVER else advance.tick(max(advance.number(begin) + 1, last))
    return begin


def _staff(able: list[PersonGround], need: StaffNeed, mode: Mode, advance: Advance) -> Refuse:
    back = _back(advance, need.part, mode)

    def refuse(start: int, end: int) -> int:
        course = Course(mode, advance, start, end)
        begin = course.span(need.part)[0]
        later = min((_after(person, need, course, begin) for person in able), default=NEVER)
        return start if later == begin else back(start, later)

    return refuse


def _is_free(person: PersonGround, need: StaffNeed, course: Course) -> bool:
    begin = course.span(need.part)[0]
    return not _length(need.part, course.mode) or _after(person, need, course, begin) == begin


def _after(person: PersonGround, need: StaffNeed, course: Course, begin: int) -> int:
    """``begin`` where the person can do the part, else a tick before which they cannot begin it."""
    later = begin
    if not need.drives and course.advance is not None:
        later = _missed(person.hours, course, need.part, course.advance)
    for stretch in course.manned(need, person.on_shift):
        clash = max(
            _clash(stretch, person.line.after_clash), _clash(stretch, person.hours.after_clash) if need.drives else 0
        )
        later = max(later, clash)
    return later


def _clash(stretch: Window, after_clash: Refuse) -> int:
    """The tick after what stands in the way of a stretch, 0 where nothing does."""
    later = after_clash(*stretch)
    return 0 if later == stretch[0] else later


def _demand(profile: Profile, demand: Demand, mode: Mode, advance: Advance) -> Refuse:
    back = _back(advance, demand.part, mode)

    def refuse(start: int, end: int) -> int:
        course = Course(mode, advance, start, end)
        begin = course.span(demand.part)[0]
        clashes = [
            _clash(stretch, lambda a, b: profile.after_clash(a, b, demand.amount))
            for stretch in course.stretches(demand.part)
        ]
        later = max(begin, *clashes)
        return start if later == begin else back(start, later)

    return refuse
