"""What may be asked of a centre's units by hand, and the form in which a lab manager writes it.

Knows no policy: the use cases do.
"""

from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from api.calls import Call, Calling
from api.pages.drawing import draw
from api.pages.forms import BadForm, Filled, mistakes_of, read_form
from api.pages.places import centre_with_key, chosen_centre, draw_empty, every_centre
from api.pages.shape import new_page_router
from api.permission import needs
from api.policy_schemas import PolicyIn
from api.routes.policies import terms_of
from api.schemas import CentreFilter, Key, Mistake, Strict
from scheduler import catalogue, setting_policies
from scheduler.errors import BadValue, Refused
from scheduler.setting_policies import PolicyView

router = new_page_router()
NUMBERS = {
    "notice_minutes": "Notice to book, in minutes",
    "cancel_minutes": "Notice to cancel, in minutes",
    "horizon_days": "Booked at most so many days ahead",
    "shortest_minutes": "Shortest booking, in minutes",
    "longest_minutes": "Longest booking, in minutes",
    "person_most": "Bookings of one person ahead",
    "person_minutes": "Minutes of one person ahead",
    "organisation_most": "Bookings of one organisation ahead",
    "apart_minutes": "Minutes between bookings of one person",
    "missed_minutes": "Missed so many minutes after the start",
}
ANSWERS = {
    "approval": "A lab manager confirms each booking",
    "whole_gaps": "No free time is left beside a booking that is too short to be of use",
    "free_weekend": "No limits of length and number at weekends",
}
CLOCKS = {
    "free_from": "No limits of length and number from",
    "free_until": "No limits of length and number until",
}
_WORDS = {"yes": True, "no": False}
_DAY = 1440


class PoliciesAsked(CentreFilter):
    said: Literal["saved"] | None = None


class PolicyAsked(Strict):
    centre: Key
    unit: Key | None = None


@router.get("/policies", dependencies=[needs("see busy times")])
def show(request: Request, call: Calling, asked: Annotated[PoliciesAsked, Query()]) -> Response:
    centres = every_centre(call)
    if not centres:
        return draw_empty(request, call)
    centre = chosen_centre(centres, asked.centre)
    written = setting_policies.list_policies(call.database, actor=call.actor, now=call.now, centre=centre.key)
    return draw(
        request,
        "policies.html",
        centre=centre,
        centres=centres,
        saved=asked.said is not None,
        units=catalogue.list_units(call.database, actor=call.actor, now=call.now, centre=centre.key),
        of_centre=next((tuple(_told(each)) for each in written if each.unit is None), ()),
        of_units={each.unit: tuple(_told(each)) for each in written if each.unit is not None},
    )


@router.get("/policies/edit", dependencies=[needs("set policies")])
def edit(request: Request, call: Calling, asked: Annotated[PolicyAsked, Query()]) -> Response:
    return _form(request, call, asked.centre, asked.unit)


@router.post("/policies", dependencies=[needs("set policies")])
def write(request: Request, call: Calling, filled: Filled) -> Response:
    place = _place(filled)
    try:
        terms, reason = terms_of(read_form(PolicyIn, _values(filled)))
        setting_policies.set_policy(
            call.database,
            actor=call.actor,
            now=call.now,
            centre=place.centre,
            unit=place.unit,
            terms=terms,
            reason=reason,
        )
    except (BadForm, BadValue) as error:
        return _form(request, call, place.centre, place.unit, filled=filled, mistakes=mistakes_of(error))
    return RedirectResponse(f"/policies?centre={quote(place.centre)}&said=saved", status_code=303)


def _place(filled: Mapping[str, str]) -> PolicyAsked:
    """What the form says of itself: no field that anybody fills in."""
    try:
        return read_form(PolicyAsked, {"centre": filled.get("centre", ""), "unit": filled.get("unit") or None})
    except BadForm as error:
        raise Refused(str(error)) from error


def _form(
    request: Request,
    call: Call,
    centre: str,
    unit: str | None,
    *,
    filled: Mapping[str, str] | None = None,
    mistakes: tuple[Mistake, ...] = (),
) -> Response:
    written = setting_policies.written_policy(call.database, actor=call.actor, now=call.now, centre=centre, unit=unit)
    return draw(
        request,
        "policy_form.html",
        status=422 if mistakes else 200,
        centre=centre_with_key(call, written.centre),
        unit=unit,
        numbers=NUMBERS,
        answers=ANSWERS,
        clocks=CLOCKS,
        values=filled if filled is not None else _texts(written),
        mistakes=mistakes,
    )


def _values(filled: Mapping[str, str]) -> dict[str, object]:
    """As the policy has them; what is blank says nothing, and what cannot be read stays as it is."""
    values: dict[str, object] = {"reason": filled.get("reason", "")}
    for name in (*NUMBERS, *ANSWERS, *CLOCKS):
        written = filled.get(name, "").strip()
        if not written:
            continue
        if name in ANSWERS:
            values[name] = _WORDS.get(written, written)
        elif name in CLOCKS:
            minute = _minute(written)
            # A form has no 24:00: what lasts until midnight ends then.
            values[name] = _DAY if name == "free_until" and minute == 0 else minute
        else:
            values[name] = int(written) if written.isdecimal() and len(written) < 10 else written
    return values


def _minute(written: str) -> int | str:
    """``18:00`` in minutes after midnight."""
    hours, _, minutes = written.partition(":")
    if not (hours.isdecimal() and minutes.isdecimal() and len(written) <= 5 and int(minutes) < 60):
        return written
    return int(hours) * 60 + int(minutes)


def _texts(written: PolicyView) -> dict[str, str]:
    """As the form has them."""
    values = {name: getattr(written, name) for name in (*NUMBERS, *ANSWERS, *CLOCKS)}
    return {name: _text(name, value) for name, value in values.items() if value is not None}


def _text(name: str, value: int | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value // 60 % 24:02}:{value % 60:02}" if name in CLOCKS else str(value)


def _told(written: PolicyView) -> list[tuple[str, str]]:
    """What is written, in words."""
    words = {**NUMBERS, **ANSWERS, **CLOCKS}
    texts = _texts(written)
    return [(words[name], texts[name]) for name in words if name in texts]
