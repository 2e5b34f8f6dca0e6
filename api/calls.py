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


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    database: Database
    actor: Actor
    now: datetime


def utc_now() -> datetime:
    return datetime.now(UTC)


async def _call(request: Request) -> Call:
    state = request.app.state
    return Call(database=state.database, actor=LOCAL_ADMINISTRATOR, now=state.clock())


Calling = Annotated[Call, Depends(_call)]
