"""One's own account: name, password, sessions and tokens.

Knows nothing of other people.
"""

from typing import Annotated

from fastapi import Path, Query, Request

from api.calls import Calling
from api.door import presented
from api.errors import declared
from api.people_schemas import NameIn, PasswordIn, SessionId, TokenIn
from api.permission import SIGNED_IN
from api.routes.shape import COMMANDS, new_router
from api.schemas import Id, NoFilter
from scheduler.door import own, tokens
from scheduler.door.views import NewToken, PersonView, SessionView, TokenView

router = new_router("account")
Nothing = Annotated[NoFilter, Query()]


@router.get(
    "/account", summary="Who is asking, and with which roles", responses=declared(403), dependencies=[SIGNED_IN]
)
def show_own(call: Calling, _: Nothing) -> PersonView:
    return own.show_own(call.database, actor=call.actor, now=call.now)


@router.post(
    "/account/name", summary="Say what you are called", responses=COMMANDS | declared(404), dependencies=[SIGNED_IN]
)
def rename(call: Calling, body: NameIn) -> PersonView:
    own.rename(call.database, actor=call.actor, now=call.now, name=body.name)
    return own.show_own(call.database, actor=call.actor, now=call.now)


@router.post(
    "/account/password",
    summary="Set another password; every session ends",
    responses=COMMANDS | declared(404, 429),
    dependencies=[SIGNED_IN],
)
def change_password(call: Calling, body: PasswordIn) -> PersonView:
    own.change_password(call.database, actor=call.actor, now=call.now, password=body.password, new=body.new)
    return own.show_own(call.database, actor=call.actor, now=call.now)


@router.get(
    "/account/sessions", summary="The browsers that are signed in", responses=declared(403), dependencies=[SIGNED_IN]
)
def list_sessions(request: Request, call: Calling, _: Nothing) -> list[SessionView]:
    return own.list_sessions(call.database, actor=call.actor, now=call.now, presented=presented(request))


@router.delete(
    "/account/sessions/{session_id}",
    summary="Sign one of them out",
    responses=COMMANDS | declared(404),
    dependencies=[SIGNED_IN],
)
def end_session(request: Request, call: Calling, session_id: Annotated[SessionId, Path()]) -> list[SessionView]:
    own.end_session(call.database, actor=call.actor, now=call.now, session_id=session_id)
    return own.list_sessions(call.database, actor=call.actor, now=call.now, presented=presented(request))


@router.get("/account/tokens", summary="Tokens, by their beginning", responses=declared(403), dependencies=[SIGNED_IN])
def list_tokens(call: Calling, _: Nothing) -> list[TokenView]:
    return tokens.list_tokens(call.database, actor=call.actor, now=call.now)


@router.post(
    "/account/tokens",
    status_code=201,
    summary="Make a token",
    responses=COMMANDS | declared(404, 409, 429),
    dependencies=[SIGNED_IN],
)
def make_token(call: Calling, body: TokenIn) -> NewToken:
    """The whole token is shown once."""
    return tokens.make_token(call.database, actor=call.actor, now=call.now, **dict(body))


@router.delete(
    "/account/tokens/{token_id}", summary="Revoke a token", responses=COMMANDS | declared(404), dependencies=[SIGNED_IN]
)
def revoke_token(call: Calling, token_id: Annotated[Id, Path()]) -> TokenView:
    return tokens.revoke_token(call.database, actor=call.actor, now=call.now, token_id=token_id)
