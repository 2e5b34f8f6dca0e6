"""What rows call each other: names given twice, and names that nobody has.

Knows nothing of what the things are.
"""

from collections.abc import Iterator

from scheduler.loading.account_lines import AccountLine
from scheduler.loading.calendar_lines import BreakLine, ClosureLine, LeaveLine, ReservedLine, StartLine
from scheduler.loading.files import Lists
from scheduler.loading.limit_lines import BudgetLine, GrantLine, QuotaLine
from scheduler.loading.line import Line
from scheduler.loading.lines import (
    CapabilityLine,
    CapacityLine,
    CentreLine,
    ClusterLine,
    DeliveryLine,
    EntitlementLine,
    LaboratoryLine,
    MaintenanceLine,
    MaintenanceVisitLine,
    OpeningLine,
    OrganisationLine,
    PersonLine,
    ProjectLine,
    QualificationLine,
    RequestLine,
    RequestWindowLine,
    SetupLine,
    ShiftLine,
    SkillLine,
    StockLine,
    UnitLine,
)
from scheduler.loading.mistakes import Mistake
from scheduler.loading.planning_settings import SETTINGS
from scheduler.loading.policy_lines import PolicyLine
from scheduler.loading.recipe_lines import (
    CapacityNeedLine,
    ChoiceLine,
    LagLine,
    OperationLine,
    ParameterLine,
    RecipeLine,
    StaffLine,
    StockNeedLine,
    UnitNeedLine,
    UnitNumberLine,
    VisitLine,
    WaiverLine,
)

TWO_UNITS = "two_units_of_one_name"

_REPEATED = {UnitLine.file: TWO_UNITS}
_NAMED_ONCE: tuple[type[Line], ...] = (CentreLine, LaboratoryLine, UnitLine, ClusterLine, OrganisationLine)
"""Things that people know by name, on the board and in reports: laboratories and units by their name at a centre. Two
persons may well have one name."""

Columns = tuple[str, ...]

