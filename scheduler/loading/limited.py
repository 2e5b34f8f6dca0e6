"""Quotas, budgets and shared choices that contradict themselves or the lists beside them.

Knows nothing of names that nobody has, but those of holders and types.
"""

from collections import defaultdict
from collections.abc import Iterator

from scheduler.loading.files import Lists
from scheduler.loading.limit_lines import BudgetLine, GrantLine, QuotaLine
from scheduler.loading.line import Line
from scheduler.loading.lines import CentreLine, ClusterLine, LaboratoryLine, OrganisationLine, UnitLine
from scheduler.loading.mistakes import Mistake
from scheduler.loading.recipe_lines import ChoiceLine


def limit_mistakes(lists: Lists) -> Iterator[Mistake]:
    """Every mistake of every limit."""
    laboratories = {line.laboratory: line.centre for line in lists.of(LaboratoryLine)}
    types, centres = {line.type for line in lists.of(UnitLine)}, {line.centre for line in lists.of(CentreLine)}
    for quota in lists.of(QuotaLine):
        yield from _amount(quota)
        yield from _holder(lists, quota)
        if quota.period[0] != "rolling" and quota.centre is None:
            yield quota.wrong("centre", "blank_cell", f"a centre, whose clock tells when a {quota.period[0]} begins")
    for budget in lists.of(BudgetLine):
        if (budget.organisation is None) == (budget.project is None):
            yield budget.wrong("project", "organisation_or_project", "either an organisation or a project in each row")
    limits: list[QuotaLine | BudgetLine] = [*lists.of(QuotaLine), *lists.of(BudgetLine)]
    for line in limits:
        if line.type is not None and line.type not in types and lists.whole(UnitLine):
            yield line.wrong("type", "unknown_reference", f"a type of {UnitLine.file}")
        centre = laboratories.get(line.laboratory or "")
        if centre is not None and line.centre in centres - {centre}:
            yield line.wrong("laboratory", "other_centre", f"a laboratory of {line.centre}; this one is of {centre}")
    yield from _grants(lists)
    for choice in lists.of(ChoiceLine):
        if choice.operation == choice.other:
            yield choice.wrong("other", "choice_of_one", "another operation")


def _amount(line: QuotaLine) -> Iterator[Mistake]:
    if (line.most_hours is None) == (line.most_runs is None):
        yield line.wrong("most_runs", "hours_or_runs", "either hours or a number of runs in each row")


def _holder(lists: Lists, line: QuotaLine) -> Iterator[Mistake]:
    kinds: dict[str, type[Line]] = {"organisation": OrganisationLine, "cluster": ClusterLine}
    kind = kinds.get(line.per)
    if kind is None or line.holder is None or not lists.whole(kind):
        return
    if line.holder not in {each.texts[line.per] for each in lists.of(kind)}:
        yield line.wrong("holder", "unknown_reference", f"a name of {kind.file}")


def _grants(lists: Lists) -> Iterator[Mistake]:
    first: dict[str, dict[str, int]] = defaultdict(dict)
    for grant in lists.of(GrantLine):
        if not grant.hours:
            yield grant.wrong("hours", "bad_number", "more than 0 hours")
        row = first[grant.budget].setdefault(grant.at.written, grant.row)
        if row != grant.row:
            yield grant.wrong("from", "repeated_row", f"each moment once for a budget; row {row} has it already")
