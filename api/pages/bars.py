"""The board's bars: where each lies, in which tone, and what it says.

Knows no HTML and no use case.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from api.pages.drawing import length_text
from api.pages.timeline import Strip
from api.tones import Palette
from scheduler.time_words import tell_span
from scheduler.week_views import BarView, Board, BoardRow, UseRow, WeekSummary

WHOLE = ("outage", "closure")
"""Kinds of bars that cover every lane."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnBar:
    """``x`` and ``width`` in percent of the week; ``lane`` and ``lanes`` say where it lies and over how many lanes.
    ``before`` and ``after``: it began before the week, or goes on after it. ``hit``: its unit is out of order then."""

    kind: str
    tone: str
    x: float
    width: float
    lane: int
    lanes: int
    label: str
    when: str
    detail: str
    address: str | None
    before: bool
    after: bool
    hit: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnRow:
    """``used``: lanes that something lies in, from the first; those after are free all week."""

    unit: str
    name: str
    type: str
    lanes: int
    used: int
    closed: str
    bars: tuple[DrawnBar, ...]
    broken: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnLaboratory:
    key: str
    name: str
    use: UseRow | None
    rows: tuple[DrawnRow, ...]


def drawn_rows(board: Board, strip: Strip, palette: Palette, summary: WeekSummary) -> tuple[DrawnLaboratory, ...]:
    """Every laboratory's rows, with its use of the week where the summary has it."""
    uses = {row.name: row for row in summary.laboratories}
    return tuple(
        DrawnLaboratory(
            key=laboratory.key,
            name=laboratory.name,
            use=uses.get(laboratory.name),
            rows=tuple(_drawn_row(row, strip, palette) for row in laboratory.rows),
        )
        for laboratory in board.laboratories
    )


def _drawn_row(row: BoardRow, strip: Strip, palette: Palette) -> DrawnRow:
    seen = [bar for bar in row.bars if bar.start < strip.end and bar.end > strip.start]
    outages = [bar for bar in seen if bar.kind == "outage"]
    used = max((bar.lane for bar in seen if bar.kind not in WHOLE), default=0) + 1
    return DrawnRow(
        unit=row.unit,
        name=row.name,
        type=row.type,
        lanes=row.lanes,
        used=used,
        closed=strip.closed(row.open),
        bars=tuple(
            _drawn_bar(bar, lanes, row, strip, palette, hit=_is_hit(bar, outages))
            for bar, lanes in _stacked(seen, used)
        ),
        broken=bool(outages),
    )


def _stacked(bars: Sequence[BarView], used: int) -> list[tuple[BarView, int]]:
    """Bars with the lanes they cover: one booking on neighbouring lanes at the same time is one bar, an outage and a
    closure cover every lane that is used. These come first, so that they lie below, and what waits last; then by
    start."""
    stacked: list[tuple[BarView, int]] = []
    for bar in sorted(bars, key=_depth):
        last, lanes = stacked[-1] if stacked else (None, 0)
        if bar.kind in WHOLE:
            stacked.append((replace(bar, lane=0), used))
        elif last is not None and last.lane + lanes == bar.lane and replace(bar, lane=last.lane) == last:
            stacked[-1] = (last, lanes + 1)
        else:
            stacked.append((bar, 1))
    return stacked


def _depth(bar: BarView) -> tuple[bool, bool, datetime, datetime, str, int]:
    return bar.kind not in WHOLE, bar.kind == "asked", bar.start, bar.end, bar.label, bar.lane


def _is_hit(bar: BarView, outages: Sequence[BarView]) -> bool:
    return bar.kind == "booking" and any(each.start < bar.end and bar.start < each.end for each in outages)


def _drawn_bar(bar: BarView, lanes: int, row: BoardRow, strip: Strip, palette: Palette, *, hit: bool) -> DrawnBar:
    x = strip.x(bar.start)
    return DrawnBar(
        kind=_kind(bar),
        tone=palette.tone(bar.cluster),
        x=x,
        width=round(strip.x(bar.end) - x, 3),
        lane=bar.lane,
        lanes=lanes,
        label=bar.label,
        when=_when(bar.start, bar.end, strip.zone) + _lane_words(bar, lanes, row.lanes),
        detail=bar.detail + (" · its unit is out of order" if hit else ""),
        address=None if bar.booking_id is None else f"/bookings/{bar.booking_id}",
        before=bar.start < strip.start,
        after=bar.end > strip.end,
        hit=hit,
    )


def _kind(bar: BarView) -> str:
    return "maintenance" if bar.kind == "booking" and bar.booking_id is None else bar.kind


def _when(start: datetime, end: datetime, zone: str) -> str:
    return f"{tell_span(start, end, zone)} ({length_text(end - start)})"


def _lane_words(bar: BarView, lanes: int, all_lanes: int) -> str:
    if all_lanes == 1 or bar.kind in WHOLE:
        return ""
    if lanes > 1:
        return f", lanes {bar.lane + 1}–{bar.lane + lanes} of {all_lanes}"
    return f", lane {bar.lane + 1} of {all_lanes}"
