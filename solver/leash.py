"""The solving child as its parent holds it: told, heard and timed by threads of their own, and killed with its group.

Does not know what a plan is worth: while that is found out, the clock goes on.
"""

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import IO

import solver
from solver.messages import STOP, Order, Said, order_line, read_said

COMMAND = (sys.executable, "-P", "-m", "solver.child")
"""Not from the folder that somebody happens to be in: a ``random.py`` there would be run in place of Python's."""
HOME = str(Path(solver.__file__).resolve().parents[1])
START_SECONDS = 10.0
"""How long a child may take to start and read its order, or its time limit where that is longer."""
START_SECONDS_WITHOUT_LIMIT = 120.0
"""The same where there is no time limit, and so nobody who waits for one."""
GRACE_SECONDS = 1.5
"""How long after its time limit a child is killed."""
STOP_SECONDS = 0.5
"""How long after the word to stop a child is killed."""
POLL = 0.05
LAST_SECONDS = 2.0
"""How long the threads of a dead child are waited for. They end with it, unless somebody outside its group holds its
pipes."""
TAIL = 2000
"""Characters of the child's errors that are kept."""


def _environment() -> dict[str, str]:
    """Where this very solver lies comes first on the child's path."""
    path = os.pathsep.join((HOME, *filter(None, (os.environ.get("PYTHONPATH"),))))
    return {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}


class Heard:
    """What the child has said and nobody has taken yet: of better plans the last one, so that whoever takes them slowly
    neither falls behind nor fills the memory."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._better: Said | None = None
        self._outcome: Said | None = None
        self._over = False
        self.read_at: float | None = None
        """When the child had read its order (monotonic clock)."""

    def put(self, said: Said) -> None:
        """From the thread that listens."""
        with self._changed:
            if said.kind == "read":
                self.read_at = self.read_at or monotonic()
            elif said.kind == "better":
                self._better = said
            else:
                self._outcome = self._outcome or said
            self._changed.notify()

    def close(self) -> None:
        """Nothing more is listened to."""
        with self._changed:
            self._over = True
            self._changed.notify()

    def __iter__(self) -> Iterator[Said]:
        """Better plans, then the outcome if there is one; waits for them, and ends when nothing can come any more."""
        while (said := self._take()) is not None:
            yield said

    def _take(self) -> Said | None:
        with self._changed:
            self._changed.wait_for(lambda: self._better or self._outcome or self._over)
            said, self._better = self._better, None
            if said is None:
                said, self._outcome, self._over = self._outcome, None, True
            return said


class Leash:
    """One child with its order. ``start`` it, take what was ``heard``, and ``end`` it, whatever happened meanwhile.

    ``errors`` is a file of the caller's. ``stop`` is passed on to the child, which is killed if it does not heed.
    """

    def __init__(self, order: Order, errors: IO[str], stop: threading.Event) -> None:
        self.heard = Heard()
        self.overdue = False
        """Whether it was killed because its time was up."""
        self._order, self._errors, self._stop = order, errors, stop
        self._begun = monotonic()
        self._stopped: float | None = None
        self._to_say: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._ended = threading.Event()
        self._signalling = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Starts the child; its time to read the order runs since this object was made."""
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
            start_new_session=True,
            env=_environment(),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._run(self._time)
        self._run(self._listen, self._process.stdout)
        self._run(self._tell, self._process.stdin)

    def end(self) -> None:
        """Ends the child and everything that it started, and waits until it is gone. May be called again."""
        self._ended.set()
        self._to_say.put(None)
        if self._process is not None:
            self._kill()
            with self._signalling:
                self._process.wait()
        until = monotonic() + LAST_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - monotonic()))

    def tail(self) -> str:
        """The last of what it wrote about its errors."""
        self._errors.seek(0)
        return self._errors.read()[-TAIL:]

    def _run(self, what: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=what, args=arguments, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _tell(self, pipe: IO[str]) -> None:
        """A child that does not read lets this wait for as long as it lives."""
        with suppress(OSError), pipe:
            text: str | None = order_line(self._order)
            while text is not None:
                pipe.write(text)
                pipe.flush()
                text = self._to_say.get()

    def _listen(self, pipe: IO[str]) -> None:
        """A line that the child's death cut short, or that nobody understands, ends what it said."""
        try:
            with suppress(ValueError, OSError), pipe:
                for line in pipe:
                    self.heard.put(read_said(line))
        finally:
            self.heard.close()

    def _time(self) -> None:
        """Passes the word to stop on, and kills in time."""
        while not self._ended.wait(POLL):
            if self._stop.is_set() and self._stopped is None:
                self._stopped = monotonic()
                self._to_say.put(STOP + "\n")
            if monotonic() >= self._until():
                self.overdue = True
                self._kill()
                self._ended.wait(LAST_SECONDS)
                self.heard.close()
                return

    def _until(self) -> float:
        limit, read_at = self._order.limit, self.heard.read_at
        if read_at is None:
            until = self._begun + (START_SECONDS_WITHOUT_LIMIT if limit is None else max(START_SECONDS, limit))
        else:
            until = float("inf") if limit is None else read_at + limit + GRACE_SECONDS
        return until if self._stopped is None else min(until, self._stopped + STOP_SECONDS)

    def _kill(self) -> None:
        """Never after its leader was waited for: the group's number could be another's by then."""
        with self._signalling:
            if self._process is not None and self._process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
