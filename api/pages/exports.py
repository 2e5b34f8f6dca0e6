"""Lists that can be taken away as files: those that the reader may see.

Knows nothing of what is in them.
"""

from typing import Annotated

from fastapi import Query, Request, Response

from api.calls import Calling
from api.pages.drawing import draw
from api.pages.places import chosen_centre, every_centre
from api.pages.shape import new_page_router
from api.permission import needs
from api.schemas import CentreFilter
from api.sheets import FORMATS
from scheduler import exporting

router = new_page_router()
LISTS = {
    "centres": ("Centres", ""),
    "clusters": ("Clusters", "of all centres"),
    "laboratories": ("Laboratories", ""),
    "units": ("Units", ""),
    "policies": ("Policies", "what may be asked of units by hand"),
    "organisations": ("Organisations", "of all centres"),
    "projects": ("Projects", "of all centres"),
    "people": ("People", "who work at the centres"),
    "requests": ("Requests", ""),
    "bookings": ("Bookings", "with their use"),
    "used": ("Use", "when bookings were used in fact"),
    "recipes": ("Recipes", "the latest version of each"),
    "outages": ("Outages", "what is out of order, or will be"),
    "maintenance": ("Maintenance", "what is due, and how it stands"),
    "plans": ("Plans", "which there are; each has its document"),
    "accounts": ("Accounts", "who may sign in, with their roles"),
    "notices": ("Notices", "to organisations"),
    "audit": ("The record", "every event; the JSON can be verified elsewhere"),
}
"""What the lists are called, and what is to be said of them."""


@router.get("/record/exports", dependencies=[needs("see bookings")])
def show(request: Request, call: Calling, asked: Annotated[CentreFilter, Query()]) -> Response:
    centres = every_centre(call)
    return draw(
        request,
        "exports.html",
        kinds=[(kind, *LISTS[kind]) for kind in exporting.kinds_for(call.actor)],
        formats=FORMATS,
        centres=centres,
        centre=None if asked.centre is None else chosen_centre(centres, asked.centre),
    )
