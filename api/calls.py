"""What every use case is called with: the database, the actor and the moment.

Knows no use case.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR, NOBODY, Actor
from scheduler.errors import NotSignedIn, TokenReadsOnly

Clock = Callable[[], datetime]
Identify = Callable[[Database, Request, datetime], Actor]
"""Who is asking, at that moment: ``NOBODY`` for who shows nothing. Raises ``NotSignedIn`` for what does not hold."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    database: Database
    actor: Actor
    now: datetime


def utc_now() -> datetime:
    return datetime.now(UTC)


def as_local_administrator(_database: Database, _request: Request, _now: datetime) -> Actor:
    """Whoever asks is the one at this machine."""
    return LOCAL_ADMINISTRATOR


def _call(request: Request) -> Call:
    """Of somebody. Raises ``NotSignedIn``, ``TokenReadsOnly``."""
    call = _made(request, _asking(request))
    if call.actor == NOBODY:
        raise NotSignedIn("Sign in, or send a token as Authorization: Bearer plt_…")
    if call.actor.reads_only and request.method not in SAFE_METHODS:
        raise TokenReadsOnly("This token may only read: commands take one of scope write.")
    return call


def _open_call(request: Request) -> Call:
    """Of anybody; whoever shows something that does not hold is nobody."""
    try:
        return _made(request, _asking(request))
    except NotSignedIn:
        return _made(request, (NOBODY, request.app.state.clock()))


def recognise(request: Request) -> None:
    """Who is asking, for the head of a page where no route has asked it: there is none at that address."""
    if getattr(request.state, "call", None) is None:
        _open_call(request)


def _asking(request: Request) -> tuple[Actor, datetime]:
    state = request.app.state
    now = state.clock()
    return state.identify(state.database, request, now), now


def _made(request: Request, asking: tuple[Actor, datetime]) -> Call:
    actor, now = asking
    call = Call(database=request.app.state.database, actor=actor, now=now)
    # For the head of a page, whatever is drawn.
    request.state.call = call
    return call


Calling = Annotated[Call, Depends(_call)]
OpenCalling = Annotated[Call, Depends(_open_call)]
"""For what is open to whoever comes: signing in, the page of a link, and whether all is well."""
