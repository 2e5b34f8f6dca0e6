"""Minimum and maximum lags between the tasks and facts of a request.

Knows nothing of a lag between two facts: what reality has broken, no plan can mend.
"""

from collections.abc import Iterator

from solver.problem import Lag, Request
from solver.rules.reading import Reading
from solver.rules.violation import Violation


def violations(book: Reading) -> Iterator[Violation]:
    """Tasks that follow too soon or too late. Lags to tasks that are not placed are not judged."""
    for request in book.problem.requests:
        facts = {fact.id for fact in request.facts}
        for lag in request.lags:
            if lag.before not in facts or lag.after not in facts:
                yield from _lag(book, request, lag)


def _lag(book: Reading, request: Request, lag: Lag) -> Iterator[Violation]:
    frm, to = book.edge(request, lag.before, lag.frm), book.edge(request, lag.after, lag.to)
    if frm is None or to is None:
        return
    ids, gap = (lag.before, lag.after), to - frm
    if lag.least is not None and gap < lag.least:
        yield Violation(rule="lags", code="too_soon", ids=ids, numbers=(("gap", gap), ("least", lag.least)))
    if lag.most is not None and gap > lag.most:
        yield Violation(rule="lags", code="too_late", ids=ids, numbers=(("gap", gap), ("most", lag.most)))
