"""The lists that recipes are made of: their operations, what these need, and how they follow each other.

Knows nothing of reading, as ``scheduler.loading.lines``.
"""

from dataclasses import dataclass
from typing import Annotated

from scheduler.loading import cells
from scheduler.loading.line import (
    MOST,
    Cell,
    Crossing,
    Edge,
    Key,
    Line,
    Minutes,
    OptionalKey,
    Shared,
    Skill,
    Text,
    WhichPart,
    YesOrNo,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class RecipeLine(Line):
    file = "recipes.csv"
    identity = ("recipe",)
    recipe: Key
    laboratory: Key
    name: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class OfRecipe(Line):
    """A row that hangs on a recipe."""

    recipe: Key


@dataclass(frozen=True, kw_only=True, slots=True)
class OfOperation(OfRecipe):
    """A row that hangs on an operation of a recipe."""

    operation: Key


@dataclass(frozen=True, kw_only=True, slots=True)
class ParameterLine(OfRecipe):
    file = "recipe_parameters.csv"
    identity = ("recipe", "parameter")
    parameter: Key
    default: Annotated[int, Cell(cells.whole(0, 100_000))]
    low: Annotated[int, Cell(cells.whole(0, 100_000))]
    high: Annotated[int, Cell(cells.whole(0, 100_000))]


@dataclass(frozen=True, kw_only=True, slots=True)
class OperationLine(OfOperation):
    file = "recipe_operations.csv"
    identity = ("recipe", "operation")
    crossing: Annotated[Crossing, Cell(cells.choice("solid", "unattended", "pausing"), blank="solid")]
    head_minutes: Minutes
    fixed_minutes: Minutes
    per_piece_seconds: Annotated[int, Cell(cells.seconds, blank=0)]
    hours_parameter: OptionalKey
    tail_minutes: Minutes
    max_wait_minutes: Annotated[int | None, Cell(cells.minutes, blank=None)]
    pieces_per_run: Annotated[int | None, Cell(cells.whole(1, MOST), blank=None)]
    expected_percent: Annotated[int | None, Cell(cells.whole(0, 100), blank=None)]
    room: Annotated[int | None, Cell(cells.whole(1, MOST), blank=None)]


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitNeedLine(OfOperation):
    """``need`` numbers the units that one operation needs."""

    file = "recipe_units.csv"
    identity = ("recipe", "operation", "need")
    need: Annotated[int, Cell(cells.whole(1, 20))]
    capability: Key
    part: WhichPart
    all_lanes: YesOrNo
    drives: Annotated[bool, Cell(cells.yes_or_no, blank=True, optional=True)]
    family: Annotated[str, Cell(cells.key, blank="", optional=True)]


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitNumberLine(OfOperation):
    file = "recipe_unit_numbers.csv"
    identity = ("recipe", "operation", "need", "quantity")
    need: Annotated[int, Cell(cells.whole(1, 20))]
    quantity: Key
    low: Annotated[float, Cell(cells.number)]
    high: Annotated[float, Cell(cells.number)]


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffLine(OfOperation):
    file = "recipe_staff.csv"
    skill: Skill
    part: WhichPart
    level: Annotated[int, Cell(cells.whole(1, 9), blank=1, optional=True)]
    handover: Annotated[bool, Cell(cells.yes_or_no, blank=False, optional=True)]
    own_operator: Annotated[bool, Cell(cells.yes_or_no, blank=False, optional=True)]
    drives: Annotated[bool, Cell(cells.yes_or_no, blank=False, optional=True)]


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitLine(OfOperation):
    """Somebody looks after each run of an operation again and again."""

    file = "recipe_visits.csv"
    identity = ("recipe", "operation")
    optional = True
    visit: Key
    skill: Skill
    level: Annotated[int, Cell(cells.whole(1, 9), blank=1)]
    minutes: Annotated[int, Cell(cells.whole(1, 10_000))]
    every_minutes: Annotated[int, Cell(cells.whole(1, 100_000))]
    slack_minutes: Minutes


@dataclass(frozen=True, kw_only=True, slots=True)
class CapacityNeedLine(OfOperation):
    file = "recipe_capacities.csv"
    identity = ("recipe", "operation", "capacity", "part")
    capacity: Key
    amount: Annotated[int, Cell(cells.whole(1, 1_000_000_000))]
    part: WhichPart


@dataclass(frozen=True, kw_only=True, slots=True)
class StockNeedLine(OfOperation):
    file = "recipe_stocks.csv"
    identity = ("recipe", "operation", "stock")
    stock: Key
    per_run: Annotated[int, Cell(cells.whole(0, 1_000_000), blank=0)]
    per_piece: Annotated[int, Cell(cells.whole(0, 1_000), blank=0)]


_edge = cells.choice("start", "end")


@dataclass(frozen=True, kw_only=True, slots=True)
class LagLine(OfRecipe):
    file = "recipe_lags.csv"
    identity = ("recipe", "before", "after", "from", "to")
    before: Key
    after: Key
    frm: Annotated[Edge, Cell(_edge, blank="end", column="from")]
    to: Annotated[Edge, Cell(_edge, blank="start")]
    least_minutes: Annotated[int | None, Cell(cells.whole(-100_000, 100_000), blank=None)]
    most_minutes: Annotated[int | None, Cell(cells.whole(-100_000, 100_000), blank=None)]


@dataclass(frozen=True, kw_only=True, slots=True)
class ChoiceLine(OfOperation):
    """What an operation shares with an ``other``, or must not (``differ``)."""

    file = "recipe_choices.csv"
    identity = ("recipe", "operation", "other", "what")
    optional = True
    other: Key
    what: Annotated[Shared, Cell(cells.choice("unit", "person", "laboratory"))]
    differ: YesOrNo


@dataclass(frozen=True, kw_only=True, slots=True)
class WaiverLine(OfOperation):
    """A kind of maintenance that the operation can do without, where the unit and the project's stage allow that."""

    file = "recipe_waivers.csv"
    identity = ("recipe", "operation", "kind")
    kind: Key


RECIPE_LISTS: tuple[type[Line], ...] = (
    RecipeLine,
    ParameterLine,
    OperationLine,
    UnitNeedLine,
    UnitNumberLine,
    StaffLine,
    CapacityNeedLine,
    StockNeedLine,
    LagLine,
    ChoiceLine,
    WaiverLine,
    VisitLine,
)
