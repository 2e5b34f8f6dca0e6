"""One-time links: each lets an account set its password, once, for a while.

Knows nothing of how a link reaches its reader.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from models.audit import snapshot
from models.database import Database
from models.queries.access import account_for_update, end_links, revoke_sessions, revoke_tokens, use_link
from models.tables import Account, AccountDetail, OneTimeLink
from scheduler.access import check_may
from scheduler.actors import Actor
from scheduler.door import passwords
from scheduler.door.addresses import checked_name
from scheduler.door.attempts import forgive
from scheduler.door.opaque import digest, new_secret
from scheduler.door.recording import key_of, record_door, record_row
from scheduler.door.signing_in import begin_session
from scheduler.door.views import LinkView, SignedIn, WaitingLink
from scheduler.errors import LinkOver, NotPossibleNow, Unknown

INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(days=1)

_OVER = "This link does not work: it was used, is too old, or a newer one took its place. Ask for a new one."


def send_link(database: Database, *, actor: Actor, now: datetime, account_id: int) -> LinkView:
    """A new link for somebody, in place of those made before. Raises ``Unknown``, ``NotPossibleNow`` (closed)."""
    check_may(actor, "change people")

    def command(session: Session) -> LinkView:
        account = account_for_update(session, account_id)
        if account is None:
            raise Unknown("account", account_id)
        return make_link(session, actor, now, account)

    return database.write(command)


def make_link(session: Session, actor: Actor, now: datetime, account: Account) -> LinkView:
    """Within a transaction that has locked the account."""
    assert account.id is not None
    detail = session.get(AccountDetail, account.id)
    if account.closed_at is not None or detail is None or detail.email is None:
        raise NotPossibleNow(f"Account {account.id} is closed: no link lets it in.")
    purpose = "invitation" if account.password_hash is None else "reset"
    end_links(session, account.id, now)
    secret, ends = new_secret(), now + (INVITATION_LASTS if purpose == "invitation" else RESET_LASTS)
    session.add(
        OneTimeLink(token_hash=digest(secret), account_id=account.id, purpose=purpose, made_at=now, ends_at=ends)
    )
    facts = {"purpose": purpose, "ends_at": ends.isoformat()}
    record_door(
        session, actor=actor.key, now=now, verb="made link", kind="account", object_id=str(account.id), facts=facts
    )
    return LinkView(account_id=account.id, email=detail.email, purpose=purpose, secret=secret, ends_at=ends)


def look_at_link(database: Database, *, now: datetime, secret: str) -> WaitingLink:
    """Whose password it sets; looking does not use it up. Raises ``LinkOver``."""
    with database.reading() as session:
        return _waiting(session, now, secret)[1]


def set_password_by_link(
    database: Database, *, now: datetime, secret: str, password: str, name: str | None = None
) -> SignedIn:
    """Sets the account's password (and ``name``, where given) and lets its owner in. Its sessions and tokens end, since
    whoever knew the old password may have begun them; of two who use one link at once, one does. Raises ``LinkOver``,
    ``BadValue``, ``PasswordsBusy``.
    """
    name = checked_name(name)
    with database.reading() as session:
        account_id, waiting = _waiting(session, now, secret)
    passwords.check_choice(password, email=waiting.email)
    kept = passwords.hashed(password)

    signed_in = database.write(lambda session: _use(session, now, secret, account_id, waiting, kept, name))
    if signed_in is None:
        raise LinkOver(_OVER)
    return signed_in


def _use(
    session: Session, now: datetime, secret: str, account_id: int, waiting: WaitingLink, kept: str, name: str | None
) -> SignedIn | None:
    """``None`` when somebody else used it, or the account was closed, since it was looked at."""
    account = account_for_update(session, account_id)
    if account is None or account.closed_at is not None or not use_link(session, digest(secret), now):
        return None
    if name:
        session.get_one(AccountDetail, account_id).name = name
    end_links(session, account_id, now)
    key, about = key_of(account_id), str(account_id)
    facts = {"purpose": waiting.purpose, "tokens_revoked": revoke_tokens(session, account_id, now)}
    record_door(session, actor=key, now=now, verb="used link", kind="account", object_id=about, facts=facts)
    keep_password(session, now, account, kept)
    forgive(session, waiting.email)
    forgive(session, waiting.email, actor=key)
    record_door(session, actor=key, now=now, verb="signed in", kind="account", object_id=about)
    return begin_session(session, account_id, now)


def keep_password(session: Session, now: datetime, account: Account, kept: str) -> None:
    """Within a transaction that has locked the account: its new password, by which every session ends; tokens
    stay."""
    assert account.id is not None
    before = snapshot(account)
    account.password_hash, account.password_at = kept, now
    revoke_sessions(session, account.id, now)
    actor = Actor(key=key_of(account.id), account_id=account.id)
    record_row(session, actor=actor, now=now, verb="set password", row=account, before=before)


def _waiting(session: Session, now: datetime, secret: str) -> tuple[int, WaitingLink]:
    link = session.get(OneTimeLink, digest(secret))
    if link is None or link.used_at is not None or link.ends_at <= now:
        raise LinkOver(_OVER)
    account = session.get_one(Account, link.account_id)
    detail = session.get(AccountDetail, link.account_id)
    if account.closed_at is not None or detail is None or detail.email is None:
        raise LinkOver(_OVER)
    about = WaitingLink(email=detail.email, name=detail.name, purpose=link.purpose, ends_at=link.ends_at)
    return link.account_id, about
