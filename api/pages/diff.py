"""What publishing a plan would change, laid out: who moves from where to where, and what is new, by request.

Knows no HTML and no use case.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.pages.drawing import length_text
from api.pages.timeline import Strip
from scheduler.views import ChangeView

ORDER = ("displaced", "moved", "unit")
WORDS = {"displaced": "displaced", "moved": "moves", "unit": "other unit", "new": "new"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a bar lies, in percent of the strip."""

    x: float
    width: float


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnChange:
    """``shift`` says how far it moves ("2 h later"), ``None`` where the start stays or there is none."""

    change: ChangeView
    word: str
    shift: str | None
    was: Place | None
    becomes: Place | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NewWork:
    """The new runs of one request: when the first starts and the last ends."""

    request: str
    organisation: str
    runs: int
    start: datetime
    end: datetime
    units: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Diff:
    changes: tuple[DrawnChange, ...]
    new: tuple[NewWork, ...]


def strip_of(changes: Iterable[ChangeView], zone: str) -> Strip | None:
    """The local days that hold everything that moves or leaves; ``None`` when nothing does."""
    moving = [change for change in changes if change.change in ORDER]
    moments = [
        moment
        for each in moving
        for moment in (each.from_start, each.from_end, each.to_start, each.to_end)
        if moment is not None
    ]
    if not moments:
        return None
    place = ZoneInfo(zone)
    first = min(moments).astimezone(place).date()
    last = (max(moments) - timedelta(minutes=1)).astimezone(place).date() + timedelta(days=1)
    return Strip(
        start=datetime.combine(first, time(), place).astimezone(UTC),
        end=datetime.combine(last, time(), place).astimezone(UTC),
        zone=zone,
    )


def drawn_diff(changes: Sequence[ChangeView], strip: Strip | None) -> Diff:
    """Displaced first, then moved, then other units, each by its old start; new work by request."""
    moving = [change for change in changes if change.change in ORDER]
    if strip is None:
        return Diff(changes=(), new=_new_work(changes))
    moving.sort(key=lambda each: (ORDER.index(each.change), each.from_start or strip.end, each.run))
    return Diff(changes=tuple(_drawn(change, strip) for change in moving), new=_new_work(changes))


def _drawn(change: ChangeView, strip: Strip) -> DrawnChange:
    return DrawnChange(
        change=change,
        word=WORDS[change.change],
        shift=_shift(change.from_start, change.to_start),
        was=_place(change.from_start, change.from_end, strip),
        becomes=_place(change.to_start, change.to_end, strip),
    )


def _place(start: datetime | None, end: datetime | None, strip: Strip) -> Place | None:
    if start is None or end is None:
        return None
    x = strip.x(start)
    return Place(x=x, width=round(strip.x(end) - x, 3))


def _shift(was: datetime | None, becomes: datetime | None) -> str | None:
    if was is None or becomes is None or was == becomes:
        return None
    return f"{length_text(abs(becomes - was))} {'later' if becomes > was else 'earlier'}"


def _new_work(changes: Iterable[ChangeView]) -> tuple[NewWork, ...]:
    runs: dict[tuple[str, str], list[tuple[datetime, datetime, tuple[str, ...]]]] = defaultdict(list)
    for each in changes:
        if each.change == "new" and each.to_start is not None and each.to_end is not None:
            runs[each.request, each.organisation].append((each.to_start, each.to_end, each.to_units))
    work = (
        NewWork(
            request=request,
            organisation=organisation,
            runs=len(spans),
            start=min(start for start, _, _ in spans),
            end=max(end for _, end, _ in spans),
            units=tuple(sorted({unit for _, _, units in spans for unit in units})),
        )
        for (request, organisation), spans in runs.items()
    )
    return tuple(sorted(work, key=lambda each: (each.start, each.request)))
