"""People and their roles, for administrators: invited, given and taken roles, handed links, closed.

Knows nothing of how they sign in.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.answers import link_answer
from api.calls import Call, Calling
from api.errors import problem_of_refusal
from api.pages.drawing import draw
from api.pages.forms import BadForm, Filled, mistakes_of, plain_field, read_form
from api.pages.places import common_zone, every_centre
from api.pages.shape import new_page_router
from api.people_schemas import EraseIn, Link, PersonIn, StaffIn
from api.permission import needs
from api.schemas import After, Id, Key, Mistake, Strict
from scheduler import catalogue
from scheduler.access import can
from scheduler.door import links, people
from scheduler.door.people import FOR_CENTRE, FOR_ORGANISATION, RoleAsked
from scheduler.erasing import Erased, ToErase, erase, look_before_erasing
from scheduler.errors import BadValue, NotPossibleNow, Refused, Unknown

router = new_page_router()
AccountId = Annotated[Id, Path()]
PAGE = 200
NOTHING: Mapping[str, str] = MappingProxyType({})
ROLES = {
    "engineer": "Engineer",
    "technician": "Technician",
    "manager": "Lab manager",
    "administrator": "Administrator",
    "auditor": "Auditor",
}
"""How roles are told."""


class PeopleAsked(Strict):
    after: After = 0


class EraseStaff(EraseIn):
    """The form of somebody of a centre's lists, whether or not they have an account."""

    person: Key


@router.get("/people", dependencies=[needs("see people")])
def show_people(request: Request, call: Calling, asked: Annotated[PeopleAsked, Query()]) -> Response:
    return _list(request, call, after=asked.after)


@router.post("/people", dependencies=[needs("change people")])
def invite(request: Request, call: Calling, filled: Filled) -> Response:
    """The answer is the page with the link on it, which is never drawn again."""
    try:
        asked = {"email": filled.get("email", "").strip(), "name": filled.get("name", "")}
        told = read_form(PersonIn, asked | {"person": filled.get("person", "").strip() or None})
        made = people.invite(
            call.database,
            actor=call.actor,
            now=call.now,
            email=told.email,
            name=told.name,
            person=told.person,
            roles=(_role(filled),),
        )
    except (BadForm, BadValue) as error:
        return _list(request, call, filled=filled, mistakes=mistakes_of(error))
    return _list(request, call, link=link_answer(request, made))


@router.post("/people/erase", dependencies=[needs("change people")])
def erase_staff(request: Request, call: Calling, filled: Filled) -> Response:
    """Of somebody who may have no account."""
    try:
        told = read_form(EraseStaff, {name: filled.get(name, "").strip() for name in ("person", "again", "reason")})
        who, again, reason = told.person, told.again, told.reason
        erased = erase(call.database, actor=call.actor, now=call.now, who=who, again=again, reason=reason)
    except (BadForm, BadValue) as error:
        return _list(request, call, mistakes=mistakes_of(error), erasing=filled)
    except Unknown as error:
        unknown = (Mistake(place="person", text=error.text),)
        return _list(request, call, mistakes=unknown, erasing=filled, status=404)
    except NotPossibleNow as refused:
        return _list(request, call, refused=refused)
    return _list(request, call, erased=erased)


@router.get("/people/{account_id}", dependencies=[needs("see people")])
def show_person(request: Request, call: Calling, account_id: AccountId) -> Response:
    return _one(request, call, account_id)


@router.post("/people/{account_id}/roles", dependencies=[needs("change people")])
def grant_role(request: Request, call: Calling, account_id: AccountId, filled: Filled) -> Response:
    try:
        asked = _role(filled)
        people.grant_role(call.database, actor=call.actor, now=call.now, account_id=account_id, asked=asked)
    except BadValue as error:
        return _one(request, call, account_id, filled=filled, mistakes=mistakes_of(error))
    except NotPossibleNow as refused:
        return _one(request, call, account_id, refused=refused)
    return _back(account_id)


@router.post("/people/{account_id}/roles/{role_id}/take", dependencies=[needs("change people")])
def take_role(request: Request, call: Calling, account_id: AccountId, role_id: Annotated[Id, Path()]) -> Response:
    try:
        people.take_role(call.database, actor=call.actor, now=call.now, account_id=account_id, role_id=role_id)
    except (NotPossibleNow, Unknown) as refused:
        return _one(request, call, account_id, refused=refused)
    return _back(account_id)


@router.post("/people/{account_id}/person", dependencies=[needs("change people")])
def join_person(request: Request, call: Calling, account_id: AccountId, filled: Filled) -> Response:
    try:
        person = read_form(StaffIn, {"person": filled.get("person", "").strip()}).person
        people.join_person(call.database, actor=call.actor, now=call.now, account_id=account_id, person=person)
    except (BadForm, BadValue) as error:
        return _one(request, call, account_id, mistakes=mistakes_of(error), staff=plain_field(filled, "person"))
    except (NotPossibleNow, Unknown) as refused:
        return _one(request, call, account_id, refused=refused, staff=plain_field(filled, "person"))
    return _back(account_id)


