"""``invite``, ``role``, ``token`` and ``reset``: people let in from the command line, which needs nobody's leave.

Knows nothing of how they sign in.
"""

from datetime import datetime
from typing import Literal, TypedDict

import typer

from api.answers import link_address
from api.cli.opening import opened
from api.cli.terminal import now, print_json, say
from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR, Actor
from scheduler.door import links, people, tokens
from scheduler.door.founding import first_administrator
from scheduler.door.people import FOR_CENTRE, FOR_ORGANISATION, RoleAsked
from scheduler.door.recording import key_of
from scheduler.door.views import LinkView, RoleView


class _Who(TypedDict):
    actor: Actor
    now: datetime


def invite(
    url: str,
    *,
    email: str,
    name: str,
    person: str | None,
    roles: tuple[str, ...],
    organisation: str | None,
    centre: str | None,
    address: str,
    as_json: bool,
) -> None:
    """Makes an account with these roles and prints the link by which its owner sets a password."""
    with opened(url) as database:
        asked = roles_asked(roles, organisation, centre)
        made = people.invite(
            database,
            actor=LOCAL_ADMINISTRATOR,
            now=now(),
            email=email,
            name=name or None,
            person=person,
            roles=asked,
        )
    _show(made, address, as_json=as_json)


def role(
    url: str,
    *,
    email: str,
    give: tuple[str, ...],
    take: tuple[str, ...],
    organisation: str | None,
    centre: str | None,
    as_json: bool,
) -> None:
    """Gives and takes, in this order, each on its own: the first that cannot be is told, and ends it."""
    places = roles_asked((*give, *take), organisation, centre)
    with opened(url) as database:
        who: _Who = {"actor": LOCAL_ADMINISTRATOR, "now": now()}
        held = people.account_of(database, email=email, **who)
        for asked in places[: len(give)]:
            held = people.grant_role(database, account_id=held.id, asked=asked, **who)
        for asked in places[len(give) :]:
            held = people.take_role_of(database, account_id=held.id, asked=asked, **who)
    if as_json:
        print_json(held)
        return
    say(f"{held.email or key_of(held.id)} holds {'; '.join(map(_told, held.roles)) or 'no role'}.")


def _told(held: RoleView) -> str:
    place = held.organisation or held.centre
    return f"{held.role} of {place}" if held.organisation else f"{held.role} at {place}" if place else held.role


def reset(url: str, *, email: str, address: str, as_json: bool) -> None:
    """Prints a new link for somebody, in place of those made before."""
    with opened(url) as database:
        account = people.account_of(database, actor=LOCAL_ADMINISTRATOR, now=now(), email=email)
        made = links.send_link(database, actor=LOCAL_ADMINISTRATOR, now=now(), account_id=account.id)
    _show(made, address, as_json=as_json)


def token(url: str, *, email: str, name: str, scope: Literal["read", "write"], days: int, as_json: bool) -> None:
    """Prints a new token of somebody, once."""
    with opened(url) as database:
        account = people.account_of(database, actor=LOCAL_ADMINISTRATOR, now=now(), email=email)
        made = tokens.make_token(
            database,
            actor=LOCAL_ADMINISTRATOR,
            now=now(),
            account_id=account.id,
            name=name,
            scope=scope,
            days=days,
        )
    if as_json:
        print_json(made)
        return
    may = "read and write" if scope == "write" else "read"
    say(f"A token of {account.email}, which may {may} until {written(made.about.ends_at)}; it is shown this once:")
    say(made.token)


def roles_asked(roles: tuple[str, ...], organisation: str | None, centre: str | None) -> tuple[RoleAsked, ...]:
    """Each role with the place that it is held for. A place that none of them wants is wrong use."""
    if organisation is not None and not set(roles) & set(FOR_ORGANISATION):
        raise typer.BadParameter("only an engineer's role is for an organisation", param_hint="--organisation")
    if centre is not None and not set(roles) & set(FOR_CENTRE):
        raise typer.BadParameter("only a technician's or manager's role is for a centre", param_hint="--centre")
    return tuple(
        RoleAsked(
            role=role,
            organisation=organisation if role in FOR_ORGANISATION else None,
            centre=centre if role in FOR_CENTRE else None,
        )
        for role in roles
    )


def founded(database: Database, *, email: str) -> LinkView | None:
    """The first administrator's link; ``None`` where there is one already."""
    return first_administrator(database, actor=LOCAL_ADMINISTRATOR, now=now(), email=email)


def link_facts(made: LinkView, address: str) -> dict[str, object]:
    """A link as JSON tells it."""
    return {
        "email": made.email,
        "purpose": made.purpose,
        "address": link_address(address, made.secret),
        "ends_at": made.ends_at,
    }


def written(moment: datetime) -> str:
    """``4 Dec 2026 16:00 UTC``."""
    return f"{moment.day} {moment:%b %Y %H:%M} UTC"


def _show(made: LinkView, address: str, *, as_json: bool) -> None:
    if as_json:
        print_json(link_facts(made, address))
        return
    say(f"{made.email} sets a password here, once, until {written(made.ends_at)}; no mail is sent:")
    say(link_address(address, made.secret))
