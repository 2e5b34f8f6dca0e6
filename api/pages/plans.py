"""Plans: the list, and one plan with its progress, its levels, who moves and why, and what stayed out.

Knows nothing of how a plan is found.
"""

from typing import Annotated, Literal

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.calls import Call, Calling
from api.errors import problem_of_refusal, with_headers
from api.formal_schemas import ReasonIn, SignedReasonIn
from api.pages.diff import drawn_diff, strip_of
from api.pages.drawing import draw
from api.pages.forms import NOT_SIGNED, BadForm, Filled, mistakes_of, read_form
from api.pages.history import history_of
from api.pages.places import Names
from api.pages.shape import new_page_router
from api.permission import needs
from api.schemas import After, Id, Key, Mistake, PlanIn, Strict, WhyFilter
from scheduler import again, catalogue, explaining, planning, plans, publishing
from scheduler.errors import BadValue, NotPossibleNow, PlanClashes, Refused
from scheduler.explained import OTHERS_MOVE
from scheduler.level_words import PROVEN
from scheduler.plan_views import PlanView

router = new_page_router()
PAGE = 50
KINDS = {"week": "Week plan", "nightly": "Nightly plan", "repair": "Repair"}


SAID = {
    "published": "The plan is published: bookings are as it says, and their owners have a notice.",
    "discarded": "The plan is discarded; nothing changes for anybody.",
}
"""What was just done, for those whom a form sent here."""


class PlanShown(Strict):
    said: Literal["published", "discarded"] | None = None


class PlansAsked(Strict):
    after: After = 0


@router.get("/plans", dependencies=[needs("see bookings")])
def show_list(request: Request, call: Calling, asked: Annotated[PlansAsked, Query()]) -> Response:
    found = plans.list_plans(call.database, actor=call.actor, now=call.now, after=asked.after, limit=PAGE)
    more = found[-1].id if len(found) == PAGE else None
    names = Names(call).centres
    return draw(request, "plans.html", plans=found, kinds=KINDS, zone=_zone(call, ()), more=more, centres=names)


@router.post("/plans", dependencies=[needs("plan")])
def ask(call: Calling, filled: Filled) -> Response:
    """Asks for a draft of a week. ``centre`` may be empty: all of them."""
    centres = tuple(key for key in filled.get("centre", "").split(",") if key)
    try:
        told = read_form(PlanIn, {"week": filled.get("week", ""), "centres": centres})
    except BadForm as error:
        raise Refused(str(error)) from error
    plan_id = planning.ask_for_plan(
        call.database, actor=call.actor, now=call.now, week=told.week, centres=told.centres, limit=told.seconds
    )
    return RedirectResponse(f"/plans/{plan_id}", status_code=303)


@router.get("/plans/{plan_id}", dependencies=[needs("see bookings")])
def show(
    request: Request, call: Calling, plan_id: Annotated[Id, Path()], shown: Annotated[PlanShown, Query()]
) -> Response:
    return _page(request, call, plan_id, said=shown.said)


@router.get("/plans/{plan_id}/left-out/{key:path}", dependencies=[needs("see bookings")])
def show_why(
    request: Request,
    call: Calling,
    plan_id: Annotated[Id, Path()],
    key: Annotated[Key, Path()],
    asked: Annotated[WhyFilter, Query()],
) -> Response:
    why = explaining.why_left_out(
        call.database, actor=call.actor, now=call.now, plan_id=plan_id, request=key, **dict(asked)
    )
    view = plans.show_plan(call.database, actor=call.actor, now=call.now, plan_id=plan_id)
    return draw(
        request, "why.html", why=why, plan=view.summary, zone=_zone(call, view.summary.centres), others=OTHERS_MOVE
    )


