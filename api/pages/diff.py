"""What publishing a plan would change, laid out: who moves from where to where, and what is new, by request.

Knows no HTML and no use case.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from api.pages.drawing import length_text
from api.pages.timeline import Strip
from scheduler.delays import tell_late
from scheduler.plan_views import ChangeView

ORDER = ("displaced", "moved", "unit")
WORDS = {"displaced": "displaced", "moved": "moves", "unit": "other unit", "new": "new"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a bar lies, in percent of the strip."""

    x: float
    width: float


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnChange:
    """``shift`` says how far it moves ("2 h later"), ``None`` where the start stays or there is none; ``why`` is
    ``None`` where it is that of the one before."""

    change: ChangeView
    word: str
    shift: str | None
    why: str | None
    was: Place | None
    becomes: Place | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnRequest:
    """What changes of one request. ``late`` says how late it ends; ``worse``: later after it is due than before."""

    request: str
    owner: str
    zone: str
    due: datetime | None
    late: str
    worse: bool
    changes: tuple[DrawnChange, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class NewWork:
    """The new runs of one request: when the first starts and the last ends."""

    request: str
    owner: str
    zone: str
    runs: int
    start: datetime
    end: datetime
    units: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Diff:
    requests: tuple[DrawnRequest, ...]
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
    """By request: those displaced first, then moved, then on other units, each by its old start; then new work."""
    moving = [change for change in changes if change.change in ORDER]
    if strip is None:
        return Diff(requests=(), new=_new_work(changes))
    moving.sort(key=lambda each: (ORDER.index(each.change), each.from_start or strip.end, each.run))
    groups: dict[str, list[ChangeView]] = defaultdict(list)
    for change in moving:
        groups[change.request].append(change)
    return Diff(requests=tuple(_request(group, strip) for group in groups.values()), new=_new_work(changes))


def _request(changes: Sequence[ChangeView], strip: Strip) -> DrawnRequest:
    first = changes[0]
    return DrawnRequest(
        request=first.request,
        owner=first.owner,
        zone=first.zone,
        due=first.due,
        late="" if first.due is None else tell_late(first.late_before, first.late_after),
        worse=(first.late_after or 0) > (first.late_before or 0),
        changes=tuple(
            _drawn(change, strip, told=before.why if before else None)
            for before, change in pairwise((None, *sorted(changes, key=lambda each: (each.from_start, each.run))))
            if change is not None
        ),
    )


def _drawn(change: ChangeView, strip: Strip, *, told: str | None) -> DrawnChange:
    return DrawnChange(
        change=change,
        word=WORDS[change.change],
        shift=_shift(change.from_start, change.to_start),
        why=None if change.why == told else change.why,
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
    runs: dict[tuple[str, str, str], list[tuple[datetime, datetime, tuple[str, ...]]]] = defaultdict(list)
    for each in changes:
        if each.change == "new" and each.to_start is not None and each.to_end is not None:
            runs[each.request, each.owner, each.zone].append((each.to_start, each.to_end, each.to_units))
    work = (
        NewWork(
            request=request,
            owner=owner,
            zone=zone,
            runs=len(spans),
            start=min(start for start, _, _ in spans),
            end=max(end for _, end, _ in spans),
            units=tuple(sorted({unit for _, _, units in spans for unit in units})),
        )
        for (request, owner, zone), spans in runs.items()
    )
    return tuple(sorted(work, key=lambda each: (each.start, each.request)))
