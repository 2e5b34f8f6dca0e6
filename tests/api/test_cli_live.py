"""The live display shows time, requests, first level, bound and gap; Ctrl-C asks first and then interrupts."""

import io
import os
import signal

import pytest
from rich.console import Console

from api.cli.live import Drafting, gap, stop_on_interrupt
from solver.solve import Progress


def _progress(seconds: float, first: int, bound: int | None) -> Progress:
    return Progress(seconds=seconds, planned=132, levels=(first, 77), bound=bound)


def test_table_shows_what_is_known_so_far() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=100, color_system=None)
    drafting = Drafting("Planning 2026-W49", console=console)
    console.print(drafting)
    assert "…" in out.getvalue()
    drafting(_progress(1.5, 4000, 3000))
    console.print(drafting)
    for expected in ("Planning 2026-W49", "132", "4,000", "3,000", "25.0 %", "4,000 / 77"):
        assert expected in out.getvalue()


def test_without_a_terminal_there_is_a_line_now_and_then_and_the_last_one() -> None:
    out = io.StringIO()
    drafting = Drafting("Planning", console=Console(file=out, width=100))
    for tenth in range(30):
        drafting(_progress(tenth / 10, 4000 - tenth, None))
    drafting.line()
    drafting.line()
    lines = out.getvalue().splitlines()
    assert len(lines) == 2
    assert "first open level 4,000  bound unknown  gap unknown" in lines[0]
    assert "first open level 3,971" in lines[1]


@pytest.mark.parametrize(
    ("value", "bound", "shown"), [(10, None, "unknown"), (10, 10, "0 %"), (0, 0, "0 %"), (8, 6, "25.0 %")]
)
def test_gap_in_words(value: int, bound: int | None, shown: str) -> None:
    assert gap(value, bound) == shown


def test_first_interrupt_asks_to_stop_and_the_second_interrupts() -> None:
    before = signal.getsignal(signal.SIGINT)
    with stop_on_interrupt() as stop:
        assert not stop.is_set()
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.is_set()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
