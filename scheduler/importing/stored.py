"""What stands stored and a file may refer to: ids by key, centres' clocks and settings, and the routings of recipes.

Knows nothing of files.
"""

from dataclasses import dataclass
from functools import cached_property

from sqlmodel import Session

from models.queries.everything import every_row, latest_of_recipes
from models.routing import Routing
from models.tables import Centre, Cluster, Laboratory, Organisation, Project, Recipe
from scheduler.loading.lines import CentreLine, LaboratoryLine, ProjectLine
from scheduler.loading.planning_settings import CentrePlanning
from scheduler.loading.recipe_lines import RecipeLine
from scheduler.loading.storing import Places
from scheduler.settings import CentreSettings

Ids = dict[str, int]


@dataclass(frozen=True)
class Stored:
    """Reads each thing once, when it is asked for."""

    session: Session

    @cached_property
    def _centres(self) -> list[Centre]:
        return every_row(self.session, Centre)

    @cached_property
    def _laboratories(self) -> list[Laboratory]:
        return every_row(self.session, Laboratory)

    @cached_property
    def centres(self) -> Ids:
        return {row.key: row.id or 0 for row in self._centres}

    @cached_property
    def zones(self) -> dict[str, str]:
        """By the centre's key."""
        return {row.key: row.zone for row in self._centres}

    @cached_property
    def settings(self) -> dict[str, CentrePlanning]:
        """By the centre's key."""
        return {
            row.key: CentrePlanning(zone=row.zone, settings=CentreSettings.read(row.settings)) for row in self._centres
        }

    @cached_property
    def places(self) -> Places:
        keys = {row.id: row.key for row in self._centres}
        return Places(
            centres=self.centres,
            laboratories={row.key: row.id or 0 for row in self._laboratories},
            centre_of_laboratory={row.key: keys[row.centre_id] for row in self._laboratories},
        )

    @cached_property
    def clusters(self) -> Ids:
        return {row.key: row.id or 0 for row in every_row(self.session, Cluster)}

    @cached_property
    def organisations(self) -> Ids:
        return {row.key: row.id or 0 for row in every_row(self.session, Organisation)}

    @cached_property
    def _projects(self) -> list[Project]:
        return every_row(self.session, Project)

    @cached_property
    def projects(self) -> dict[str, Project]:
        return {row.key: row for row in self._projects}

    @cached_property
    def recipes(self) -> dict[str, Recipe]:
        """The latest version of each."""
        return latest_of_recipes(self.session)

    @cached_property
    def routings(self) -> dict[str, Routing]:
        return {key: Routing.model_validate(row.routing, strict=False) for key, row in self.recipes.items()}

    def ids_of(self, kind: str) -> Ids:
        """Ids by key of what a column of that name refers to."""
        if kind == "laboratory":
            return dict(self.places.laboratories)
        if kind in ("project", "recipe"):
            rows: dict[str, Project] | dict[str, Recipe] = self.projects if kind == "project" else self.recipes
            return {key: row.id or 0 for key, row in rows.items()}
        found: Ids = {"centre": self.centres, "cluster": self.clusters, "organisation": self.organisations}[kind]
        return found

    # -- as the lines of a folder would say it

    def centre_lines(self) -> tuple[CentreLine, ...]:
        return tuple(CentreLine(row=0, texts={}, centre=row.key, name=row.name) for row in self._centres)

    def laboratory_lines(self) -> tuple[LaboratoryLine, ...]:
        centres = self.places.centre_of_laboratory
        return tuple(
            LaboratoryLine(row=0, texts={}, laboratory=row.key, centre=centres[row.key], name=row.name)
            for row in self._laboratories
        )

    def recipe_lines(self) -> tuple[RecipeLine, ...]:
        keys = {row.id: row.key for row in self._laboratories}
        return tuple(
            RecipeLine(row=0, texts={}, recipe=key, laboratory=keys[row.laboratory_id], name=row.name)
            for key, row in self.recipes.items()
        )

    def project_lines(self) -> tuple[ProjectLine, ...]:
        organisations = {id_: key for key, id_ in self.organisations.items()}
        clusters = {id_: key for key, id_ in self.clusters.items()}
        return tuple(
            ProjectLine(
                row=0,
                texts={},
                project=row.key,
                organisation=organisations[row.organisation_id],
                cluster=clusters[row.cluster_id],
                name=row.name,
                stage=row.stage,
            )
            for row in self._projects
        )
