"""Checked quotas, budgets and grants made into rows.

Knows nothing of how they count.
"""

from collections.abc import Iterable
from typing import Any

from sqlmodel import Session

from models.queries.keyed import Keyed, rows_by_key, rows_of
from models.tables import Budget, BudgetGrant, Centre, Cluster, Laboratory, Organisation, Project, Quota, Unit
from scheduler.loading.files import Lists
from scheduler.loading.keeping import Keeper
from scheduler.loading.limit_lines import BudgetLine, GrantLine, QuotaLine
from scheduler.loading.recipes import grouped


def store_limits(session: Session, lists: Lists, keeper: Keeper, week: str) -> None:
    """Within a transaction that has stored what limits refer to: the rows with the same keys are updated."""
    limits = _Limits(session, lists, keeper, week)
    limits.quotas()
    limits.budgets()


class _Limits:
    def __init__(self, session: Session, lists: Lists, keeper: Keeper, week: str) -> None:
        self._session, self._lists, self._keeper, self._week = session, lists, keeper, week

    def quotas(self) -> None:
        lines = self._lists.of(QuotaLine)
        stored = rows_by_key(self._session, Quota, [line.quota for line in lines])
        organisations = self._ids(Organisation, (line.holder for line in lines))
        clusters = self._ids(Cluster, (line.holder for line in lines))
        places = self._places(lines)
        units = self._ids(Unit, (line.unit for line in lines))
        for line in lines:
            kind, days = line.period
            values = {
                "per": line.per,
                "organisation_id": organisations.get(line.holder or "") if line.per == "organisation" else None,
                "cluster_id": clusters.get(line.holder or "") if line.per == "cluster" else None,
                "person": line.holder if line.per == "person" else None,
                "unit_id": units.get(line.unit or ""),
                "measure": "count" if line.most_hours is None else "minutes",
                "most": line.most_runs if line.most_hours is None else line.most_hours,
                "period": kind,
                "days": days,
                **places[line.row],
            }
            self._keep("quota", stored.get(line.quota), Quota, line.quota, values)

    def budgets(self) -> None:
        lines = self._lists.of(BudgetLine)
        stored = rows_by_key(self._session, Budget, [line.budget for line in lines])
        organisations = self._ids(Organisation, (line.organisation for line in lines))
        projects = self._ids(Project, (line.project for line in lines))
        zones = {key: planning.zone for key, planning in self._lists.settings.items()}
        places = self._places(lines)
        grants = grouped(self._lists.of(GrantLine), lambda line: line.budget)
        granted = rows_of(self._session, BudgetGrant, "budget_id", [row.id for row in stored.values() if row.id])
        for line in lines:
            values = {
                "name": line.name,
                "organisation_id": organisations.get(line.organisation or ""),
                "project_id": projects.get(line.project or ""),
                **places[line.row],
            }
            id_ = self._keep("budget", stored.get(line.budget), Budget, line.budget, values)
            wanted = [
                BudgetGrant(budget_id=id_, at=each.at.at(self._week, zones[line.centre]), minutes=each.hours)
                for each in grants.get(line.budget, ())
            ]
            old = granted.get(id_, [])
            if old or wanted:
                centre_id = places[line.row]["centre_id"]
                self._keeper.children("list of grants", line.budget, old, wanted, centre_id=centre_id)

    def _ids(self, table: type[Keyed], keys: Iterable[str | None]) -> dict[str, int]:
        rows = rows_by_key(self._session, table, {key for key in keys if key is not None})
        return {key: row.id for key, row in rows.items() if row.id is not None}

    def _places(self, lines: Iterable[QuotaLine] | Iterable[BudgetLine]) -> dict[int, dict[str, Any]]:
        """By row, the units that count as far as both kinds of limits narrow them."""
        rows: list[QuotaLine | BudgetLine] = list(lines)
        centres = self._ids(Centre, (line.centre for line in rows))
        laboratories = self._ids(Laboratory, (line.laboratory for line in rows))
        return {
            line.row: {
                "centre_id": centres.get(line.centre or ""),
                "laboratory_id": laboratories.get(line.laboratory or ""),
                "unit_type": line.type,
            }
            for line in rows
        }

    def _keep(self, kind: str, row: Keyed | None, table: type[Keyed], key: str, values: dict[str, Any]) -> int:
        """One limit; where it counts at every centre, every centre has changed."""
        centre_id = values["centre_id"]
        if row is None:
            row = self._keeper.store(table(key=key, **values))
            self._keeper.added(kind, key, row, centre_id=centre_id)
            changed = True
        else:
            changed = self._keeper.keep(kind, key, [(row, values)], centre_id=centre_id)
        if changed and centre_id is None:
            for centre in self._ids(Centre, self._lists.settings).values():
                self._keeper.touch(centre)
        assert row.id is not None
        return row.id
