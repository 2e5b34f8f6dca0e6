"""Accounts, the roles they hold, and what they show at the door.

Knows nothing of what a role may do, and no secret: it looks for hashes.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, delete, or_, text, update
from sqlmodel import Session, col, select

from models.locks import ATTEMPTS_LOCK
from models.queries.portions import portions
from models.tables import (
    Account,
    AccountDetail,
    ApiToken,
    Attempt,
    Centre,
    OneTimeLink,
    Organisation,
    Person,
    RoleGrant,
    SignInSession,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountRow:
    """An account with its personal fields (``None`` once they were erased), the key of the ``person`` that it is of
    (``None``: of nobody in the lists), and its roles, in the order granted."""

    account: Account
    email: str | None
    name: str | None
    person: str | None
    grants: tuple[RoleGrant, ...]


def account_with_email(session: Session, email: str) -> Account | None:
    """``email`` in lower case."""
    wanted = select(Account).join(AccountDetail, col(AccountDetail.account_id) == col(Account.id))
    return session.exec(wanted.where(AccountDetail.email == email)).first()


def account_of_person(session: Session, person_id: int) -> Account | None:
    return session.exec(select(Account).where(Account.person_id == person_id)).first()


def persons_of_accounts(session: Session, emails: Collection[str], persons: Collection[str]) -> list[tuple[str, str]]:
    """Address and person's key of accounts with one of the addresses, or of one of the persons (by key), without those
    that were erased."""
    wanted = select(AccountDetail.email, Person.key).join(Account, col(Account.id) == col(AccountDetail.account_id))
    wanted = wanted.join(Person, col(Person.id) == col(Account.person_id))
    met = or_(col(AccountDetail.email).in_(emails), col(Person.key).in_(persons))
    return [(email, key) for email, key in session.exec(wanted.where(met)) if email is not None]


def account_for_update(session: Session, account_id: int) -> Account | None:
    """Locked until the transaction ends, and read afresh."""
    wanted = select(Account).where(Account.id == account_id).with_for_update()
    return session.exec(wanted, execution_options={"populate_existing": True}).first()


def administrators(session: Session) -> list[Account]:
    """Open accounts that hold the role of an administrator, by id."""
    holding = select(RoleGrant.account_id).where(RoleGrant.role == "administrator")
    wanted = select(Account).where(col(Account.id).in_(holding), col(Account.closed_at).is_(None))
    return list(session.exec(wanted.order_by(col(Account.id))))


def administrators_for_update(session: Session) -> list[Account]:
    """As ``administrators``, locked until the transaction ends and read afresh."""
    holding = select(RoleGrant.account_id).where(RoleGrant.role == "administrator")
    wanted = select(Account).where(col(Account.id).in_(holding), col(Account.closed_at).is_(None))
    rows = session.exec(
        wanted.order_by(col(Account.id)).with_for_update(), execution_options={"populate_existing": True}
    ).all()
    # What was granted or taken while the rows were waited for.
    held = set(session.exec(holding).all())
    return [row for row in rows if row.id in held and row.closed_at is None]


def managed_alone(session: Session, account_id: int) -> list[str]:
    """Names of the centres of which the account is a lab manager and nobody else who can sign in is, by name."""
    managing = select(RoleGrant.centre_id).where(RoleGrant.role == "manager")
    others = managing.join(Account, col(Account.id) == RoleGrant.account_id).where(
        Account.id != account_id, col(Account.closed_at).is_(None), col(Account.password_hash).is_not(None)
    )
    own = managing.where(RoleGrant.account_id == account_id)
    wanted = select(Centre.name).where(col(Centre.id).in_(own), col(Centre.id).not_in(others))
    return list(session.exec(wanted.order_by(Centre.name)))


def grants_of(session: Session, account_id: int) -> list[RoleGrant]:
    """The roles that an account holds, in the order granted."""
    return list(session.exec(select(RoleGrant).where(RoleGrant.account_id == account_id).order_by(col(RoleGrant.id))))


def accounts(
    session: Session, *, ids: Collection[int] | None = None, after_id: int = 0, limit: int | None = None
) -> list[AccountRow]:
    """Accounts (those of ``ids``, or all) with an id above ``after_id``, by id."""
    wanted = (
        select(Account, AccountDetail, Person)
        .outerjoin(AccountDetail, col(AccountDetail.account_id) == col(Account.id))
        .outerjoin(Person, col(Person.id) == col(Account.person_id))
    )
    wanted = wanted.where(col(Account.id) > after_id).order_by(col(Account.id)).limit(limit)
    if ids is not None:
        wanted = wanted.where(col(Account.id).in_(ids))
    found = session.exec(wanted).all()
    held: dict[int, list[RoleGrant]] = {}
    of_these = col(RoleGrant.account_id).in_([account.id for account, _, _ in found])
    for grant in session.exec(select(RoleGrant).where(of_these).order_by(col(RoleGrant.id))):
        held.setdefault(grant.account_id, []).append(grant)
    # An outer join's missing row is None, whatever its type says.
    details: list[tuple[AccountDetail | None, Person | None]] = [(detail, person) for _, detail, person in found]
    return [
        AccountRow(
            account=account,
            email=None if detail is None else detail.email,
            name=None if detail is None else detail.name,
            person=None if person is None else person.key,
            grants=tuple(held.get(account.id or 0, ())),
        )
        for (account, _, _), (detail, person) in zip(found, details, strict=True)
    ]


def account_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Names of accounts, never their addresses; who has none is missing."""
    return {
        row.account_id: row.name
        for some in portions(ids)
        for row in session.exec(select(AccountDetail).where(col(AccountDetail.account_id).in_(some)))
        if row.name
    }


