"""The lists of what may be used: quotas, budgets and their grants; and every list that there is.

Knows nothing of reading, as ``scheduler.loading.lines``.
"""

from dataclasses import dataclass
from typing import Annotated

from models.tables.limits import HOLDERS
from scheduler.loading import cells
from scheduler.loading.account_lines import AccountLine
from scheduler.loading.calendar_lines import CALENDAR_LISTS
from scheduler.loading.line import Cell, Key, Line, OptionalKey, Text
from scheduler.loading.lines import LISTS
from scheduler.loading.policy_lines import PolicyLine


@dataclass(frozen=True, kw_only=True, slots=True)
class QuotaLine(Line):
    """A blank ``holder`` means each; ``centre``, ``laboratory``, ``type`` and ``unit`` narrow the units that count."""

    file = "quotas.csv"
    identity = ("quota",)
    optional = True
    quota: Key
    per: Annotated[str, Cell(cells.choice(*HOLDERS))]
    holder: OptionalKey
    centre: OptionalKey
    laboratory: OptionalKey
    type: OptionalKey
    unit: OptionalKey
    most_hours: Annotated[int | None, Cell(cells.hours(166_666), blank=None)]
    most_runs: Annotated[int | None, Cell(cells.whole(0, 1_000_000), blank=None)]
    period: Annotated[tuple[str, int | None], Cell(cells.period)]


@dataclass(frozen=True, kw_only=True, slots=True)
class BudgetLine(Line):
    file = "budgets.csv"
    identity = ("budget",)
    optional = True
    budget: Key
    name: Text
    organisation: OptionalKey
    project: OptionalKey
    centre: Key
    laboratory: OptionalKey
    type: OptionalKey


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantLine(Line):
    file = "budget_grants.csv"
    optional = True
    budget: Key
    at: Annotated[cells.When, Cell(cells.when, column="from")]
    hours: Annotated[int, Cell(cells.hours(166_666))]


EVERY_LIST: tuple[type[Line], ...] = (
    *LISTS,
    *CALENDAR_LISTS,
    QuotaLine,
    BudgetLine,
    GrantLine,
    PolicyLine,
    AccountLine,
)
