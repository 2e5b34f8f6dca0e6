"""A staff need that may be handed over, as CP-SAT sees it: turns, one after the other, like a path through the shifts.

Knows nothing of names. A turn begins with the part or at the end of somebody's shift, and ends with the part or at the
end of its own shift: there are few, and most of them lie where they lie.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from solver.calendars import Pool
from solver.hints import Outcome
from solver.problem import Person, Window, part_span
from solver.stints import turns

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

    from solver.variables import Claim, Variables


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn within the shift ``window``: from ``since`` (``None``: the part's start) until ``until``, which is then
    the shift's end (``None``: the part's end)."""

    window: Window
    since: int | None = None
    until: int | None = None

    def spans(self, part: Window) -> Window:
        """When it is, where the part is at ``part``."""
        return part[0] if self.since is None else self.since, part[1] if self.until is None else self.until


def share_in_turns(variables: "Variables", claim: "Claim", staff: Sequence[tuple[Person, Pool]]) -> None:
    """Lets persons of the pools cover a claim of fixed length, one after the other: who begins, and at every end of a
    turn that comes before the part's end exactly one who takes over."""
    shifts = [(pool, window) for person, pool in staff for window in person.on_shift if _meets(claim, window)]
    first = [each for pool, window in shifts for each in _turns(variables, claim, pool, window, None)]
    variables.exactly_one([literal for _, literal in first], claim.chosen)
    ending = _by_end(first)
    while ending:
        tick = min(ending)
        relieved = ending.pop(tick)
        there = [(pool, window) for pool, window in shifts if window[0] <= tick < window[1]]
        relieving = [each for pool, window in there for each in _turns(variables, claim, pool, window, tick)]
        variables.model.add(sum(relieved) == sum(literal for _, literal in relieving))
        for until, literals in _by_end(relieving).items():
            ending[until] += literals


def _meets(claim: "Claim", window: Window) -> bool:
    return window[0] < claim.last_tick and claim.first_tick < window[1]


def _by_end(found: "list[tuple[Turn, IntVar]]") -> "dict[int, list[IntVar]]":
    ending: dict[int, list[IntVar]] = defaultdict(list)
    for turn, literal in found:
        if turn.until is not None:
            ending[turn.until].append(literal)
    return ending


def _turns(
    variables: "Variables", claim: "Claim", pool: Pool, window: Window, since: int | None
) -> "Iterator[tuple[Turn, IntVar]]":
    """The turn to the part's end and, where the part could go on after the shift, the one to the shift's end."""
    for until in (None, window[1]):
        if until is None or until < claim.last_tick:
            turn = Turn(window, since, until)
            literal = variables.new_literal(partial(_taken, claim, pool, turn))
            _bind(variables, claim, turn, literal)
            variables.take_turn(claim, pool, turn, literal)
            yield turn, literal


def _bind(variables: "Variables", claim: "Claim", turn: Turn, literal: "IntVar") -> None:
    opens, closes = turn.window
    if turn.since is None:
        variables.model.add(claim.start >= opens).only_enforce_if(literal)
        variables.model.add(claim.start < closes).only_enforce_if(literal)
    else:
        variables.model.add(claim.end > turn.since).only_enforce_if(literal)
    if turn.until is None:
        variables.model.add(claim.end <= closes).only_enforce_if(literal)
    else:
        variables.model.add(claim.end > closes).only_enforce_if(literal)


def _taken(claim: "Claim", pool: Pool, turn: Turn, outcome: Outcome) -> bool:
    """Whether a member of the pool takes this turn in a plan."""
    at = outcome.at.get(claim.task.task.id)
    need = next((use for mode, use in claim.slots if at is not None and mode == at.mode), None)
    if at is None or need is None or need >= len(at.persons) or not outcome.holds(claim.task.task.id):
        return False
    start, _ = part_span(claim.part, claim.task.task.modes[at.mode], start=at.start, end=at.end)
    return any(
        (since, until) == (turn.since, turn.until)
        and turn.window[0] <= (start if since is None else since) < turn.window[1]
        and outcome.number(person) in pool.members
        for person, since, until in turns(need, at)
    )
