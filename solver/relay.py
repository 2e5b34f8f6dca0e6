"""Needs that several persons may cover in turn: from when on that can be, and who takes which turn.

Knows nothing of CP-SAT. A person stays until the part or the own shift ends, so that the only choice is who comes next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from solver.ground import NEVER, PersonGround
from solver.problem import Window

Turn = tuple[PersonGround, int, int]
"""A person from a tick to a tick."""
Opening = tuple[int, int]
"""A tick from which on a need (its number) wants somebody."""


def next_relay(persons: Sequence[PersonGround], tick: int, length: int) -> int:
    """The first tick, not before ``tick``, from which on persons in turn are there and free for ``length`` (>= 1)
    ticks; greatest hours are not looked at. ``NEVER`` without one."""
    best, hopeless = NEVER, set[Window]()
    for person in persons:
        for start, until, shift_end in person.stretches(tick):
            if start >= best:
                break
            end = start + length
            if end <= until or (until == shift_end and _reaches(persons, until, end, hopeless)):
                best = start
                break
    return best


def _reaches(persons: Sequence[PersonGround], tick: int, end: int, hopeless: set[Window]) -> bool:
    """Whether persons in turn are free from ``tick`` to ``end``."""
    if (tick, end) in hopeless:
        return False
    for person in persons:
        start, until, shift_end = next(person.stretches(tick), (NEVER, NEVER, NEVER))
        if start == tick and (end <= until or (until == shift_end and _reaches(persons, until, end, hopeless))):
            return True
    hopeless.add((tick, end))
    return False


@dataclass(frozen=True, slots=True)
class Post:
    """A need to be covered in ``span``, not empty, by one of ``persons``, the best first, or by several in turn."""

    persons: Sequence[PersonGround]
    span: Window
    handover: bool


def take_turns(posts: Sequence[Post]) -> list[list[Turn]] | None:
    """The turns at every post, nobody in two turns at once nor over the greatest hours; ``None`` where there are none.

    All turns are given in order of time; what has failed once from the same state is not tried again.
    """
    openings = tuple(sorted((post.span[0], number) for number, post in enumerate(posts)))
    found = _cover(posts, openings, (), set())
    if found is None:
        return None
    shared: list[list[Turn]] = [[] for _ in posts]
    for number, turn in found:
        shared[number].append(turn)
    return shared


def _cover(
    posts: Sequence[Post], openings: tuple[Opening, ...], taken: tuple[tuple[int, Turn], ...], hopeless: set[object]
) -> tuple[tuple[int, Turn], ...] | None:
    if not openings:
        return taken
    state = _state(openings, taken)
    if state in hopeless:
        return None
    (tick, number), *others = openings
    for turn in _turns(posts[number], tick):
        if _is_free(turn, taken):
            later = others if turn[2] == posts[number].span[1] else sorted((*others, (turn[2], number)))
            found = _cover(posts, tuple(later), (*taken, (number, turn)), hopeless)
            if found is not None:
                return found
    hopeless.add(state)
    return None


def _state(openings: tuple[Opening, ...], taken: tuple[tuple[int, Turn], ...]) -> object:
    """What decides whether the rest can be covered."""
    tick = openings[0][0]
    busy = sorted((person.id, until) for _, (person, _, until) in taken if until > tick)
    worked = sorted((person.id, start, until) for _, (person, start, until) in taken if person.limits)
    return openings, tuple(busy), tuple(worked)


def _turns(post: Post, tick: int) -> Iterator[Turn]:
    """Who could take the post from ``tick`` on, and for how long; where it may be handed over, the longest first."""
    end, turns = post.span[1], list[Turn]()
    for person in post.persons:
        if not post.handover:
            until = end if person.after_clash(tick, end) == tick else tick
        else:
            start, free, shift_end = next(person.stretches(tick), (NEVER, NEVER, NEVER))
            until = end if end <= free else free if free == shift_end else tick
            until = until if start == tick else tick
        if until > tick:
            turns.append((person, tick, until))
    yield from sorted(turns, key=lambda turn: -turn[2])


def _is_free(turn: Turn, taken: tuple[tuple[int, Turn], ...]) -> bool:
    person, start, end = turn
    own = [(first, last) for _, (who, first, last) in taken if who is person]
    if any(max(start, first) < min(end, last) for first, last in own):
        return False
    return not person.limits or person.allows((*own, (start, end)))
