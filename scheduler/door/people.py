"""People and their roles: invited, granted, taken, closed.

Knows nothing of how they sign in, nor of what a role lets them do.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.audit import snapshot
from models.database import Database
from models.queries.access import (
    AccountRow,
    account_for_update,
    account_of_person,
    account_with_email,
    accounts,
    administrators_for_update,
    end_links,
    grants_of,
    places_of_grants,
    revoke_sessions,
    revoke_tokens,
)
from models.queries.keyed import rows_by_key
from models.tables import Account, AccountDetail, Centre, Organisation, Person, RoleGrant
from models.tables.access import ROLES
from scheduler.access import check_may
from scheduler.actors import Actor
from scheduler.door.addresses import checked, checked_name, written
from scheduler.door.links import make_link
from scheduler.door.recording import record_row, recorded_refusals_of_people
from scheduler.door.views import LinkView, PersonView, RoleView
from scheduler.errors import BadValue, KeyTaken, NotPossibleNow, Unknown

FOR_ORGANISATION = ("engineer",)
FOR_CENTRE = ("technician", "manager")


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleAsked:
    """A role to be held: an engineer's for an organisation, a technician's and a lab manager's for a centre (by key),
    the others' for neither."""

    role: str
    organisation: str | None = None
    centre: str | None = None


def invite(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    email: str,
    name: str | None = None,
    person: str | None = None,
    roles: tuple[RoleAsked, ...],
) -> LinkView:
    """A new account with these roles, and the link by which its owner sets a password. ``person``: the key of who that
    is at a centre; whose hands are on what is then their own day.

    Raises ``BadValue``, ``KeyTaken`` (the address or the person has an account), ``Unknown`` for a place or a person,
    ``Forbidden``.
    """
    check_may(actor, "change people")
    address = checked(email)

    def command(session: Session) -> LinkView:
        if account_with_email(session, address) is not None:
            raise KeyTaken(f"{address} has an account already.", field="email")
        account = _made(session, actor, now, address, name, person)
        for each in dict.fromkeys(roles):
            _grant(session, actor, now, account.id or 0, each)
        return make_link(session, actor, now, account)

    with recorded_refusals_of_people(database, actor=actor, now=now, verb="invitation", about="an invitation"):
        return database.write(command)


def keep_account(
    session: Session,
    actor: Actor,
    now: datetime,
    address: str,
    name: str | None,
    roles: tuple[RoleAsked, ...],
    person: str | None = None,
) -> tuple[bool, int]:
    """Within a transaction: the account with this address, made if need be, holds these roles too, and is that of this
    ``person`` (by key); a closed or erased one stays as it is. Whether it was made, and how many roles are new."""
    known = account_with_email(session, address)
    # Read afresh under its lock: another may close it, or grant the same role, at this moment.
    account = None if known is None else account_for_update(session, known.id or 0)
    if account is not None and account.closed_at is not None:
        return False, 0
    if account is None and person is not None and _is_gone(session, person):
        return False, 0
    if account is not None and account.person_id is None and person is not None:
        _join(session, actor, now, account, person)
    kept = _made(session, actor, now, address, name, person) if account is None else account
    granted = [_grant(session, actor, now, kept.id or 0, each) for each in dict.fromkeys(roles)]
    return account is None, sum(granted)


def list_people(
    database: Database, *, actor: Actor, now: datetime, after: int = 0, limit: int | None = None
) -> list[PersonView]:
    """Every account with its roles, by id. Raises ``Forbidden``."""
    check_may(actor, "see people")
    with database.reading() as session:
        return person_views(session, accounts(session, after_id=after, limit=limit))


def show_person(database: Database, *, actor: Actor, now: datetime, account_id: int) -> PersonView:
    """One account. Raises ``Unknown``, ``Forbidden``."""
    check_may(actor, "see people")
    with database.reading() as session:
        return _person(session, account_id)


def account_of(database: Database, *, actor: Actor, now: datetime, email: str) -> PersonView:
    """The account with this address. Raises ``Unknown``, ``Forbidden``."""
    check_may(actor, "see people")
    with database.reading() as session:
        account = account_with_email(session, written(email))
        if account is None or account.id is None:
            raise Unknown("account", email)
        return _person(session, account.id)


def grant_role(database: Database, *, actor: Actor, now: datetime, account_id: int, asked: RoleAsked) -> PersonView:
    """Gives somebody a role; one that they hold already they go on holding. Raises ``BadValue``, ``Unknown``,
    ``NotPossibleNow`` (closed), ``Forbidden``."""
    check_may(actor, "change people")

    def command(session: Session) -> PersonView:
        account = _open_account(session, account_id)
        _grant(session, actor, now, account_id, asked)
        assert account.id is not None
        return _person(session, account.id)

    return database.write(command)


