"""Late cancelling: some time before its start a booking is not given back any more.

Knows nothing of who may give it back all the same.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from scheduler.policies.asking import Terms
from scheduler.time_words import tell_in_full, tell_length
from scheduler.views import Sentence


def broken(terms: Terms, *, unit: str, zone: str, start: datetime, now: datetime) -> Iterator[Sentence]:
    """Yields what is wrong where it is too late at ``now``."""
    least = terms.cancel_minutes
    if not least or start - now >= timedelta(minutes=least):
        return
    latest = start - timedelta(minutes=least)
    told = f"{unit} is given back at least {tell_length(least)} before the start"
    text = f"{told}: until {tell_in_full(latest, zone)}."
    facts = (("unit", unit), ("least_minutes", least), ("latest", latest.isoformat()))
    yield Sentence(code="policy.late_cancel", text=text, facts=facts)