_REFERENCES: tuple[tuple[type[Line], Columns, type[Line], Columns], ...] = (
    (LaboratoryLine, ("centre",), CentreLine, ("centre",)),
    (OpeningLine, ("laboratory",), LaboratoryLine, ("laboratory",)),
    (OpeningLine, ("unit",), UnitLine, ("unit",)),
    (UnitLine, ("laboratory",), LaboratoryLine, ("laboratory",)),
    (CapabilityLine, ("unit",), UnitLine, ("unit",)),
    (CapacityLine, ("centre",), CentreLine, ("centre",)),
    (StockLine, ("centre",), CentreLine, ("centre",)),
    (DeliveryLine, ("stock",), StockLine, ("stock",)),
    (EntitlementLine, ("cluster",), ClusterLine, ("cluster",)),
    (EntitlementLine, ("centre",), CentreLine, ("centre",)),
    (OrganisationLine, ("cluster",), ClusterLine, ("cluster",)),
    (ProjectLine, ("organisation",), OrganisationLine, ("organisation",)),
    (ProjectLine, ("cluster",), ClusterLine, ("cluster",)),
    (PersonLine, ("centre",), CentreLine, ("centre",)),
    (SkillLine, ("person",), PersonLine, ("person",)),
    (ShiftLine, ("person",), PersonLine, ("person",)),
    (PersonLine, ("organisation",), OrganisationLine, ("organisation",)),
    (QualificationLine, ("person",), PersonLine, ("person",)),
    (QualificationLine, ("unit",), UnitLine, ("unit",)),
    (VisitLine, ("recipe", "operation"), OperationLine, ("recipe", "operation")),
    (RecipeLine, ("laboratory",), LaboratoryLine, ("laboratory",)),
    (ParameterLine, ("recipe",), RecipeLine, ("recipe",)),
    (OperationLine, ("recipe",), RecipeLine, ("recipe",)),
    (OperationLine, ("recipe", "hours_parameter"), ParameterLine, ("recipe", "parameter")),
    (UnitNeedLine, ("recipe", "operation"), OperationLine, ("recipe", "operation")),
    (UnitNumberLine, ("recipe", "operation", "need"), UnitNeedLine, ("recipe", "operation", "need")),
    (StaffLine, ("recipe", "operation"), OperationLine, ("recipe", "operation")),
    (CapacityNeedLine, ("recipe", "operation"), OperationLine, ("recipe", "operation")),
    (CapacityNeedLine, ("capacity",), CapacityLine, ("capacity",)),
    (StockNeedLine, ("recipe", "operation"), OperationLine, ("recipe", "operation")),
    (StockNeedLine, ("stock",), StockLine, ("stock",)),
    (ChoiceLine, ("recipe", "operation"), OperationLine, ("recipe", "operation")),
    (ChoiceLine, ("recipe", "other"), OperationLine, ("recipe", "operation")),
    (QuotaLine, ("centre",), CentreLine, ("centre",)),
    (QuotaLine, ("laboratory",), LaboratoryLine, ("laboratory",)),
    (QuotaLine, ("unit",), UnitLine, ("unit",)),
    (BudgetLine, ("organisation",), OrganisationLine, ("organisation",)),
    (BudgetLine, ("project",), ProjectLine, ("project",)),
    (BudgetLine, ("centre",), CentreLine, ("centre",)),
    (BudgetLine, ("laboratory",), LaboratoryLine, ("laboratory",)),
    (GrantLine, ("budget",), BudgetLine, ("budget",)),
    (PolicyLine, ("centre",), CentreLine, ("centre",)),
    (PolicyLine, ("unit",), UnitLine, ("unit",)),
    (AccountLine, ("organisation",), OrganisationLine, ("organisation",)),
    (AccountLine, ("centre",), CentreLine, ("centre",)),
    (AccountLine, ("person",), PersonLine, ("person",)),
    (LagLine, ("recipe", "before"), OperationLine, ("recipe", "operation")),
    (LagLine, ("recipe", "after"), OperationLine, ("recipe", "operation")),
    (RequestLine, ("centre",), CentreLine, ("centre",)),
    (RequestLine, ("project",), ProjectLine, ("project",)),
    (RequestLine, ("recipe",), RecipeLine, ("recipe",)),
    (RequestWindowLine, ("request",), RequestLine, ("request",)),
    (WaiverLine, ("recipe", "operation"), OperationLine, ("recipe", "operation")),
    (WaiverLine, ("kind",), MaintenanceLine, ("kind",)),
    (MaintenanceLine, ("unit",), UnitLine, ("unit",)),
    (MaintenanceVisitLine, ("maintenance",), MaintenanceLine, ("maintenance",)),
    (ClosureLine, ("centre",), CentreLine, ("centre",)),
    (ClosureLine, ("laboratory",), LaboratoryLine, ("laboratory",)),
    (ClosureLine, ("unit",), UnitLine, ("unit",)),
    (LeaveLine, ("person",), PersonLine, ("person",)),
    (BreakLine, ("person",), PersonLine, ("person",)),
    (StartLine, ("laboratory",), LaboratoryLine, ("laboratory",)),
    (StartLine, ("unit",), UnitLine, ("unit",)),
    (ReservedLine, ("laboratory",), LaboratoryLine, ("laboratory",)),
    (ReservedLine, ("unit",), UnitLine, ("unit",)),
    (SetupLine, ("centre",), CentreLine, ("centre",)),
    (SetupLine, ("cleaning_family",), UnitLine, ("cleaning_family",)),
)


def reference_mistakes(lists: Lists) -> Iterator[Mistake]:
    """Names given twice, names that nobody has, and centres without settings."""
    for kind in lists.lines:
        yield from _repeated(lists, kind)
    for kind in _NAMED_ONCE:
        yield from _of_one_name(lists, kind)
    for reference in _REFERENCES:
        yield from _unknown(lists, *reference)
    yield from _settings(lists)