def places_of_grants(session: Session) -> tuple[Mapping[int, tuple[str, str]], Mapping[int, tuple[str, str]]]:
    """Key and name of every organisation, and of every centre, by id: what a role may be held for."""
    organisations = session.exec(select(Organisation).order_by(col(Organisation.name)))
    centres = session.exec(select(Centre).order_by(col(Centre.id)))
    return (
        {row.id: (row.key, row.name) for row in organisations if row.id is not None},
        {row.id: (row.key, row.name) for row in centres if row.id is not None},
    )


def sessions_of(session: Session, account_id: int) -> list[SignInSession]:
    """Those that were not revoked, the newest first."""
    wanted = select(SignInSession).where(SignInSession.account_id == account_id)
    wanted = wanted.where(col(SignInSession.revoked_at).is_(None))
    return list(session.exec(wanted.order_by(col(SignInSession.started_at).desc(), col(SignInSession.token_hash))))


def mark_seen(session: Session, token_hash: str, now: datetime) -> None:
    """The browser was seen just now, if it is still signed in."""
    known = col(SignInSession.token_hash) == token_hash, col(SignInSession.revoked_at).is_(None)
    session.exec(update(SignInSession).where(*known).values(seen_at=now))


def revoke_session(session: Session, token_hash: str, now: datetime) -> int | None:
    """The account whose session it was; ``None`` when it was none, or is revoked already."""
    row = session.get(SignInSession, token_hash)
    known = col(SignInSession.token_hash) == token_hash, col(SignInSession.revoked_at).is_(None)
    done = session.exec(update(SignInSession).where(*known).values(revoked_at=now))
    return row.account_id if row is not None and _changed(done) else None


def revoke_sessions(session: Session, account_id: int, now: datetime) -> None:
    """Every session of an account."""
    open_ones = col(SignInSession.account_id) == account_id, col(SignInSession.revoked_at).is_(None)
    session.exec(update(SignInSession).where(*open_ones).values(revoked_at=now))


def forget_sessions(session: Session, account_id: int, now: datetime) -> None:
    """Those of an account that are over, by whatever end: none of them lets anybody in."""
    over = or_(col(SignInSession.ends_at) <= now, col(SignInSession.revoked_at).is_not(None))
    session.exec(delete(SignInSession).where(col(SignInSession.account_id) == account_id, over))


def end_links(session: Session, account_id: int, now: datetime) -> None:
    """Links of an account that nobody used lead nowhere from now on."""
    waiting = col(OneTimeLink.used_at).is_(None), col(OneTimeLink.ends_at) > now
    session.exec(update(OneTimeLink).where(col(OneTimeLink.account_id) == account_id, *waiting).values(ends_at=now))


def use_link(session: Session, token_hash: str, now: datetime) -> bool:
    """Whether it was there to be used: of two who use it at once, one hears yes."""
    waiting = col(OneTimeLink.used_at).is_(None), col(OneTimeLink.ends_at) > now
    done = session.exec(
        update(OneTimeLink).where(col(OneTimeLink.token_hash) == token_hash, *waiting).values(used_at=now)
    )
    return _changed(done)


def token_with_hash(session: Session, token_hash: str) -> ApiToken | None:
    return session.exec(select(ApiToken).where(ApiToken.token_hash == token_hash)).first()


def tokens_of(session: Session, account_id: int) -> list[ApiToken]:
    """Every token of an account, the newest first."""
    return list(
        session.exec(select(ApiToken).where(ApiToken.account_id == account_id).order_by(col(ApiToken.id).desc()))
    )


def mark_used(session: Session, token_id: int, now: datetime) -> None:
    """The token was shown just now."""
    session.exec(update(ApiToken).where(col(ApiToken.id) == token_id).values(used_at=now))


def revoke_tokens(session: Session, account_id: int, now: datetime) -> int:
    """Every token of an account that is not revoked yet; how many they were."""
    open_ones = col(ApiToken.account_id) == account_id, col(ApiToken.revoked_at).is_(None)
    return session.exec(update(ApiToken).where(*open_ones).values(revoked_at=now)).rowcount


def lock_attempts(session: Session) -> None:
    """Attempts are counted and added one after another."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ATTEMPTS_LOCK})


def attempts_of_account(session: Session, account: str, since: datetime) -> list[datetime]:
    """When there were some, the newest first."""
    wanted = select(Attempt.at).where(Attempt.account == account, col(Attempt.at) > since)
    return list(session.exec(wanted.order_by(col(Attempt.at).desc())))


def attempts_of_address(session: Session, address: str, since: datetime) -> list[datetime]:
    """As ``attempts_of_account``."""
    wanted = select(Attempt.at).where(Attempt.address == address, col(Attempt.at) > since)
    return list(session.exec(wanted.order_by(col(Attempt.at).desc())))


def forget_attempts(session: Session, until: datetime) -> None:
    """Those that no limit counts any more."""
    session.exec(delete(Attempt).where(col(Attempt.at) <= until))


def forget_attempts_of_account(session: Session, account: str) -> None:
    session.exec(delete(Attempt).where(col(Attempt.account) == account))


def forget_attempt(session: Session, attempt_id: int) -> None:
    session.exec(delete(Attempt).where(col(Attempt.id) == attempt_id))


def _changed(done: CursorResult[tuple[object, ...]]) -> bool:
    return done.rowcount == 1
