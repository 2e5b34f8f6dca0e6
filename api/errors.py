"""The only place with status codes of refusals: every error becomes a problem document (RFC 9457), or a page.

Knows no use case beyond the names of its refusals.
"""

import logging
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from api.bodies import NotFinite, NotJson, SaidTwice
from api.schemas import Mistake, Problem, Reason
from models.errors import HoldTaken, StoreBusy
from scheduler.errors import (
    BadValue,
    BookingRefused,
    Forbidden,
    KeyTaken,
    LinkOver,
    NotPossibleNow,
    NotSignedIn,
    PasswordsBusy,
    PlanClashes,
    Refused,
    SignInRefused,
    TooManyAttempts,
    Unknown,
    VerifyingAlready,
    WrongPassword,
)
from scheduler.overriding import OverrideRefused
from scheduler.views import Sentence
from scheduler.wording import wanted

Shown = Callable[[Request, Problem], Response]

STATUSES: tuple[tuple[type[Refused], int], ...] = (
    (NotSignedIn, 401),
    (SignInRefused, 401),
    (Forbidden, 403),
    (WrongPassword, 403),
    (Unknown, 404),
    (LinkOver, 404),
    (OverrideRefused, 403),
    (BookingRefused, 409),
    (PlanClashes, 409),
    (KeyTaken, 409),
    (NotPossibleNow, 409),
    (TooManyAttempts, 429),
    (PasswordsBusy, 503),
    (VerifyingAlready, 503),
    (BadValue, 422),
    (Refused, 422),
)
MEANINGS = {
    400: "The message cannot be read, or was sent under a name that is not served.",
    401: "Nobody is signed in, or what was shown does not hold any more.",
    403: "None of your roles allows it, the password is wrong, or the command comes from another site.",
    404: "There is no such thing.",
    405: "This address does not take this method.",
    409: "What is stored stands against it; nothing was changed.",
    413: "The message is too long.",
    415: "The body is not said to be JSON.",
    422: "A value is missing, unknown or not possible.",
    429: "There were too many wrong passwords; nothing was changed. Try again later.",
    500: "Something went wrong here; nothing was changed.",
    503: "The store was busy for too long; nothing was changed. Try again.",
}
UNREADABLE: tuple[tuple[type[HTTPException], str], ...] = (
    (NotJson, "not_json"),
    (NotFinite, "bad_input"),
    (SaidTwice, "bad_input"),
)
RETRY_SECONDS = "1"
CHALLENGE = 'Bearer realm="pilotline"'
"""How to come in, for programs."""
_LOG = logging.getLogger("pilotline.errors")