def take_role(database: Database, *, actor: Actor, now: datetime, account_id: int, role_id: int) -> PersonView:
    """Takes a role away; it holds no more on the next request. Raises ``Unknown``, ``NotPossibleNow`` for the last
    administrator's, ``Forbidden``."""
    check_may(actor, "change people")

    def command(session: Session) -> PersonView:
        administrators = administrators_for_update(session)
        if account_for_update(session, account_id) is None:
            raise Unknown("account", account_id)
        held = next((each for each in grants_of(session, account_id) if each.id == role_id), None)
        if held is None:
            raise Unknown("role", role_id)
        if held.role == "administrator":
            check_not_last(administrators, account_id)
        before = snapshot(held)
        session.delete(held)
        record_row(session, actor=actor, now=now, verb="took role", row=held, before=before, gone=True)
        session.flush()
        return _person(session, account_id)

    about = f"account {account_id}"
    with recorded_refusals_of_people(database, actor=actor, now=now, verb="taking of a role", about=about):
        return database.write(command)


def take_role_of(database: Database, *, actor: Actor, now: datetime, account_id: int, asked: RoleAsked) -> PersonView:
    """As ``take_role``, by what the role is and where it is held. Raises ``NotPossibleNow`` where they do not hold it,
    and ``BadValue`` where the place is missing."""
    check_may(actor, "change people")
    with database.reading() as session:
        organisation_id, centre_id = _place(session, asked)
        wanted, email = (asked.role, organisation_id, centre_id), _person(session, account_id).email
        held = [each.id for each in grants_of(session, account_id) if each.id and _is(each) == wanted]
    if not held:
        where = f" for {asked.organisation or asked.centre}" if organisation_id or centre_id else ""
        raise NotPossibleNow(f"{email} does not hold the role of {_article(asked.role)}{where}.")
    return take_role(database, actor=actor, now=now, account_id=account_id, role_id=held[0])


def join_person(database: Database, *, actor: Actor, now: datetime, account_id: int, person: str) -> PersonView:
    """The account is that of this ``person`` (by key) of a centre or organisation: what they have their hands on is
    their own day. Raises ``Unknown``, ``KeyTaken`` (the person has an account), ``NotPossibleNow`` (the account is
    another person's, or closed), ``Forbidden``."""
    check_may(actor, "change people")

    def command(session: Session) -> PersonView:
        account = _open_account(session, account_id)
        view = _person(session, account_id)
        if view.person == person:
            return view
        if view.person is not None:
            raise NotPossibleNow(f"Account {account_id} is that of {view.person}: part them first.")
        _join(session, actor, now, account, person)
        return _person(session, account_id)

    about = f"account {account_id}"
    with recorded_refusals_of_people(database, actor=actor, now=now, verb="joining", about=about):
        return database.write(command)


def part_person(database: Database, *, actor: Actor, now: datetime, account_id: int) -> PersonView:
    """The account is nobody's in the lists any more, a closed one too: another account may be that person's then.
    Raises ``Unknown``, ``NotPossibleNow`` (it is nobody's), ``Forbidden``."""
    check_may(actor, "change people")

    def command(session: Session) -> PersonView:
        account = account_for_update(session, account_id)
        if account is None:
            raise Unknown("account", account_id)
        if account.person_id is None:
            raise NotPossibleNow(f"Account {account_id} is nobody's in the lists.")
        before = snapshot(account)
        account.person_id = None
        session.flush()
        record_row(session, actor=actor, now=now, verb="parted person", row=account, before=before)
        return _person(session, account_id)

    about = f"account {account_id}"
    with recorded_refusals_of_people(database, actor=actor, now=now, verb="parting", about=about):
        return database.write(command)


def close_account(database: Database, *, actor: Actor, now: datetime, account_id: int) -> PersonView:
    """Nobody comes in by it any more: its sessions, links and tokens end with it. Raises ``Unknown``,
    ``NotPossibleNow`` for the last administrator's, ``Forbidden``."""
    check_may(actor, "change people")

    def command(session: Session) -> PersonView:
        administrators = administrators_for_update(session)
        account = _open_account(session, account_id)
        check_not_last(administrators, account_id)
        before = snapshot(account)
        account.closed_at = now
        revoke_sessions(session, account_id, now)
        revoke_tokens(session, account_id, now)
        end_links(session, account_id, now)
        record_row(session, actor=actor, now=now, verb="closed account", row=account, before=before)
        return _person(session, account_id)

    about = f"account {account_id}"
    with recorded_refusals_of_people(database, actor=actor, now=now, verb="closing", about=about):
        return database.write(command)


def check_not_last(administrators: list[Account], account_id: int) -> None:
    """Raises ``NotPossibleNow`` when without this account none of the ``administrators``, all locked, could sign in:
    one who never set a password cannot."""
    others = [each for each in administrators if each.id != account_id]
    if len(others) == len(administrators) or any(each.password_hash for each in others):
        return
    waiting = " who has set a password" if others else ""
    raise NotPossibleNow(f"Account {account_id} is the only administrator{waiting}: make another one first.")


def person_views(session: Session, rows: list[AccountRow]) -> list[PersonView]:
    """The accounts as they are shown."""
    organisations, centres = places_of_grants(session)

    def role(grant: RoleGrant) -> RoleView:
        organisation = organisations.get(grant.organisation_id) if grant.organisation_id else None
        return _role_view(grant, organisation, centres.get(grant.centre_id) if grant.centre_id else None)

    return [_person_view(row, tuple(map(role, row.grants))) for row in rows]


