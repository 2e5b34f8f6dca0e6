"""Shows a plan being made: a live table on a terminal, a line now and then elsewhere. On stderr, so that results stay
clean.

Knows nothing of how plans are made.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.table import Table

from api.cli.terminal import remarks
from solver.solve import Progress

LINE_SECONDS = 5.0


class Drafting:
    """What is known of the plan so far; call it with each progress."""

    def __init__(self, title: str, *, console: Console = remarks) -> None:
        self.title = title
        self.console = console
        self.latest: Progress | None = None
        self._began = monotonic()
        self._last_line = float("-inf")
        self._printed: Progress | None = None

    def __call__(self, progress: Progress) -> None:
        self.latest = progress
        if not self.console.is_terminal and monotonic() - self._last_line >= LINE_SECONDS:
            self.line()

    def line(self) -> None:
        """Prints what is known as a line, unless it was the last one printed."""
        if self.latest is not None and self.latest is not self._printed:
            self._last_line, self._printed = monotonic(), self.latest
            self.console.print(_line(self.latest), soft_wrap=True)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = Table(title=self.title, title_justify="left", title_style="bold")
        for column in ("time", "requests planned", "first open level", "bound", "gap", "all levels"):
            table.add_column(column, justify="left" if column == "all levels" else "right")
        table.add_row(f"{monotonic() - self._began:.1f} s", *_cells(self.latest))
        yield table


def _cells(progress: Progress | None) -> tuple[str, str, str, str, str]:
    if progress is None or not progress.levels:
        return "…", "…", "…", "…", "…"
    at = _first_open(progress)
    value, known = progress.levels[at], progress.bounds[at] if progress.bounds else progress.bound
    bound = "unknown" if known is None else f"{known:,}"
    levels = " / ".join(f"{each:,}" for each in progress.levels)
    return (
        f"{progress.planned:,}",
        f"{value:,}" + (f" (level {at + 1})" if at else ""),
        bound,
        gap(value, known),
        levels,
    )


def _first_open(progress: Progress) -> int:
    """The first level that is not at its bound: those before it cannot become better. The first where all are."""
    pairs = zip(progress.levels, progress.bounds, strict=False)
    return next((at for at, (value, bound) in enumerate(pairs) if value > bound), 0)


def _line(progress: Progress) -> str:
    planned, first, bound, distance, levels = _cells(progress)
    return (
        f"{progress.seconds:6.1f} s  planned {planned}  first open level {first}  bound {bound}  gap {distance}  "
        f"levels {levels}"
    )


def gap(value: int, bound: int | None) -> str:
    """The distance from a bound to the value in percent of the value, in words where there is none."""
    if bound is None:
        return "unknown"
    return "0 %" if value <= bound else f"{100 * (value - bound) / value:.1f} %"


@contextmanager
def shown_live(title: str) -> Iterator[Drafting]:
    """A ``Drafting`` that is redrawn four times a second while the block runs."""
    drafting = Drafting(title)
    if not drafting.console.is_terminal:
        drafting.console.print(title, soft_wrap=True)
        yield drafting
        drafting.line()
        return
    with Live(drafting, console=drafting.console, refresh_per_second=4):
        yield drafting


@contextmanager
def stop_on_interrupt() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets, so that the best plan found so far is kept; the second one interrupts."""
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    earlier = signal.signal(signal.SIGINT, ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, earlier)
