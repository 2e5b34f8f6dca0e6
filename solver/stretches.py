"""Pausing work in the model: where it ends, and the stretches in which its parts claim persons, capacities and units.

Knows nothing of the rules. A literal per piece of starts in which everything moves along with the start makes every
stretch a linear expression of the start alone.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from solver.advancing import Advance, share_of
from solver.calendars import Pool
from solver.hints import Outcome
from solver.pieces import Piece, pieces_of
from solver.places import Place
from solver.problem import Problem, Window
from solver.windows import Windows, clip, covers, fits, intersect, shift, unite

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntervalVar, IntVar, LinearExpr

    from solver.variables import Claim, TaskVariables, Variables

Span = tuple["LinearExpr | int", "LinearExpr | int", "LinearExpr | int"]
"""Start, length and end."""


def add_ends(variables: "Variables", task: "TaskVariables") -> None:
    """The end of a task in its pausing modes, a function of its start."""
    alike: dict[tuple[int, int], list[Place]] = defaultdict(list)
    for place in task.places.values():
        if place.advance is not None:
            alike[id(place.advance), place.mode.duration].append(place)
    for places in alike.values():
        _ends(variables, task, places)


def _ends(variables: "Variables", task: "TaskVariables", places: list[Place]) -> None:
    advance = places[0].advance
    assert advance is not None
    starts = unite(window for place in places for window in place.starts)
    pieces = list(pieces_of(advance, starts, (0, places[0].mode.duration), advance.windows))
    numbers = frozenset(place.number for place in places)
    literals = _literals(variables, task, pieces, [task.modes[number] for number in sorted(numbers)], numbers)
    for piece, literal in zip(pieces, literals, strict=True):
        variables.when(variables.model.add(task.end == task.start + piece.ends), literal)


def _literals(
    variables: "Variables",
    task: "TaskVariables",
    pieces: list[Piece],
    chosen: "list[IntVar]",
    modes: frozenset[int],
    pool: tuple["Claim", Pool] | None = None,
    *,
    claimed: bool = False,
) -> "list[IntVar]":
    """A literal per piece: as many are true as of the ``chosen``, and the start lies in that piece. ``claimed``: the
    chosen are of a claim, which nothing has that shares the run of another."""
    if len(pieces) == 1 and len(chosen) == 1 and pool is None:
        return chosen
    id_, first = task.task.id, task.first_start

    def held(piece: Piece, outcome: Outcome) -> bool:
        inside = piece.starts[0] <= outcome.start(id_, first) < piece.starts[1] and outcome.mode(id_) in modes
        return inside and (outcome.holds(id_) or not claimed) and (pool is None or _holds(outcome, *pool))

    literals = [variables.new_literal(partial(held, piece)) for piece in pieces]
    variables.model.add(sum(literals) == sum(chosen))
    for piece, literal in zip(pieces, literals, strict=True):
        variables.in_windows(task.start, (piece.starts,)).only_enforce_if(literal)
    return literals


def _holds(outcome: Outcome, claim: "Claim", pool: Pool) -> bool:
    return not outcome.held(claim.kind, claim.task.task.id, claim.slots).isdisjoint(pool.members)


def intervals_of(variables: "Variables", claim: "Claim") -> "list[IntervalVar]":
    """The claim's interval, or one for each stretch of each piece."""
    if not claim.is_stretched:
        return [variables.interval_of(claim)]
    place, advance = _place(claim)
    pieces = list(pieces_of(advance, place.starts, share_of(claim.part, place.mode), advance.windows))
    literals = _literals(variables, claim.task, pieces, [claim.chosen], _modes(claim), claimed=True)
    return [
        variables.interval(*span, literal)
        for piece, literal in zip(pieces, literals, strict=True)
        for span in _stretches(claim, piece)
    ]


