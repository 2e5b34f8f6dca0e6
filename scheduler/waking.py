"""Threads for APScheduler's wake-ups, none of which can keep the process from ending.

Knows nothing of what is done in them.
"""

import sys
import threading
from datetime import datetime
from time import monotonic

from apscheduler.executors.base import BaseExecutor, run_job
from apscheduler.job import Job


class DaemonThreads(BaseExecutor):  # type: ignore[misc]
    """A thread for each wake-up. The executors of APScheduler itself are waited for when the interpreter ends, however
    long a write waits for a busy database."""

    def __init__(self) -> None:
        super().__init__()
        self._running: set[threading.Thread] = set()

    def join(self, seconds: float) -> bool:
        """Waits that long at most; whether all have ended."""
        until = monotonic() + seconds
        for thread in list(self._running):
            thread.join(max(0.0, until - monotonic()))
        return not any(thread.is_alive() for thread in list(self._running))

    def _do_submit_job(self, job: Job, run_times: list[datetime]) -> None:
        thread = threading.Thread(target=self._do, args=(job, run_times), name=f"wake-up {job.name}", daemon=True)
        self._running.add(thread)
        thread.start()

    def _do(self, job: Job, run_times: list[datetime]) -> None:
        try:
            events = run_job(job, job._jobstore_alias, run_times, self._logger.name)
        except BaseException:
            self._run_job_error(job.id, *sys.exc_info()[1:])
        else:
            self._run_job_success(job.id, events)
        finally:
            self._running.discard(threading.current_thread())
