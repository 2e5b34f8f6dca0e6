"""Which centre and which unit a page is about, and names for the keys that use cases answer with.

Knows no page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from fastapi import Request, Response

from api.calls import Call
from api.pages.drawing import draw
from scheduler import catalogue
from scheduler.catalogue import UnitView
from scheduler.centres import CentreView
from scheduler.errors import Unknown
from scheduler.local_time import iso_week, next_week


@dataclass(frozen=True)
class Names:
    """Names by key, read once and when a page wants them."""

    call: Call

    @cached_property
    def centres(self) -> Mapping[str, str]:
        return {each.key: each.name for each in every_centre(self.call)}

    @cached_property
    def clusters(self) -> Mapping[str, str]:
        found = catalogue.list_clusters(self.call.database, actor=self.call.actor, now=self.call.now)
        return {each.key: each.name for each in found}

    @cached_property
    def organisations(self) -> Mapping[str, str]:
        found = catalogue.list_organisations(self.call.database, actor=self.call.actor, now=self.call.now)
        return {each.key: each.name for each in found}

    @cached_property
    def projects(self) -> Mapping[str, str]:
        found = catalogue.list_projects(self.call.database, actor=self.call.actor, now=self.call.now)
        return {each.key: each.name for each in found}

    @cached_property
    def recipes(self) -> Mapping[str, str]:
        found = catalogue.list_recipes(self.call.database, actor=self.call.actor, now=self.call.now)
        return {each.key: each.name for each in found}


def every_centre(call: Call) -> list[CentreView]:
    """Those at which the reader has a role come first."""
    own = {grant.centre_id for grant in call.actor.grants}
    found = catalogue.list_centres(call.database, actor=call.actor, now=call.now)
    return sorted(found, key=lambda centre: (centre.id not in own, centre.id))


def draw_empty(request: Request, call: Call) -> Response:
    """The page while there is no centre: how to load some, and the week to plan."""
    return draw(request, "empty.html", week=next_week(iso_week(call.now, "UTC")))


def chosen_centre(centres: list[CentreView], key: str | None) -> CentreView:
    """The centre with this key, the first without one. Raises ``Unknown``."""
    found = next((each for each in centres if key in (None, each.key)), None)
    if found is None:
        raise Unknown("centre", key or "")
    return found


def centre_with_key(call: Call, key: str) -> CentreView:
    """A centre that there is."""
    return chosen_centre(every_centre(call), key)


def zone_of_centre(call: Call, key: str) -> str:
    """The zone of a centre that there is."""
    return centre_with_key(call, key).zone


def unit_with_zone(call: Call, key: str) -> tuple[UnitView, str]:
    """A unit and the zone of its centre. Raises ``Unknown``."""
    unit = catalogue.show_unit(call.database, actor=call.actor, now=call.now, unit=key)
    return unit, zone_of_centre(call, unit.centre)


def common_zone(call: Call) -> str:
    """The zone of the first centre there is, for what belongs to none; who has no role sees no centre."""
    return next((each.zone for each in every_centre(call)), "UTC") if call.actor.grants else "UTC"
