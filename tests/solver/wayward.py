"""Children that do not do as they should, in place of the solving one, and who of their group still lives.

Knows nothing of how they are held.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from solver.construct import first_come
from solver.messages import Said, said_line
from solver.plan import Plan
from solver.problem import Problem
from solver.progress import Progress

PLACE = "PILOTLINE_TEST_CHILD"
LIFE = 6.0
"""Seconds that a wayward child lives when nobody kills it."""

BEGINNING = f"""
import os, signal, subprocess, sys, time
from pathlib import Path
place = Path(os.environ["{PLACE}"])
(place / "pid.new").write_text(str(os.getpid()))
(place / "pid.new").rename(place / "pid")
end = time.monotonic() + {LIFE}
def say(name):
    sys.stdout.write((place / name).read_text())
    sys.stdout.flush()
def rest():
    time.sleep(max(0, end - time.monotonic()))
def have_children():
    again = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep({LIFE})'])"
    subprocess.Popen([sys.executable, "-c", again + "; time.sleep({LIFE})"]).poll()
    time.sleep(0.3)
"""

DEAF = "rest()"
STUBBORN = "signal.signal(signal.SIGTERM, signal.SIG_IGN); sys.stdin.readline(); say('read'); rest()"
BABBLING = "sys.stdin.readline(); say('read')\nwhile time.monotonic() < end: say('better')"
GIBBERISH = "sys.stdin.readline(); say('read')\nwhile time.monotonic() < end: print('[1]', flush=True)"
FRUITFUL = "have_children(); sys.stdin.readline(); say('read'); rest()"
ORPHANING = "have_children(); sys.stdin.readline(); say('read'); say('answer')"
WRONG = "have_children(); sys.stdin.readline(); say('read'); say('wrong'); rest()"
REJECTED = "have_children(); sys.stdin.readline(); say('read'); say('rejected'); rest()"
FAILING = "sys.stdin.readline(); say('read'); say('failed'); rest()"
FAILING_LATE = "sys.stdin.readline(); say('read'); say('better'); time.sleep(0.3); say('failed'); rest()"
ONE_PLAN = "sys.stdin.readline(); say('read'); say('better'); rest()"
LATE_PLAN = "sys.stdin.readline(); say('read'); time.sleep(1.2); say('better'); rest()"


@dataclass(frozen=True, slots=True)
class Wayward:
    """What is known of such a child."""

    place: Path

    def living(self) -> list[int]:
        """Who of its group still lives; a moment is given to those who are dying."""
        until = time.monotonic() + 1.0
        while (found := _of_group(self._group())) and time.monotonic() < until:
            time.sleep(0.05)
        return found

    def dispose(self) -> None:
        """Ends what a control left behind."""
        for pid in _of_group(self._group()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _group(self) -> int:
        """The file is there at once whole, so that nobody reads half a number."""
        return int((self.place / "pid").read_text())


@contextmanager
def wayward(monkeypatch: pytest.MonkeyPatch, place: Path, problem: Problem, manners: str) -> Iterator[Wayward]:
    """While it lasts, ``solve`` starts a child with these manners. It knows plans of ``problem``, good ones and bad."""
    first = first_come(problem)
    assert first is not None
    _write(place, problem, first.plan)
    monkeypatch.setenv(PLACE, str(place))
    monkeypatch.setattr("solver.leash.COMMAND", (sys.executable, "-c", BEGINNING + manners))
    child = Wayward(place)
    try:
        yield child
    finally:
        child.dispose()


def _write(place: Path, problem: Problem, plan: Plan) -> None:
    progress = Progress(seconds=0.1, planned=1, levels=tuple(0 for _ in problem.levels), bound=None)
    nothing = Plan(status="feasible")
    lines = {
        "read": Said(kind="read"),
        "better": Said(kind="better", plan=plan, progress=progress),
        "answer": Said(kind="answer", plan=plan),
        "wrong": Said(kind="better", plan=nothing, progress=progress),
        "failed": Said(kind="failed", text="MemoryError: of its own making"),
        "rejected": Said(kind="rejected", plan=nothing, text="it holds nothing"),
    }
    for name, said in lines.items():
        (place / name).write_text(said_line(said))


def _of_group(group: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split() if entry.name.isdigit() else []
            if fields and int(fields[2]) == group and fields[0] not in ("Z", "X"):
                found.append(int(entry.name))
    return found
