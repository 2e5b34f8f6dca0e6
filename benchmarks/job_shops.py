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
