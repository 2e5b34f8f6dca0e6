"""Every way in which persons could take turns in one assignment.

Knows nothing of the rule book; what of it is allowed, ``tests.solver.by_tick`` says.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from solver.plan import Assignment, Relief
from solver.problem import Mode, Problem
from tests.solver.by_tick import ticks_of


def relief_choices(problem: Problem, mode: Mode, assignment: Assignment) -> Iterator[Assignment]:
    """The assignment without anybody relieved, or with whoever relieves those whose shift ends too soon."""
    choices = [list(_of_need(problem, mode, assignment, number)) for number in range(len(mode.staff))]
    for way in product(*choices):
        yield replace(assignment, reliefs=tuple(relief for reliefs in way for relief in reliefs))


def _of_need(problem: Problem, mode: Mode, assignment: Assignment, number: int) -> Iterator[tuple[Relief, ...]]:
    need = mode.staff[number]
    if not need.handover:
        yield ()
        return
    ticks = sorted(ticks_of(need.part, mode, assignment))
    ends = {person.id: {end for _, end in person.on_shift} for person in problem.persons}
    partial: list[tuple[tuple[Relief, ...], str]] = [((), assignment.persons[number])]
    for tick in ticks[1:]:
        longer: list[tuple[tuple[Relief, ...], str]] = []
        for reliefs, person in partial:
            if tick not in ends[person]:
                longer.append((reliefs, person))
                continue
            for other in ends:
                longer.append(((*reliefs, Relief(need=number, tick=tick, person=other)), other))
        partial = longer
    yield from (reliefs for reliefs, _ in partial)
