"""Tokens by which a program acts as an account: made, listed by their beginning, revoked.

Knows nothing of the header that they come in.
"""

from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session

from models.database import Database
from models.queries.access import account_for_update, tokens_of
from models.tables import ApiToken
from scheduler.actors import Actor
from scheduler.door.leave import is_operator, own_account
from scheduler.door.opaque import digest, new_secret
from scheduler.door.recording import record_door
from scheduler.door.signatures import prove
from scheduler.door.views import NewToken, TokenView
from scheduler.errors import BadValue, Forbidden, NotPossibleNow, Unknown

PREFIX = "plt_"
"""So that one that lies about is known for what it is."""
SHOWN = 12
"""Characters of a token, its prefix among them, that stay to be seen."""
MOST_DAYS = 366
MOST_TOKENS = 50
Scope = Literal["read", "write"]


def make_token(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    account_id: int | None = None,
    name: str,
    scope: Scope = "read",
    days: int = 90,
    password: str = "",
) -> NewToken:
    """A new token of the actor, who gives their password again: one that leaked makes no others. The command line makes
    one for any account (``account_id``) and needs no password.

    Raises ``BadValue``, ``Unknown``, ``NotPossibleNow``, ``Forbidden``, and as ``prove``.
    """
    _check_asked(name, days)
    whose = own_account(actor) if account_id is None else account_id
    if not is_operator(actor):
        if whose != actor.account_id:
            raise Forbidden("A token is made by its owner, or on the command line.")
        prove(database, actor=actor, now=now, password=password, verb="new token")
    token = PREFIX + new_secret()

    def command(session: Session) -> ApiToken:
        _check_room(session, whose, now)
        made = ApiToken(
            account_id=whose,
            token_hash=digest(token),
            shown=token[:SHOWN],
            name=name.strip(),
            scope=scope,
            made_at=now,
            ends_at=now + timedelta(days=days),
        )
        return _stored(session, actor, now, made)

    return NewToken(token=token, about=_view(database.write(command), now))


def list_tokens(database: Database, *, actor: Actor, now: datetime) -> list[TokenView]:
    """The actor's tokens, the newest first."""
    account_id = own_account(actor)
    with database.reading() as session:
        return [_view(each, now) for each in tokens_of(session, account_id)]


def revoke_token(database: Database, *, actor: Actor, now: datetime, token_id: int) -> TokenView:
    """One of the actor's tokens lets nobody in from now on. Raises ``Unknown``."""
    account_id = own_account(actor)

    def command(session: Session) -> ApiToken:
        account_for_update(session, account_id)
        row = session.get(ApiToken, token_id, populate_existing=True)
        if row is None or row.account_id != account_id:
            raise Unknown("token", token_id)
        if row.revoked_at is None:
            row.revoked_at = now
            _record(session, actor, now, "revoked token", row)
        return row

    return _view(database.write(command), now)


def _check_asked(name: str, days: int) -> None:
    if not 1 <= days <= MOST_DAYS:
        raise BadValue(f"A token is good for 1 to {MOST_DAYS} days, not {days}.", field="days")
    if not name.strip():
        raise BadValue("Say what the token is for.", field="name")


def _check_room(session: Session, account_id: int, now: datetime) -> None:
    """Locks the account."""
    account = account_for_update(session, account_id)
    if account is None:
        raise Unknown("account", account_id)
    if account.closed_at is not None:
        raise NotPossibleNow(f"Account {account_id} is closed: no token lets it in.")
    held = sum(each.revoked_at is None and each.ends_at > now for each in tokens_of(session, account_id))
    if held >= MOST_TOKENS:
        raise NotPossibleNow(f"There are {held} tokens already: revoke one of them first.")


def _stored(session: Session, actor: Actor, now: datetime, made: ApiToken) -> ApiToken:
    session.add(made)
    session.flush()
    _record(session, actor, now, "made token", made)
    return made


def _record(session: Session, actor: Actor, now: datetime, verb: str, row: ApiToken) -> None:
    facts = {
        "account_id": row.account_id,
        "name": row.name,
        "scope": row.scope,
        "shown": row.shown,
        "ends_at": row.ends_at.isoformat(),
    }
    record_door(session, actor=actor.key, now=now, verb=verb, kind="api_token", object_id=str(row.id), facts=facts)


def _view(row: ApiToken, now: datetime) -> TokenView:
    assert row.id is not None
    state = "revoked" if row.revoked_at is not None else "expired" if row.ends_at <= now else "active"
    return TokenView(
        id=row.id,
        name=row.name,
        scope=row.scope,
        shown=row.shown,
        state=state,
        made_at=row.made_at,
        ends_at=row.ends_at,
        used_at=row.used_at,
    )
