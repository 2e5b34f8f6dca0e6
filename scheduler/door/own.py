"""One's own account: name, password, and the browsers that are signed in.

Knows nothing of other people.
"""

from datetime import datetime

from sqlmodel import Session

from models.database import Database
from models.queries.access import account_for_update, accounts, revoke_session, sessions_of
from models.tables import AccountDetail
from scheduler.actors import Actor
from scheduler.door import passwords
from scheduler.door.addresses import checked_name
from scheduler.door.leave import own_account
from scheduler.door.links import keep_password
from scheduler.door.opaque import digest
from scheduler.door.people import person_views
from scheduler.door.recording import record_door
from scheduler.door.signatures import prove
from scheduler.door.signing_in import IDLE, begin_session
from scheduler.door.views import PersonView, SessionView, SignedIn
from scheduler.errors import NotSignedIn, Unknown

_ID_LENGTH = 16


def show_own(database: Database, *, actor: Actor, now: datetime) -> PersonView:
    """The actor's account. Raises ``Forbidden`` for who has none."""
    account_id = own_account(actor)
    with database.reading() as session:
        return person_views(session, accounts(session, ids=[account_id]))[0]


def rename(database: Database, *, actor: Actor, now: datetime, name: str) -> None:
    """Says what the actor is called. Raises ``BadValue``, ``Forbidden``."""
    account_id, kept = own_account(actor), checked_name(name)

    def command(session: Session) -> None:
        account_for_update(session, account_id)
        session.get_one(AccountDetail, account_id).name = kept
        key = actor.key
        record_door(session, actor=key, now=now, verb="changed name", kind="account", object_id=str(account_id))

    database.write(command)


def change_password(
    database: Database, *, actor: Actor, now: datetime, password: str, new: str, stay: bool = False
) -> SignedIn | None:
    """Sets another password, by which every session ends; with ``stay`` a new one begins, for who is here. Tokens stay:
    their owner sees them and may revoke each.

    Raises ``WrongPassword``, ``TooManyAttempts``, ``BadValue``, ``PasswordsBusy``, ``Forbidden``.
    """
    view = show_own(database, actor=actor, now=now)
    passwords.check_choice(new, email=view.email or "")
    proven = prove(database, actor=actor, now=now, password=password, verb="new password")
    kept = passwords.hashed(new)

    def command(session: Session) -> SignedIn | None:
        account = account_for_update(session, view.id)
        if account is None or account.closed_at is not None or account.password_hash != proven.password_hash:
            raise NotSignedIn("The account was closed, or its password set, just now: sign in again.")
        keep_password(session, now, account, kept)
        return begin_session(session, view.id, now) if stay else None

    return database.write(command)


def list_sessions(database: Database, *, actor: Actor, now: datetime, presented: str = "") -> list[SessionView]:
    """The browsers that are signed in as the actor, the newest first. ``presented``: the secret of this one."""
    account_id = own_account(actor)
    here = digest(presented) if presented else ""
    with database.reading() as session:
        found = [each for each in sessions_of(session, account_id) if now < each.ends_at and now - each.seen_at < IDLE]
    return [
        SessionView(
            id=each.token_hash[:_ID_LENGTH],
            started_at=each.started_at,
            seen_at=each.seen_at,
            ends_at=each.ends_at,
            here=each.token_hash == here,
        )
        for each in found
    ]


def end_session(database: Database, *, actor: Actor, now: datetime, session_id: str) -> None:
    """Signs one of the actor's browsers out. Raises ``Unknown``."""
    account_id = own_account(actor)

    def command(session: Session) -> None:
        found = [each for each in sessions_of(session, account_id) if each.token_hash[:_ID_LENGTH] == session_id]
        if not found:
            raise Unknown("session", session_id)
        for each in found:
            revoke_session(session, each.token_hash, now)
        key = actor.key
        record_door(session, actor=key, now=now, verb="signed out", kind="account", object_id=str(account_id))

    database.write(command)
