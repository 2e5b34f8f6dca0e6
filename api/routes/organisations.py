"""Reading clusters, organisations and projects.

Knows no SQL.
"""

from typing import Annotated

from fastapi import Query

from api.calls import Calling
from api.errors import declared
from api.permission import needs
from api.routes.shape import new_router
from api.schemas import NoFilter, OrganisationFilter, ProjectFilter
from scheduler import catalogue
from scheduler.catalogue import ClusterView, OrganisationView, ProjectView

router = new_router("organisations")


@router.get("/clusters", summary="Every cluster with its entitlements", dependencies=[needs("see busy times")])
def list_clusters(call: Calling, _asked: Annotated[NoFilter, Query()]) -> list[ClusterView]:
    return catalogue.list_clusters(call.database, actor=call.actor, now=call.now)


@router.get(
    "/organisations",
    summary="Organisations, of a cluster or all",
    responses=declared(404),
    dependencies=[needs("see bookings")],
)
def list_organisations(call: Calling, asked: Annotated[OrganisationFilter, Query()]) -> list[OrganisationView]:
    return catalogue.list_organisations(call.database, actor=call.actor, now=call.now, **dict(asked))


@router.get(
    "/projects",
    summary="Projects, of an organisation or all",
    responses=declared(404),
    dependencies=[needs("see bookings")],
)
def list_projects(call: Calling, asked: Annotated[ProjectFilter, Query()]) -> list[ProjectView]:
    return catalogue.list_projects(call.database, actor=call.actor, now=call.now, **dict(asked))
