"""The week as a picture: a Gantt chart per centre, a row per unit grouped by laboratory, and bars of the shares.

Knows no database and no files; times are shown as the centre's wall clock shows them.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

import altair as alt
import vl_convert

from api.tones import EDGE, FILL, Palette, colour
from scheduler.week_views import BarView, Board, BoardLaboratory, BoardRow, WeekSummary

NO_PALETTE = Palette()
NO_CLUSTER = "without a cluster"
GREY = "#8a8f98"
CLOSED = "#e9ebef"
LINE = "#d3d7dd"
INK = "#22262c"
ALARM = "#b3261e"
WIDTH = 980
NAMES = 240
ROW = 16
LANE = 6

# Altair's charts and channels are typed so widely that their types say nothing; here they are parts of a picture.
Part = Any
Values = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """Where a unit's row lies in its laboratory's strip, in pixels from the top."""

    row: BoardRow
    top: int
    height: int

    def lane(self, lane: int) -> tuple[float, float]:
        """The slice of a lane, a little apart from its neighbours."""
        slice_height = (self.height - 2) / max(1, self.row.lanes)
        top = self.top + 1 + min(lane, self.row.lanes - 1) * slice_height
        return top, top + slice_height - (0.5 if self.row.lanes > 1 else 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Colours:
    """One channel for fills and one for edges."""

    fill: Part
    edge: Part


def week_svg(boards: Sequence[Board], summaries: Sequence[WeekSummary] = (), palette: Palette = NO_PALETTE) -> str:
    """The chart of one week as SVG text: the boards in their order, each followed by its centre's shares.

    A summary belongs to the board of the same centre; a board may have none. Clusters have the palette's tones, those
    that it does not know the next ones. Raises ``ValueError`` without boards.
    """
    return str(vl_convert.vegalite_to_svg(json.dumps(week_specification(boards, summaries, palette))))


def week_specification(
    boards: Sequence[Board], summaries: Sequence[WeekSummary] = (), palette: Palette = NO_PALETTE
) -> dict[str, Any]:
    """The same as a Vega-Lite specification. A cluster has the same colour at every centre."""
    if not boards:
        raise ValueError("a chart needs at least one board")
    colours = _colours(boards, summaries, palette)
    by_centre = {summary.centre: summary for summary in summaries}
    parts: list[Part] = []
    for board in boards:
        parts.append(_gantt(board, colours))
        if board.centre in by_centre:
            parts.append(_shares(by_centre[board.centre], colours))
    chart = _styled(alt.vconcat(*parts, spacing=30).resolve_scale(color="shared", stroke="shared"))
    found: dict[str, Any] = chart.to_dict()
    return found


def _styled(chart: Part) -> Part:
    return (
        chart.configure(background="white", font="sans-serif", padding=18)
        .configure_axis(labelColor=INK, titleColor=INK, gridColor=LINE, domain=False, ticks=False, titleFontSize=10)
        .configure_view(stroke=LINE)
        .configure_title(color=INK, anchor="start", fontSize=15, subtitleColor=GREY, subtitleFontSize=11)
    )


def _colours(boards: Sequence[Board], summaries: Sequence[WeekSummary], palette: Palette) -> _Colours:
    """Channels for all parts, with the clusters in the palette's order."""
    names = [name for board in boards for _, name in board.clusters]
    names += [row.name for summary in summaries for row in summary.clusters]
    places = {name: place for place, (_, name) in enumerate(palette.clusters)}
    for name in names:
        places.setdefault(name, len(places))
    domain = sorted(set(names), key=places.__getitem__)
    fills, edges = ([colour(kind, places[name]) for name in domain] for kind in (FILL, EDGE))
    if any(bar.cluster is None and bar.kind not in ("outage", "closure") for bar in _all_bars(boards)):
        domain, fills, edges = [*domain, NO_CLUSTER], [*fills, LINE], [*edges, GREY]
    legend = alt.Legend(title="Cluster", orient="top", columns=1, labelLimit=WIDTH, labelColor=INK, titleColor=INK)
    return _Colours(
        fill=alt.Color("cluster:N", scale=alt.Scale(domain=domain, range=fills), legend=legend),
        edge=alt.Stroke("cluster:N", scale=alt.Scale(domain=domain, range=edges), legend=None),
    )


