"""Moments as files hold them: ISO 8601 with an offset, or by the centre's clock without one, or a spreadsheet's number.

Knows nothing of which centre it is. A local time that occurs twice or never is refused by name.
"""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from openpyxl.utils.datetime import from_excel

from scheduler.errors import BadValue
from scheduler.loading.cells import BadCell, When
from scheduler.local_time import zone_of

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?")
_SERIAL = re.compile(r"\d{5,6}(\.\d+)?")
_DOTTED = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4}) (\d\d?)(:\d\d(?::\d\d)?)", re.ASCII)
"""As spreadsheets write it where dots stand between day, month and year; this order is the only one with dots."""
EXPECTED = (
    "a moment such as 2026-12-03T16:00+03:00, or by the centre's clock 2026-12-03 16:00 or 03.12.2026 16:00 "
    "(day.month.year)"
)


class FileMoment(When):
    """A moment as written; what has no offset is by the clock of the centre."""

    def at(self, week: str, zone: str) -> datetime:  # noqa: ARG002 - no moment of a file counts from a week
        """In UTC. Raises ``BadValue`` for a local time that the clock shows twice or never."""
        moment = _read(self.written)
        return moment.astimezone(UTC) if moment.tzinfo is not None else _local(moment, zone)


def file_moment(written: str) -> FileMoment:
    """Raises ``BadCell``."""
    try:
        moment = _read(written)
    except (ValueError, OverflowError):
        raise BadCell("bad_date", EXPECTED) from None
    if not 2000 <= moment.year < 2200:
        raise BadCell("bad_date", f"{EXPECTED}, between the years 2000 and 2200")
    return FileMoment(written)


def _read(written: str) -> datetime:
    if _SERIAL.fullmatch(written):
        moment = from_excel(float(written))
        if not isinstance(moment, datetime):
            raise ValueError(written)
        # Days with fractions: a minute is one only nearly.
        return (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    if dotted := _DOTTED.fullmatch(written):
        day, month, year, hour, rest = dotted.groups()
        written = f"{year}-{month:0>2}-{day:0>2} {hour:0>2}{rest}"
    if not _ISO.fullmatch(written):
        raise ValueError(written)
    return datetime.fromisoformat(written)


def _local(wall: datetime, zone: str) -> datetime:
    place = zone_of(zone)
    first, second = (wall.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    if _wall(first, place) != wall:
        raise BadValue(f"a time that there is: the clock at {zone} skips {wall:%Y-%m-%d %H:%M}")
    if first != second:
        offsets = " or ".join(f"{moment.astimezone(place):%z}" for moment in (first, second))
        raise BadValue(f"its offset ({offsets}) too: the clock at {zone} shows {wall:%Y-%m-%d %H:%M} twice")
    return first


def _wall(moment: datetime, place: ZoneInfo) -> datetime:
    return moment.astimezone(place).replace(tzinfo=None)
