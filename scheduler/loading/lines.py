"""The lists that a directory holds, a class per file and a field per column.

Knows nothing of reading: each field says how its cell is parsed and what a blank one means.
"""

from dataclasses import dataclass
from typing import Annotated

from models.tables.people import STAGES
from models.tables.work import PRIORITIES
from scheduler.loading import cells
from scheduler.loading.line import (
    Cell,
    Clock,
    Days,
    Key,
    Line,
    Minutes,
    Moment,
    OptionalKey,
    OptionalMoment,
    Skill,
    Text,
    YesOrNo,
)
from scheduler.loading.recipe_lines import RECIPE_LISTS


@dataclass(frozen=True, kw_only=True, slots=True)
class CentreLine(Line):
    file = "centres.csv"
    identity = ("centre",)
    centre: Key
    name: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class LaboratoryLine(Line):
    file = "laboratories.csv"
    identity = ("laboratory",)
    laboratory: Key
    centre: Key
    name: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class OpeningLine(Line):
    file = "opening_hours.csv"
    laboratory: OptionalKey
    unit: OptionalKey
    days: Days
    opens: Clock
    closes: Clock


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitLine(Line):
    file = "units.csv"
    identity = ("unit",)
    unit: Key
    laboratory: Key
    name: Text
    type: Key
    lanes: Annotated[int, Cell(cells.whole(1, 1000), blank=1)]
    cleaning_family: OptionalKey
    buffer_minutes: Minutes
    usable_minutes: Minutes
    hour_cost: Annotated[int, Cell(cells.whole(0, 1_000_000), blank=0)]


@dataclass(frozen=True, kw_only=True, slots=True)
class SetupLine(Line):
    """Blank ``from`` or ``to``: every other family of products that no row names."""

    file = "setups.csv"
    identity = ("centre", "cleaning_family", "from", "to")
    centre: Key
    cleaning_family: Key
    frm: Annotated[str, Cell(cells.key, blank="", column="from")]
    to: Annotated[str, Cell(cells.key, blank="")]
    minutes: Annotated[int, Cell(cells.minutes)]
    skill: OptionalKey
    release_minutes: Minutes
    dirty_hours: Annotated[int | None, Cell(cells.whole(0, 10_000), blank=None)]
    clean_hours: Annotated[int | None, Cell(cells.whole(0, 10_000), blank=None)]
    cost: Annotated[int, Cell(cells.whole(0, 1_000_000), blank=0)]


@dataclass(frozen=True, kw_only=True, slots=True)
class CapabilityLine(Line):
    file = "unit_capabilities.csv"
    identity = ("unit", "capability", "quantity")
    unit: Key
    capability: Key
    quantity: Annotated[str, Cell(cells.key, blank="")]
    low: Annotated[float | None, Cell(cells.number, blank=None)]
    high: Annotated[float | None, Cell(cells.number, blank=None)]


@dataclass(frozen=True, kw_only=True, slots=True)
class CapacityLine(Line):
    file = "capacities.csv"
    identity = ("capacity",)
    capacity: Key
    centre: Key
    name: Text
    measure: Key
    level: Annotated[int, Cell(cells.whole(0, 1_000_000_000))]


@dataclass(frozen=True, kw_only=True, slots=True)
class StockLine(Line):
    file = "stocks.csv"
    identity = ("stock",)
    stock: Key
    centre: Key
    name: Text
    measure: Key


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryLine(Line):
    file = "deliveries.csv"
    stock: Key
    at: Moment
    quantity: Annotated[int, Cell(cells.whole(1, 1_000_000_000))]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterLine(Line):
    file = "clusters.csv"
    identity = ("cluster",)
    cluster: Key
    name: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class EntitlementLine(Line):
    file = "entitlements.csv"
    identity = ("cluster", "centre")
    cluster: Key
    centre: Key
    share: Annotated[int, Cell(cells.percent)]


