"""All tasks of a request are planned or none; each once, in one of its modes; required requests always; an addition
only where what it adds to is.

Knows nothing of when and where.
"""

from collections.abc import Iterator

from solver.problem import Request
from solver.rules.reading import Reading
from solver.rules.violation import Violation


def violations(book: Reading) -> Iterator[Violation]:
    """Unknown, repeated, partial, contradictory and missing mentions."""
    yield from _assignments(book)
    yield from _mentions(book)
    for request in book.problem.requests:
        yield from _request(book, request)


def _violation(code: str, *ids: str, **numbers: int) -> Violation:
    return Violation(rule="planned_whole", code=code, ids=ids, numbers=tuple(numbers.items()))


def _assignments(book: Reading) -> Iterator[Violation]:
    for task, times in book.times_assigned.items():
        if task not in book.tasks:
            yield _violation("unknown_task", task)
        if times > 1:
            yield _violation("task_twice", task, times=times)
    for assignment in book.plan.assignments:
        known = book.tasks.get(assignment.task)
        if known is not None and not 0 <= assignment.mode < len(known[1].modes):
            modes = len(known[1].modes)
            yield _violation("unknown_mode", assignment.task, mode=assignment.mode, modes=modes)


def _mentions(book: Reading) -> Iterator[Violation]:
    for request, times in book.times_left_out.items():
        if request not in book.requests:
            yield _violation("unknown_request", request)
        if times > 1:
            yield _violation("left_out_twice", request, times=times)


def _request(book: Reading, request: Request) -> Iterator[Violation]:
    missing = [task.id for task in request.tasks if not book.times_assigned[task.id]]
    planned = len(request.tasks) - len(missing)
    if request.id in book.left_out:
        if request.required:
            yield _violation("required_left_out", request.id)
        if planned:
            yield _violation("planned_and_left_out", request.id, planned=planned)
    elif not planned:
        yield _violation("unaccounted", request.id)
    elif request.after in book.requests and not any(
        book.times_assigned[task.id] for task in book.requests[request.after].tasks
    ):
        yield _violation("addition_alone", request.id, request.after)
    elif missing:
        yield _violation("partly_planned", request.id, *missing, planned=planned, tasks=len(request.tasks))
