"""Who is erased is nowhere to be found, the record stays whole, and what they did stays theirs by key."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress

import pytest
from sqlmodel import Session, select

from models.chains import heads, verify
from models.database import Database
from models.tables import (
    Account,
    ApiToken,
    AuditEvent,
    OneTimeLink,
    Person,
    PersonDetail,
    RoleGrant,
    Shift,
    SignInSession,
)
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.actors import Actor, Grant
from scheduler.booking import book_units
from scheduler.door.people import RoleAsked, invite
from scheduler.erasing import erase
from scheduler.errors import BadValue, Refused, Unknown
from scheduler.planning import ask_for_plan, fail_plan
from scheduler.refusals import recorded_refusals
from tests.scheduler.small_centre import NOW, WEEK, at, found

NAME, EMAIL = "Anna Orlova", "anna.orlova@works.example"


def furnish(database: Database) -> None:
    """The small centre; its first technician has an account and is signed in."""
    found(database)

    roles = (RoleAsked(role="technician", centre="EL"),)
    invite(database, actor=ME, now=NOW, email=EMAIL, name="Anna O.", person="T5", roles=roles)

    def command(session: Session) -> None:
        account = session.get_one(Account, 1)
        account.password_hash, account.password_at = "secret", NOW
        session.add(SignInSession(token_hash="s", account_id=1, started_at=NOW, seen_at=NOW, ends_at=at("Fri 12:00")))
        token = ApiToken(
            token_hash="t", shown="pl_1", name="mine", scope="read", account_id=1, made_at=NOW, ends_at=NOW
        )
        session.add(token)

    database.write(command)


@pytest.mark.parametrize("who", ["T5", EMAIL.upper(), "account:1"])
def test_name_address_and_all_that_lets_in_are_gone(database: Database, who: str) -> None:
    furnish(database)
    erased = erase(database, actor=ME, now=NOW, who=who, reason="asked for it")
    assert (erased.person, erased.account, erased.mentions) == ("T5", "account:1", ())
    with database.reading() as session:
        account = session.get_one(Account, 1)
        assert (account.password_hash, account.password_at, account.closed_at) == (None, None, NOW)
        for table in (SignInSession, OneTimeLink, ApiToken, RoleGrant):
            assert session.exec(select(table)).all() == []
        assert session.get_one(PersonDetail, 5).name is None
        assert session.get_one(PersonDetail, 6).name == "Boris Lebedev"
        assert (session.get_one(Person, 5).key, len(session.exec(select(Shift)).all())) == ("T5", 10)
        assert [verify(session, chain) for chain in heads(session)] == [[]]
        verbs = [event.verb for event in session.exec(select(AuditEvent).order_by("id"))]
        assert verbs == ["made account", "granted role", "made link", "erased person", "erased account"]


def dump(database: Database) -> str:
    with sqlite3.connect(str(database.url.database)) as connection:
        return "\n".join(connection.iterdump())


def refuse(database: Database) -> None:
    with recorded_refusals(database, actor=ME, now=NOW, verb="x", centre_ids=(1,), about="x"):
        raise BadValue(f"{NAME} is on leave.")


def fail(database: Database) -> None:
    plan_id = ask_for_plan(database, actor=ME, now=NOW, week=WEEK, limit=None, work=1)
    fail_plan(database, actor=ME, now=NOW, plan_id=plan_id, error=f"{NAME} cannot be at two places.")


@pytest.mark.parametrize("told", [refuse, fail])
def test_no_sentence_of_ours_keeps_the_name(sqlite_database: Database, told: Callable[[Database], None]) -> None:
    database = sqlite_database
    furnish(database)
    assert NAME in dump(database)
    with suppress(Refused):
        told(database)
    erase(database, actor=ME, now=NOW, who="T5")
    text = dump(database)
    assert not [word for word in (NAME, EMAIL) if word in text]
    assert "T5 is on leave." in text or "T5 cannot be at two places." in text


def test_what_somebody_wrote_is_told_and_left_alone(database: Database) -> None:
    furnish(database)
    start, end = at("Mon 10:00"), at("Mon 12:00")
    purpose = f"for {NAME}"
    book_units(database, actor=ME, now=NOW, units=("OVEN-1",), start=start, end=end, project="A-1", purpose=purpose)
    left = {(each.table, each.column): each.rows for each in erase(database, actor=ME, now=NOW, who="T5").mentions}
    assert left.pop(("booking", "purpose")) == 1
    assert set(left) == {("audit_event", "after"), ("audit_event", "changes")}


def test_of_somebody_who_was_erased_already_nothing_is_left_to_find(sqlite_database: Database) -> None:
    furnish(sqlite_database)
    erase(sqlite_database, actor=ME, now=NOW, who="T5")
    assert erase(sqlite_database, actor=ME, now=NOW, who="T5").mentions == ()


@pytest.mark.parametrize("who", ["T55", "nobody@works.example", "account:99", "account:x"])
def test_nobody_of_that_name(sqlite_database: Database, who: str) -> None:
    furnish(sqlite_database)
    with pytest.raises(Unknown):
        erase(sqlite_database, actor=ME, now=NOW, who=who)


@pytest.mark.parametrize("role", ["engineer", "technician", "manager", "auditor"])
def test_others_than_administrators_erase_nobody(sqlite_database: Database, role: str) -> None:
    furnish(sqlite_database)
    of = {"engineer": {"organisation_id": 1}, "auditor": {}}.get(role, {"centre_id": 1})
    actor = Actor(key="account:1", grants=(Grant(role=role, **of),))  # type: ignore[arg-type]
    with pytest.raises(Unknown):
        erase(sqlite_database, actor=actor, now=NOW, who="T5")
