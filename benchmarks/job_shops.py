"""Flexible job shop instances as a Problem.

Knows the FJSPLIB format through fjsplib only, and nothing of families, folders or results.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import fjsplib

from benchmarks.makespan import makespan_problem
from solver.problem import Lag, Mode, Problem, Request, Task, UnitUse

Choices = list[tuple[int, int]]


class NotAnOperation(ValueError):
    """An operation takes no time on one of its machines, and it cannot be dropped without changing the problem."""

    def __init__(self, path: Path, job: int, operation: int) -> None:
        self.job = job
        self.operation = operation
        super().__init__(f"{path.name}: operation {operation} of job {job} takes no time and is not at the job's end")


def read_job_shop(path: Path) -> Problem:
    """One required request per job, a task per operation with a mode per machine, in the order of the file.

    An operation that takes no time and is the first or the last of its job is dropped: it can always stand at the
    schedule's start or end, between other work on its machine. Raises ``NotAnOperation`` where one stands elsewhere.
    """
    instance = fjsplib.read(path)
    requests = (_request(path, number, operations) for number, operations in enumerate(instance.jobs, start=1))
    machines = tuple(_machine(index) for index in range(instance.num_machines))
    return makespan_problem(tuple(request for request in requests if request.tasks), machines=machines)


def read_job_shop_with_workers(path: Path) -> Problem:
    """The same where each operation needs a machine and a worker at once, and how long it takes depends on both: a mode
    per machine and worker. A worker is a unit of one lane (``W1``, ...).

    A line is a job: the number of operations, and for each the number of machines, and for each machine its number, the
    number of workers, and a number and a duration per worker. Raises ``NotAnOperation``, ``ValueError``.
    """
    (jobs, machines, workers), *lines = ([int(word) for word in line.split()] for line in _lines(path))
    if len(lines) != jobs:
        raise ValueError(f"{jobs} jobs announced, {len(lines)} found")
    requests = tuple(_request_with_workers(path, number, line) for number, line in enumerate(lines, start=1))
    names = (*map(_machine, range(machines)), *(f"W{number}" for number in range(1, workers + 1)))
    return makespan_problem(requests, machines=names)


def _lines(path: Path) -> Iterator[str]:
    return (line for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def _request_with_workers(path: Path, job: int, line: list[int]) -> Request:
    words = iter(line)
    tasks = []
    for number in range(1, next(words) + 1):
        modes = tuple(_modes_with_workers(words))
        if any(mode.duration < 1 for mode in modes):
            raise NotAnOperation(path, job, number)
        tasks.append(Task(id=f"J{job}/{number}", modes=modes))
    if next(words, None) is not None:
        raise ValueError(f"job {job} has more numbers than operations")
    lags = tuple(Lag(before=first.id, after=second.id) for first, second in pairwise(tasks))
    return Request(id=f"J{job}", tasks=tuple(tasks), lags=lags, required=True)


def _modes_with_workers(words: Iterator[int]) -> Iterator[Mode]:
    for _ in range(next(words)):
        machine = _machine(next(words) - 1)
        for _ in range(next(words)):
            worker, duration = f"W{next(words)}", next(words)
            yield Mode(duration=duration, units=(UnitUse(unit=machine), UnitUse(unit=worker)))


def _machine(index: int) -> str:
    return f"M{index + 1}"


def _request(path: Path, job: int, operations: list[Choices]) -> Request:
    tasks = tuple(
        Task(id=f"J{job}/{number}", modes=tuple(_modes(choices))) for number, choices in _lasting(path, job, operations)
    )
    lags = tuple(Lag(before=first.id, after=second.id) for first, second in pairwise(tasks))
    return Request(id=f"J{job}", tasks=tasks, lags=lags, required=True)


def _modes(choices: Choices) -> Iterator[Mode]:
    for machine, duration in choices:
        yield Mode(duration=duration, units=(UnitUse(unit=_machine(machine)),))


def _lasting(path: Path, job: int, operations: list[Choices]) -> Iterator[tuple[int, Choices]]:
    """The operations that take time, with their numbers from 1."""
    for number, choices in enumerate(operations, start=1):
        if all(duration > 0 for _, duration in choices):
            yield number, choices
        elif any(duration > 0 for _, duration in choices) or 1 < number < len(operations):
            raise NotAnOperation(path, job, number)
