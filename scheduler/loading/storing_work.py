"""Recipes and requests made into rows: what is booked goes on by the version of the recipe that it was booked by.

Knows nothing of how lists are read.
"""

from typing import Any

from sqlmodel import Session

from models.queries.keyed import rows_by_key
from models.queries.requested import booked_counts
from models.tables import Recipe, Request
from scheduler.loading.asked import listed_windows
from scheduler.loading.checks import Checked
from scheduler.loading.keeping import Keeper
from scheduler.loading.lines import LaboratoryLine, RequestLine, RequestWindowLine
from scheduler.loading.recipe_lines import RecipeLine
from scheduler.operation_windows import written

Ids = dict[str, int]


class StoringWork:
    """Writes what differs. ``laboratory`` and ``centre`` are ids of laboratories and centres, by key."""

    def __init__(
        self, session: Session, checked: Checked, keeper: Keeper, week: str, laboratory: Ids, centre: Ids
    ) -> None:
        self._session, self._keeper, self._week = session, keeper, week
        self._lists, self._routings = checked.lists, checked.routings
        self._laboratory, self._centre = laboratory, centre
        self._centre_of_laboratory = {line.laboratory: line.centre for line in checked.lists.of(LaboratoryLine)}

    def all(self, projects: Ids) -> None:
        self.requests(projects, self._recipes())

    def _recipes(self) -> Ids:
        lines = self._lists.of(RecipeLine)
        stored = rows_by_key(self._session, Recipe, [line.recipe for line in lines])
        found: Ids = {}
        for line in lines:
            row = self._recipe(line, stored.get(line.recipe))
            assert row.id is not None
            found[line.recipe] = row.id
        return found

    def _recipe(self, line: RecipeLine, latest: Recipe | None) -> Recipe:
        """The version that says what the list says: the latest one, or a new one."""
        values: dict[str, Any] = {
            "laboratory_id": self._laboratory[line.laboratory],
            "name": line.name,
            "routing": self._routings[line.recipe].model_dump(mode="json"),
        }
        if latest is not None and all(getattr(latest, name) == value for name, value in values.items()):
            self._keeper.count("recipe", "unchanged")
            return latest
        version = 1 if latest is None else latest.version + 1
        row = self._keeper.store(Recipe(key=line.recipe, version=version, **values))
        centre_id = self._centre[self._centre_of_laboratory[line.laboratory]]
        if latest is None:
            self._keeper.added("recipe", line.recipe, row, centre_id=centre_id)
        else:
            self._keeper.changed_to("recipe", line.recipe, latest, row, centre_id=centre_id)
        return row

    def requests(self, projects: Ids, recipes: Ids) -> None:
        """``projects`` and ``recipes`` are ids by key."""
        lines = self._lists.of(RequestLine)
        stored = rows_by_key(self._session, Request, [line.request for line in lines])
        booked = booked_counts(self._session, [row.id for row in stored.values() if row.id])
        windows = listed_windows(self._lists, self._week)
        for line in lines:
            row, centre_id = stored.get(line.request), self._centre[line.centre]
            zone = self._lists.settings[line.centre].zone
            values: dict[str, Any] = {
                "centre_id": centre_id,
                "project_id": projects[line.project],
                "recipe_id": recipes[line.recipe],
                "routing": None,
                "quantity": line.quantity,
                "parameters": dict(line.parameters),
                "priority": line.priority,
                "submitted_at": line.submitted.at(self._week, zone),
                "release_at": line.release.at(self._week, zone),
                "due_at": None if line.due is None else line.due.at(self._week, zone),
                "deadline_at": None if line.deadline is None else line.deadline.at(self._week, zone),
                "may_share": line.may_share,
                "least_quantity": line.least_quantity,
            }
            if row is not None and row.id in booked:
                # What is booked goes on by the version of the recipe that it was booked by.
                del values["recipe_id"], values["routing"]
            if RequestWindowLine in self._lists.lines:
                values["windows"] = written(windows.get(line.request, ()))
            self._keeper.keyed("request", row, Request, line.request, values, centre_id)
