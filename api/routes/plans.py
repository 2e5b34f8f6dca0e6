"""Asking for plans, reading, publishing and discarding them.

Knows nothing of how they are found.
"""

from typing import Annotated

from fastapi import Path, Query, Response

from api.answers import plan_answer, why_answer
from api.calls import Calling
from api.errors import declared
from api.formal_schemas import ReasonIn, SignedReasonIn
from api.permission import needs
from api.routes.shape import COMMANDS, new_router
from api.schemas import Id, Key, PlanAnswer, PlanAsked, PlanFilter, PlanIn, WhyFilter
from api.why_schemas import WhyAnswer
from scheduler import again, explaining, exported, planning, plans, publishing
from scheduler.plan_views import PlanSummary, Published

router = new_router("plans")
PlanId = Annotated[Id, Path()]


@router.get("/plans", summary="Plans, the newest first", responses=declared(404), dependencies=[needs("see bookings")])
def list_plans(call: Calling, asked: Annotated[PlanFilter, Query()]) -> list[PlanSummary]:
    return plans.list_plans(call.database, actor=call.actor, now=call.now, **dict(asked))


@router.post(
    "/plans",
    status_code=202,
    summary="Ask for a draft",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("plan")],
)
def ask_for_plan(call: Calling, body: PlanIn, response: Response) -> PlanAsked:
    plan_id = planning.ask_for_plan(
        call.database,
        actor=call.actor,
        now=call.now,
        week=body.week,
        centres=body.centres,
        limit=body.seconds,
        work=body.work,
        workers=body.workers,
        seed=body.seed,
    )
    return _asked(plan_id, response)


def _asked(plan_id: int, response: Response) -> PlanAsked:
    address = f"/api/v1/plans/{plan_id}"
    response.headers["Location"] = address
    return PlanAsked(id=plan_id, address=address)


@router.get(
    "/plans/{plan_id}",
    summary="A plan: state, progress, contents",
    responses=declared(404),
    dependencies=[needs("see bookings")],
)
def show_plan(call: Calling, plan_id: PlanId) -> PlanAnswer:
    return plan_answer(plans.show_plan(call.database, actor=call.actor, now=call.now, plan_id=plan_id))


@router.get(
    "/plans/{plan_id}/document",
    summary="The plan document: problem and answer",
    response_class=Response,
    responses={**declared(404, 409, 503), 200: {"content": {"application/json": {}}, "description": "The document"}},
    dependencies=[needs("see capacity")],
)
def plan_document(call: Calling, plan_id: PlanId) -> Response:
    text = exported.export_document(call.database, actor=call.actor, now=call.now, plan_id=plan_id)
    return Response(text, media_type="application/json")


@router.get(
    "/plans/{plan_id}/left-out/{request:path}",
    summary="Why a request is not in the plan, and what would let it in",
    responses=declared(404, 409),
    dependencies=[needs("see bookings")],
)
def why_left_out(
    call: Calling, plan_id: PlanId, request: Annotated[Key, Path()], asked: Annotated[WhyFilter, Query()]
) -> WhyAnswer:
    return why_answer(
        explaining.why_left_out(
            call.database, actor=call.actor, now=call.now, plan_id=plan_id, request=request, **dict(asked)
        )
    )


@router.post(
    "/plans/{plan_id}/publish",
    summary="Make the draft bookings",
    responses=COMMANDS | declared(404, 409, 429),
    dependencies=[needs("publish")],
)
def publish_plan(call: Calling, plan_id: PlanId, body: SignedReasonIn | None = None) -> Published:
    given = dict(body or SignedReasonIn())
    return publishing.publish_plan(call.database, actor=call.actor, now=call.now, plan_id=plan_id, **given)


@router.post(
    "/plans/{plan_id}/again",
    status_code=202,
    summary="Ask for it anew",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("plan")],
)
def ask_again(call: Calling, plan_id: PlanId, response: Response) -> PlanAsked:
    return _asked(again.plan_again(call.database, actor=call.actor, now=call.now, plan_id=plan_id), response)


@router.post(
    "/plans/{plan_id}/discard",
    summary="Throw the draft away",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("plan")],
)
def discard_plan(call: Calling, plan_id: PlanId, body: ReasonIn | None = None) -> PlanAnswer:
    given = dict(body or ReasonIn())
    publishing.discard_plan(call.database, actor=call.actor, now=call.now, plan_id=plan_id, **given)
    return plan_answer(plans.show_plan(call.database, actor=call.actor, now=call.now, plan_id=plan_id))
