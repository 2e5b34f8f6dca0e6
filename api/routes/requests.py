"""Asking for jobs, withdrawing, and reading what was asked for.

Knows nothing of when they will be done.
"""

from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Query, Response

from api.answers import earliest_answer
from api.calls import Calling
from api.errors import declared
from api.formal_schemas import SignedReasonIn
from api.permission import needs
from api.request_schemas import RequestIn
from api.routes.shape import COMMANDS, new_router
from api.schemas import Cancellation, CountIn, EarliestFilter, Key, RequestFilter
from api.why_schemas import EarliestAnswer
from scheduler import counting, explaining, requesting, withdrawing
from scheduler.views import OperationWindow, RequestView

router = new_router("requests")


@router.get(
    "/requests", summary="Requests with their state", responses=declared(404), dependencies=[needs("see bookings")]
)
def list_requests(call: Calling, asked: Annotated[RequestFilter, Query()]) -> list[RequestView]:
    return requesting.list_requests(call.database, actor=call.actor, now=call.now, **dict(asked))


@router.post(
    "/requests",
    status_code=201,
    summary="Ask for a job",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("ask")],
)
def submit_request(call: Calling, body: RequestIn, response: Response) -> RequestView:
    windows = tuple(OperationWindow(**dict(each)) for each in body.windows)
    asked = dict(body) | {"windows": windows}
    made = requesting.submit_request(call.database, actor=call.actor, now=call.now, **asked)
    response.headers["Location"] = f"/api/v1/requests/{quote(made.key, safe='')}"
    return made


@router.get(
    "/requests/{request:path}/earliest",
    summary="The earliest places of a request beside what is booked",
    responses=declared(404, 409),
    dependencies=[needs("see bookings")],
)
def earliest_of(
    call: Calling, request: Annotated[Key, Path()], asked: Annotated[EarliestFilter, Query()]
) -> EarliestAnswer:
    found = explaining.earliest_of(call.database, actor=call.actor, now=call.now, request=request, n=asked.n)
    return earliest_answer(found)


@router.get(
    "/requests/{request:path}", summary="One request", responses=declared(404), dependencies=[needs("see bookings")]
)
def show_request(call: Calling, request: Annotated[Key, Path()]) -> RequestView:
    return requesting.show_request(call.database, actor=call.actor, now=call.now, key=request)


@router.delete(
    "/requests/{request:path}",
    summary="Withdraw a request",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("cancel")],
)
def withdraw_request(
    call: Calling, request: Annotated[Key, Path()], asked: Annotated[Cancellation, Query()]
) -> RequestView:
    """What is too late for one of its bookings and has to be signed is withdrawn by ``POST …/withdraw``."""
    return withdrawing.withdraw_request(call.database, actor=call.actor, now=call.now, key=request, reason=asked.reason)


@router.post(
    "/requests/{request:path}/withdraw",
    summary="Withdraw a request, signed where that is needed",
    responses=COMMANDS | declared(404, 409, 429),
    dependencies=[needs("cancel")],
)
def withdraw_and_sign(
    call: Calling, request: Annotated[Key, Path()], body: SignedReasonIn | None = None
) -> RequestView:
    """As ``DELETE``. Who withdraws what it is too late for overrides, and signs where the centre asks for it."""
    given = dict(body or SignedReasonIn())
    return withdrawing.withdraw_request(call.database, actor=call.actor, now=call.now, key=request, **given)


@router.post(
    "/requests/{request:path}/counts",
    summary="Say how many pieces go through a conditional step",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("ask", "record use")],
)
def count_pieces(call: Calling, request: Annotated[Key, Path()], body: CountIn) -> RequestView:
    return counting.count_pieces(call.database, actor=call.actor, now=call.now, key=request, **dict(body))
