"""A person and their account, what let them in, and where a name stands in texts.

Knows nothing of why it is asked.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import JSON, String, cast, func, or_
from sqlalchemy import select as count_of
from sqlmodel import AutoString, Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.tables import (
    Account,
    AccountDetail,
    ApiToken,
    OneTimeLink,
    Person,
    PersonDetail,
    Resource,
    RoleGrant,
    SignInSession,
)

OF_ACCOUNT: tuple[type[SQLModel], ...] = (SignInSession, OneTimeLink, ApiToken, RoleGrant)
"""What goes with an account."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Somebody:
    """A person of a centre, an account, or both, if they are one."""

    person: Person | None
    detail: PersonDetail | None
    account: Account | None
    account_detail: AccountDetail | None


def somebody(session: Session, name: str, *, account_id: int | None, locked: bool = True) -> Somebody | None:
    """Who has this key or address (in whatever case), or this account; ``locked`` until the transaction ends."""
    wanted = select(Account).with_for_update() if locked else select(Account)
    person = session.exec(select(Person).where(Person.key == name)).first()
    if person is not None:
        account = session.exec(wanted.where(Account.person_id == person.id)).first()
    else:
        account = _account(session, wanted, name, account_id)
    if person is None and account is None:
        return None
    if person is None and account is not None and account.person_id is not None:
        person = session.get(Person, account.person_id)
    return Somebody(
        person=person,
        detail=None if person is None else session.get(PersonDetail, person.id),
        account=account,
        account_detail=None if account is None else session.get(AccountDetail, account.id),
    )


def _account(session: Session, wanted: SelectOfScalar[Account], name: str, account_id: int | None) -> Account | None:
    if account_id is not None:
        return session.exec(wanted.where(Account.id == account_id)).first()
    detail = session.exec(select(AccountDetail).where(AccountDetail.email == name.lower())).first()
    return None if detail is None else session.exec(wanted.where(Account.id == detail.account_id)).first()


def rows_of_account(session: Session, account_id: int) -> Iterator[SQLModel]:
    """Its sessions, links, tokens and roles."""
    for table in OF_ACCOUNT:
        yield from session.exec(select(table).where(table.account_id == account_id))  # type: ignore[attr-defined]


def names_of_people(session: Session, centre_ids: Collection[int]) -> dict[str, str]:
    """The key that stands for each name of a person of these centres."""
    wanted = select(PersonDetail.name, Person.key).join(Person, col(Person.id) == PersonDetail.person_id)
    wanted = wanted.join(Resource, col(Resource.id) == Person.id).where(col(Resource.centre_id).in_(centre_ids))
    return {name: key for name, key in session.exec(wanted) if name}


def mentions(session: Session, texts: tuple[str, ...]) -> Iterator[tuple[str, str, int]]:
    """Table, column, and how many rows have one of the texts in it; of every column that holds text. No text stands
    nowhere."""
    if not texts:
        return
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, AutoString | JSON):
                shown = cast(column, String)
                # As JSON is kept, letters beyond ASCII are written out.
                forms = {form for text in texts for form in (text, json.dumps(text)[1:-1])}
                wanted = or_(*(shown.contains(form, autoescape=True) for form in forms))
                number = session.execute(count_of(func.count()).where(wanted)).scalar_one()
                if number:
                    yield table.name, column.name, number
