"""Tokens: shown whole once, kept as a hash, for their owner alone, and over when they should be."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from models.database import Database
from models.tables import Account, ApiToken
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.actors import Actor
from scheduler.door.opaque import digest
from scheduler.door.people import close_account
from scheduler.door.signing_in import whose_session, whose_token
from scheduler.door.tokens import MOST_TOKENS, PREFIX, SHOWN, list_tokens, make_token, revoke_token
from scheduler.errors import BadValue, Forbidden, NotPossibleNow, NotSignedIn, Unknown, WrongPassword
from tests.quick_passwords import PASSWORD, person
from tests.scheduler.door.events import events, everything_said
from tests.scheduler.small_centre import NOW


def signed_in(database: Database, email: str = "anna@alfa.example") -> Actor:
    return whose_session(database, now=NOW, secret=person(database, NOW, email).secret)


def test_a_token_acts_as_its_owner(database: Database) -> None:
    anna = signed_in(database)
    made = make_token(database, actor=anna, now=NOW, name="reports", scope="read", days=30, password=PASSWORD)
    assert made.token.startswith(PREFIX)
    assert made.about.shown == made.token[:SHOWN]
    actor = whose_token(database, now=NOW, token=made.token)
    assert (actor.key, actor.grants, actor.account_id) == (anna.key, anna.grants, anna.account_id)
    assert actor.reads_only
    writing = make_token(database, actor=anna, now=NOW, name="robot", scope="write", days=1, password=PASSWORD)
    assert not whose_token(database, now=NOW, token=writing.token).reads_only
    assert [each.name for each in list_tokens(database, actor=anna, now=NOW)] == ["robot", "reports"]


def test_it_is_kept_as_its_hash_alone(sqlite_database: Database) -> None:
    made = make_token(sqlite_database, actor=signed_in(sqlite_database), now=NOW, name="reports", password=PASSWORD)
    with sqlite_database.reading() as session:
        kept = session.exec(select(ApiToken)).one()
    assert kept.token_hash == digest(made.token)
    for text in (kept.model_dump_json(), everything_said(sqlite_database)):
        assert made.token[SHOWN:] not in text
    assert digest(made.token) not in everything_said(sqlite_database)


def opens(database: Database, token: str, now: datetime = NOW) -> bool:
    try:
        whose_token(database, now=now, token=token)
    except NotSignedIn:
        return False
    return True


def test_it_ends_by_itself_by_its_owner_and_with_the_account(sqlite_database: Database) -> None:
    anna = signed_in(sqlite_database)
    signed_in(sqlite_database, "boris@alfa.example")
    first, second, third = (
        make_token(sqlite_database, actor=anna, now=NOW, name=name, days=1, password=PASSWORD) for name in "abc"
    )
    ends = NOW + timedelta(days=1)
    assert [opens(sqlite_database, first.token, now) for now in (ends - timedelta(seconds=1), ends)] == [True, False]
    for _ in range(2):
        revoke_token(sqlite_database, actor=anna, now=NOW, token_id=second.about.id)
    assert [event.verb for event in events(sqlite_database)].count("revoked token") == 1
    assert [opens(sqlite_database, each.token) for each in (first, second, third)] == [True, False, True]
    assert [opens(sqlite_database, each) for each in (f"{PREFIX}never-given", "")] == [False, False]
    close_account(sqlite_database, actor=ME, now=NOW, account_id=anna.account_id or 0)
    assert not opens(sqlite_database, third.token)


def test_a_closed_account_lets_none_in_whatever_they_are(sqlite_database: Database) -> None:
    """Were they not ended with it: a token that was made at the same moment, say."""
    anna = signed_in(sqlite_database)
    made = make_token(sqlite_database, actor=ME, now=NOW, account_id=anna.account_id, name="x")

    def close(session: Session) -> None:
        session.get_one(Account, anna.account_id).closed_at = NOW

    assert opens(sqlite_database, made.token)
    sqlite_database.write(close)
    assert not opens(sqlite_database, made.token)


def test_only_its_owner_makes_lists_and_revokes_it(sqlite_database: Database) -> None:
    anna, boris = signed_in(sqlite_database), signed_in(sqlite_database, "boris@alfa.example")
    made = make_token(sqlite_database, actor=anna, now=NOW, name="mine", password=PASSWORD)
    assert list_tokens(sqlite_database, actor=boris, now=NOW) == []
    with pytest.raises(Unknown):
        revoke_token(sqlite_database, actor=boris, now=NOW, token_id=made.about.id)
    with pytest.raises(Forbidden):
        make_token(sqlite_database, actor=boris, now=NOW, account_id=anna.account_id, name="theirs", password=PASSWORD)
    with pytest.raises(WrongPassword):
        make_token(sqlite_database, actor=anna, now=NOW, name="borrowed", password="not the password")
    for_anna = make_token(sqlite_database, actor=ME, now=NOW, account_id=anna.account_id, name="command line")
    assert whose_token(sqlite_database, now=NOW, token=for_anna.token).key == anna.key


def test_what_makes_no_sense_is_refused(sqlite_database: Database) -> None:
    anna = signed_in(sqlite_database)
    for days in (0, 367):
        with pytest.raises(BadValue):
            make_token(sqlite_database, actor=anna, now=NOW, name="x", days=days, password=PASSWORD)
    with pytest.raises(BadValue):
        make_token(sqlite_database, actor=anna, now=NOW, name="  ", password=PASSWORD)
    for _ in range(MOST_TOKENS):
        make_token(sqlite_database, actor=ME, now=NOW, account_id=anna.account_id, name="many")
    with pytest.raises(NotPossibleNow):
        make_token(sqlite_database, actor=ME, now=NOW, account_id=anna.account_id, name="one more")