@router.post("/plans/{plan_id}/publish", dependencies=[needs("publish")])
def publish(request: Request, call: Calling, plan_id: Annotated[Id, Path()], filled: Filled) -> Response:
    given = {name: filled.get(name, "") for name in ("reason", "password", "meaning")}
    try:
        told = read_form(SignedReasonIn, given)
        publishing.publish_plan(call.database, actor=call.actor, now=call.now, plan_id=plan_id, **dict(told))
    except (BadForm, BadValue) as error:
        return _page(request, call, plan_id, mistakes=mistakes_of(error), filled=filled)
    except (PlanClashes, NotPossibleNow, *NOT_SIGNED) as refused:
        return _page(request, call, plan_id, refused=refused, filled=filled)
    return RedirectResponse(f"/plans/{plan_id}?said=published", status_code=303)


@router.post("/plans/{plan_id}/again", dependencies=[needs("plan")])
def ask_again(request: Request, call: Calling, plan_id: Annotated[Id, Path()]) -> Response:
    try:
        new = again.plan_again(call.database, actor=call.actor, now=call.now, plan_id=plan_id)
    except NotPossibleNow as error:
        return _page(request, call, plan_id, refused=error)
    return RedirectResponse(f"/plans/{new}", status_code=303)


@router.post("/plans/{plan_id}/discard", dependencies=[needs("plan")])
def discard(request: Request, call: Calling, plan_id: Annotated[Id, Path()], filled: Filled) -> Response:
    try:
        told = read_form(ReasonIn, {"reason": filled.get("reason", "")})
        publishing.discard_plan(call.database, actor=call.actor, now=call.now, plan_id=plan_id, reason=told.reason)
    except (BadForm, BadValue) as error:
        return _page(request, call, plan_id, mistakes=mistakes_of(error), filled=filled)
    except NotPossibleNow as refused:
        return _page(request, call, plan_id, refused=refused)
    return RedirectResponse(f"/plans/{plan_id}?said=discarded", status_code=303)


def _page(
    request: Request,
    call: Call,
    plan_id: int,
    *,
    said: str | None = None,
    refused: Refused | None = None,
    mistakes: tuple[Mistake, ...] = (),
    filled: dict[str, str] | None = None,
) -> Response:
    view = plans.show_plan(call.database, actor=call.actor, now=call.now, plan_id=plan_id)
    zone = _zone(call, view.summary.centres)
    strip = strip_of(view.changes, zone)
    status = 422 if mistakes else problem_of_refusal("", refused).status if refused else 200
    page = draw(
        request,
        "plan.html",
        status=status,
        # An address may be anybody's: nothing is said that is not so.
        said=SAID.get(said or "") if said == view.summary.state else None,
        view=view,
        plan=view.summary,
        proven=PROVEN,
        history=history_of(call, "plan", plan_id),
        zone=zone,
        zones={each.zone for each in view.changes} | {each.zone for each in view.left_out},
        kinds=KINDS,
        centres=_centre_names(call, view),
        diff=drawn_diff(view.changes, strip),
        days=() if strip is None else strip.days(now=call.now, step=12),
        counts=_counts(view),
        refused=refused,
        mistakes=mistakes,
        filled=filled or {},
        asked=publishing.formalities_of_plan(call.database, actor=call.actor, now=call.now, plan_id=plan_id),
    )
    return with_headers(page, refused, status) if refused else page


def _counts(view: PlanView) -> dict[str, int]:
    changes = [each.change for each in view.changes]
    absences = [each.absence for each in view.left_out]
    return {
        **{kind: changes.count(kind) for kind in ("new", "moved", "unit", "displaced")},
        **{absence: absences.count(absence) for absence in ("deferred", "unplanned", "booked")},
        "tentative": sum(each.tentative for each in view.assignments),
        "runs": len(view.assignments),
        **({} if view.tally is None else {"requests": view.tally.planned, "left_out": view.tally.left_out}),
    }


def _centre_names(call: Call, view: PlanView) -> list[tuple[str, str]]:
    centres = catalogue.list_centres(call.database, actor=call.actor, now=call.now)
    return [(each.key, each.name) for each in centres if each.key in view.summary.centres]


def _zone(call: Call, keys: tuple[str, ...]) -> str:
    """The zone of the first of these centres, else of the first there is."""
    centres = catalogue.list_centres(call.database, actor=call.actor, now=call.now)
    return next((each.zone for each in centres if not keys or each.key in keys), "UTC")
