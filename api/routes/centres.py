"""Reading centres, laboratories and units.

Knows no SQL.
"""

from typing import Annotated

from fastapi import Path, Query

from api.calls import Calling
from api.errors import declared
from api.permission import needs
from api.routes.shape import new_router
from api.schemas import CentreFilter, Key, NoFilter, UnitFilter
from scheduler import catalogue
from scheduler.catalogue import CentreView, LaboratoryView, UnitView

router = new_router("centres")


@router.get("/centres", summary="Every centre", dependencies=[needs("see busy times")])
def list_centres(call: Calling, _asked: Annotated[NoFilter, Query()]) -> list[CentreView]:
    return catalogue.list_centres(call.database, actor=call.actor, now=call.now)


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
