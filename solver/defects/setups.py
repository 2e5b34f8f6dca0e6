"""Mistakes in setups, buffers and what is known of fixed work.

Knows nothing of whether there is anybody with the skill, nor of time enough: that is an answer, not a mistake.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from solver.defects.defect import Defect, defect
from solver.problem import Problem, Setup, Unit
from solver.windows import clip, covers, unite


def defects(problem: Problem) -> Iterator[Defect]:
    """Every unit, and every mode that uses one, that is wrong in this."""
    for unit in problem.units:
        yield from _unit(unit)
        for setup in unit.setups:
            yield from _setup(unit, setup)
        yield from _fixed(unit, problem.calendar_end)
    ordered = {unit.id for unit in problem.units if _is_ordered(unit)}
    for request in problem.requests:
        for task in request.tasks:
            for number, mode in enumerate(task.modes):
                if mode.cost < 0:
                    yield defect("negative_cost", task.id, mode=number, cost=mode.cost)
                for unit_id, times in Counter(use.unit for use in mode.units).items():
                    if times > 1 and unit_id in ordered:
                        yield defect("used_twice", task.id, unit_id, mode=number, times=times)


def _is_ordered(unit: Unit) -> bool:
    return bool(unit.setups or unit.buffer or unit.usable)


def _unit(unit: Unit) -> Iterator[Defect]:
    if unit.lanes != 1 and _is_ordered(unit):
        yield defect("lanes_with_setups", unit.id, lanes=unit.lanes)
    for name, ticks in (("buffer", unit.buffer), ("usable", unit.usable)):
        if ticks < 0:
            yield defect("negative_gap", unit.id, name, ticks=ticks)
    for (frm, to), times in Counter((row.frm, row.to) for row in unit.setups).items():
        if times > 1:
            yield defect("setup_twice", unit.id, frm or "anything", to, times=times)


def _setup(unit: Unit, setup: Setup) -> Iterator[Defect]:
    names = unit.id, setup.frm or "anything", setup.to or "nothing"
    if not setup.to:
        yield defect("setup_to_nothing", *names)
    for field in ("length", "release", "dirty", "clean", "cost"):
        number = getattr(setup, field)
        if number is not None and number < 0:
            yield defect("negative_setup", *names, field, number=number)
    if setup.appointed and setup.length < 1:
        yield defect("setup_without_work", *names, length=setup.length)


def _fixed(unit: Unit, end: int) -> Iterator[Defect]:
    for use in unit.fixed:
        if use.start >= use.end:
            yield defect("fixed_reversed", unit.id, start=use.start, end=use.end)
    for before, after in pairwise(unit.fixed):
        if after.start < before.start:
            yield defect("fixed_out_of_order", unit.id, start=after.start, before=before.start)
    taken = unite(window for lane in unit.taken for window in lane)
    for use in unit.fixed:
        span = clip(((use.start, use.end),), 0, end)
        if _is_ordered(unit) and not covers(taken, span):
            yield defect("fixed_not_taken", unit.id, start=use.start, end=use.end)
