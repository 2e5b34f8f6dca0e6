"""Reading centres, laboratories and units, and changing what a centre asks for.

Knows no SQL.
"""

from typing import Annotated

from fastapi import Path, Query

from api.calls import Calling
from api.errors import declared
from api.formal_schemas import FormalitiesIn
from api.permission import needs
from api.routes.shape import COMMANDS, new_router
from api.schemas import CentreFilter, Key, NoFilter, UnitFilter
from scheduler import catalogue, centres
from scheduler.catalogue import LaboratoryView, UnitView
from scheduler.centres import CentreView

router = new_router("centres")


@router.get("/centres", summary="Every centre", dependencies=[needs("see busy times")])
def list_centres(call: Calling, _asked: Annotated[NoFilter, Query()]) -> list[CentreView]:
    return catalogue.list_centres(call.database, actor=call.actor, now=call.now)


@router.put(
    "/centres/{centre}/formalities",
    summary="Change what a centre asks for",
    responses=COMMANDS | declared(404, 429),
    dependencies=[needs("change formalities")],
)
def change_formalities(call: Calling, centre: Annotated[Key, Path()], body: FormalitiesIn) -> CentreView:
    """Under what it asks for until now, so that neither is turned off without it."""
    return centres.change_formalities(call.database, actor=call.actor, now=call.now, centre=centre, **dict(body))


@router.get(
    "/laboratories",
    summary="Laboratories, of a centre or all",
    responses=declared(404),
    dependencies=[needs("see busy times")],
)
def list_laboratories(call: Calling, asked: Annotated[CentreFilter, Query()]) -> list[LaboratoryView]:
    return catalogue.list_laboratories(call.database, actor=call.actor, now=call.now, centre=asked.centre)


@router.get(
    "/units", summary="Units with their capabilities", responses=declared(404), dependencies=[needs("see busy times")]
)
def list_units(call: Calling, asked: Annotated[UnitFilter, Query()]) -> list[UnitView]:
    return catalogue.list_units(call.database, actor=call.actor, now=call.now, **dict(asked))


@router.get("/units/{unit}", summary="One unit", responses=declared(404), dependencies=[needs("see busy times")])
def show_unit(call: Calling, unit: Annotated[Key, Path()]) -> UnitView:
    return catalogue.show_unit(call.database, actor=call.actor, now=call.now, unit=unit)
