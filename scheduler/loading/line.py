"""What every list has in common: a class per file, a field per column, and how each cell is read.

Knows no list.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import Annotated, Any, ClassVar, Literal, TypeVar, get_type_hints

from scheduler.loading import cells
from scheduler.loading.cells import When
from scheduler.loading.mistakes import Mistake

M = TypeVar("M", bound="Line")
V = TypeVar("V")

REQUIRED = object()
MOST = 2**31 - 1

Crossing = Literal["solid", "unattended", "pausing"]
Part = Literal["whole", "head", "tail"]
Edge = Literal["start", "end"]
Shared = Literal["unit", "person", "laboratory"]


@dataclass(frozen=True, slots=True)
class Cell:
    """How a field is read: from the column of its own name, or ``column``; a blank cell means ``blank``, and so does an
    ``optional`` column that a list does not have for what is new."""

    parse: Callable[[str], Any]
    _: KW_ONLY
    blank: Any = REQUIRED
    column: str | None = None
    optional: bool = False
    """Whether a list may lack the column: what is there already keeps what it has, for what is new it is blank."""


Key = Annotated[str, Cell(cells.key)]
OptionalKey = Annotated[str | None, Cell(cells.key, blank=None)]
Text = Annotated[str, Cell(cells.text)]
Skill = Annotated[str, Cell(cells.skill)]
Days = Annotated[tuple[int, ...], Cell(cells.days)]
Clock = Annotated[int, Cell(cells.clock)]
Minutes = Annotated[int, Cell(cells.minutes, blank=0)]
YesOrNo = Annotated[bool, Cell(cells.yes_or_no, blank=False)]
Moment = Annotated[When, Cell(cells.when)]
OptionalMoment = Annotated[When | None, Cell(cells.when, blank=None)]
WhichPart = Annotated[Part, Cell(cells.choice("whole", "head", "tail"), blank="whole")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A row of a list. ``identity`` names the columns that together may occur once; ``texts`` are the cells as written,
    by column. ``unsound`` are the columns in which something is wrong: what is judged by them is not judged yet, and
    the field of one that could not even be read holds ``None``. ``lacks`` are columns that the list does not have: they
    are as if blank for what is new, and say nothing of what is there already."""

    file: ClassVar[str]
    identity: ClassVar[tuple[str, ...]] = ()
    optional: ClassVar[bool] = False
    """Whether the directory may lack the list, as if it were empty."""
    row: int
    texts: Mapping[str, str] = field(compare=False, repr=False)
    unsound: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    lacks: frozenset[str] = field(default=frozenset(), compare=False, repr=False)

    def marked(self: M, columns: Iterable[str]) -> M:
        """The row with these columns unsound too."""
        unsound = self.unsound.union(columns)
        return self if unsound == self.unsound else replace(self, unsound=unsound)

    def has(self, *columns: str) -> bool:
        """Whether nothing is wrong in these columns as far as is known."""
        return not self.unsound.intersection(columns)

    def said(self, values: Mapping[str, V]) -> dict[str, V]:
        """Of these values, by column, those that the list says of a thing that is there already."""
        return {name: value for name, value in values.items() if name not in self.lacks}

    def wrong(self, column: str, code: str, expected: str) -> Mistake:
        """A mistake in this row; an empty ``column`` means the whole row."""
        found = self.texts[column] if column else ""
        return Mistake(code=code, file=self.file, row=self.row, column=column, found=found, expected=expected)


def cells_of(kind: type[Line]) -> dict[str, tuple[str, Cell]]:
    """The columns of a list in order, each with the name of its field and its cell."""
    if kind not in _CELLS:
        _CELLS[kind] = dict(_cells(kind))
    return _CELLS[kind]


_CELLS: dict[type[Line], dict[str, tuple[str, Cell]]] = {}


def _cells(kind: type[Line]) -> Iterator[tuple[str, tuple[str, Cell]]]:
    for name, hint in get_type_hints(kind, include_extras=True).items():
        for each in getattr(hint, "__metadata__", ()):
            if isinstance(each, Cell):
                yield each.column or name, (name, each)
