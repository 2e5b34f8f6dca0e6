"""What one cell may hold: names, numbers, choices, days, times of day and moments.

Knows nothing of files. Each parser takes a text that is not blank and raises ``BadCell``.
"""

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from scheduler.errors import BadValue
from scheduler.local_time import WEEKDAYS, parse_relative

KEY_LENGTH = 60
TEXT_LENGTH = 200
WORDS_LENGTH = 500

_WHOLE = re.compile(r"-?[0-9]{1,15}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|(24:00)")
_DAYS = re.compile(r"([0-9]{1,3}) days?")
_PARAMETER = re.compile(r"([^=;]+)=\s*([0-9]{1,9})\s*")


class BadCell(ValueError):
    """The cell does not hold what it should."""

    def __init__(self, code: str, expected: str) -> None:
        super().__init__(expected)
        self.code = code
        self.expected = expected


@dataclass(frozen=True, slots=True)
class When:
    """A moment as written: relative to a week (``W+0 Thu 16:00``), or absolute with an offset."""

    written: str

    def at(self, week: str, zone: str) -> datetime:
        """The moment in UTC, relative to ``week`` at ``zone``."""
        if self.written.startswith("W"):
            return parse_relative(self.written, week, zone)
        return datetime.fromisoformat(self.written).astimezone(UTC)


def text(written: str) -> str:
    """Any text of one line."""
    if len(written) > TEXT_LENGTH:
        raise BadCell("too_long", f"at most {TEXT_LENGTH} characters")
    if not written.isprintable():
        raise BadCell("unprintable", "a text of one line without control characters")
    return written


def words(written: str) -> str:
    """A text of one line as people type it, special blanks among it."""
    if len(written) > WORDS_LENGTH:
        raise BadCell("too_long", f"at most {WORDS_LENGTH} characters")
    if any(not sign.isprintable() and unicodedata.category(sign) != "Zs" for sign in written):
        raise BadCell("unprintable", "a text of one line without control characters")
    return written


def key(written: str, *, most: int = KEY_LENGTH) -> str:
    """A name by which other rows refer to this one."""
    if len(written) > most:
        raise BadCell("too_long", f"a name of at most {most} characters")
    return text(written)


def skill(written: str) -> str:
    """A skill's name."""
    if "#" in written or "@" in written:
        raise BadCell("bad_name", "a name without # and @, which stand for levels and own operators")
    return key(written)


def whole(low: int, high: int) -> Callable[[str], int]:
    """A whole number from ``low`` to ``high``."""
    return lambda written: _whole(written, low, high)


def minutes(written: str) -> int:
    """A duration: a whole number of minutes from 0 to 100,000."""
    return _duration(written, 100_000)


def hours(most: int) -> Callable[[str], int]:
    """Hours from 0 to ``most`` with at most two digits after the point, in whole minutes."""
    return lambda written: _hours(written, most)


def _hours(written: str, most: int) -> int:
    found = number(written) * 60
    if not 0 <= found <= most * 60 or found != int(found):
        raise BadCell("bad_number", f"hours from 0 to {most} that are whole minutes, such as 8 or 7.5")
    return int(found)


def seconds(written: str) -> int:
    """A duration: a whole number of seconds from 0 to 1,000,000."""
    return _duration(written, 1_000_000)


def _duration(written: str, most: int) -> int:
    if _WHOLE.fullmatch(written) and int(written) < 0:
        raise BadCell("negative_duration", "a duration of 0 or more")
    return _whole(written, 0, most)


def _whole(written: str, low: int, high: int) -> int:
    if not _WHOLE.fullmatch(written) or not low <= int(written) <= high:
        raise BadCell("bad_number", f"a whole number from {low} to {high}")
    return int(written)


def number(written: str) -> float:
    """A decimal number with a point."""
    if not _NUMBER.fullmatch(written) or not math.isfinite(float(written)):
        raise BadCell("bad_number", "a number such as 12 or -0.5, with a point and without spaces")
    return float(written)


def percent(written: str) -> int:
    """A share from 0 to 100 percent, in thousandths."""
    share = number(written) * 10
    if not 0 <= share <= 1000 or share != int(share):
        raise BadCell("bad_number", "a share from 0 to 100 percent with at most one digit after the point")
    return int(share)


