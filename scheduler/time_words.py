"""Moments and lengths of time in words, by the clock of a centre.

Knows nothing of what happens then.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from models.tables.bookings import NO_END


def tell(moment: datetime, zone: str) -> str:
    """``Thu 3 Dec 16:00``, local."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def tell_in_year(moment: datetime, zone: str) -> str:
    """``Thu 3 Dec 2026 16:00``, local."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"


def tell_in_full(moment: datetime, zone: str) -> str:
    """``Thu 3 Dec 2026 16:00 (Europe/Moscow)``: for a sentence that stands alone; seconds only where there are any."""
    local = moment.astimezone(ZoneInfo(zone))
    clock = f"{local:%H:%M:%S}" if local.second or local.microsecond else f"{local:%H:%M}"
    return f"{local:%a} {local.day} {local:%b %Y} {clock} ({zone})"


def tell_span(start: datetime, end: datetime, zone: str, *, in_year: bool = False) -> str:
    """``Thu 3 Dec 16:00–18:00``, or with both days, local; with the year where it is another at the end, or
    ``in_year``: for what may be of any year."""
    first, last = start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
    words = tell_in_year if in_year or first.year != last.year else tell
    told, until = words(start, zone), words(end, zone)
    return f"{told}–{until.rpartition(' ')[2]}" if first.date() == last.date() else f"{told} – {until}"


def tell_outage(start: datetime, end: datetime, zone: str) -> str:
    """``Thu 3 Dec 16:00 to Fri 4 Dec 10:00``, or ``from Thu 3 Dec 16:00 until further notice``, local."""
    if end >= NO_END:
        return f"from {tell(start, zone)} until further notice"
    return f"{tell(start, zone)} to {tell(end, zone)}"


def tell_length(minutes: int) -> str:
    """``45 min``, ``2 h``, ``2 h 30 min``; negative lengths keep their sign."""
    sign, minutes = ("-" if minutes < 0 else ""), abs(minutes)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{sign}{rest} min"
    return f"{sign}{hours} h" + (f" {rest} min" if rest else "")
