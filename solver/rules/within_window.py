"""Tasks lie in the horizon, after the release date, before the deadline, and in one of their own windows.

Knows nothing of opening hours.
"""

from collections.abc import Iterator

from solver.rules.reading import Placed, Reading, covers
from solver.rules.violation import Violation


def violations(book: Reading) -> Iterator[Violation]:
    """Tasks that start or end where they may not."""
    for placed in book.placed.values():
        yield from _horizon(book, placed)
        yield from _dates(placed)
        yield from _windows(placed)


def _violation(code: str, placed: Placed, **numbers: int) -> Violation:
    return Violation(rule="within_window", code=code, ids=(placed.task.id,), numbers=tuple(numbers.items()))


def _horizon(book: Reading, placed: Placed) -> Iterator[Violation]:
    start, end, problem = placed.at.start, placed.at.end, book.problem
    if start < 0:
        yield _violation("before_horizon", placed, start=start)
    if start >= problem.horizon:
        yield _violation("after_horizon", placed, start=start, horizon=problem.horizon)
    if end > problem.calendar_end:
        yield _violation("after_calendar", placed, end=end, calendar_end=problem.calendar_end)


def _dates(placed: Placed) -> Iterator[Violation]:
    start, end, request = placed.at.start, placed.at.end, placed.request
    if start < request.release:
        yield _violation("before_release", placed, start=start, release=request.release)
    if request.deadline is not None and end > request.deadline:
        yield _violation("after_deadline", placed, end=end, deadline=request.deadline)


def _windows(placed: Placed) -> Iterator[Violation]:
    start, end, windows = placed.at.start, placed.at.end, placed.task.windows
    if windows and not covers(windows, (start, end)):
        yield _violation("outside_windows", placed, start=start, end=end, windows=len(windows))