def _person_view(row: AccountRow, roles: tuple[RoleView, ...]) -> PersonView:
    account = row.account
    assert account.id is not None
    state = "closed" if account.closed_at else "active" if account.password_hash else "invited"
    return PersonView(
        id=account.id,
        email=row.email,
        name=row.name,
        person=row.person,
        state=state,
        roles=roles,
        made_at=account.made_at,
        closed_at=account.closed_at,
    )


def _role_view(grant: RoleGrant, organisation: tuple[str, str] | None, centre: tuple[str, str] | None) -> RoleView:
    assert grant.id is not None
    place = organisation or centre
    return RoleView(
        id=grant.id,
        role=grant.role,
        organisation=organisation[0] if organisation else None,
        centre=centre[0] if centre else None,
        place=place[1] if place else None,
        granted_at=grant.granted_at,
    )


def _person(session: Session, account_id: int) -> PersonView:
    found = accounts(session, ids=[account_id])
    if not found:
        raise Unknown("account", account_id)
    return person_views(session, found)[0]


def _open_account(session: Session, account_id: int) -> Account:
    account = account_for_update(session, account_id)
    if account is None:
        raise Unknown("account", account_id)
    if account.closed_at is not None:
        raise NotPossibleNow(f"Account {account_id} is closed.")
    return account


def _made(session: Session, actor: Actor, now: datetime, address: str, name: str | None, person: str | None) -> Account:
    account = Account(made_at=now, person_id=_free_person(session, person) if person else None)
    session.add(account)
    session.flush()
    assert account.id is not None
    session.add(AccountDetail(account_id=account.id, email=address, name=checked_name(name)))
    session.flush()
    record_row(session, actor=actor, now=now, verb="made account", row=account, before=None)
    return account


def _join(session: Session, actor: Actor, now: datetime, account: Account, person: str) -> None:
    before = snapshot(account)
    account.person_id = _free_person(session, person)
    session.flush()
    record_row(session, actor=actor, now=now, verb="joined person", row=account, before=before)


def _is_gone(session: Session, person: str) -> bool:
    """Whether their account was closed or erased: a list may be older than that."""
    found = rows_by_key(session, Person, [person]).get(person)
    account = None if found is None else account_of_person(session, found.id)
    return account is not None and account.closed_at is not None


def _free_person(session: Session, key: str) -> int:
    """The id of a person without an account. Raises ``Unknown``, ``KeyTaken``."""
    found = rows_by_key(session, Person, [key]).get(key)
    if found is None:
        raise Unknown("person", key)
    other = account_of_person(session, found.id)
    if other is not None:
        raise KeyTaken(f"Person {key} has an account already: account {other.id}.", field="person")
    return found.id


def _grant(session: Session, actor: Actor, now: datetime, account_id: int, asked: RoleAsked) -> bool:
    """Whether it is new."""
    organisation_id, centre_id = _place(session, asked)
    wanted = (asked.role, organisation_id, centre_id)
    if any(_is(each) == wanted for each in grants_of(session, account_id)):
        return False
    row = RoleGrant(
        account_id=account_id, role=asked.role, organisation_id=organisation_id, centre_id=centre_id, granted_at=now
    )
    session.add(row)
    session.flush()
    record_row(session, actor=actor, now=now, verb="granted role", row=row, before=None)
    return True


def _is(held: RoleGrant) -> tuple[str, int | None, int | None]:
    return held.role, held.organisation_id, held.centre_id


def _place(session: Session, asked: RoleAsked) -> tuple[int | None, int | None]:
    """Ids of what the role is held for. Raises ``BadValue``, ``Unknown``."""
    if asked.role not in ROLES:
        raise BadValue(f"There is no role {asked.role!r}: the roles are {', '.join(ROLES)}.", field="role")
    _check_place(asked.role, "organisation", asked.organisation, needed=asked.role in FOR_ORGANISATION)
    _check_place(asked.role, "centre", asked.centre, needed=asked.role in FOR_CENTRE)
    organisations = rows_by_key(session, Organisation, [asked.organisation] if asked.organisation else [])
    centres = rows_by_key(session, Centre, [asked.centre] if asked.centre else [])
    if asked.organisation and not organisations:
        raise Unknown("organisation", asked.organisation)
    if asked.centre and not centres:
        raise Unknown("centre", asked.centre)
    return (
        organisations[asked.organisation].id if asked.organisation else None,
        centres[asked.centre].id if asked.centre else None,
    )


def _check_place(role: str, kind: str, given: str | None, *, needed: bool) -> None:
    if needed and not given:
        raise BadValue(f"The role of {_article(role)} is held for one {kind}: say which.", field=kind)
    if given and not needed:
        raise BadValue(f"The role of {_article(role)} is not held for one {kind}: leave it out.", field=kind)


def _article(role: str) -> str:
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"
