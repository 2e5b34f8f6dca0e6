"""A routing: the operations of a recipe or of one request, what each needs, and the lags between them.

Knows nothing of stored rows: units, skills, capacities and stocks are named by capability or key.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Part = Literal["whole", "head", "tail"]
Shared = Literal["unit", "person", "laboratory"]


class Frozen(BaseModel):
    """Immutable, strict, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Parameter(Frozen):
    """A number that the engineer fills in (boards per panel, soak hours), in its own measure, ``low <= x <= high``."""

    name: str
    default: int = Field(ge=0)
    low: int = Field(ge=0)
    high: int = Field(ge=0)


class NumberNeed(Frozen):
    """The unit's range of ``quantity`` must contain ``[low, high]`` (one number: both the same)."""

    quantity: str
    low: float
    high: float

    @model_validator(mode="after")
    def _ordered(self) -> "NumberNeed":
        if self.low > self.high:
            raise ValueError(f"a high of at least {self.low:g}, which is the low")
        return self


class UnitNeed(Frozen):
    """One unit that has ``capability`` and covers every number, or the very unit with the key ``unit`` (empty: any);
    ``all_lanes``: the unit whole, not one of its lanes. ``drives``: pausing work stands still while it is closed;
    ``family``: what it has to be set up for, empty: however it is."""

    capability: str = ""
    unit: str = ""
    numbers: tuple[NumberNeed, ...] = ()
    part: Part = "whole"
    all_lanes: bool = False
    drives: bool = True
    family: str = ""

    @model_validator(mode="after")
    def _named(self) -> "UnitNeed":
        if not self.capability and not self.unit:
            raise ValueError("a need of a unit names a capability or the unit itself")
        return self


class StaffNeed(Frozen):
    """One technician who has ``skill`` at ``level`` or above; with ``handover`` several in turn, each until the end of
    the own shift. ``own_operator``: somebody of the organisation that asks, who may run the units used, does too.
    ``drives``: pausing work stands still while nobody who has the skill is on shift."""

    skill: str
    part: Part = "whole"
    level: int = Field(default=1, ge=1, le=9)
    handover: bool = False
    own_operator: bool = False
    drives: bool = False


class Visits(Frozen):
    """Somebody with ``skill`` looks after the run for ``minutes``, ``every_minutes`` after its start and again and
    again, ``slack_minutes`` sooner or later, nights included."""

    name: str
    skill: str
    level: int = Field(default=1, ge=1, le=9)
    minutes: int = Field(ge=1)
    every_minutes: int = Field(ge=1)
    slack_minutes: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _apart(self) -> "Visits":
        if 2 * self.slack_minutes + self.minutes > self.every_minutes:
            raise ValueError("visits so far apart that one has ended before the next may begin")
        return self


class CapacityNeed(Frozen):
    """``amount`` (>= 1, in the capacity's measure) of the capacity ``capacity`` (its key)."""

    capacity: str
    amount: int = Field(ge=1)
    part: Part = "whole"


class StockNeed(Frozen):
    """``per_run`` and ``per_piece`` whole amounts (>= 0) of the stock ``stock`` (its key), taken as the run starts."""

    stock: str
    per_run: int = Field(default=0, ge=0)
    per_piece: int = Field(default=0, ge=0)


class Operation(Frozen):
    """One step. Duration = head + fixed + per piece * pieces of the run + the parameter's hours + tail.

    ``hours_parameter`` names a parameter counted in hours. ``pieces_per_run``: a lot becomes runs of at most so many
    pieces; ``None``: the whole lot is one run. ``crossing``: how it meets closing time (``unattended`` runs on over
    closed hours; units and staff are needed for head and tail; ``pausing`` work stands still while what drives it is
    closed, and stays on its units meanwhile). ``max_wait_minutes``: how long an unattended run may
    wait for unloading. ``waives``: the kinds of maintenance that it can do without, where the unit and the project's
    stage allow that. ``expected_percent``: the step is conditional (rework), and so many of a hundred pieces are
    expected to go through it; ``None``: all pieces do. ``room``: how many pieces a run holds at most, of several
    requests where their owners gave leave; ``None``: no run of it is shared.
    """

    name: str
    crossing: Literal["solid", "unattended", "pausing"] = "solid"
    head_minutes: int = Field(default=0, ge=0)
    fixed_minutes: int = Field(default=0, ge=0)
    per_piece_seconds: int = Field(default=0, ge=0)
    hours_parameter: str | None = None
    tail_minutes: int = Field(default=0, ge=0)
    max_wait_minutes: int | None = Field(default=None, ge=0)
    pieces_per_run: int | None = Field(default=None, ge=1)
    units: tuple[UnitNeed, ...] = ()
    staff: tuple[StaffNeed, ...] = ()
    capacities: tuple[CapacityNeed, ...] = ()
    stocks: tuple[StockNeed, ...] = ()
    waives: tuple[str, ...] = ()
    expected_percent: int | None = Field(default=None, ge=0, le=100)
    room: int | None = Field(default=None, ge=1)
    visits: Visits | None = None

    @model_validator(mode="after")
    def _handed_over(self) -> "Operation":
        waits = self.crossing == "unattended" and self.tail_minutes > 0
        if waits and any(need.handover and need.part != "head" for need in self.staff):
            raise ValueError("no hand-over for a part that may wait to be unloaded")
        return self


class RoutingLag(Frozen):
    """``least <= edge ``to`` of ``after`` - edge ``frm`` of ``before`` <= most``, in minutes; ``None`` leaves it free.

    It binds run by run: every pair of runs that have pieces of the lot in common.
    """

    before: str
    after: str
    frm: Literal["start", "end"] = "end"
    to: Literal["start", "end"] = "start"
    least_minutes: int | None = 0
    most_minutes: int | None = None

    @model_validator(mode="after")
    def _ordered(self) -> "RoutingLag":
        if self.least_minutes is None and self.most_minutes is None:
            raise ValueError("a least or a most lag, or both")
        if self.least_minutes is not None and self.most_minutes is not None and self.least_minutes > self.most_minutes:
            raise ValueError(f"a most lag of at least {self.least_minutes} min, which is the least")
        return self


class RoutingChoice(Frozen):
    """Two operations that are done on the same units, by the same persons or in the same laboratories; ``differ``: that
    have none of them in common. Run by run where both have as many, else all of one with all of the other."""

    operation: str
    other: str
    what: Shared
    differ: bool = False

    @model_validator(mode="after")
    def _two(self) -> "RoutingChoice":
        if self.operation == self.other:
            raise ValueError("two different operations")
        return self


class Routing(Frozen):
    """Operations with unique names, in order, and the lags between them. Without a lag two operations are free of each
    other; the reader of recipes adds "after the one before" where a file says nothing."""

    parameters: tuple[Parameter, ...] = ()
    operations: tuple[Operation, ...] = Field(min_length=1)
    lags: tuple[RoutingLag, ...] = ()
    choices: tuple[RoutingChoice, ...] = ()

    @model_validator(mode="after")
    def _told_apart(self) -> "Routing":
        names = [operation.name for operation in self.operations]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"a name of its own for each operation; {', '.join(map(repr, twice))} stands twice")
        return self