def _repeated(lists: Lists, kind: type[Line]) -> Iterator[Mistake]:
    first: dict[tuple[str, ...], int] = {}
    if not kind.identity:
        return
    for line in lists.of(kind):
        name = tuple(line.texts[column] for column in kind.identity)
        row = first.setdefault(name, line.row)
        if row != line.row:
            what = ", ".join(kind.identity)
            expected = f"each {what} once; row {row} has it already"
            yield line.wrong(kind.identity[0], _REPEATED.get(kind.file, "repeated_row"), expected)


def _of_one_name(lists: Lists, kind: type[Line]) -> Iterator[Mistake]:
    centres = {line.laboratory: line.centre for line in lists.of(LaboratoryLine)}
    first: dict[tuple[str, str], Line] = {}
    for line in lists.of(kind):
        place = centres.get(line.texts.get("laboratory", ""), line.texts.get("centre", ""))
        other = first.setdefault((place if kind is not CentreLine else "", same_name(line.texts["name"])), line)
        if other.texts[kind.identity[0]] != line.texts[kind.identity[0]]:
            what, key = kind.identity[0], other.texts[kind.identity[0]]
            expected = f"a name that no other {what} has; {key} in row {other.row} has it already"
            yield line.wrong("name", _REPEATED.get(kind.file, "repeated_name"), expected)


def same_name(name: str) -> str:
    """What two names have in common that people take for one: letters' size and blanks do not count."""
    return " ".join(name.casefold().split())


def _unknown(
    lists: Lists, kind: type[Line], columns: Columns, target: type[Line], target_columns: Columns
) -> Iterator[Mistake]:
    known = _known(lists, target, target_columns)
    if known is None:
        return
    for line in lists.of(kind):
        name = tuple(line.texts[column] for column in columns)
        if name[-1] and name not in known:
            part = _unknown_part(name, lists)
            file = target.file if part == len(name) else (RecipeLine.file, OperationLine.file)[part - 1]
            yield line.wrong(columns[part - 1], "unknown_reference", _expected(name[:part], known, file))


def _known(lists: Lists, target: type[Line], columns: Columns) -> set[tuple[str, ...]] | None:
    """The names that a list gives, those in broken rows included; ``None`` if it could not be read at all."""
    broken = lists.broken.get(target.file, ())
    if any(column not in texts for texts in broken for column in columns):
        return None
    every = (*(line.texts for line in lists.of(target)), *broken)
    return {tuple(texts[column] for column in columns) for texts in every}


def _unknown_part(name: tuple[str, ...], lists: Lists) -> int:
    """Which part of a name of several columns is what nobody has: the recipe, its operation, or the last."""
    for length, target, columns in ((1, RecipeLine, ("recipe",)), (2, OperationLine, ("recipe", "operation"))):
        known = _known(lists, target, columns)
        if length < len(name) and known is not None and name[:length] not in known:
            return length
    return len(name)


def _expected(name: tuple[str, ...], known: set[tuple[str, ...]], file: str) -> str:
    near = sorted({other[len(name) - 1] for other in known if other[: len(name) - 1] == name[:-1]} - {""})
    shown = ", ".join(near[:12]) + (", …" if len(near) > 12 else "")
    return f"one of the names in {file}" + (f" ({shown})" if near else "")


def _settings(lists: Lists) -> Iterator[Mistake]:
    if any(mistake.file == SETTINGS for mistake in lists.mistakes) or not lists.whole(CentreLine):
        return
    centres = {line.centre for line in lists.of(CentreLine)}
    for line in lists.of(CentreLine):
        if line.centre not in lists.settings:
            yield line.wrong("centre", "missing_settings", f"a centre with a time zone in {SETTINGS}")
    for centre in sorted(set(lists.settings) - centres):
        yield Mistake(
            code="unknown_reference",
            file=SETTINGS,
            row=None,
            column=f"centres.{centre}",
            found=centre,
            expected="a centre of centres.csv",
        )
