"""What a picture is made of: rows of bars over hours or days, marks on them, and amounts as steps below.

Knows no rule and no plan. Across, everything is in ticks; a picture is SVG text on a white ground of its own.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import altair as alt
import vl_convert

from solver.problem import Window

Tone = Literal["asked", "hands", "other", "second", "third", "held", "was", "out"]
Values = list[dict[str, Any]]
# Altair's charts and channels are typed so widely that their types say nothing.
Layer = Any

INK = "#22262c"
SOFT = "#5b626c"
LINE = "#d3d7dd"
CLOSED = "#e6e9ed"
ALARM = "#b3261e"
DEEP = "#1c5fa8"
TONES: dict[Tone, tuple[str, str, str, tuple[int, ...]]] = {
    "held": ("#ffffff", DEEP, DEEP, (4, 3)),
    "asked": ("#cfe2f9", DEEP, INK, ()),
    "hands": (DEEP, DEEP, "#ffffff", ()),
    "other": ("#f1f3f5", "#8a8f98", SOFT, ()),
    "second": ("#fce3c3", "#a85f00", INK, ()),
    "third": ("#d6efd6", "#2c7a37", INK, ()),
    "out": ("#fdeae8", ALARM, ALARM, ()),
    "was": ("#ffffff", "#8a8f98", SOFT, (4, 3)),
}
"""Fill, edge, text and dashes, the lowest first: held but idle, what the picture is about, the part of it that needs
somebody's hands, work beside it, work of another owner or kind, a service, out of order, where it stood."""
WIDTH = 690
NAMES = 210
ROW = 34
NOTE = 26
STEPS = 120
EDGE = 5
"""Pixels between a bar and the edge of its row."""
LETTER = 5.9
"""Width of a letter in pixels, about, at the size of a bar's label."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A strip with a name on its left, ``tall`` times as high as usual; a note is lower and holds brackets."""

    name: str
    note: bool = False
    tall: int = 1

    @property
    def height(self) -> int:
        return NOTE if self.note else self.tall * ROW


@dataclass(frozen=True, kw_only=True, slots=True)
class Amounts:
    """A line in steps below the rows: ``points`` are ``(tick, amount)``, each until the next; ``limit`` likewise, drawn
    as that which may not be passed. ``notes`` are words at a tick and amount, above it or ``below``."""

    title: str
    points: Sequence[tuple[int, float]]
    limit: Sequence[tuple[int, float]] = ()
    notes: Sequence[tuple[int, float, str]] = ()
    below: bool = False


