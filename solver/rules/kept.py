"""What has begun or stands confirmed stays planned; it may leave only as displaced, and nothing else is called so.

Knows nothing of when and where; the moving of what stays planned is a cost, not a rule.
"""

from collections.abc import Iterator

from solver.rules.reading import Reading
from solver.rules.violation import Violation


def violations(book: Reading) -> Iterator[Violation]:
    """Requests left out under the wrong name."""
    for id_, left_out in book.left_out.items():
        request = book.requests[id_]
        displaced = left_out.absence == "displaced"
        if request.begun and not displaced:
            yield Violation(rule="kept", code="begun_not_displaced", ids=(id_,))
        elif request.kept and not displaced:
            booked = sum(task.booked is not None for task in request.tasks)
            numbers = (("booked", booked),)
            yield Violation(rule="kept", code="kept_not_displaced", ids=(id_,), numbers=numbers)
        if displaced and not request.kept:
            yield Violation(rule="kept", code="displaced_not_kept", ids=(id_,))
