"""Views as REST answers, where they differ: facts as an object, a plan flat.

Knows no use case.
"""

from dataclasses import asdict

from fastapi import Request

from api.errors import reason_of
from api.peers import base_address
from api.people_schemas import Link
from api.schemas import LeftOut, PlanAnswer
from api.why_schemas import EarliestAnswer, WhyAnswer
from scheduler.door.views import LinkView
from scheduler.plan_views import LeftOutView, PlanView
from scheduler.why_views import EarliestView, WhyView


def plan_answer(view: PlanView) -> PlanAnswer:
    return PlanAnswer(
        **asdict(view.summary),
        status=view.status,
        levels=view.levels,
        assignments=view.assignments,
        left_out=tuple(left_out(each) for each in view.left_out),
        effect=view.effect,
        changes=view.changes,
        broken_lags=tuple(reason_of(each) for each in view.broken_lags),
        unsettled=tuple(reason_of(each) for each in view.unsettled),
        given=view.given,
    )


def left_out(view: LeftOutView) -> LeftOut:
    return LeftOut(
        request=view.request,
        organisation=view.organisation,
        owner=view.owner,
        cluster=view.cluster,
        zone=view.zone,
        absence=view.absence,
        last_start=view.last_start,
        reasons=tuple(reason_of(each) for each in view.reasons),
    )


def why_answer(view: WhyView) -> WhyAnswer:
    lists = ("blockers", "yields", "conflict", "options")
    told = {name: tuple(reason_of(each) for each in getattr(view, name)) for name in lists}
    return WhyAnswer.model_validate({**asdict(view), **told})


def earliest_answer(view: EarliestView) -> EarliestAnswer:
    return EarliestAnswer.model_validate({**asdict(view), "blockers": tuple(map(reason_of, view.blockers))})


def link_answer(request: Request, made: LinkView) -> Link:
    return Link(
        account_id=made.account_id,
        email=made.email,
        purpose="invitation" if made.purpose == "invitation" else "reset",
        address=link_address(base_address(request, request.app.state.proxies), made.secret),
        ends_at=made.ends_at,
    )


def link_address(base: str, secret: str) -> str:
    """Where a one-time link leads. ``base``: ``https://lab.example.org``."""
    return f"{base.rstrip('/')}/link/{secret}"
