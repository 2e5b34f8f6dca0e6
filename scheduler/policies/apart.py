"""The least time between two bookings of one person on a unit.

Knows nothing of other people's.
"""

from collections.abc import Iterator
from datetime import timedelta

from scheduler.policies.asking import Asking
from scheduler.time_words import tell_length, tell_span
from scheduler.views import Sentence


def broken(asking: Asking) -> Iterator[Sentence]:
    """Yields each of the person's bookings that is too near, outside the free time."""
    least = asking.terms.apart_minutes
    if not least:
        return
    apart = timedelta(minutes=least)
    for each in asking.own:
        if asking.start < each.end + apart and each.start < asking.end + apart and not asking.is_free:
            when = tell_span(each.start, each.end, asking.zone)
            text = f"Bookings of {asking.unit} by one person lie {tell_length(least)} apart; another is {when}."
            start, end = each.start.isoformat(), each.end.isoformat()
            yield asking.wrong("apart", text, least_minutes=least, start=start, end=end)
