"""What an import did, or would do: row by row, and in numbers.

Knows nothing of how it is done.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from scheduler.loading.keeping import Change
from scheduler.loading.mistakes import Mistake

Progress = Callable[[str, int, int], None]
"""What is being done, how many rows are done, and of how many."""


def no_progress(_what: str, _done: int, _all: int) -> None:
    """For those who do not look."""


What = Literal["new", "changed", "unchanged", "refused"]


@dataclass(frozen=True, kw_only=True, slots=True)
class RowTold:
    """One row of the file: what becomes of it, which fields change, or why it is refused. ``note``: what else there is
    to say, such as the rules that a past booking broke."""

    row: int | None
    key: str
    what: What
    changes: tuple[Change, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What becomes of the rows that are sound, and what is wrong with the others. ``unjudged``: rows whose mistakes
    hide whether they would fit beside what is booked."""

    told: tuple[RowTold, ...]
    mistakes: tuple[Mistake, ...]
    unjudged: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """Something of the source that is odd, or was not taken over, and why; ``place`` says which."""

    place: str
    text: str

    def __post_init__(self) -> None:
        """What comes from a file may hold signs that a terminal obeys."""
        for name in ("place", "text"):
            clean = "".join(sign if sign.isprintable() else "\ufffd" for sign in getattr(self, name))
            object.__setattr__(self, name, clean)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """``file``: its name as shown, and ``sha256`` of its bytes. ``rehearsed``: nothing was stored."""

    kind: str
    file: str
    sha256: str
    rehearsed: bool
    rows: tuple[RowTold, ...]
    odd: tuple[Remark, ...] = ()
    left_out: tuple[Remark, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are new, changed, unchanged and refused."""
        found = Counter(row.what for row in self.rows)
        return {what: found[what] for what in ("new", "changed", "unchanged", "refused")}

    @property
    def differing(self) -> tuple[RowTold, ...]:
        """The rows that are anything but unchanged, those that are refused first: of many only the first are shown."""
        return tuple(
            sorted((row for row in self.rows if row.what != "unchanged"), key=lambda row: row.what != "refused")
        )

    @property
    def changes_nothing(self) -> bool:
        return not any(row.what in ("new", "changed") for row in self.rows)

    def facts(self) -> dict[str, Any]:
        """As the record keeps it."""
        return {"kind": self.kind, "file": self.file, "sha256": self.sha256, "rows": self.counts}


def by_it(bookings: int) -> str:
    """What is told of a row that changes calendars by which so many bookings cannot stay."""
    return f"to be replanned, as they cannot stay by it: {bookings} of the bookings"


def refusals(mistakes: Iterable[Mistake], keys: Mapping[int | None, str]) -> tuple[RowTold, ...]:
    """The rows that are refused, with all that is wrong with each. ``keys``: what they call their things."""
    by_row: dict[int | None, list[Mistake]] = {}
    for mistake in mistakes:
        by_row.setdefault(mistake.row, []).append(mistake)
    return tuple(
        RowTold(row=row, key=keys.get(row, ""), what="refused", note=" ".join(mistake.text_in_row for mistake in some))
        for row, some in by_row.items()
    )
