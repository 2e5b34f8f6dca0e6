"""Signing in and out, and setting a password by a one-time link.

Knows no passwords beyond handing them on.
"""

from typing import Annotated

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field

from api.calls import OpenCalling
from api.door import drop_session, keep_session, presented
from api.errors import problem_of_refusal, with_headers
from api.pages.coming_in import HOME, SIGN_IN, local
from api.pages.drawing import draw
from api.pages.forms import Filled, plain_field
from api.pages.shape import new_page_router
from api.peers import address_of
from api.permission import OPEN
from api.schemas import Mistake, Strict
from scheduler.actors import NOBODY
from scheduler.door import links, signing_in
from scheduler.door.passwords import SHORTEST
from scheduler.door.views import WaitingLink
from scheduler.errors import BadValue, PasswordsBusy, Refused, SignInRefused, TooManyAttempts

router = new_page_router()
Secret = Annotated[str, Path(min_length=1, max_length=200)]
SAID = {"out": "You are signed out."}


class SignInAsked(Strict):
    next: Annotated[str, Field(max_length=2_000)] = ""
    said: str = ""


@router.get("/sign-in", dependencies=[OPEN])
def show_sign_in(request: Request, call: OpenCalling, asked: Annotated[SignInAsked, Query()]) -> Response:
    if call.actor != NOBODY:
        return RedirectResponse(local(asked.next), status_code=303)
    return draw(request, "sign_in.html", refused=None, next=local(asked.next), email="", said=SAID.get(asked.said))


@router.post("/sign-in", dependencies=[OPEN])
def sign_in(request: Request, call: OpenCalling, filled: Filled) -> Response:
    email, wanted = plain_field(filled, "email"), local(filled.get("next", ""))
    try:
        done = signing_in.sign_in(
            call.database,
            now=call.now,
            email=email,
            password=filled.get("password", ""),
            address=address_of(request, request.app.state.proxies),
            presented=presented(request),
        )
    except (SignInRefused, TooManyAttempts, PasswordsBusy) as refused:
        return _refused(request, refused, email, wanted)
    answer = RedirectResponse(wanted, status_code=303)
    keep_session(request, answer, done)
    return answer


@router.post("/sign-out", dependencies=[OPEN])
def sign_out(request: Request, call: OpenCalling) -> Response:
    secret = presented(request)
    if secret:
        signing_in.sign_out(call.database, now=call.now, secret=secret)
    answer = RedirectResponse(f"{SIGN_IN}?said=out", status_code=303)
    drop_session(request, answer)
    return answer


@router.get("/link/{secret}", dependencies=[OPEN])
def show_link(request: Request, call: OpenCalling, secret: Secret) -> Response:
    """Looking at it does not use it up: programs that read mail look at every link."""
    return _link(request, links.look_at_link(call.database, now=call.now, secret=secret), "", ())


@router.post("/link/{secret}", dependencies=[OPEN])
def use_link(request: Request, call: OpenCalling, secret: Secret, filled: Filled) -> Response:
    waiting = links.look_at_link(call.database, now=call.now, secret=secret)
    password, name = filled.get("password", ""), plain_field(filled, "name")
    if password != filled.get("again"):
        return _link(request, waiting, name, (Mistake(place="again", text="The two passwords differ."),))
    try:
        done = links.set_password_by_link(
            call.database, now=call.now, secret=secret, password=password, name=name or None
        )
    except BadValue as error:
        return _link(request, waiting, name, (Mistake(place=error.field, text=error.text),))
    answer = RedirectResponse(HOME, status_code=303)
    keep_session(request, answer, done)
    return answer


def _refused(request: Request, refused: Refused, email: str, wanted: str) -> Response:
    status = problem_of_refusal(request.url.path, refused).status
    page = draw(request, "sign_in.html", status=status, refused=refused, next=wanted, email=email, said=None)
    return with_headers(page, refused, status)


def _link(request: Request, link: WaitingLink, name: str, mistakes: tuple[Mistake, ...]) -> Response:
    status = 422 if mistakes else 200
    shown = name or link.name or ""
    return draw(request, "link.html", status=status, link=link, name=shown, shortest=SHORTEST, mistakes=mistakes)
