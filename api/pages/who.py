"""Who is reading a page, and what those are called who did something.

Knows nothing of what they did.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from fastapi import Request

from api.calls import Call
from scheduler.access import can
from scheduler.actors import LOCAL_ADMINISTRATOR, NOBODY, TIMETABLE
from scheduler.door.people import names_of_accounts
from scheduler.door.recording import account_in

THEMSELVES: Mapping[str, str] = {LOCAL_ADMINISTRATOR.key: "local administrator", TIMETABLE.key: "the timetable"}
"""How those who act by themselves are told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Who:
    """The reader. ``signed_in``: with an account of their own, which they can sign out of."""

    name: str
    signed_in: bool
    sees_people: bool


@dataclass(frozen=True)
class People:
    """Names for the keys that the record keeps, each read once and when a page wants it."""

    request: Request

    @cached_property
    def who(self) -> Who | None:
        """``None`` for who is not signed in."""
        call = self._call
        if call is None or call.actor == NOBODY:
            return None
        signed_in = call.actor.account_id is not None
        name = self._name(call, call.actor.key) or call.actor.key
        name = name if signed_in else name.capitalize()
        return Who(name=name, signed_in=signed_in, sees_people=can(call.actor, "see people"))

    def told(self, key: str) -> str:
        """The name of whoever has this key, for those who run a centre or look after all, and for that person."""
        call = self._call
        if key in THEMSELVES:
            return THEMSELVES[key]
        if call is None or not (key == call.actor.key or can(call.actor, "see capacity")):
            return "somebody"
        return self._name(call, key) or "somebody who was erased"

    @property
    def _call(self) -> Call | None:
        call = getattr(self.request.state, "call", None)
        return call if isinstance(call, Call) else None

    def _name(self, call: Call, key: str) -> str | None:
        number = account_in(key)
        if number is None:
            return THEMSELVES.get(key)
        return names_of_accounts(call.database, actor=call.actor, now=call.now, ids={number}).get(number)
