"""Who is asking: by the session that a browser keeps in a cookie, or the token that a program sends in a header.

Knows nothing of what they may do.
"""

from datetime import datetime

from fastapi import Request, Response

from api.doorway import LOOPBACK_NAMES
from api.peers import host_name, is_encrypted
from models.database import Database
from scheduler.actors import NOBODY, Actor
from scheduler.door.signing_in import whose_session, whose_token
from scheduler.door.tokens import PREFIX
from scheduler.door.views import SignedIn
from scheduler.errors import NotSignedIn

COOKIE = "__Host-pilotline"
LOOPBACK_COOKIE = "pilotline"
"""Beside it where this machine is served without encryption: some browsers keep no secure cookie there."""


def identify(database: Database, request: Request, now: datetime) -> Actor:
    """Whoever shows a session or a token, else ``NOBODY``. Raises ``NotSignedIn`` for one that does not hold."""
    if any(value.startswith(PREFIX) for value in request.query_params.values()):
        raise NotSignedIn("A token is taken in the Authorization header only; revoke the one that stood in an address.")
    header = request.headers.get("authorization")
    if header is not None:
        kind, _, token = header.partition(" ")
        if kind.lower() != "bearer":
            raise NotSignedIn("Send the token as Authorization: Bearer plt_…")
        return whose_token(database, now=now, token=token.strip())
    secret = presented(request)
    return whose_session(database, now=now, secret=secret) if secret else NOBODY


def presented(request: Request) -> str:
    """The secret of the session that the browser shows; an empty text for none."""
    kept = request.cookies.get(COOKIE, "")
    return kept or (request.cookies.get(LOOPBACK_COOKIE, "") if _is_plain_loopback(request) else "")


def keep_session(request: Request, response: Response, signed_in: SignedIn) -> None:
    """Hands the browser its session, in a cookie that no script reads and no other site sends along with commands."""
    response.set_cookie(COOKIE, signed_in.secret, path="/", secure=True, httponly=True, samesite="lax")
    if _is_plain_loopback(request):
        response.set_cookie(LOOPBACK_COOKIE, signed_in.secret, path="/", httponly=True, samesite="lax")


def drop_session(request: Request, response: Response) -> None:
    """Takes it away again."""
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    if LOOPBACK_COOKIE in request.cookies:
        response.delete_cookie(LOOPBACK_COOKIE, path="/", httponly=True, samesite="lax")


def _is_plain_loopback(request: Request) -> bool:
    encrypted = is_encrypted(request, request.app.state.proxies)
    return not encrypted and host_name(request.headers.get("host", "")) in LOOPBACK_NAMES
