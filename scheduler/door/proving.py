"""A password looked at once: counted before, and recorded as refused when it was wrong.

Knows nothing of what the right one opens.
"""

from dataclasses import dataclass
from datetime import datetime

from models.database import Database
from models.queries.access import account_with_email
from models.tables import Account
from scheduler.door import passwords
from scheduler.door.attempts import count_attempt, forget
from scheduler.door.passwords import Looked
from scheduler.door.recording import record_refusal
from scheduler.errors import PasswordsBusy


@dataclass(frozen=True, kw_only=True, slots=True)
class Proven:
    """Whose password was right; ``renewed`` as in ``Looked``."""

    account: Account
    account_id: int
    renewed: str | None


def look_counted(
    database: Database, *, now: datetime, verb: str, email: str, password: str, address: str = "", actor: str = "nobody"
) -> Proven | None:
    """Whose password it is, of the open account with this address; ``None``: of none, which takes as long.

    Raises ``TooManyAttempts``, ``PasswordsBusy``.
    """
    counted = count_attempt(database, now=now, verb=verb, email=email, address=address, actor=actor)
    with database.reading() as session:
        account = account_with_email(session, email)
    try:
        looked = _look(password, account)
    except PasswordsBusy:
        forget(database, counted)
        raise
    account_id = None if account is None else account.id
    if account is not None and account_id is not None and looked.right:
        return Proven(account=account, account_id=account_id, renewed=looked.renewed)
    reason = "wrong password"
    database.write(
        lambda session: record_refusal(session, actor=actor, now=now, verb=verb, account_id=account_id, reason=reason)
    )
    return None


def _look(password: str, account: Account | None) -> Looked:
    stored = None if account is None or account.closed_at is not None else account.password_hash
    return passwords.look(password, stored)
