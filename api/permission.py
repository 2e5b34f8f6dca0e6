"""What each route asks of whoever comes: one of these actions somewhere, or nothing, said on purpose.

Knows no rows: whether it may be done to this very thing the use case says. A route that says neither stops the
application from starting.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from api.calls import SAFE_METHODS, Calling
from scheduler.access import Action, can, forbidden
from scheduler.attempts import record_refused_at_door
from scheduler.errors import NotSignedIn

OPEN_MOUNTS = frozenset({"/static"})
"""What is served as it stands in the package."""
_NAME = re.compile(r"\{(\w+)(?::\w+)?\}")
_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,80}")


class NoPermissionNamed(Exception):
    """Routes name no permission, and no more that they are open."""

    def __init__(self, routes: Iterable[str]) -> None:
        self.routes = tuple(routes)
        super().__init__(f"These routes name no permission: {', '.join(self.routes)}.")


@dataclass(frozen=True)
class Needs:
    """Lets in whoever may do one of the actions somewhere. A command of somebody else is recorded as refused."""

    actions: tuple[Action, ...]

    def __call__(self, request: Request, call: Calling) -> None:
        if any(can(call.actor, action) for action in self.actions):
            return
        if not call.actor.grants and call.actor.account_id is None:
            raise NotSignedIn("Sign in first: this is for those who have a role here.")
        refusal = forbidden(self.actions[0])
        if request.method not in SAFE_METHODS:
            record_refused_at_door(
                call.database, actor=call.actor, now=call.now, about=_about(request), refusal=refusal
            )
        raise refusal


def _about(request: Request) -> str:
    """The command by its route, with what the address names where that is an id or a plain key: nothing has looked at
    it yet, and it may be any text."""
    route = request.scope["route"]
    contexts = (each for each in iter_route_contexts(request.app.routes) if each.original_route is route)
    template = next((each.path for each in contexts if each.path), route.path)

    def filled(name: re.Match[str]) -> str:
        value = str(request.path_params.get(name[1], ""))
        return value if _PLAIN.fullmatch(value) else f"{{{name[1]}}}"

    return f"{request.method} {_NAME.sub(filled, template)}"


@dataclass(frozen=True)
class IsOpen:
    """Lets in whoever comes."""

    def __call__(self) -> None:
        return None


@dataclass(frozen=True)
class IsSignedIn:
    """Lets in whoever signed in, to what is their own."""

    def __call__(self, _call: Calling) -> None:
        return None


def needs(*actions: Action) -> Any:
    """A dependency of a route that asks for one of these actions."""
    return Depends(Needs(actions))


OPEN: Any = Depends(IsOpen())
"""A dependency of a route that asks for nothing."""


SIGNED_IN: Any = Depends(IsSignedIn())
"""A dependency of a route that asks for no more than to be signed in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A route as it is reached, and what it names (``None``: nothing)."""

    methods: tuple[str, ...]
    path: str
    permission: Needs | IsOpen | IsSignedIn | None

    def __str__(self) -> str:
        return f"{'/'.join(self.methods) or 'any'} {self.path}"


def named_routes(app: FastAPI) -> list[Named]:
    """Every route of the application; the description of the interface is open."""
    return [_named(each, app) for each in iter_route_contexts(app.routes)]


def check_permissions(app: FastAPI) -> None:
    """Raises ``NoPermissionNamed`` with every route that names none."""
    unnamed = [str(each) for each in named_routes(app) if each.permission is None]
    if unnamed:
        raise NoPermissionNamed(unnamed)


def _named(context: RouteContext, app: FastAPI) -> Named:
    route, path = context.original_route, context.path or ""
    methods = tuple(sorted(getattr(route, "methods", None) or ()))
    if isinstance(route, APIRoute):
        named = (each.dependency for each in route.dependencies)
        found = next((each for each in named if isinstance(each, Needs | IsOpen | IsSignedIn)), None)
    else:
        found = IsOpen() if path == app.openapi_url or path in OPEN_MOUNTS else None
    return Named(methods=methods, path=path, permission=found)
