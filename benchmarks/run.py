"""Command line: ``python -m benchmarks.run FAMILY`` measures the solver on a family, a peer beside it if asked.

Knows nothing of file formats and models.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.attempt import Answer, Order
from benchmarks.families import READERS, Instance, UnknownFamily, folder, instances, spread
from benchmarks.judged import Judged, failed, judged
from benchmarks.measured import AttemptFailed, measured
from benchmarks.rows import COLUMNS, Means, Row, append, means, resume, shared, write_header

WRONG_USE = 2
PEERS = ("pyjobshop",)
WIDTHS = (17, 16, 9, 6, 10, 11, 6, 6, 7, 7, 7)

Run = Callable[[Order], Answer]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What the command line asks for. ``limit`` in seconds, ``sample`` the number of instances (``None``: all)."""

    family: str
    limit: float
    workers: int
    sample: int | None
    peer: str | None
    csv: Path | None
    resume: bool

    @property
    def solvers(self) -> tuple[str, ...]:
        """The solvers to run, ours first."""
        return ("pilotline",) if self.peer is None else ("pilotline", self.peer)


def parse(arguments: Sequence[str] | None) -> Asked:
    """Reads the arguments; exits with status 2 on wrong use."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.run",
        description="Solves a family of public instances; the rule book checks every schedule.",
    )
    parser.add_argument("family", metavar="FAMILY", help=", ".join(READERS))
    parser.add_argument("--limit", type=_seconds, default=30.0, help="seconds per instance and solver (30)")
    parser.add_argument("--workers", type=_count, default=2, help="workers of each solver (2)")
    parser.add_argument("--sample", type=_count, help="only so many instances, evenly spread over the family")
    parser.add_argument("--peer", choices=PEERS, help="run this one too: same instances, limit and workers")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write the rows here, each as soon as it is known")
    parser.add_argument("--resume", action="store_true", help="keep the rows that FILE has and run only the others")
    found = parser.parse_args(arguments)
    if found.resume and found.csv is None:
        parser.error("--resume needs --csv FILE")
    return Asked(**vars(found))


def run(asked: Asked, *, root: Path, attempt: Run = measured) -> int:
    """Runs every instance with every solver, prints a row each and the means.

    Returns the exit status: 0, or 1 where a schedule was refused, an attempt failed or something proven was beaten.
    Raises ``ValueError`` named after what is wrong with the family, the folder or the CSV.
    """
    chosen = spread(instances(asked.family, root=root), count=asked.sample)
    rows = _earlier(asked, chosen)
    known = {row.key for row in rows}
    print(_shown(COLUMNS), flush=True)
    for row in rows:
        print(_shown_row(row), flush=True)
    complained = False
    for instance in chosen:
        for solver in asked.solvers:
            if (instance.family, instance.name, solver) in known:
                continue
            found = _one(asked, instance, solver, attempt)
            rows.append(found.row)
            _report(found, asked.csv)
            complained = complained or bool(found.complaints)
    _print_means(rows)
    return 1 if complained else 0


def _earlier(asked: Asked, chosen: Iterable[Instance]) -> list[Row]:
    """The rows to start with: those of the CSV that are about what is asked."""
    if asked.csv is None:
        return []
    if not asked.resume:
        write_header(asked.csv)
        return []
    wanted = {(instance.family, instance.name, solver) for instance in chosen for solver in asked.solvers}
    return [row for row in resume(asked.csv) if row.key in wanted]


def _one(asked: Asked, instance: Instance, solver: str, attempt: Run) -> Judged:
    problem = instance.problem()
    try:
        answer = attempt(Order(solver=solver, problem=problem, limit=asked.limit, workers=asked.workers))
    except AttemptFailed as failure:
        return failed(instance, solver=solver, reason=str(failure))
    return judged(instance, problem, solver=solver, answer=answer)


def _report(found: Judged, path: Path | None) -> None:
    if path is not None:
        append(path, found.row)
    print(_shown_row(found.row), flush=True)
    for complaint in found.complaints:
        print(complaint, file=sys.stderr, flush=True)


def _shown_row(row: Row) -> str:
    return _shown(tuple(getattr(row, column) for column in COLUMNS))


def _shown(cells: tuple[str, ...]) -> str:
    """Texts to the left, numbers to the right."""
    left = [cell.ljust(width) for cell, width in zip(cells[:3], WIDTHS[:3], strict=True)]
    right = [cell.rjust(width) for cell, width in zip(cells[3:], WIDTHS[3:], strict=True)]
    return " ".join([*left, *right])


def _print_means(rows: list[Row]) -> None:
    print("\nmeans over accepted schedules")
    for mean in means(rows):
        print(_shown_means(mean))
    both = shared(rows)
    if len({row.solver for row in rows}) > 1 and len(both) < len(rows):
        print("on the instances that every solver has a gap for")
        for mean in means(both):
            print(_shown_means(mean))


def _shown_means(mean: Means) -> str:
    gap = "no gap" if mean.gap_percent is None else f"gap {mean.gap_percent:.2f} %"
    seconds = "" if mean.seconds is None else f", {mean.seconds:.1f} s"
    memory = "" if mean.peak_mb is None else f", {mean.peak_mb:.0f} MB"
    return f"{mean.solver}: {gap}, proven {mean.proven}, checked {mean.checked} of {mean.rows}{seconds}{memory}"


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value <= 86_400:
        raise argparse.ArgumentTypeError("expected seconds above 0, a day at most")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("expected 1 or more")
    return value


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 done, 1 refused or something was wrong with a schedule, 2 wrong use."""
    asked = parse(arguments)
    try:
        return run(asked, root=folder())
    except UnknownFamily as error:
        print(error, file=sys.stderr)
        return WRONG_USE
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; --resume goes on from the rows in the CSV", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
