"""Who is reading a page, and what those are called who did something.

Knows nothing of what they did.
"""

from dataclasses import dataclass
from functools import cached_property

from fastapi import Request

from api.calls import Call
from scheduler.access import can
from scheduler.actors import NOBODY
from scheduler.door.names import SOMEBODY, own_name, who_is


@dataclass(frozen=True, kw_only=True, slots=True)
class Who:
    """The reader. ``signed_in``: with an account of their own, which they can sign out of."""

    name: str
    signed_in: bool
    sees_people: bool


@dataclass(frozen=True)
class People:
    """Names for the keys that the record keeps, read when a page wants them."""

    request: Request

    @cached_property
    def who(self) -> Who | None:
        """``None`` for who is not signed in."""
        call = self._call
        if call is None or call.actor == NOBODY:
            return None
        signed_in = call.actor.account_id is not None
        name = own_name(call.database, actor=call.actor)
        return Who(
            name=name if signed_in else name.capitalize(),
            signed_in=signed_in,
            sees_people=can(call.actor, "see people"),
        )

    def told(self, key: str) -> str:
        """What whoever has this key is called, as far as the reader may know it."""
        call = self._call
        return SOMEBODY if call is None else who_is(call.database, actor=call.actor, key=key)

    @property
    def _call(self) -> Call | None:
        call = getattr(self.request.state, "call", None)
        return call if isinstance(call, Call) else None
