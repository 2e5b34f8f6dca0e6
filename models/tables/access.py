"""Who may come in: accounts, the roles they hold, and what they show at the door (sessions, links, tokens, attempts).

Knows nothing of what a role may do. Secrets are kept as hashes alone; personal fields stand in ``AccountDetail`` alone,
which may be blanked.
"""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import Moment, OptionalMoment

_OVERALL = text("organisation_id IS NULL AND centre_id IS NULL")
ROLES = ("engineer", "technician", "manager", "administrator", "auditor")


class Account(SQLModel, table=True):
    """Somebody who may sign in. ``person_id``: which person of a centre or organisation that is. Without a password
    only a one-time link lets in; with ``closed_at`` nothing does."""

    __tablename__ = "account"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", unique=True)
    password_hash: str | None = None
    password_at: OptionalMoment = None
    made_at: Moment
    closed_at: OptionalMoment = None


class AccountDetail(SQLModel, table=True):
    """``email`` in lower case; both ``None`` once the person was erased."""

    __tablename__ = "account_detail"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    email: str | None = Field(default=None, unique=True)
    name: str | None = None


class RoleGrant(SQLModel, table=True):
    """A role that an account holds: an engineer's for an organisation, a technician's and a lab manager's for a centre,
    an administrator's and an auditor's for all there is; each is held once. One that was taken away is no row any
    more."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(
            "role IN ('engineer', 'technician', 'manager', 'administrator', 'auditor')", name="role_grant_role"
        ),
        CheckConstraint("(role = 'engineer') = (organisation_id IS NOT NULL)", name="role_grant_organisation"),
        CheckConstraint("(role IN ('technician', 'manager')) = (centre_id IS NOT NULL)", name="role_grant_centre"),
        Index("role_grant_of_account", "account_id"),
        Index("role_of_organisation_once", "account_id", "role", "organisation_id", unique=True),
        Index("role_of_centre_once", "account_id", "role", "centre_id", unique=True),
        Index("role_overall_once", "account_id", "role", unique=True, sqlite_where=_OVERALL, postgresql_where=_OVERALL),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    role: str
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    centre_id: int | None = Field(default=None, foreign_key="centre.id")
    granted_at: Moment


class SignInSession(SQLModel, table=True):
    """A browser that signed in: until ``ends_at``, or until it was idle for too long."""

    __tablename__ = "sign_in_session"

    token_hash: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    started_at: Moment
    seen_at: Moment
    ends_at: Moment
    revoked_at: OptionalMoment = None


class OneTimeLink(SQLModel, table=True):
    """Lets an account set its password, once."""

    __tablename__ = "one_time_link"
    __table_args__ = (CheckConstraint("purpose IN ('invitation', 'reset')", name="one_time_link_purpose"),)

    token_hash: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    purpose: str
    made_at: Moment
    ends_at: Moment
    used_at: OptionalMoment = None


class ApiToken(SQLModel, table=True):
    """Lets a program act as the account, to read or to write as well. ``shown``: the beginning, to tell it by."""

    __tablename__ = "api_token"
    __table_args__ = (
        UniqueConstraint("token_hash", name="api_token_once"),
        CheckConstraint("scope IN ('read', 'write')", name="api_token_scope"),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    token_hash: str
    shown: str
    name: str
    scope: str
    made_at: Moment
    ends_at: Moment
    revoked_at: OptionalMoment = None
    used_at: OptionalMoment = None


class Attempt(SQLModel, table=True):
    """A wrong password. ``account`` is a hash of what was typed, so that accounts that do not exist count alike."""

    __tablename__ = "attempt"
    __table_args__ = (Index("attempt_of_account", "account", "at"), Index("attempt_of_address", "address", "at"))

    id: int | None = Field(default=None, primary_key=True)
    account: str
    address: str
    at: Moment