@dataclass(frozen=True, kw_only=True, slots=True)
class OrganisationLine(Line):
    file = "organisations.csv"
    identity = ("organisation",)
    organisation: Key
    cluster: Key
    name: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectLine(Line):
    file = "projects.csv"
    identity = ("project",)
    project: Key
    organisation: Key
    cluster: Key
    name: Text
    stage: Annotated[str, Cell(cells.choice(*STAGES))]


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonLine(Line):
    file = "people.csv"
    identity = ("person",)
    """With an ``organisation`` it is one's own operator, no technician of the centre."""

    person: Key
    name: Text
    centre: Key
    organisation: Annotated[str | None, Cell(cells.key, blank=None, optional=True)]
    hours_per_day: Annotated[int | None, Cell(cells.hours(24), blank=None, optional=True)]
    hours_per_week: Annotated[int | None, Cell(cells.hours(168), blank=None, optional=True)]


@dataclass(frozen=True, kw_only=True, slots=True)
class SkillLine(Line):
    file = "skills.csv"
    identity = ("person", "skill")
    person: Key
    skill: Skill
    level: Annotated[int, Cell(cells.whole(1, 9), blank=1, optional=True)]


@dataclass(frozen=True, kw_only=True, slots=True)
class QualificationLine(Line):
    """An own operator may run a unit."""

    file = "qualifications.csv"
    identity = ("person", "unit")
    optional = True
    person: Key
    unit: Key


@dataclass(frozen=True, kw_only=True, slots=True)
class ShiftLine(Line):
    """A shift whose end is not after its start passes midnight."""

    file = "shifts.csv"
    person: Key
    days: Days
    starts: Clock
    ends: Clock


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestLine(Line):
    file = "requests.csv"
    identity = ("request",)
    request: Key
    centre: Key
    project: Key
    recipe: Key
    quantity: Annotated[int, Cell(cells.whole(1, 100_000))]
    parameters: Annotated[tuple[tuple[str, int], ...], Cell(cells.parameters, blank=())]
    priority: Annotated[str, Cell(cells.choice(*PRIORITIES), blank="normal")]
    submitted: Moment
    release: Moment
    due: OptionalMoment
    deadline: OptionalMoment
    may_share: YesOrNo
    least_quantity: Annotated[int | None, Cell(cells.whole(1, 100_000), blank=None)]


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestWindowLine(Line):
    file = "request_windows.csv"
    optional = True
    request: Key
    operation: Key
    starts: OptionalMoment
    ends: OptionalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class MaintenanceLine(Line):
    file = "maintenance.csv"
    identity = ("maintenance",)
    maintenance: Key
    unit: Key
    kind: Key
    every_days: Annotated[int | None, Cell(cells.whole(1, 3660), blank=None)]
    every_run_hours: Annotated[int | None, Cell(cells.whole(1, 100_000), blank=None)]
    every_cycles: Annotated[int | None, Cell(cells.whole(1, 1_000_000), blank=None)]
    minutes: Annotated[int, Cell(cells.whole(1, 100_000))]
    skill: OptionalKey
    early_days: Annotated[int, Cell(cells.whole(0, 366), blank=0)]
    late_days: Annotated[int, Cell(cells.whole(0, 366), blank=0)]
    expires: YesOrNo
    waivable_by: Annotated[tuple[str, ...], Cell(cells.choices(*STAGES), blank=())]
    last_done: Moment


@dataclass(frozen=True, kw_only=True, slots=True)
class MaintenanceVisitLine(Line):
    file = "maintenance_visits.csv"
    maintenance: Key
    starts: Moment
    ends: Moment


LISTS: tuple[type[Line], ...] = (
    CentreLine,
    LaboratoryLine,
    OpeningLine,
    UnitLine,
    CapabilityLine,
    CapacityLine,
    StockLine,
    DeliveryLine,
    ClusterLine,
    EntitlementLine,
    OrganisationLine,
    ProjectLine,
    PersonLine,
    SkillLine,
    ShiftLine,
    QualificationLine,
    *RECIPE_LISTS,
    RequestLine,
    RequestWindowLine,
    MaintenanceLine,
    MaintenanceVisitLine,
    SetupLine,
)
