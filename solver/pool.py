"""Worker processes that end with the process that started them, whatever ends it.

Does not know what they are given to do.
"""

import ctypes
import multiprocessing
import os
import resource
import signal
import sys
from concurrent.futures import Executor, ProcessPoolExecutor

import solver.job

_PR_SET_PDEATHSIG = 1
_MEGABYTE = 1 << 20


def process_pool(workers: int, *, memory_mb: int) -> Executor:
    """A pool of ``workers`` processes, each of at most ``memory_mb``. Begins to start them at once."""
    pool = ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=end_with,
        initargs=(os.getpid(), memory_mb),
    )
    for _ in range(workers):
        pool.submit(ready)
    return pool


def ready() -> str:
    """Makes a worker load what it will need."""
    return solver.job.__name__


def end_with(parent: int, memory_mb: int | None = None) -> None:
    """Let this process be killed when its ``parent`` is gone (Linux; elsewhere the end of its pipes must do).

    It may have at most ``memory_mb`` of address space.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    if memory_mb is not None:
        limit_memory(memory_mb)


def limit_memory(memory_mb: int) -> None:
    """At most ``memory_mb`` of address space for this process; never more than it may have already."""
    size, (_, hard) = memory_mb * _MEGABYTE, resource.getrlimit(resource.RLIMIT_AS)
    limit = size if hard == resource.RLIM_INFINITY else min(size, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
