"""People and their roles, for administrators.

Knows nothing of how somebody signs in.
"""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from api.answers import link_answer
from api.calls import Calling
from api.errors import declared
from api.people_schemas import EraseIn, Invited, Link, PersonIn, RoleIn, StaffIn, asked
from api.permission import needs
from api.routes.shape import COMMANDS, new_router
from api.schemas import Id, Key, NoFilter, Page
from scheduler.door import links, people
from scheduler.door.views import PersonView
from scheduler.erasing import Erased, erase

router = new_router("people")
AccountId = Annotated[Id, Path()]


@router.get(
    "/people",
    summary="Everybody who may sign in, with their roles",
    responses=declared(403),
    dependencies=[needs("see people")],
)
def list_people(call: Calling, wanted: Annotated[Page, Query()]) -> list[PersonView]:
    return people.list_people(call.database, actor=call.actor, now=call.now, **dict(wanted))


@router.post(
    "/people",
    status_code=201,
    summary="Invite somebody",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("change people")],
)
def invite(request: Request, call: Calling, body: PersonIn, response: Response) -> Invited:
    """The link is shown once, and is to be handed to them: nothing is sent."""
    roles = tuple(map(asked, body.roles))
    made = people.invite(
        call.database,
        actor=call.actor,
        now=call.now,
        email=body.email,
        name=body.name,
        person=body.person,
        roles=roles,
    )
    person = people.show_person(call.database, actor=call.actor, now=call.now, account_id=made.account_id)
    response.headers["Location"] = f"/api/v1/people/{person.id}"
    return Invited(person=person, link=link_answer(request, made))


@router.get(
    "/people/{account_id}",
    summary="One person with their roles",
    responses=declared(403, 404),
    dependencies=[needs("see people")],
)
def show_person(call: Calling, account_id: AccountId, _: Annotated[NoFilter, Query()]) -> PersonView:
    return people.show_person(call.database, actor=call.actor, now=call.now, account_id=account_id)


@router.post(
    "/people/{account_id}/roles",
    status_code=201,
    summary="Grant a role",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("change people")],
)
def grant_role(call: Calling, account_id: AccountId, body: RoleIn) -> PersonView:
    return people.grant_role(call.database, actor=call.actor, now=call.now, account_id=account_id, asked=asked(body))


@router.delete(
    "/people/{account_id}/roles/{role_id}",
    summary="Take a role away",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("change people")],
)
def take_role(call: Calling, account_id: AccountId, role_id: Annotated[Id, Path()]) -> PersonView:
    return people.take_role(call.database, actor=call.actor, now=call.now, account_id=account_id, role_id=role_id)


@router.put(
    "/people/{account_id}/person",
    summary="Say who they are in a centre's lists",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("change people")],
)
def join_person(call: Calling, account_id: AccountId, body: StaffIn) -> PersonView:
    return people.join_person(call.database, actor=call.actor, now=call.now, account_id=account_id, person=body.person)


@router.delete(
    "/people/{account_id}/person",
    summary="Say that they are nobody there",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("change people")],
)
def part_person(call: Calling, account_id: AccountId) -> PersonView:
    return people.part_person(call.database, actor=call.actor, now=call.now, account_id=account_id)


@router.post(
    "/people/{account_id}/link",
    status_code=201,
    summary="Make a new one-time link, in place of those made before",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("change people")],
)
def send_link(request: Request, call: Calling, account_id: AccountId) -> Link:
    made = links.send_link(call.database, actor=call.actor, now=call.now, account_id=account_id)
    return link_answer(request, made)


@router.post(
    "/people/{account_id}/close",
    summary="Close an account",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("change people")],
)
def close_account(call: Calling, account_id: AccountId) -> PersonView:
    return people.close_account(call.database, actor=call.actor, now=call.now, account_id=account_id)


@router.post(
    "/people/{account_id}/erase",
    summary="Blank a person's name and address, for good",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("change people")],
)
def erase_person(call: Calling, account_id: AccountId, body: EraseIn) -> Erased:
    """Their account is closed, and nothing lets them in any more; what they did stays, under their number. ``mentions``
    says in which texts that people wrote the name still stands."""
    return erase(call.database, actor=call.actor, now=call.now, who=account_id, **dict(body))


@router.post(
    "/staff/{person:path}/erase",
    summary="Blank the name of somebody in a centre's lists, for good",
    responses=COMMANDS | declared(404, 409),
    dependencies=[needs("change people")],
)
def erase_staff(call: Calling, person: Annotated[Key, Path()], body: EraseIn) -> Erased:
    """As ``/people/{account_id}/erase``, of whoever has this key, with an account or without."""
    return erase(call.database, actor=call.actor, now=call.now, who=person, **dict(body))
