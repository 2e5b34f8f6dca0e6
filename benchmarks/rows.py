"""A result row, the CSV of rows, and the means over them.

Knows nothing of solving.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import fmean


class BadCsv(ValueError):
    """The CSV to resume is not one of these results."""

    def __init__(self, path: Path, line: int, expected: str) -> None:
        super().__init__(f"{path}, line {line}: expected {expected}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One solver on one instance, each field as it stands in the CSV; an empty text: there is none.

    ``value`` is what the rule book's costs make of the schedule, ``gap_percent`` its distance above the best known;
    only a schedule that is ``checked`` (yes or no: the rule book accepts it) has one.
    """

    family: str
    instance: str
    solver: str
    value: str
    best_known: str
    gap_percent: str
    bound: str
    proven: str
    seconds: str
    peak_mb: str
    checked: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What a row is about."""
        return self.family, self.instance, self.solver


COLUMNS = tuple(field.name for field in fields(Row))


@dataclass(frozen=True, kw_only=True, slots=True)
class Means:
    """One solver over rows: how many, how many schedules were accepted, proven; means over accepted schedules (``None``
    without any)."""

    solver: str
    rows: int
    checked: int
    proven: int
    gap_percent: float | None
    seconds: float | None
    peak_mb: float | None


def means(rows: Iterable[Row]) -> tuple[Means, ...]:
    """The means per solver, in the order in which the solvers appear."""
    by_solver: dict[str, list[Row]] = {}
    for row in rows:
        by_solver.setdefault(row.solver, []).append(row)
    return tuple(_means(solver, mine) for solver, mine in by_solver.items())


def shared(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The rows of the instances for which every solver has an accepted schedule with a gap."""
    listed = tuple(rows)
    solvers = {row.solver for row in listed}
    good: dict[tuple[str, str], set[str]] = {}
    for row in listed:
        if row.gap_percent:
            good.setdefault((row.family, row.instance), set()).add(row.solver)
    return tuple(row for row in listed if good.get((row.family, row.instance)) == solvers)


def write_header(path: Path) -> None:
    """A new CSV without rows, in place of what stood there."""
    path.write_text(_line(COLUMNS), encoding="utf-8")


def append(path: Path, row: Row) -> None:
    """Adds a row at once, so that a run that is cut short loses none."""
    with path.open("a", encoding="utf-8") as file:
        file.write(_line(tuple(str(value) for value in asdict(row).values())))


def resume(path: Path) -> tuple[Row, ...]:
    """The whole rows of a CSV; a last line that was cut short is taken out of the file. No file yet: makes one.

    Raises ``BadCsv``.
    """
    if not path.exists():
        write_header(path)
        return ()
    text = path.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole, encoding="utf-8")
    lines = list(csv.reader(io.StringIO(whole)))
    if not lines or tuple(lines[0]) != COLUMNS:
        raise BadCsv(path, 1, ",".join(COLUMNS))
    return tuple(_row(path, number, cells) for number, cells in enumerate(lines[1:], start=2))


def _row(path: Path, number: int, cells: list[str]) -> Row:
    if len(cells) != len(COLUMNS):
        raise BadCsv(path, number, f"{len(COLUMNS)} cells")
    return Row(**dict(zip(COLUMNS, cells, strict=True)))


def _line(cells: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def _means(solver: str, rows: list[Row]) -> Means:
    accepted = [row for row in rows if row.checked == "yes"]
    return Means(
        solver=solver,
        rows=len(rows),
        checked=len(accepted),
        proven=sum(row.proven == "yes" for row in accepted),
        gap_percent=_mean(row.gap_percent for row in accepted),
        seconds=_mean(row.seconds for row in accepted),
        peak_mb=_mean(row.peak_mb for row in accepted),
    )


def _mean(cells: Iterable[str]) -> float | None:
    numbers = [float(cell) for cell in cells if cell]
    return fmean(numbers) if numbers else None
