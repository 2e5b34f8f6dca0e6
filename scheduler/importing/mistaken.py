"""What is wrong with a whole file, and mistakes told by the name under which the file came.

Knows nothing of how they are found.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from scheduler.loading.mistakes import BadFiles, Mistake

_MOST_TOLD = 120
"""Characters of a cell that are told: whoever has the file has the rest."""


class Unreadable(Exception):
    """The file cannot be read as a list: the mistake's name, and what was expected."""

    def __init__(self, code: str, expected: str, *, row: int | None = None) -> None:
        super().__init__(expected)
        self.code = code
        self.expected = expected
        self.row = row

    def of(self, file: str) -> BadFiles:
        """As the refusal of the file."""
        return BadFiles(
            (Mistake(code=self.code, file=file, row=self.row, column="", found="", expected=self.expected),)
        )


def in_file(mistakes: Iterable[Mistake], file: str) -> tuple[Mistake, ...]:
    """The mistakes, each once, by row, told of this file."""
    once = dict.fromkeys(
        replace(each, file=file, found=_short(each.found), column=_short(each.column)) for each in mistakes
    )
    return tuple(sorted(once, key=lambda each: each.row or 0))


def _short(text: str) -> str:
    return text if len(text) <= _MOST_TOLD else f"{text[:_MOST_TOLD]}…"


def told_of_rest(mistakes: Iterable[Mistake], rows: Collection[int], rest: str) -> tuple[Mistake, ...]:
    """The mistakes by row, with what is not judged yet of these rows told beside the last of each."""
    last = {mistake.row: mistake for mistake in mistakes}
    return tuple(
        replace(each, later=rest) if each.row in rows and each is last[each.row] else each for each in mistakes
    )