@dataclass
class Canvas:
    """A picture being drawn: ``said`` are its lines in words, ``window`` the ticks that it shows, ``ticks`` where the
    axis has a word. Rows are named by their number, from 0, downwards."""

    title: str
    said: tuple[str, ...]
    window: Window
    rows: Sequence[Row]
    ticks: Sequence[tuple[int, str]]
    amounts: Amounts | None = None
    _closed: Values = field(default_factory=list)
    _bars: Values = field(default_factory=list)
    _words: Values = field(default_factory=list)
    _lines: Values = field(default_factory=list)
    _heads: Values = field(default_factory=list)
    _grounds: Values = field(default_factory=list)

    def closed(self, row: int, windows: Iterable[Window], word: str = "") -> None:
        """Stretches in which a row's unit is closed or its person away; the first that has room for ``word`` and on
        which no work lies says it."""
        top, bottom = self._top(row), self._top(row) + self._tall(row)
        for start, end in self._shown(windows):
            self._closed.append({"x": start, "x2": end, "y": top, "y2": bottom, "row": row, "word": word})

    def bar(
        self,
        row: int,
        span: Window,
        label: str,
        tone: Tone = "asked",
        *,
        lane: int = 0,
        lanes: int = 1,
        room: Window | None = None,
    ) -> None:
        """Work in a row, or in one lane of it. Its label lies in ``room`` (all of it where that is ``None``); one that
        does not fit is cut to its first word, or left out."""
        high = (self._tall(row) - 2 * EDGE) / lanes
        top = self._top(row) + EDGE + lane * high
        bottom = top + high - (1 if lanes > 1 else 0)
        for start, end in self._shown([span]):
            self._bars.append({"x": start, "x2": end, "y": top, "y2": bottom, "tone": tone})
        for start, end in self._shown([room or span]):
            words = _cut(label, self._pixels(start, end) - 6)
            if words and high >= 11:
                self._say((start + end) / 2, (top + bottom) / 2, words, TONES[tone][2], ground=tone == "out")

    def mark(self, tick: int, label: str = "", *, line: int = 0, left: bool = False, colour: str = ALARM) -> None:
        """A moment as an upright line through all rows, with words at its top, in their first line or a later one."""
        self._lines.append({"x": tick, "x2": tick, "y": 0, "y2": self._bottom, "edge": colour})
        if left:
            self._say(tick, 9 + 14 * line, label, colour, kind="right", ground=True)
        elif label:
            self._beside(tick, 9 + 14 * line, label, colour)

    def bracket(self, row: int, span: Window, label: str, *, colour: str = ALARM) -> None:
        """A length of time from one moment to another, with an arrow at both ends and words on it or beside it."""
        start, end = max(span[0], self.window[0]), min(span[1], self.window[1])
        middle, top = self._middle(row), self._top(row)
        self._lines.append({"x": start, "x2": end, "y": middle, "y2": middle, "edge": colour})
        for tick, whole, turn in ((start, span[0] == start, -90), (end, span[1] == end, 90)):
            if whole:
                self._lines.append(
                    {"x": tick, "x2": tick, "y": top + 2, "y2": top + self._tall(row) - 2, "edge": colour}
                )
                self._heads.append({"x": tick, "y": middle, "edge": colour, "turn": turn})
        if self._pixels(start, end) > LETTER * len(label) + 26:
            self._say((start + end) / 2, middle, label, colour, ground=True)
        else:
            self._beside(end, middle, label, colour, before=start)

    def arrow(self, spans: tuple[Window, Window], rows: Window, colour: str = DEEP) -> None:
        """From the bar of the first span, in the first row, down to that of the second in a lower row."""
        before, after = (sum(self._shown([span])[0]) / 2 for span in spans)
        start, end = self._top(rows[0]) + self._tall(rows[0]) - EDGE, self._top(rows[1]) + EDGE
        self._lines.append({"x": before, "x2": after, "y": start, "y2": end, "edge": colour})
        self._heads.append({"x": after, "y": end, "edge": colour, "turn": 180})

    def svg(self) -> str:
        """The whole picture, when all is drawn."""
        self._say_closed()
        return str(vl_convert.vegalite_to_svg(json.dumps(self._specification())))

    # -- where things lie

    def _top(self, row: int) -> int:
        return sum(each.height for each in self.rows[:row])

    @property
    def _bottom(self) -> int:
        return self._top(len(self.rows))

    def _tall(self, row: int) -> int:
        return self.rows[row].height

    def _middle(self, row: int) -> float:
        return self._top(row) + self._tall(row) / 2

    def _pixels(self, start: float, end: float) -> float:
        return WIDTH * (end - start) / (self.window[1] - self.window[0])

    def _shown(self, windows: Iterable[Window]) -> list[Window]:
        cut = [(max(start, self.window[0]), min(end, self.window[1])) for start, end in windows]
        return [(start, end) for start, end in cut if start < end]

    def _say(self, x: float, y: float, text: str, ink: str, *, kind: str = "center", ground: bool = False) -> None:
        """Words at a place; ``ground``: on white, so that a line behind them does not cross them out."""
        self._words.append({"x": x, "y": y, "text": text, "ink": ink, "kind": kind})
        if ground:
            wide = (LETTER * len(text) + 8) * (self.window[1] - self.window[0]) / WIDTH
            start = {"center": x - wide / 2, "right": x - wide, "left": x}[kind]
            self._grounds.append({"x": start, "x2": start + wide, "y": y - 7, "y2": y + 7})

    def _beside(self, tick: float, y: float, label: str, colour: str, *, before: float | None = None) -> None:
        """To the right of a moment, or to the left of it, or of ``before``, where the right has no room."""
        right = self._pixels(tick, self.window[1]) > LETTER * len(label) + 8
        place = tick if right or before is None else before
        self._say(place, y, label, colour, kind="left" if right else "right")

    def _say_closed(self) -> None:
        """Once in each row, the word for closed, where there is room."""
        said = set()
        for each in self._closed:
            wide = self._pixels(each["x"], each["x2"]) > LETTER * len(each["word"]) + 8
            free = not any(
                bar["x"] < each["x2"] and bar["x2"] > each["x"] and bar["y"] < each["y2"] and bar["y2"] > each["y"]
                for bar in self._bars
            )
            if each["word"] and wide and free and each["row"] not in said:
                said.add(each["row"])
                self._say((each["x"] + each["x2"]) / 2, (each["y"] + each["y2"]) / 2, each["word"], SOFT, kind="small")

    # -- as Vega-Lite

    def _specification(self) -> dict[str, Any]:
        parts = [self._board()]
        if self.amounts is not None:
            parts.append(self._steps(self.amounts))
        title = alt.TitleParams(self.title, subtitle=list(self.said), limit=WIDTH + NAMES)
        chart = alt.vconcat(*parts, spacing=34, title=title, bounds="flush").resolve_scale(x="independent")
        found: dict[str, Any] = _styled(chart).to_dict()
        return found

    def _board(self) -> Layer:
        x, y = self._across(words=True), self._down()
        box = {"x": x, "x2": "x2:Q", "y": y, "y2": "y2:Q"}
        lines = [{"x": self.window[0], "x2": self.window[1], "y": self._top(row)} for row in range(1, len(self.rows))]
        layers = [
            _layer(self._closed).mark_rect(color=CLOSED).encode(**box),
            _layer([{**line, "y2": line["y"]} for line in lines]).mark_rule(color=LINE, strokeWidth=0.5).encode(**box),
            *(self._of_tone(tone, box) for tone in TONES),
            _layer(self._lines).mark_rule(strokeWidth=1.4).encode(**box, color=_plain("edge")),
            _layer(self._grounds).mark_rect(color="#ffffff").encode(**box),
            *self._arrow_heads(x, y),
            *(self._texts(kind, x, y) for kind in ("center", "small", "left", "right")),
            *self._names(y),
        ]
        return alt.layer(*layers).properties(width=WIDTH, height=self._bottom)

    def _of_tone(self, tone: Tone, box: dict[str, Any]) -> Layer:
        fill, edge, _, dashes = TONES[tone]
        bars = [bar for bar in self._bars if bar["tone"] == tone]
        style = {"fill": fill, "stroke": edge, "strokeWidth": 1.1, "cornerRadius": 2, "strokeDash": list(dashes)}
        return _layer(bars).mark_rect(**style).encode(**box)

    def _arrow_heads(self, x: Layer, y: Layer) -> Iterable[Layer]:
        for turn, shape in ((-90, "triangle-left"), (90, "triangle-right"), (180, "triangle-down")):
            heads = [head for head in self._heads if head["turn"] == turn]
            across, down = {-90: (4, 0), 90: (-4, 0), 180: (0, -4)}[turn]
            mark = _layer(heads).mark_point(shape=shape, size=42, filled=True, opacity=1, xOffset=across, yOffset=down)
            yield mark.encode(x=x, y=y, color=_plain("edge"))

    def _texts(self, kind: str, x: Layer, y: Layer) -> Layer:
        align = "center" if kind == "small" else kind
        nudge = {"left": 5, "right": -5}.get(kind, 0)
        size = 10 if kind == "small" else 11
        words = [word for word in self._words if word["kind"] == kind]
        mark = _layer(words).mark_text(align=align, baseline="middle", dx=nudge, fontSize=size)
        return mark.encode(x=x, y=y, text="text:N", color=_plain("ink"))

    def _across(self, *, words: bool) -> Layer:
        values = [tick for tick, _ in self.ticks]
        told = json.dumps([word for _, word in self.ticks])
        axis = alt.Axis(
            title=None,
            values=values,
            labelExpr=f"{told}[indexof({json.dumps(values)}, datum.value)]",
            labels=words,
            orient="top",
            labelAlign="left",
            labelOverlap=False,
            labelFlush=False,
        )
        return alt.X("x:Q", scale=alt.Scale(domain=list(self.window), nice=False, zero=False), axis=axis)

    def _down(self) -> Layer:
        """Pixels from the top; what the rows are called is written beside it."""
        axis = alt.Axis(title=None, labels=False, minExtent=NAMES, maxExtent=NAMES, grid=False)
        return alt.Y("y:Q", scale=alt.Scale(domain=[self._bottom, 0], nice=False, zero=False), axis=axis)

    def _names(self, y: Layer) -> Iterable[Layer]:
        """The rows' names, the second line of each softer."""
        for line, (ink, weight, size) in enumerate(((INK, "bold", 11), (SOFT, "normal", 10.5))):
            values = []
            for row, each in enumerate(self.rows):
                lines = each.name.split("\n")
                if line < len(lines):
                    nudge = 0 if len(lines) == 1 else 14 * line - 7
                    values.append({"y": self._middle(row) + nudge, "text": lines[line]})
            mark = _layer(values).mark_text(
                align="right", baseline="middle", color=ink, fontWeight=weight, fontSize=size, limit=NAMES
            )
            yield mark.encode(x=alt.value(-9), y=y, text="text:N")

    def _steps(self, amounts: Amounts) -> Layer:
        start, end = self.window
        shown = _within(amounts.points, self.window)
        limit = _within(amounts.limit, self.window)
        x = self._across(words=False)
        most = max([amount for _, amount in (*shown, *limit)], default=1)
        axis = alt.Axis(title=None, minExtent=NAMES, maxExtent=NAMES, tickCount=4, grid=True)
        y = alt.Y("y:Q", scale=alt.Scale(domain=[0, most * 1.15 or 1], nice=False), axis=axis)
        area = {"interpolate": "step-after", "line": {"color": DEEP, "strokeWidth": 1.6}, "color": "#cfe2f9"}
        layers = [_layer(_points(shown)).mark_area(**area).encode(x=x, y=y)]
        if limit:
            rule = _layer(_points(limit)).mark_line(interpolate="step-after", color=ALARM, strokeDash=[6, 3])
            layers.append(rule.encode(x=x, y=y))
        for align, nudge in (("left", 6), ("right", -6)):
            notes = [note for note in amounts.notes if (note[0] < (start + end) / 2) == (align == "left")]
            values = [{"x": tick, "y": amount, "text": text} for tick, amount, text in notes]
            words = _layer(values).mark_text(
                align=align, dx=nudge, dy=14 if amounts.below else -8, color=INK, fontSize=11
            )
            layers.append(words.encode(x=x, y=y, text="text:N"))
            dots = _layer(values).mark_point(filled=True, color=INK, size=22, opacity=1)
            layers.append(dots.encode(x=x, y=y))
        title = alt.TitleParams(
            amounts.title, fontSize=11, anchor="start", frame="group", fontWeight="normal", color=SOFT, offset=6
        )
        return alt.layer(*layers).properties(width=WIDTH, height=STEPS, title=title)


