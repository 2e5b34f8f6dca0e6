"""The instance families: what can be read, where it lies, and what is the best known.

Knows nothing of solving.
"""

import csv
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from benchmarks.job_shops import read_job_shop, read_job_shop_with_workers
from benchmarks.projects import read_lagged_project, read_portfolio, read_project
from benchmarks.setup_shops import read_setup_shop
from solver.problem import Problem

Reader = Callable[[Path], Problem]

READERS: dict[str, Reader] = {
    "rcpsp_j60": read_project,
    "rcpsp_j120": read_project,
    "mrcpsp_mmlib50": read_project,
    "rcpspmax_ubo100": read_lagged_project,
    "rcmpsp": read_portfolio,
    "fjsp_mk": read_job_shop,
    "fjsp_dpp": read_job_shop,
    "fjsp_hurink_rdata": read_job_shop,
    "fjsspw": read_job_shop_with_workers,
    "fjsp_sdst_fattahi": read_setup_shop,
}

UNSAT = "unsat"
NOISE = 1e-6
FOLDER_VARIABLE = "PILOTLINE_BENCHMARKS"
DEFAULT_FOLDER = Path(__file__).resolve().parents[1].parent / "shared" / "benchmarks"


class UnknownFamily(ValueError):
    """There is no such family."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no family {name!r}; known are {', '.join(READERS)}.")


class InstancesMissing(ValueError):
    """The folder of the instances, or something in it, is not there."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is not there; set {FOLDER_VARIABLE} to the folder that holds the families.")


class UnreadableInstance(ValueError):
    """The file is not an instance of its family."""

    def __init__(self, path: Path, error: Exception) -> None:
        super().__init__(f"{path} cannot be read: {error or type(error).__name__}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """Published bounds of an instance's makespan; ``None``: none published. Equal: proven optimal. ``unsat``: proven to
    have no schedule."""

    lower: int | None = None
    upper: int | None = None
    unsat: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Instance:
    """An instance to be read with ``reader`` from ``path``."""

    family: str
    name: str
    path: Path
    known: Known
    reader: Reader

    def problem(self) -> Problem:
        """Reads the file. Raises ``UnreadableInstance``."""
        try:
            return self.reader(self.path)
        except (ValueError, IndexError, KeyError, TypeError) as error:
            raise UnreadableInstance(self.path, error) from error


def folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the families lie: ``PILOTLINE_BENCHMARKS``, or ``shared/benchmarks`` beside the checkout."""
    given = environment.get(FOLDER_VARIABLE)
    return Path(given) if given else DEFAULT_FOLDER


def instances(family: str, *, root: Path) -> tuple[Instance, ...]:
    """All instances of a family, by name in natural order (2 before 10).

    Raises ``UnknownFamily``, ``InstancesMissing``.
    """
    if family not in READERS:
        raise UnknownFamily(family)
    files = root / family / "instances"
    if not files.is_dir():
        raise InstancesMissing(files)
    known = best_known(root / family / "best_known.csv")
    paths = sorted((path for path in files.iterdir() if path.is_file()), key=lambda path: natural(path.name))
    if not paths:
        raise InstancesMissing(files / "*")
    return tuple(
        Instance(family=family, name=path.name, path=path, known=known.get(path.name, Known()), reader=READERS[family])
        for path in paths
    )


def best_known(path: Path) -> dict[str, Known]:
    """The published bounds by instance. Raises ``InstancesMissing``."""
    if not path.is_file():
        raise InstancesMissing(path)
    with path.open(newline="", encoding="utf-8") as file:
        return {
            row["instance"]: Known(
                lower=_least(row["lower_bound"]),
                upper=_least(row["upper_bound"]),
                unsat=row["upper_bound"].strip() == UNSAT,
            )
            for row in csv.DictReader(file)
        }


def spread(found: tuple[Instance, ...], *, count: int | None) -> tuple[Instance, ...]:
    """``count`` of them, evenly spread from the first to the last; all when ``None`` or when there are fewer."""
    if count is None or count >= len(found):
        return found
    if count == 1:
        return found[:1]
    return tuple(found[round(step * (len(found) - 1) / (count - 1))] for step in range(count))


def natural(name: str) -> list[tuple[int, str]]:
    """A sorting key that reads digits as numbers."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name) if part]


def _least(text: str) -> int | None:
    """The least makespan that a published bound allows: some are written as fractions with noise."""
    return None if text.strip() in ("", UNSAT) else ceil(float(text) - NOISE)
