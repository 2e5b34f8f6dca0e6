"""Giving the password again, to sign with its meaning, or before what a borrowed browser must not do.

Knows nothing of what is signed.
"""

from datetime import datetime

from models.database import Database
from models.tables import Account, AccountDetail
from scheduler.actors import LOCAL_ADMINISTRATOR, Actor
from scheduler.door.addresses import written
from scheduler.door.attempts import forgive
from scheduler.door.leave import own_account
from scheduler.door.proving import look_counted
from scheduler.door.signing_in import actor_of
from scheduler.door.views import Signature
from scheduler.errors import SignatureMissing, WrongPassword


def sign(database: Database, *, actor: Actor, now: datetime, password: str, meaning: str) -> Signature:
    """The actor's signature. Raises ``SignatureMissing``, ``WrongPassword``, ``TooManyAttempts``, ``PasswordsBusy``,
    ``Forbidden`` for who has no account."""
    if not meaning.strip():
        raise SignatureMissing("Say what the signature means, such as 'approved'.", field="meaning")
    if not password:
        raise SignatureMissing("Sign with your password.", field="password")
    prove(database, actor=actor, now=now, password=password, verb="signature")
    return Signature(account_id=own_account(actor), meaning=meaning.strip(), at=now)


def acting_as(database: Database, *, now: datetime, email: str, password: str) -> Actor:
    """The account with this address and password, for whoever acts on the database itself and signs what they do: they
    act with its roles, then. Raises as ``sign``; who does not exist is answered as a wrong password is."""
    typed = written(email)
    actor = LOCAL_ADMINISTRATOR.key
    proven = look_counted(database, now=now, verb="signature", email=typed, password=password, actor=actor)
    if proven is None:
        raise WrongPassword("The e-mail address and the password do not belong together: nothing was changed.")
    database.write(lambda session: forgive(session, typed, actor=actor))
    with database.reading() as session:
        return actor_of(session, proven.account_id)


def prove(database: Database, *, actor: Actor, now: datetime, password: str, verb: str) -> Account:
    """The actor's account, if that is its password; wrong ones count by themselves, up to the limit of
    sign-in. Raises as ``sign``."""
    account_id = own_account(actor)
    with database.reading() as session:
        detail = session.get(AccountDetail, account_id)
    email = (detail.email if detail is not None else None) or ""
    proven = look_counted(database, now=now, verb=verb, email=email, password=password, actor=actor.key)
    if proven is None:
        raise WrongPassword("The password is wrong: nothing was changed.")
    database.write(lambda session: forgive(session, email, actor=actor.key))
    return proven.account
