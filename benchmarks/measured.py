"""Runs one attempt in a process group of its own and measures the memory of its whole process tree.

Knows nothing of problems and plans beyond handing them over.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from benchmarks.attempt import Answer, Order

CHECKOUT = Path(__file__).resolve().parents[1]
GRACE_SECONDS = 60.0
SAMPLE_SECONDS = 0.2
TAIL_CHARACTERS = 2000


class AttemptFailed(Exception):
    """The attempt ended without an answer."""

    def __init__(self, reason: str, tail: str) -> None:
        self.reason = reason
        self.tail = tail
        super().__init__(f"{reason}: {tail.strip() or 'it said nothing'}")


@dataclass(slots=True)
class _Peak:
    mb: float = 0.0

    def sample(self, root: int) -> None:
        self.mb = max(self.mb, tree_mb(root))


def measured(order: Order, *, grace: float = GRACE_SECONDS) -> Answer:
    """The answer of a fresh process, its ``peak_mb`` that of the process tree (on systems without /proc: of the largest
    process).

    The group is killed ``grace`` seconds after the limit. Raises ``AttemptFailed``.
    """
    command = [sys.executable, "-m", "benchmarks.attempt"]
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        asked.write(order.to_json().encode())
        asked.seek(0)
        child = subprocess.Popen(
            command, stdin=asked, stdout=said, stderr=complained, start_new_session=True, cwd=CHECKOUT
        )
        peak = _Peak()
        try:
            in_time = _watch(child, peak, seconds=order.limit + grace)
        finally:
            _end(child)
        said.seek(0)
        complained.seek(0)
        tail = complained.read().decode(errors="replace")[-TAIL_CHARACTERS:]
        if not in_time:
            raise AttemptFailed(f"{order.solver} was still running {grace:g} s after its limit", tail)
        if child.returncode != 0:
            raise AttemptFailed(f"{order.solver} ended with status {child.returncode}", tail)
        answer = Answer.from_json(said.read().decode())
    return replace(answer, peak_mb=max(answer.peak_mb, peak.mb))


def _watch(child: "subprocess.Popen[bytes]", peak: _Peak, *, seconds: float) -> bool:
    """Samples until the child has ended (true) or the time is over (false)."""
    deadline = monotonic() + seconds
    while monotonic() < deadline:
        try:
            child.wait(SAMPLE_SECONDS)
        except subprocess.TimeoutExpired:
            peak.sample(child.pid)
        else:
            return True
    return False


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Kills what is left of the group; a child that has ended and left nobody is not touched."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def tree_mb(root: int, *, proc: Path = Path("/proc")) -> float:
    """Memory of a process and all below it in MB, pages that they share counted once; 0 where /proc is missing."""
    return sum(_proportional_kb(proc / str(pid)) for pid in _tree(root, proc)) / 1024


def _tree(root: int, proc: Path) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in proc.glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found.extend(children.get(pid, ()))
    return found


def _proportional_kb(process: Path) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in (process / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
