"""Tasks of a request that share their units, persons or laboratories, or must not.

Knows nothing of a fact that does not say who did it, nor of whether anybody is free and able.
"""

from collections.abc import Iterator
from itertools import combinations

from solver.problem import Fact, Request, SameChoice
from solver.rules.reading import Placed, Reading
from solver.rules.violation import Violation


def violations(book: Reading) -> Iterator[Violation]:
    """Pairs of tasks of which one has something that the other lacks, or that have something in common."""
    for request in book.problem.requests:
        for choice in request.choices:
            yield from _choice(book, request, choice)


def _choice(book: Reading, request: Request, choice: SameChoice) -> Iterator[Violation]:
    facts = {fact.id: fact for fact in request.facts}
    chosen: dict[str, frozenset[str]] = {}
    for id_ in choice.tasks:
        found = _of_fact(book, facts[id_], choice) if id_ in facts else _of_task(book, request, id_, choice)
        if found is not None:
            chosen[id_] = found
    for one, other in combinations(chosen, 2):
        if one in facts and other in facts:
            continue
        if choice.differ:
            wrong, code = chosen[one] & chosen[other], f"same_{choice.what}"
        else:
            wrong, code = chosen[one] ^ chosen[other], f"other_{choice.what}"
        if wrong:
            yield Violation(rule="same_choice", code=code, ids=(one, other, *sorted(wrong)))


def _of_task(book: Reading, request: Request, id_: str, choice: SameChoice) -> frozenset[str] | None:
    placed = book.placed.get(id_)
    if placed is None or placed.request.id != request.id:
        return None
    if choice.what == "person":
        return frozenset(_persons(placed))
    return _places(book, placed.units, choice)


def _of_fact(book: Reading, fact: Fact, choice: SameChoice) -> frozenset[str] | None:
    if choice.what == "person":
        return None if fact.persons is None else frozenset(fact.persons)
    return None if fact.units is None else _places(book, fact.units, choice)


def _persons(placed: Placed) -> Iterator[str]:
    for need, person in zip(placed.mode.staff, placed.at.persons, strict=False):
        start, end = placed.span(need.part)
        if start < end:
            yield person


def _places(book: Reading, units: tuple[str, ...], choice: SameChoice) -> frozenset[str]:
    if choice.what == "unit":
        return frozenset(units)
    return frozenset(book.unit(unit).laboratory for unit in units)
