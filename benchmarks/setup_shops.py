"""Flexible job shop instances with sequence-dependent setups as a Problem.

Knows the text format (a flexible job shop, then a matrix per machine between all operations), and nothing of families
of instances, folders or results.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path

from benchmarks.makespan import makespan_problem
from solver.problem import Lag, Mode, Problem, Request, Setup, Task, Unit, UnitUse

Choices = list[tuple[int, int]]
"""Machines from 1 with the time that an operation takes there."""
Matrix = Sequence[Sequence[int]]


class Leftover(ValueError):
    """The file goes on after the last matrix."""


def read_setup_shop(path: Path) -> Problem:
    """One required request per job, a task per operation with a mode per machine.

    On a machine each operation is a family of its own, so that the setup depends on both neighbours; the first one
    there needs none. Entries for operations that a machine cannot do mean nothing. Raises ``ValueError`` for what is
    no number, ``Leftover``.
    """
    jobs, machines, *_ = path.read_text(encoding="utf-8").splitlines()[0].split()
    numbers = _numbers(path)
    shop = [[_choices(numbers) for _ in range(_next(numbers))] for _ in range(int(jobs))]
    operations = {_name(job, at): choices for job, row in enumerate(shop, 1) for at, choices in enumerate(row, 1)}
    matrices = [_matrix(numbers, len(operations)) for _ in range(int(machines))]
    if next(numbers, None) is not None:
        raise Leftover(f"{path.name} has more numbers than {machines} matrices of {len(operations)} operations")
    setups = [_setups(machine, matrix, operations) for machine, matrix in enumerate(matrices, 1)]
    return _problem(tuple(_request(job, row) for job, row in enumerate(shop, 1)), setups)


def _problem(requests: tuple[Request, ...], setups: list[tuple[Setup, ...]]) -> Problem:
    """With a horizon in which all fit one after the other, each after its longest setup."""
    problem = makespan_problem(requests, machines=tuple(f"M{number}" for number in range(1, len(setups) + 1)))
    longest: dict[str, int] = {}
    for row in (row for rows in setups for row in rows):
        longest[row.to] = max(longest.get(row.to, 0), row.length)
    end = problem.horizon + sum(longest.values())
    units = (Unit(id=unit.id, open=((0, end),), setups=rows) for unit, rows in zip(problem.units, setups, strict=True))
    return replace(problem, horizon=end, calendar_end=end, commit_until=end, units=tuple(units))


def _numbers(path: Path) -> Iterator[int]:
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return (int(text) for line in lines for text in line.split())


def _next(numbers: Iterator[int]) -> int:
    found = next(numbers, None)
    if found is None:
        raise ValueError("a number is missing at the end")
    return found


def _choices(numbers: Iterator[int]) -> Choices:
    return [(_next(numbers), _next(numbers)) for _ in range(_next(numbers))]


def _matrix(numbers: Iterator[int], size: int) -> Matrix:
    rows = [tuple(islice(numbers, size)) for _ in range(size)]
    if any(len(row) < size for row in rows):
        raise ValueError("a number is missing in a matrix")
    return rows


def _setups(machine: int, matrix: Matrix, operations: dict[str, Choices]) -> tuple[Setup, ...]:
    names = list(operations)
    able = {at for at, name in enumerate(names) if any(machine == one for one, _ in operations[name])}
    return tuple(
        Setup(frm=names[before], to=names[after], length=matrix[before][after])
        for before in able
        for after in able
        if before != after and matrix[before][after]
    )


def _name(job: int, operation: int) -> str:
    return f"J{job}/{operation}"


def _request(job: int, row: list[Choices]) -> Request:
    names = [_name(job, at) for at in range(1, len(row) + 1)]
    tasks = tuple(Task(id=name, modes=tuple(_modes(name, one))) for name, one in zip(names, row, strict=True))
    lags = tuple(Lag(before=first.id, after=second.id) for first, second in pairwise(tasks))
    return Request(id=f"J{job}", tasks=tasks, lags=lags, required=True)


def _modes(name: str, choices: Choices) -> Iterator[Mode]:
    for machine, duration in choices:
        yield Mode(duration=duration, units=(UnitUse(unit=f"M{machine}", family=name),))
