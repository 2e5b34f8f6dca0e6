"""Moments to ticks and back.

Knows nothing of what happens in them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import gcd

from solver.problem import Window


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """``origin`` (aware, UTC) is tick 0; a tick lasts ``tick_minutes``."""

    origin: datetime
    tick_minutes: int

    @property
    def tick(self) -> timedelta:
        return timedelta(minutes=self.tick_minutes)

    def floor(self, moment: datetime) -> int:
        """The last tick that begins at or before ``moment``."""
        return (moment - self.origin) // self.tick

    def ceil(self, moment: datetime) -> int:
        """The first tick that begins at or after ``moment``."""
        return -((self.origin - moment) // self.tick)

    def on_grid(self, moment: datetime) -> bool:
        return not (moment - self.origin) % self.tick

    def moment(self, tick: int) -> datetime:
        """When ``tick`` begins, in UTC."""
        return (self.origin + tick * self.tick).astimezone(UTC)

    def minutes_up(self, minutes: int) -> int:
        """Ticks that hold ``minutes``; may be negative."""
        return -(-minutes // self.tick_minutes)

    def minutes_down(self, minutes: int) -> int:
        """Whole ticks within ``minutes``; may be negative."""
        return minutes // self.tick_minutes

    def inwards(self, spans: Iterable[tuple[datetime, datetime]]) -> tuple[Window, ...]:
        """Open time: only whole ticks inside a span count."""
        return united((self.ceil(start), self.floor(end)) for start, end in spans)

    def outwards(self, spans: Iterable[tuple[datetime, datetime]]) -> tuple[Window, ...]:
        """Taken time: a tick touched by a span counts whole."""
        return united((self.floor(start), self.ceil(end)) for start, end in spans)


def united(windows: Iterable[Window]) -> tuple[Window, ...]:
    """The same ticks as sorted windows that neither overlap nor touch; empty ones are left out."""
    result: list[Window] = []
    for start, end in sorted(window for window in windows if window[0] < window[1]):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def common_tick(minutes: Iterable[int], mondays: Iterable[datetime]) -> int:
    """One tick for several centres: the greatest common divisor of theirs, and of what lies between the moments at
    which their week begins, so that each finds its own grid in it."""
    first, *others = sorted(mondays)
    return gcd(*minutes, *((monday - first) // timedelta(minutes=1) for monday in others))