class ProblemResponse(JSONResponse):
    media_type = "application/problem+json"


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that may answer with these problems."""
    return {status: {"model": Problem, "description": MEANINGS[status]} for status in statuses}


def problem_of_refusal(instance: str, refused: Refused) -> Problem:
    """The problem document of a refusal, with each of its reasons. ``instance``: the address, or the command."""
    status = next(status for kind, status in STATUSES if isinstance(refused, kind))
    reasons = tuple(reason_of(each) for each in refused.reasons)
    field = getattr(refused, "field", "")
    return problem(
        instance,
        status,
        code=refused.code,
        title=_first_sentence(refused),
        detail=refused.text,
        blockers=() if isinstance(refused, PlanClashes) else tuple(r for r in reasons if r.code != "option"),
        options=tuple(each for each in reasons if each.code == "option"),
        clashes=reasons if isinstance(refused, PlanClashes) else (),
        mistakes=(Mistake(place=field, text=refused.text),) if field else (),
    )


def reason_of(sentence: Sentence) -> Reason:
    return Reason(code=sentence.code, text=_printable(sentence.text), facts=dict(sentence.facts))


def problem(instance: str, status: int, *, detail: str = "", code: str = "", title: str = "", **lists: Any) -> Problem:
    """``code``: the refusal's own word; without one the type is ``about:blank`` and the title the status's phrase."""
    return Problem(
        type=f"urn:pilotline:problem:{code}" if code else "about:blank",
        title=title or HTTPStatus(status).phrase,
        status=status,
        detail=_printable(detail or MEANINGS.get(status, "")),
        instance=quote(_printable(instance), safe="/%:@!$&'()*+,;=~-._"),
        **lists,
    )


def respond(request: Request, found: Problem) -> Response:
    """The document for programs, the page for people: whatever is not under ``/api`` or ``/health`` is a page."""
    show: Shown | None = getattr(request.app.state, "show_problem", None) if "app" in request.scope else None
    path = request.url.path
    if show is None or path == "/api" or path.startswith("/api/") or path == "/health":
        return ProblemResponse(found.model_dump(mode="json"), status_code=found.status)
    return show(request, found)


def install(app: FastAPI, *, show_problem: Shown) -> None:
    """Makes ``app`` answer every error so; ``show_problem`` draws the page."""
    app.state.show_problem = show_problem
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(StoreBusy, _busy)
    app.add_exception_handler(HoldTaken, _taken)
    app.add_exception_handler(Exception, _unforeseen)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    found = problem_of_refusal(request.url.path, error)
    return with_headers(respond(request, found), error, found.status)


def with_headers(response: Response, refused: Refused, status: int) -> Response:
    """What an answer says besides: when to try again, and how to come in."""
    if isinstance(refused, TooManyAttempts):
        response.headers["Retry-After"] = str(refused.seconds)
    elif status == 503:
        response.headers["Retry-After"] = RETRY_SECONDS
    elif status == 401:
        response.headers["WWW-Authenticate"] = CHALLENGE
    return response


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return respond(request, problem(request.url.path, 400, detail="The body is not JSON.", code="not_json"))
    mistakes = tuple(Mistake(place=_place(each["loc"]), text=_mistake(each)) for each in found[:100])
    detail = " ".join(f"{each.place}: {each.text}." for each in mistakes[:3])
    title = "The input has mistakes." if len(found) > 1 else "The input has a mistake."
    return respond(
        request, problem(request.url.path, 422, code="bad_input", title=title, detail=detail, mistakes=mistakes)
    )


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = error.detail if error.detail != _phrase(error.status_code) else ""
    code = next((code for kind, code in UNREADABLE if isinstance(error, kind)), "")
    response = respond(request, problem(request.url.path, error.status_code, detail=said, code=code))
    response.headers.update(error.headers or {})
    if error.status_code == 405:
        response.headers["Allow"] = ", ".join(_methods_of(request))
    return response


def _methods_of(request: Request) -> list[str]:
    """What the address takes. The framework names the methods of the first route alone that has it."""
    found: set[str] = set()
    for context in iter_route_contexts(request.app.routes):
        if context.path and compile_path(context.path)[0].match(request.scope["path"]):
            found |= getattr(context.original_route, "methods", None) or set()
    return sorted(found)


def _busy(request: Request, error: Exception) -> Response:
    response = respond(request, problem(request.url.path, 503, code="store_busy", detail=str(error)))
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


def _taken(request: Request, error: Exception) -> Response:
    detail = "A unit or person is held at that time by another booking, made just now."
    return respond(request, problem(request.url.path, 409, code="hold_taken", detail=detail))


def _unforeseen(request: Request, error: Exception) -> Response:
    _LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return respond(request, problem(request.url.path, 500))


def _place(where: Iterable[object]) -> str:
    return _printable(".".join(str(part)[:80] for part in where))


def _mistake(error: dict[str, Any]) -> str:
    """What would be right, never what was sent: an echo might not be printable."""
    return _printable(f"expected {wanted(error)}")


def _first_sentence(refused: Refused) -> str:
    return (type(refused).__doc__ or "").strip().splitlines()[0]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _printable(text: str) -> str:
    """The text with lone surrogates spelled out, since UTF-8 has none."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
