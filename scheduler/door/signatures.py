"""Giving the password again, to sign with its meaning, or before what a borrowed browser must not do.

Knows nothing of what is signed.
"""

from datetime import datetime

from models.database import Database
from models.tables import Account, AccountDetail
from scheduler.actors import Actor
from scheduler.door import passwords
from scheduler.door.attempts import count_attempt, forget, forgive
from scheduler.door.leave import own_account
from scheduler.door.recording import record_refusal
from scheduler.door.views import Signature
from scheduler.errors import PasswordsBusy, SignatureMissing, WrongPassword


def sign(database: Database, *, actor: Actor, now: datetime, password: str, meaning: str) -> Signature:
    """The actor's signature. Raises ``SignatureMissing``, ``WrongPassword``, ``TooManyAttempts``, ``PasswordsBusy``,
    ``Forbidden`` for who has no account."""
    if not meaning.strip():
        raise SignatureMissing("Say what the signature means, such as 'approved'.", field="meaning")
    if not password:
        raise SignatureMissing("Sign with your password.", field="password")
    prove(database, actor=actor, now=now, password=password, verb="signature")
    return Signature(account_id=own_account(actor), meaning=meaning.strip(), at=now)


def prove(database: Database, *, actor: Actor, now: datetime, password: str, verb: str) -> Account:
    """The actor's account, if that is its password; wrong ones count as they do at sign-in. Raises as ``sign``."""
    account_id = own_account(actor)
    with database.reading() as session:
        account = session.get_one(Account, account_id)
        detail = session.get(AccountDetail, account_id)
    email = (detail.email if detail is not None else None) or ""
    counted = count_attempt(database, now=now, verb=verb, email=email, address="", actor=actor.key)
    try:
        looked = passwords.look(password, account.password_hash)
    except PasswordsBusy:
        forget(database, counted)
        raise
    if not looked.right:
        database.write(
            lambda session: record_refusal(
                session, actor=actor.key, now=now, verb=verb, account_id=account_id, reason="wrong password"
            )
        )
        raise WrongPassword("The password is wrong: nothing was changed.")
    database.write(lambda session: forgive(session, email))
    return account
