"""Signing in and out: a new secret each time, kept as its hash, over when it should be, and silent about who exists."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from models.database import Database
from models.tables import SignInSession
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.actors import Grant
from scheduler.door.opaque import digest
from scheduler.door.people import RoleAsked, close_account, grant_role, invite, take_role
from scheduler.door.signing_in import IDLE, LONGEST, sign_in, sign_out, whose_session
from scheduler.door.views import SignedIn
from scheduler.errors import NotSignedIn, SignInRefused
from tests.quick_passwords import ANNA, PASSWORD, person
from tests.scheduler.door.events import events, everything_said, verbs
from tests.scheduler.small_centre import NOW, found

MINUTE = timedelta(minutes=1)


def enter(
    database: Database, email: str = ANNA, password: str = PASSWORD, *, now: datetime = NOW, presented: str = ""
) -> SignedIn:
    return sign_in(database, now=now, email=email, password=password, address="192.0.2.1", presented=presented)


def is_in(database: Database, secret: str, now: datetime = NOW) -> bool:
    try:
        whose_session(database, now=now, secret=secret)
    except NotSignedIn:
        return False
    return True


def test_who_signs_in_is_known_by_account_and_roles(database: Database) -> None:
    found(database)
    first = person(database, NOW, role="engineer", organisation="ALFA")
    actor = whose_session(database, now=NOW, secret=enter(database, " Anna@Alfa.Example ").secret)
    assert (actor.key, actor.account_id) == (f"account:{first.account_id}", first.account_id)
    assert actor.grants == (Grant(role="engineer", organisation_id=1),)
    assert not actor.reads_only


def test_the_secret_is_kept_as_its_hash_alone(sqlite_database: Database) -> None:
    secret = person(sqlite_database, NOW).secret
    with sqlite_database.reading() as session:
        kept = session.exec(select(SignInSession)).one()
    assert kept.token_hash == digest(secret)
    assert secret not in kept.model_dump_json()
    assert len(secret) >= 43
    said = everything_said(sqlite_database)
    assert not any(word in said for word in (secret, digest(secret), PASSWORD, ANNA, "Anna", "argon2"))


def test_each_sign_in_has_a_secret_of_its_own_and_the_one_before_ends(sqlite_database: Database) -> None:
    person(sqlite_database, NOW)
    planted = enter(sqlite_database)
    elsewhere = enter(sqlite_database)
    again = enter(sqlite_database, presented=planted.secret)
    assert len({planted.secret, elsewhere.secret, again.secret}) == 3
    assert not is_in(sqlite_database, planted.secret)
    assert is_in(sqlite_database, elsewhere.secret)
    assert is_in(sqlite_database, again.secret)


def test_signed_out_is_out(database: Database) -> None:
    secret = person(database, NOW).secret
    assert is_in(database, secret)
    sign_out(database, now=NOW, secret=secret)
    assert not is_in(database, secret)
    sign_out(database, now=NOW, secret=secret)
    sign_out(database, now=NOW, secret="never given")
    assert verbs(database)[-2:] == ["signed in", "signed out"]


def test_who_is_idle_for_too_long_is_out(sqlite_database: Database) -> None:
    secret = person(sqlite_database, NOW).secret
    assert is_in(sqlite_database, secret, NOW + IDLE - MINUTE)
    assert is_in(sqlite_database, secret, NOW + 2 * (IDLE - MINUTE))
    assert not is_in(sqlite_database, secret, NOW + 3 * IDLE - 2 * MINUTE)


def test_nobody_stays_for_ever_however_busy(sqlite_database: Database) -> None:
    secret = person(sqlite_database, NOW).secret
    moment = NOW
    while moment + IDLE / 2 < NOW + LONGEST:
        moment += IDLE / 2
        assert is_in(sqlite_database, secret, moment)
    assert not is_in(sqlite_database, secret, NOW + LONGEST)


def test_a_reading_writes_once_a_minute_at_most(sqlite_database: Database) -> None:
    secret = person(sqlite_database, NOW).secret

    def seen_at() -> datetime:
        with sqlite_database.reading() as session:
            return session.exec(select(SignInSession)).one().seen_at

    assert is_in(sqlite_database, secret, NOW + timedelta(seconds=59))
    assert seen_at() == NOW
    assert is_in(sqlite_database, secret, NOW + MINUTE)
    assert seen_at() == NOW + MINUTE


def test_a_role_works_and_ends_with_the_next_look(database: Database) -> None:
    found(database)
    signed_in = person(database, NOW, role="auditor")
    view = grant_role(
        database, actor=ME, now=NOW, account_id=signed_in.account_id, asked=RoleAsked(role="manager", centre="EL")
    )
    roles = [grant.role for grant in whose_session(database, now=NOW, secret=signed_in.secret).grants]
    assert roles == ["auditor", "manager"]
    for role in view.roles:
        take_role(database, actor=ME, now=NOW, account_id=view.id, role_id=role.id)
    assert whose_session(database, now=NOW, secret=signed_in.secret).grants == ()


def test_a_closed_account_is_out_and_stays_out(database: Database) -> None:
    person(database, NOW, "boris@alfa.example")
    signed_in = person(database, NOW)
    close_account(database, actor=ME, now=NOW, account_id=signed_in.account_id)
    assert not is_in(database, signed_in.secret)
    with pytest.raises(SignInRefused):
        enter(database)


def test_nobody_hears_who_has_an_account(sqlite_database: Database) -> None:
    person(sqlite_database, NOW)
    person(sqlite_database, NOW, "closed@alfa.example", role="auditor")
    close_account(sqlite_database, actor=ME, now=NOW, account_id=2)
    invite(sqlite_database, actor=ME, now=NOW, email="invited@alfa.example", roles=())
    heard = set()
    for email in (ANNA, "closed@alfa.example", "invited@alfa.example", "nobody@alfa.example", "", "no address"):
        with pytest.raises(SignInRefused) as refusal:
            enter(sqlite_database, email, "not the password")
        heard.add((refusal.value.code, refusal.value.text, refusal.value.reasons))
    assert len(heard) == 1


def test_a_refused_attempt_is_recorded_without_what_was_typed(database: Database) -> None:
    account_id = person(database, NOW).account_id
    for email in (ANNA, "nobody@alfa.example"):
        with pytest.raises(SignInRefused):
            enter(database, email, "not the password")
    known, unknown = events(database)[-2:]
    assert (known.verb, known.object_kind, known.object_id) == ("refused sign-in", "attempt", f"account {account_id}")
    assert (unknown.verb, unknown.object_id) == ("refused sign-in", "an account that does not exist")
    assert not any(word in everything_said(database) for word in (ANNA, "nobody@", "not the password"))


def test_sessions_that_are_over_are_forgotten(sqlite_database: Database) -> None:
    old = person(sqlite_database, NOW)
    enter(sqlite_database, now=NOW + LONGEST)
    with sqlite_database.reading() as session:
        kept = session.exec(select(SignInSession.token_hash)).all()
    assert digest(old.secret) not in kept
    assert len(kept) == 1
