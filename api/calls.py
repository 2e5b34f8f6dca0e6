"""What every use case is called with: the database, the actor and the moment.

Knows no use case.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR, Actor

Clock = Callable[[], datetime]
Identify = Callable[[Database, Request, datetime], Actor]
"""Who is asking, at that moment."""


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
    state = request.app.state
    now = state.clock()
    call = Call(database=state.database, actor=state.identify(state.database, request, now), now=now)
    # For what a page offers, whatever is drawn.
    request.state.call = call
    return call


Calling = Annotated[Call, Depends(_call)]
