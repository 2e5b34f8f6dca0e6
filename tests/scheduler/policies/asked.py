"""One booking of an oven as it is asked for: on Friday noon for Tuesday from ten to twelve, and what is beside it."""

from datetime import datetime, timedelta
from typing import Any

from scheduler.policies import Ahead, Asking, Beside, Terms, broken
from scheduler.policies.asking import free_times
from tests.scheduler.small_centre import NOW, at

ZONE = "Europe/Moscow"
MINUTE = timedelta(minutes=1)


def asking(terms: Terms, *, start: str | datetime = "Tue 10:00", minutes: int = 120, **more: Any) -> Asking:
    begins = at(start) if isinstance(start, str) else start
    values: dict[str, Any] = {
        "unit": "OVEN-1",
        "zone": ZONE,
        "now": NOW,
        "person": "account:1",
        "organisation": 1,
        "ahead": (),
        "beside": (),
        **more,
    }
    ends, days = begins + minutes * MINUTE, timedelta(days=3)
    free = free_times(terms, values["zone"], begins - days, ends + days)
    return Asking(terms=terms, start=begins, end=ends, free=free, **values)


def codes(asked: Asking) -> list[str]:
    return [sentence.code.removeprefix("policy.") for sentence in broken(asked)]


def ahead(start: str, end: str, *, person: str = "account:1", organisation: int = 1) -> Ahead:
    return Ahead(person=person, organisation=organisation, start=at(start), end=at(end))


def beside(start: str, end: str, *, buffer_minutes: int = 0) -> Beside:
    return Beside(start=at(start), end=at(end), buffer_minutes=buffer_minutes)
