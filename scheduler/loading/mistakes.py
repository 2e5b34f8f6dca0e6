"""What is wrong in the files, told by file, row and column.

Knows nothing of how it is found.
"""

from dataclasses import dataclass

from scheduler.errors import Refused
from scheduler.views import Sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Mistake:
    """``row`` counts as a spreadsheet does, the header being row 1; ``None`` where the whole file is meant, and
    ``column`` is empty where the whole row is. ``found`` is what stands there, ``expected`` what should. ``later``: a
    sentence on what of the row cannot be judged before this is right."""

    code: str
    file: str
    row: int | None
    column: str
    found: str
    expected: str
    later: str = ""

    @property
    def text(self) -> str:
        """The mistake as a sentence."""
        place = self.file
        place += f", row {self.row}" if self.row is not None else ""
        place += f", column {self.column}" if self.column else ""
        return f"{place}: {self._said}"

    @property
    def text_in_row(self) -> str:
        """The same where file and row are told already."""
        return f"{self.column}: {self._said}" if self.column else self._said

    @property
    def _said(self) -> str:
        found = f"found {self.found!r}, " if self.found else ""
        return f"{found}expected {self.expected}. {self.later}".rstrip()


class BadFiles(Refused):
    """The files have mistakes; nothing was stored."""

    code = "bad_files"

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = mistakes
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        super().__init__(f"The files have {count}; nothing was stored.", reasons=tuple(map(_sentence, mistakes)))


def _sentence(mistake: Mistake) -> Sentence:
    facts = (
        ("file", mistake.file),
        ("row", mistake.row),
        ("column", mistake.column),
        ("found", mistake.found),
        ("expected", mistake.expected),
    )
    return Sentence(code=mistake.code, text=mistake.text, facts=facts)
