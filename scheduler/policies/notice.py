"""Notice to book: some time lies between asking and the start.

Knows nothing of when units are free.
"""

from collections.abc import Iterator
from datetime import timedelta

from scheduler.policies.asking import Asking
from scheduler.time_words import tell_in_full, tell_length
from scheduler.views import Sentence

_MINUTE = timedelta(minutes=1)


def broken(asking: Asking) -> Iterator[Sentence]:
    """Yields what is wrong where it starts too soon."""
    least = asking.terms.notice_minutes
    if not least or asking.start - asking.now >= timedelta(minutes=least):
        return
    earliest = asking.now + timedelta(minutes=least)
    whole = earliest.replace(second=0, microsecond=0)
    earliest = whole if whole == earliest else whole + _MINUTE
    text = (
        f"{asking.unit} is booked at least {tell_length(least)} ahead: from {tell_in_full(earliest, asking.zone)} on."
    )
    yield asking.wrong("notice", text, least_minutes=least, earliest=earliest.isoformat())