def _all_bars(boards: Sequence[Board]) -> Iterator[BarView]:
    for board in boards:
        for laboratory in board.laboratories:
            for row in laboratory.rows:
                yield from row.bars


def _gantt(board: Board, colours: _Colours) -> Part:
    """A strip per laboratory under one another, the days named above the first."""
    laboratories = [laboratory for laboratory in board.laboratories if laboratory.rows]
    strips = [_strip(board, laboratory, colours, days=number == 0) for number, laboratory in enumerate(laboratories)]
    state = "published" if board.published else "tentative, not published yet"
    title = alt.TitleParams(
        f"{board.centre_name}, {board.week}", subtitle=f"{state}; times at {board.zone}", limit=WIDTH + NAMES
    )
    return alt.vconcat(*strips, spacing=8, title=title).resolve_scale(x="independent", y="independent")


def _strip(board: Board, laboratory: BoardLaboratory, colours: _Colours, *, days: bool) -> Part:
    places = _places(laboratory.rows)
    height = places[-1].top + places[-1].height
    where = {"x": _time(board, days=days), "x2": "end:T", "y": _rows(places, height), "y2": "bottom:Q"}
    outages = _bars(places, board, "outage")
    named = [outage for outage in outages if outage["bottom"] - outage["top"] >= ROW // 2]
    layers = [
        _layer(_closed(places, board)).mark_rect(color=CLOSED).encode(**where),
        _layer(_lines(places, board)).mark_rule(color=LINE, strokeWidth=0.5).encode(**where),
        _layer(_bars(places, board, "booking"))
        .mark_rect(cornerRadius=1.5, strokeWidth=0.8)
        .encode(**where, color=colours.fill, stroke=colours.edge),
        _layer(_bars(places, board, "tentative"))
        .mark_rect(fillOpacity=0.35, strokeDash=[3, 2], strokeWidth=1)
        .encode(**where, color=colours.fill, stroke=colours.edge),
        _layer(outages).mark_rect(fill="white", fillOpacity=0.85, stroke=ALARM, strokeWidth=1.2).encode(**where),
        _layer(named)
        .mark_text(text="out", color=ALARM, fontSize=9, align="left", baseline="top", dx=3, dy=2)
        .encode(x=where["x"], y=where["y"]),
    ]
    title = alt.TitleParams(laboratory.name, fontSize=11, color="#50555d", offset=4)
    return alt.layer(*layers).properties(width=WIDTH, height=height, title=title)


def _layer(values: Values) -> Part:
    return alt.Chart(alt.InlineData(values=values))


def _places(rows: Sequence[BoardRow]) -> list[_Place]:
    """Rows under one another; a unit of many lanes gets a higher one."""
    heights = [max(ROW, LANE * row.lanes + 2) // 2 * 2 for row in rows]
    tops = accumulate(heights, initial=0)
    return [_Place(row=row, top=top, height=height) for row, top, height in zip(rows, tops, heights, strict=False)]


def _time(board: Board, *, days: bool) -> Part:
    zone = ZoneInfo(board.zone)
    scale = alt.Scale(type="utc", domain=[_wall(board.start, zone), _wall(board.end, zone)])
    axis = alt.Axis(title=None, format="%a %d %b", tickCount="day", orient="top", labels=days, labelAlign="left")
    return alt.X("start:T", scale=scale, axis=axis)


def _rows(places: list[_Place], height: int) -> Part:
    """The vertical axis counts pixels; its labels are the units' keys and names, each in the middle of its row."""
    middles = [place.top + place.height // 2 for place in places]
    names = json.dumps([f"{place.row.unit}  {place.row.name}" for place in places])
    axis = alt.Axis(
        title=None,
        values=middles,
        labelExpr=f"{names}[indexof({json.dumps(middles)}, datum.value)]",
        labelOverlap=False,
        labelLimit=NAMES,
        minExtent=NAMES,
        maxExtent=NAMES,
        labelFontSize=10,
        grid=False,
    )
    return alt.Y("top:Q", scale=alt.Scale(domain=[height, 0], nice=False, zero=False), axis=axis)


def _bars(places: list[_Place], board: Board, kind: str) -> Values:
    zone, names = ZoneInfo(board.zone), dict(board.clusters)
    values = []
    for place in places:
        for bar in place.row.bars:
            if bar.kind != kind or bar.start >= board.end or bar.end <= board.start:
                continue
            top, bottom = place.lane(bar.lane)
            values.append(
                {
                    "start": _wall(max(bar.start, board.start), zone),
                    "end": _wall(min(bar.end, board.end), zone),
                    "top": top,
                    "bottom": bottom,
                    "cluster": NO_CLUSTER if bar.cluster is None else names.get(bar.cluster, bar.cluster),
                    "label": bar.label,
                }
            )
    return values


def _closed(places: list[_Place], board: Board) -> Values:
    zone = ZoneInfo(board.zone)
    return [
        {"start": _wall(start, zone), "end": _wall(end, zone), "top": place.top, "bottom": place.top + place.height}
        for place in places
        for start, end in _gaps(place.row, board)
    ]


def _gaps(row: BoardRow, board: Board) -> Iterator[tuple[datetime, datetime]]:
    """Where the unit is closed within the week."""
    now = board.start
    for start, end in sorted(row.open):
        if now < start < board.end:
            yield now, start
        now = max(now, end)
    if now < board.end:
        yield now, board.end


def _lines(places: list[_Place], board: Board) -> Values:
    """A thin line under each row but the last."""
    zone = ZoneInfo(board.zone)
    start, end = _wall(board.start, zone), _wall(board.end, zone)
    bottoms = [place.top + place.height for place in places[:-1]]
    return [{"start": start, "end": end, "top": bottom, "bottom": bottom} for bottom in bottoms]


def _wall(moment: datetime, zone: ZoneInfo) -> str:
    """The wall clock as if it were UTC: the chart draws it as it stands, wherever it is drawn."""
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%SZ")


def _shares(summary: WeekSummary, colours: _Colours) -> Part:
    return alt.hconcat(_cluster_shares(summary, colours), _laboratory_use(summary), spacing=28)


def _cluster_shares(summary: WeekSummary, colours: _Colours) -> Part:
    values = [
        {"cluster": row.name, "share": row.share_percent, "entitled": row.entitled_percent} for row in summary.clusters
    ]
    y = alt.Y("cluster:N", sort=None, axis=_names_axis())
    base = _layer(values)
    x = _percent("share:Q", "share of the booked hours, %")
    bars = base.mark_bar(height=10, strokeWidth=0.8).encode(x=x, y=y, color=colours.fill, stroke=colours.edge)
    ticks = base.mark_tick(color=INK, thickness=2, height=16).encode(x="entitled:Q", y=y)
    title = alt.TitleParams("Clusters", fontSize=11, subtitle="the tick: the share agreed for each")
    return alt.layer(bars, ticks).properties(width=330, height=22 * max(1, len(values)), title=title)


def _laboratory_use(summary: WeekSummary) -> Part:
    values = [{"laboratory": row.name, "use": row.use_percent} for row in summary.laboratories]
    y = alt.Y("laboratory:N", sort=None, axis=_names_axis())
    title = alt.TitleParams("Laboratories", fontSize=11, subtitle="how much of their opening is booked")
    chart = (
        _layer(values)
        .mark_bar(height=9, color="#5f6b7a")
        .encode(x=_percent("use:Q", "booked of the open hours, %"), y=y)
    )
    return chart.properties(width=330, height=18 * max(1, len(values)), title=title)


def _percent(field: str, title: str) -> Part:
    return alt.X(field, title=title, scale=alt.Scale(domainMin=0, domainMax=100, clamp=True))


def _names_axis() -> Part:
    return alt.Axis(title=None, labelLimit=NAMES, minExtent=NAMES, maxExtent=NAMES, labelFontSize=10)