def choice(*allowed: str) -> Callable[[str], str]:
    """One of the words ``allowed``."""

    def parse(written: str) -> str:
        if written not in allowed:
            raise BadCell("bad_choice", f"one of {', '.join(allowed)}")
        return written

    return parse


def choices(*allowed: str) -> Callable[[str], tuple[str, ...]]:
    """Some of the words ``allowed``, each once, with semicolons between them."""

    def parse(written: str) -> tuple[str, ...]:
        found = tuple(part.strip() for part in written.split(";"))
        if not set(found) <= set(allowed) or len(set(found)) < len(found):
            raise BadCell("bad_choice", f"some of {', '.join(allowed)}, each once, with semicolons between them")
        return found

    return parse


def names(*allowed: str) -> Callable[[str], tuple[str, ...]]:
    """Names with semicolons between them, each once and, where any are given, one of those ``allowed``."""

    def parse(written: str) -> tuple[str, ...]:
        found = tuple(key(part.strip()) for part in written.split(";") if part.strip())
        if allowed and not set(found) <= set(allowed):
            raise BadCell("bad_choice", f"one or more of {'; '.join(allowed)}")
        if len(set(found)) < len(found):
            raise BadCell("bad_choice", "each name once")
        return found

    return parse


def yes_or_no(written: str) -> bool:
    if written not in ("yes", "no"):
        raise BadCell("bad_choice", "yes or no")
    return written == "yes"


def clock(written: str) -> int:
    """A time of day such as ``08:00`` or ``24:00``, in minutes after midnight."""
    match = _CLOCK.fullmatch(written)
    if match is None:
        raise BadCell("bad_time", "a time of day such as 08:00, until 24:00")
    return 1440 if match[3] else int(match[1]) * 60 + int(match[2])


def days(written: str) -> tuple[int, ...]:
    """Weekdays such as ``Sat``, ``Mon-Fri``, ``Sun-Thu`` or ``Mon Wed Fri``; Monday is 0."""
    found = [day for part in written.replace(",", " ").split() for day in _day_range(part)]
    if len(set(found)) < len(found):
        raise BadCell("bad_days", "each day once")
    return tuple(sorted(found))


def _day_range(part: str) -> tuple[int, ...]:
    first, dash, last = part.partition("-")
    if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
        raise BadCell("bad_days", f"days such as Mon-Fri or Mon Wed Fri, out of {', '.join(WEEKDAYS)}")
    begin = WEEKDAYS.index(first)
    length = (WEEKDAYS.index(last) - begin) % 7 + 1 if dash else 1
    return tuple((begin + step) % 7 for step in range(length))


def when(written: str) -> When:
    """A moment: ``W+0 Thu 16:00`` (of the week that is loaded for), or ISO 8601 with an offset."""
    try:
        if written.startswith("W"):
            parse_relative(written, "2026-W49", "UTC")
        else:
            _absolute(written)
    except (BadValue, ValueError, OverflowError):
        raise BadCell("bad_date", "a moment such as 'W+0 Thu 16:00' or '2026-12-03T16:00+03:00'") from None
    return When(written)


def _absolute(written: str) -> None:
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None or not 2000 <= moment.year < 2200:
        raise ValueError(written)


def parameters(written: str) -> tuple[tuple[str, int], ...]:
    """Numbers by name: ``soak_hours=48; panel=10``."""
    found: dict[str, int] = {}
    for part in filter(None, map(str.strip, written.split(";"))):
        match = _PARAMETER.fullmatch(part)
        if match is None or match[1].strip() in found:
            raise BadCell(
                "bad_parameters", "each parameter once with a whole number, such as 'soak_hours=48; panel=10'"
            )
        found[match[1].strip()] = int(match[2])
    return tuple(sorted(found.items()))


def period(written: str) -> tuple[str, int | None]:
    """``day``, ``week`` or a stretch of days such as ``7 days``: its kind and, for a stretch, its days."""
    if written in ("day", "week"):
        return written, None
    match = _DAYS.fullmatch(written)
    if match is None or not 1 <= int(match[1]) <= 366:
        raise BadCell("bad_period", "day, week, or a stretch of 1 to 366 days such as '7 days'")
    return "rolling", int(match[1])
