"""Signing in and out, and who somebody is who shows a session or a token.

Knows nothing of cookies and headers. Roles are read each time, so that one taken away works on the next request.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlmodel import Session

from models.database import Database
from models.errors import StoreBusy
from models.queries.access import (
    account_for_update,
    forget_sessions,
    grants_of,
    mark_seen,
    mark_used,
    revoke_session,
    token_with_hash,
)
from models.tables import Account, ApiToken, SignInSession
from scheduler.actors import Actor, Grant
from scheduler.door.addresses import written
from scheduler.door.attempts import forgive
from scheduler.door.opaque import digest, new_secret
from scheduler.door.proving import Proven, look_counted
from scheduler.door.recording import key_of, record_door
from scheduler.door.views import SignedIn
from scheduler.errors import NotSignedIn, SignInRefused

IDLE = timedelta(minutes=30)
"""A browser that was not seen for so long is signed out."""
LONGEST = timedelta(hours=12)
"""However busy it is."""
SEEN_EVERY = timedelta(minutes=1)
"""So often at most a reading writes that it was there."""


def sign_in(
    database: Database, *, now: datetime, email: str, password: str, address: str, presented: str = ""
) -> SignedIn:
    """Lets somebody in. ``address``: where they are; ``presented``: the session that the browser had until now, which
    ends. Who does not exist, was closed or has no password yet is answered as a wrong password is, after as long.

    Raises ``SignInRefused``, ``TooManyAttempts``, ``PasswordsBusy``.
    """
    typed = written(email)
    proven = look_counted(database, now=now, verb="sign-in", email=typed, password=password, address=address)
    if proven is not None:
        signed_in = database.write(lambda session: _let_in(session, now, proven, typed, presented))
        if signed_in is not None:
            return signed_in
    raise SignInRefused("The e-mail address and the password do not belong together.")


def _let_in(session: Session, now: datetime, proven: Proven, typed: str, presented: str) -> SignedIn | None:
    """``None`` when the account was closed, or its password set, since it was looked at."""
    account = account_for_update(session, proven.account_id)
    if account is None or account.closed_at is not None or account.password_hash != proven.account.password_hash:
        return None
    account.password_hash = proven.renewed or account.password_hash
    forgive(session, typed)
    if presented:
        revoke_session(session, digest(presented), now)
    key = key_of(proven.account_id)
    record_door(session, actor=key, now=now, verb="signed in", kind="account", object_id=str(proven.account_id))
    return begin_session(session, proven.account_id, now)


def begin_session(session: Session, account_id: int, now: datetime) -> SignedIn:
    """Within a transaction: a new session, with a secret that nothing had before."""
    forget_sessions(session, account_id, now)
    secret = new_secret()
    ends = now + LONGEST
    session.add(
        SignInSession(token_hash=digest(secret), account_id=account_id, started_at=now, seen_at=now, ends_at=ends)
    )
    return SignedIn(account_id=account_id, secret=secret, ends_at=ends)


def sign_out(database: Database, *, now: datetime, secret: str) -> None:
    """Ends the session with this secret, if there is one."""

    def command(session: Session) -> None:
        account_id = revoke_session(session, digest(secret), now)
        if account_id is not None:
            actor = key_of(account_id)
            record_door(session, actor=actor, now=now, verb="signed out", kind="account", object_id=str(account_id))

    database.write(command)


def whose_session(database: Database, *, now: datetime, secret: str) -> Actor:
    """Who signed in with it. Raises ``NotSignedIn``: unknown, ended, idle for too long, or the account is closed."""
    token_hash = digest(secret)
    with database.reading() as session:
        found = session.get(SignInSession, token_hash)
        if found is None or not _holds(found, now):
            raise NotSignedIn("You are not signed in, or were not seen for too long: sign in.")
        actor = actor_of(session, found.account_id)
    if now - found.seen_at >= SEEN_EVERY:
        _note(database, lambda session: mark_seen(session, token_hash, now))
    return actor


def whose_token(database: Database, *, now: datetime, token: str) -> Actor:
    """Whose program shows it. Raises ``NotSignedIn``: unknown, expired, revoked, or the account is closed."""
    with database.reading() as session:
        found = token_with_hash(session, digest(token))
        if found is None or found.revoked_at is not None or found.ends_at <= now:
            raise NotSignedIn("The token is unknown, expired or revoked.")
        actor = actor_of(session, found.account_id, reads_only=found.scope == "read")
    token_id = found.id or 0
    if _unseen(found, now):
        _note(database, lambda session: mark_used(session, token_id, now))
    return actor


def _holds(found: SignInSession, now: datetime) -> bool:
    return found.revoked_at is None and now < found.ends_at and now - found.seen_at < IDLE


def _unseen(found: ApiToken, now: datetime) -> bool:
    return found.used_at is None or now - found.used_at >= SEEN_EVERY


def actor_of(session: Session, account_id: int, *, reads_only: bool = False) -> Actor:
    """Who an account is, with the roles that it holds now. Raises ``NotSignedIn`` for one that is closed."""
    account = session.get_one(Account, account_id)
    if account.closed_at is not None:
        raise NotSignedIn("The account is closed.")
    return Actor(
        key=key_of(account_id),
        grants=tuple(
            Grant(role=each.role, organisation_id=each.organisation_id, centre_id=each.centre_id)  # type: ignore[arg-type]
            for each in grants_of(session, account_id)
        ),
        account_id=account_id,
        reads_only=reads_only,
    )


def _note(database: Database, command: Callable[[Session], None]) -> None:
    """What may be left unsaid while the store is busy: nobody is turned away for it."""
    with suppress(StoreBusy):
        database.write(command)
