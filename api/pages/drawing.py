"""Templates, their words for moments and lengths, and the page of an error.

Knows no use case.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FunctionLoader, StrictUndefined

from api.calls import Call, recognise
from api.fields import told_fields, told_once
from api.pages.coming_in import sign_in_address
from api.pages.timeline import Strip
from api.pages.who import People
from api.schemas import Problem
from scheduler.access import Action, can, can_at
from scheduler.time_words import tell, tell_span
from scheduler.transitions import STATES as BOOKING_STATES

_HERE = files("api.pages")
_NO_CACHE = {"Cache-Control": "no-store"}


def draw(request: Request, template: str, *, status: int = 200, **facts: Any) -> Response:
    """The page that ``template`` makes of ``facts``."""
    people = People(request)
    text = (
        _environment()
        .get_template(template)
        .render(path=request.url.path, may=_may(request), who=people.who, people=people, **facts)
    )
    return HTMLResponse(text, status_code=status, headers=_NO_CACHE)


def _may(request: Request) -> Callable[..., bool]:
    """Whether whoever asks may do something somewhere, or at a centre, so that a page offers no more than that."""
    call: Call | None = getattr(request.state, "call", None)

    def may(action: Action, centre_id: int | None = None) -> bool:
        if call is None:
            return False
        return can(call.actor, action) if centre_id is None else can_at(call.actor, action, centre_id)

    return may


def show_problem(request: Request, problem: Problem) -> Response:
    """An error as a page; for who is not signed in, the way to it."""
    if problem.status == 401:
        return RedirectResponse(sign_in_address(request), status_code=303, headers=_NO_CACHE)
    if problem.status in (404, 405):
        recognise(request)
    title = WITHOUT_REFUSAL.get(problem.status, problem.title) if problem.type == "about:blank" else problem.title
    return draw(request, "problem.html", status=problem.status, problem=problem, title=title, told=_plain(problem))


def _plain(problem: Problem) -> str:
    """What was wrong, without the part of the message in which programs look for it."""
    if problem.type != "urn:pilotline:problem:bad_input":
        return problem.detail
    return problem.detail.replace("query.", "").replace("path.", "")


def day(moment: datetime, zone: str) -> str:
    """``Thu 3 Dec``, local."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b}"


def clock_time(moment: datetime, zone: str) -> str:
    """``16:00``, local."""
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"


def dated(moment: datetime, zone: str) -> str:
    """``3 Dec 2026 16:00``, local."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y %H:%M}"


def dates_text(strip: Strip) -> str:
    """``30 Nov – 6 Dec 2026``: the first and last local day."""
    first = strip.start.astimezone(ZoneInfo(strip.zone))
    last = (strip.end - timedelta(hours=1)).astimezone(ZoneInfo(strip.zone))
    return f"{first.day} {first:%b} – {last.day} {last:%b %Y}"


def length_text(length: timedelta) -> str:
    """``45 min``, ``2 h``, ``2 h 30 min``, ``3 d 4 h``."""
    minutes = round(length.total_seconds() / 60)
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((days, "d"), (hours, "h"), (minutes, "min"))
    return " ".join(f"{count} {word}" for count, word in parts if count) or "0 min"


def number(value: float) -> str:
    """``12,345`` or ``12.5``."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        day=day,
        clock=clock_time,
        moment=tell,
        dated=dated,
        lasting=length_text,
        number=number,
        told=told_fields,
        once=told_once,
    )
    environment.globals.update(
        static=_static,
        span=tell_span,
        states=STATES,
        booking_states=BOOKING_STATES,
        notice_words=NOTICES,
        version=version("pilotline"),
    )
    return environment


def _template(name: str) -> str:
    return _HERE.joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _static(name: str) -> str:
    """The address of a static file, another one when its content changes."""
    digest = sha256(_HERE.joinpath("static", name).read_bytes()).hexdigest()
    return f"/static/{name}?{digest[:12]}"


WITHOUT_REFUSAL: Mapping[int, str] = {
    400: "This cannot be read",
    404: "There is no such page",
    405: "This cannot be done here",
    413: "This is too long",
    422: "Something is missing or not possible",
    500: "Something went wrong here",
    503: "This takes too long at the moment",
}
"""How errors are headed that no use case has named."""

STATES: Mapping[str, str] = {
    "queued": "waiting",
    "solving": "being planned",
    "draft": "draft",
    "published": "published",
    "discarded": "discarded",
    "failed": "failed",
}
"""How a plan's state is told."""

NOTICES: Mapping[str, str] = {"no_show": "missed", "lag_broken": "too late"}
"""How a notice's kind is told, where not in its own word."""
