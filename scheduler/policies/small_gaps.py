"""Small gaps: a booking touches what stands beside it, or leaves a free time that is of use.

Knows nothing of which gaps plans pay for. What lies between two bookings in any case (a buffer) is no free time.
"""

from collections.abc import Iterator

from scheduler.policies.asking import Asking, Beside, minutes_between
from scheduler.time_words import tell, tell_length
from scheduler.views import Sentence


def broken(asking: Asking) -> Iterator[Sentence]:
    """Yields what is wrong before it, and after it."""
    if not asking.terms.whole_gaps or not asking.usable_minutes:
        return
    before = [each for each in asking.beside if each.end <= asking.start]
    after = [each for each in asking.beside if each.start >= asking.end]
    if before:
        last = max(before, key=lambda each: each.end)
        yield from _gap(asking, last, "before it", minutes_between(last.end, asking.start))
    if after:
        first = min(after, key=lambda each: each.start)
        yield from _gap(asking, first, "after it", minutes_between(asking.end, first.start))


def _gap(asking: Asking, beside: Beside, where: str, minutes: int) -> Iterator[Sentence]:
    left = minutes - beside.buffer_minutes
    if not 0 < left < asking.usable_minutes:
        return
    edge = beside.end if where == "before it" else beside.start
    told = f"{tell_length(left)} of {asking.unit} would stay free {where}, up to {tell(edge, asking.zone)}"
    least = tell_length(asking.usable_minutes)
    text = f"{told}: less than {least} is of no use. Leave none, or {least}."
    yield asking.wrong("small_gap", text, left_minutes=left, least_minutes=asking.usable_minutes, edge=edge.isoformat())
