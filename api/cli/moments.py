"""Moments as people type them, and weeks as they mean them.

Knows no centres.
"""

from datetime import UTC, datetime

import typer

from scheduler.local_time import iso_week, later_week, zone_of


def coming_week(now: datetime, zone: str) -> str:
    """The ISO week after the one that the calendar at ``zone`` shows."""
    return later_week(iso_week(now, zone), 1)


def moment(text: str, zone: str, *, option: str) -> datetime:
    """An ISO 8601 moment in UTC; without an offset it is what the clock at ``zone`` shows. Else it is wrong use."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no moment; write it like 2026-12-01T10:40", param_hint=option) from None
    return (found if found.tzinfo else found.replace(tzinfo=zone_of(zone))).astimezone(UTC)
