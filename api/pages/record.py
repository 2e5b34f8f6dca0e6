"""The record on pages: its events as somebody looks for them, and whether it is whole.

Knows nothing of how events are kept.
"""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from api.calls import Call, Calling
from api.pages.drawing import draw
from api.pages.forms import BadForm, read_form, with_offset
from api.pages.places import common_zone
from api.pages.shape import new_page_router
from api.permission import needs
from api.record_schemas import RecordFilter
from api.schemas import After, Mistake, NoFilter, Strict, Text
from scheduler import auditing, events
from scheduler.errors import BadValue, Unknown
from scheduler.events import EventsView, Looking

router = new_page_router()
PAGE = 50
KINDS = ("booking", "request", "plan", "outage", "maintenance", "unit", "person", "account", "attempt", "export")
"""Kinds of object that are offered to be looked for; any other can be typed."""


class RecordAsked(Strict):
    """As the form sends it: empty texts for what is not looked for."""

    chain: Text = ""
    verb: Text = ""
    actor: Text = ""
    kind: Text = ""
    object_id: Text = ""
    start: Text = ""
    end: Text = ""
    after: After = 0


@router.get("/record", dependencies=[needs("read record")])
def show(request: Request, call: Calling, asked: Annotated[RecordAsked, Query()]) -> Response:
    zone, filled = common_zone(call), _filled(asked)
    found, mistakes = EventsView(events=(), more=False), tuple[Mistake, ...]()
    try:
        found = _events(call, filled, asked.after, zone)
    except BadForm as error:
        mistakes = error.mistakes
    except (BadValue, Unknown) as error:
        mistakes = (Mistake(place=getattr(error, "field", "actor"), text=error.text),)
    return draw(
        request,
        "record.html",
        status=422 if mistakes else 200,
        found=found,
        filled=filled,
        after=asked.after,
        choices=events.choices(call.database, actor=call.actor, now=call.now),
        kinds=KINDS,
        mistakes=mistakes,
        only=lambda **more: _address(filled | more),
        older=_address(filled | {"after": found.events[-1].id}) if found.more else None,
        zone=zone,
    )


def _filled(asked: RecordAsked) -> dict[str, Any]:
    return {name: text.strip() for name, text in asked.model_dump(exclude={"after"}).items() if text.strip()}


def _events(call: Call, filled: dict[str, Any], after: int, zone: str) -> EventsView:
    """Raises ``BadForm``, ``BadValue``, ``Unknown``."""
    local = {name: with_offset(filled[name], zone) for name in ("start", "end") if name in filled}
    wanted = read_form(RecordFilter, filled | local)
    looking = Looking(**wanted.model_dump(exclude={"after", "limit"}))
    return events.list_events(call.database, actor=call.actor, now=call.now, looking=looking, after=after, limit=PAGE)


def _address(asked: dict[str, Any]) -> str:
    return f"/record?{urlencode(asked)}" if asked else "/record"


@router.get("/record/verify", dependencies=[needs("read record")])
def verify(request: Request, call: Calling, _asked: Annotated[NoFilter, Query()]) -> Response:
    anchor = request.app.state.anchor
    found = auditing.verify_audit(call.database, actor=call.actor, now=call.now, anchor=anchor, must_be_anchored=False)
    chosen = events.choices(call.database, actor=call.actor, now=call.now)
    return draw(
        request,
        "record_verify.html",
        found=found,
        names={each.chain: each.centre for each in chosen.chains},
        zone=common_zone(call),
    )