def _layer(values: Values) -> Layer:
    return alt.Chart(alt.InlineData(values=values))


def _plain(name: str) -> Layer:
    """A colour as it stands in the data."""
    return alt.Color(f"{name}:N", scale=None, legend=None)


def _points(points: Sequence[tuple[int, float]]) -> Values:
    return [{"x": tick, "y": amount} for tick, amount in points]


def _within(points: Sequence[tuple[int, float]], window: Window) -> list[tuple[int, float]]:
    """The steps inside the window, from its start to its end."""
    if not points:
        return []
    start, end = window
    before = [amount for tick, amount in points if tick <= start]
    inside = [(tick, amount) for tick, amount in points if start < tick < end]
    found = [(start, before[-1] if before else 0), *inside]
    return [*found, (end, found[-1][1])]


def _cut(label: str, pixels: float) -> str:
    """The label; or the number of a run, or the first word, where that is as much as there is room for; or nothing."""
    shorter = label.removeprefix("run "), label.partition(" ")[0].rstrip(",:")
    return next((text for text in (label, *shorter) if LETTER * len(text) <= pixels), "")


def _styled(chart: Layer) -> Layer:
    return (
        chart.configure(background="white", font="Helvetica, Arial, sans-serif", padding=16)
        .configure_axis(labelColor=INK, gridColor=LINE, domain=False, ticks=False, labelFontSize=11)
        .configure_view(stroke=LINE)
        .configure_title(color=INK, anchor="start", fontSize=14, subtitleColor=SOFT, subtitleFontSize=11.5, offset=12)
    )