@router.post("/people/{account_id}/person/part", dependencies=[needs("change people")])
def part_person(request: Request, call: Calling, account_id: AccountId) -> Response:
    try:
        people.part_person(call.database, actor=call.actor, now=call.now, account_id=account_id)
    except NotPossibleNow as refused:
        return _one(request, call, account_id, refused=refused)
    return _back(account_id)


@router.post("/people/{account_id}/link", dependencies=[needs("change people")])
def send_link(request: Request, call: Calling, account_id: AccountId) -> Response:
    try:
        made = links.send_link(call.database, actor=call.actor, now=call.now, account_id=account_id)
    except NotPossibleNow as refused:
        return _one(request, call, account_id, refused=refused)
    return _one(request, call, account_id, link=link_answer(request, made))


@router.post("/people/{account_id}/close", dependencies=[needs("change people")])
def close_account(request: Request, call: Calling, account_id: AccountId) -> Response:
    try:
        people.close_account(call.database, actor=call.actor, now=call.now, account_id=account_id)
    except NotPossibleNow as refused:
        return _one(request, call, account_id, refused=refused)
    return _back(account_id)


@router.post("/people/{account_id}/erase", dependencies=[needs("change people")])
def erase_person(request: Request, call: Calling, account_id: AccountId, filled: Filled) -> Response:
    """The answer is the page, with the texts in which the name still stands."""
    try:
        told = read_form(EraseIn, {name: filled.get(name, "").strip() for name in ("again", "reason")})
        erased = erase(call.database, actor=call.actor, now=call.now, who=account_id, **dict(told))
    except (BadForm, BadValue) as error:
        return _one(request, call, account_id, mistakes=mistakes_of(error), erasing=filled)
    except NotPossibleNow as refused:
        return _one(request, call, account_id, refused=refused)
    return _one(request, call, account_id, erased=erased)


def _role(filled: dict[str, str]) -> RoleAsked:
    """The role, with the place that it is held for; what was chosen beside it says nothing."""
    role = plain_field(filled, "role")
    return RoleAsked(
        role=role,
        organisation=(plain_field(filled, "organisation") or None) if role in FOR_ORGANISATION else None,
        centre=(plain_field(filled, "centre") or None) if role in FOR_CENTRE else None,
    )


def _back(account_id: int) -> Response:
    return RedirectResponse(f"/people/{account_id}", status_code=303)


def _list(
    request: Request,
    call: Call,
    *,
    after: int = 0,
    filled: dict[str, str] | None = None,
    mistakes: tuple[Mistake, ...] = (),
    refused: Refused | None = None,
    link: Link | None = None,
    erasing: Mapping[str, str] = NOTHING,
    erased: Erased | None = None,
    status: int = 422,
) -> Response:
    """``status``: that of the page with ``mistakes``. ``erasing`` and ``erased`` as of ``_one``."""
    found = people.list_people(call.database, actor=call.actor, now=call.now, after=after, limit=PAGE)
    return draw(
        request,
        "people.html",
        status=_status(mistakes, refused, status),
        persons=found,
        more=found[-1].id if len(found) == PAGE else None,
        mistakes=mistakes,
        refused=refused,
        link=link,
        erasing=erasing,
        erased=erased,
        **_choices(call, filled),
    )


def _one(
    request: Request,
    call: Call,
    account_id: int,
    *,
    filled: dict[str, str] | None = None,
    mistakes: tuple[Mistake, ...] = (),
    refused: Refused | None = None,
    link: Link | None = None,
    staff: str = "",
    erasing: Mapping[str, str] = NOTHING,
    erased: Erased | None = None,
) -> Response:
    """``staff``: the staff number that was written. ``erasing``: what was, to erase them; ``erased``: they were."""
    person = people.show_person(call.database, actor=call.actor, now=call.now, account_id=account_id)
    may_erase = person.email is not None and can(call.actor, "change people")
    return draw(
        request,
        "person.html",
        status=_status(mistakes, refused),
        person=person,
        to_erase=_to_erase(call, account_id) if may_erase else None,
        erasing=erasing,
        erased=erased,
        mistakes=mistakes,
        refused=refused,
        link=link,
        staff=staff,
        **_choices(call, filled),
    )


def _status(mistakes: tuple[Mistake, ...], refused: Refused | None, wrong: int = 422) -> int:
    return wrong if mistakes else problem_of_refusal("", refused).status if refused else 200


def _to_erase(call: Call, account_id: int) -> ToErase:
    return look_before_erasing(call.database, actor=call.actor, now=call.now, who=account_id)


def _choices(call: Call, filled: dict[str, str] | None) -> dict[str, object]:
    return {
        "filled": filled or {},
        "roles": ROLES,
        "organisations": catalogue.list_organisations(call.database, actor=call.actor, now=call.now),
        "centres": every_centre(call),
        "zone": common_zone(call),
        "may_change": can(call.actor, "change people"),
    }
