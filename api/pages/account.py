"""One's own account: roles, name, browsers, tokens, password.

Knows nothing of other people.
"""

from typing import Annotated

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.calls import Call, Calling
from api.door import keep_session, presented
from api.errors import problem_of_refusal, with_headers
from api.pages.drawing import draw, length_text
from api.pages.forms import BadForm, Filled, read_form
from api.pages.people import ROLES
from api.pages.places import common_zone
from api.pages.shape import new_page_router
from api.people_schemas import NameIn, SessionId, TokenIn
from api.permission import SIGNED_IN
from api.schemas import Id, Mistake, Strict
from scheduler.door import own, tokens
from scheduler.door.passwords import SHORTEST
from scheduler.door.signing_in import IDLE, LONGEST
from scheduler.door.views import NewToken
from scheduler.errors import BadValue, NotPossibleNow, PasswordsBusy, Refused, TooManyAttempts, WrongPassword

router = new_page_router()
SAID = {
    "name": "Your name is saved.",
    "password": "Your password is changed, and every other browser is signed out.",
    "session": "That browser is signed out.",
    "token": "That token lets nobody in any more.",
}
PLACES = {"name": "token"}
"""Fields that are called otherwise on the page, which has several forms."""


class AccountAsked(Strict):
    said: str = ""


@router.get("/account", dependencies=[SIGNED_IN])
def show_account(request: Request, call: Calling, asked: Annotated[AccountAsked, Query()]) -> Response:
    return _page(request, call, said=SAID.get(asked.said))


@router.post("/account/name", dependencies=[SIGNED_IN])
def rename(request: Request, call: Calling, filled: Filled) -> Response:
    try:
        told = read_form(NameIn, {"name": filled.get("name", "")})
    except BadForm as error:
        return _page(request, call, mistakes=error.mistakes)
    own.rename(call.database, actor=call.actor, now=call.now, name=told.name)
    return _done("name")


@router.post("/account/password", dependencies=[SIGNED_IN])
def change_password(request: Request, call: Calling, filled: Filled) -> Response:
    new = filled.get("new", "")
    if new != filled.get("again"):
        return _page(request, call, mistakes=(Mistake(place="again", text="The two new passwords differ."),))
    try:
        done = own.change_password(
            call.database, actor=call.actor, now=call.now, password=filled.get("old", ""), new=new, stay=True
        )
    except BadValue as error:
        return _page(request, call, mistakes=(Mistake(place="new", text=error.text),))
    except (WrongPassword, TooManyAttempts, PasswordsBusy) as refused:
        return _page(request, call, refused=refused)
    answer = _done("password")
    if done is not None:
        keep_session(request, answer, done)
    return answer


@router.post("/account/sessions/{session_id}/end", dependencies=[SIGNED_IN])
def end_session(call: Calling, session_id: Annotated[SessionId, Path()]) -> Response:
    own.end_session(call.database, actor=call.actor, now=call.now, session_id=session_id)
    return _done("session")


@router.post("/account/tokens", dependencies=[SIGNED_IN])
def make_token(request: Request, call: Calling, filled: Filled) -> Response:
    """The answer is the page with the token on it, which is never drawn again."""
    days = filled.get("days", "")
    asked = {
        "name": filled.get("token", ""),
        "scope": filled.get("scope", "read"),
        "days": int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
        "password": filled.get("password", ""),
    }
    try:
        told = read_form(TokenIn, asked)
        made = tokens.make_token(call.database, actor=call.actor, now=call.now, **dict(told))
    except BadForm as error:
        found = tuple(Mistake(place=PLACES.get(each.place, each.place), text=each.text) for each in error.mistakes)
        return _page(request, call, mistakes=found, filled=filled)
    except BadValue as error:
        mistakes = (Mistake(place=PLACES.get(error.field, error.field), text=error.text),)
        return _page(request, call, mistakes=mistakes, filled=filled)
    except (WrongPassword, TooManyAttempts, PasswordsBusy, NotPossibleNow) as refused:
        return _page(request, call, refused=refused, filled=filled)
    return _page(request, call, token=made)


@router.post("/account/tokens/{token_id}/revoke", dependencies=[SIGNED_IN])
def revoke_token(call: Calling, token_id: Annotated[Id, Path()]) -> Response:
    tokens.revoke_token(call.database, actor=call.actor, now=call.now, token_id=token_id)
    return _done("token")


def _done(what: str) -> RedirectResponse:
    return RedirectResponse(f"/account?said={what}", status_code=303)


def _page(
    request: Request,
    call: Call,
    *,
    said: str | None = None,
    mistakes: tuple[Mistake, ...] = (),
    refused: Refused | None = None,
    filled: dict[str, str] | None = None,
    token: NewToken | None = None,
) -> Response:
    status = 422 if mistakes else problem_of_refusal("", refused).status if refused else 200
    page = draw(
        request,
        "account.html",
        status=status,
        person=own.show_own(call.database, actor=call.actor, now=call.now),
        sessions=own.list_sessions(call.database, actor=call.actor, now=call.now, presented=presented(request)),
        tokens=tokens.list_tokens(call.database, actor=call.actor, now=call.now),
        zone=common_zone(call),
        roles=ROLES,
        idle=length_text(IDLE),
        longest=length_text(LONGEST),
        shortest=SHORTEST,
        said=said,
        mistakes=mistakes,
        refused=refused,
        filled=filled or {},
        token=token,
    )
    return with_headers(page, refused, status) if refused else page