def share_out(variables: "Variables", claim: "Claim", pools: tuple[Pool, ...]) -> None:
    """Lets a claim take its amount from the pools, stretch by stretch where it is made of stretches."""
    if not claim.is_stretched:
        variables.share_out(claim, pools)
        return
    place, advance = _place(claim)
    share, found = share_of(claim.part, place.mode), []
    for pool in pools:
        within = _within(variables.calendars.problem, claim, pool, advance)
        pieces = [piece for piece in pieces_of(advance, place.starts, share, within) if _has_room(claim, pool, piece)]
        if pieces:
            found.append((pool, pieces))
    amounts = [_amount(variables, claim, pool) for pool, _ in found]
    variables.model.add(sum(amounts) == claim.amount * claim.chosen)
    for (pool, pieces), amount in zip(found, amounts, strict=True):
        _take(variables, claim, pool, pieces, amount)


def _has_room(claim: "Claim", pool: Pool, piece: Piece) -> bool:
    """Whether the pool has somebody or something for a stretched claim at some start in the piece."""
    free, (first, until) = pool.free.windows, piece.starts
    if piece.first_until is None or claim.kind == "unit":
        return bool(clip(shift(fits(free, piece.ends - piece.begins), -piece.begins), first, until))
    soonest = [a for a, b in free if a < piece.first_until <= b]
    latest = [b for a, b in free if a <= piece.last_from < b]
    if not soonest or not latest or not covers(free, piece.middle):
        return False
    return max(first, soonest[0] - piece.begins) <= min(until - 1, latest[0] - piece.ends)


def _amount(variables: "Variables", claim: "Claim", pool: Pool) -> "IntVar":
    members, slots, task = frozenset(pool.members), claim.slots, claim.task.task.id
    most = min(claim.amount, len(members))
    return variables.new_number(((0, most + 1),), lambda outcome: len(members & outcome.held(claim.kind, task, slots)))


def _take(variables: "Variables", claim: "Claim", pool: Pool, pieces: list[Piece], amount: "IntVar") -> None:
    """A literal per piece while anything is taken of the pool."""
    taken = amount if claim.amount == 1 else _any(variables, claim, pool, amount)
    literals = _literals(variables, claim.task, pieces, [taken], _modes(claim), (claim, pool))
    for piece, literal in zip(pieces, literals, strict=True):
        spans = _stretches(claim, piece) if claim.kind != "unit" else [_whole(claim, piece)]
        for start, length, end in spans:
            interval = variables.interval(start, length, end, literal)
            load = claim.load(literal, 1 if claim.amount == 1 else amount, interval, start, end)
            variables.loads[pool].append(load)


def _any(variables: "Variables", claim: "Claim", pool: Pool, amount: "IntVar") -> "IntVar":
    """Whether anything is taken of the pool."""
    taken = variables.new_literal(lambda outcome: _holds(outcome, claim, pool))
    variables.model.add(amount >= 1).only_enforce_if(taken)
    variables.model.add(amount == 0).only_enforce_if(taken.negated())
    return taken


def _place(claim: "Claim") -> tuple[Place, Advance]:
    (place,) = claim.places
    assert place.advance is not None
    return place, place.advance


def _modes(claim: "Claim") -> frozenset[int]:
    return frozenset(mode for mode, _ in claim.slots)


def _within(problem: Problem, claim: "Claim", pool: Pool, advance: Advance) -> Windows:
    """The ticks of the work in which somebody of the pool is needed."""
    if claim.kind != "skill":
        return advance.windows
    (mode, use), *_ = claim.slots
    if claim.task.task.modes[mode].staff[use].drives:
        return advance.windows
    return intersect(advance.windows, problem.persons[pool.members[0]].on_shift)


def _whole(claim: "Claim", piece: Piece) -> Span:
    """From the first tick of the share to its last, pauses included."""
    start = claim.task.start
    return start + piece.begins, piece.ends - piece.begins, start + piece.ends


def _stretches(claim: "Claim", piece: Piece) -> Iterable[Span]:
    start = claim.task.start
    if piece.first_until is None:
        yield _whole(claim, piece)
        return
    yield start + piece.begins, piece.first_until - piece.begins - start, piece.first_until
    yield from (_still(window) for window in piece.middle)
    yield piece.last_from, start + (piece.ends - piece.last_from), start + piece.ends


def _still(window: Window) -> Span:
    return window[0], window[1] - window[0], window[1]
