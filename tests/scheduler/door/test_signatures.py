"""The password again: to sign with a meaning, and to set another. Wrong ones count as at sign-in, and apart."""

import pytest

from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.actors import Actor
from scheduler.door.attempts import MOST_OF_ACCOUNT
from scheduler.door.own import change_password, end_session, list_sessions, rename, show_own
from scheduler.door.people import close_account
from scheduler.door.signatures import acting_as, sign
from scheduler.door.signing_in import sign_in, whose_session
from scheduler.errors import (
    BadValue,
    Forbidden,
    NotSignedIn,
    SignatureMissing,
    SignInRefused,
    TooManyAttempts,
    Unknown,
    WrongPassword,
)
from tests.quick_passwords import ANNA, PASSWORD, person
from tests.scheduler.door.events import events, everything_said
from tests.scheduler.small_centre import NOW

OTHER = "five other words about kilns"


@pytest.fixture
def anna(sqlite_database: Database) -> Actor:
    return whose_session(sqlite_database, now=NOW, secret=person(sqlite_database, NOW).secret)


def test_a_signature_says_who_and_what_they_mean(sqlite_database: Database, anna: Actor) -> None:
    signature = sign(sqlite_database, actor=anna, now=NOW, password=PASSWORD, meaning=" approved ")
    assert (signature.account_id, signature.meaning, signature.at) == (anna.account_id, "approved", NOW)


def test_without_password_meaning_or_account_there_is_none(sqlite_database: Database, anna: Actor) -> None:
    for password, meaning, field in ((PASSWORD, " ", "meaning"), ("", "approved", "password")):
        with pytest.raises(SignatureMissing) as refusal:
            sign(sqlite_database, actor=anna, now=NOW, password=password, meaning=meaning)
        assert refusal.value.field == field
    with pytest.raises(Forbidden):
        sign(sqlite_database, actor=ME, now=NOW, password=PASSWORD, meaning="approved")


def test_the_twentieth_wrong_password_is_throttled_here_too(sqlite_database: Database, anna: Actor) -> None:
    for _ in range(MOST_OF_ACCOUNT - 1):
        with pytest.raises(WrongPassword):
            sign(sqlite_database, actor=anna, now=NOW, password="not the password", meaning="approved")
    refused = events(sqlite_database)[-1]
    assert (refused.verb, refused.actor, refused.reason) == ("refused signature", anna.key, "wrong password")
    with pytest.raises(TooManyAttempts):
        sign(sqlite_database, actor=anna, now=NOW, password=PASSWORD, meaning="approved")
    sign_in(sqlite_database, now=NOW, email=ANNA, password=PASSWORD, address="192.0.2.1")
    with pytest.raises(TooManyAttempts):
        sign(sqlite_database, actor=anna, now=NOW, password=PASSWORD, meaning="approved")


def test_a_stranger_who_types_the_address_keeps_nobody_from_signing(sqlite_database: Database, anna: Actor) -> None:
    for _ in range(MOST_OF_ACCOUNT - 1):
        with pytest.raises(SignInRefused):
            sign_in(sqlite_database, now=NOW, email=ANNA, password="not the password", address="192.0.2.1")
    with pytest.raises(TooManyAttempts):
        sign_in(sqlite_database, now=NOW, email=ANNA, password=PASSWORD, address="192.0.2.1")
    assert sign(sqlite_database, actor=anna, now=NOW, password=PASSWORD, meaning="approved")
    change_password(sqlite_database, actor=anna, now=NOW, password=PASSWORD, new=OTHER)


def test_whoever_acts_on_the_database_signs_as_an_account_with_its_password(
    sqlite_database: Database, anna: Actor
) -> None:
    acting = acting_as(sqlite_database, now=NOW, email=f" {ANNA.upper()}", password=PASSWORD)
    assert (acting.key, acting.account_id, acting.grants) == (anna.key, anna.account_id, anna.grants)
    for email, password in ((ANNA, "not the password"), ("nobody@alfa.example", PASSWORD)):
        with pytest.raises(WrongPassword, match="do not belong together"):
            acting_as(sqlite_database, now=NOW, email=email, password=password)
    close_account(sqlite_database, actor=ME, now=NOW, account_id=second(sqlite_database))
    for _ in range(MOST_OF_ACCOUNT - 3):
        with pytest.raises(WrongPassword):
            acting_as(sqlite_database, now=NOW, email="b@alfa.example", password=PASSWORD)
    with pytest.raises(TooManyAttempts):
        acting_as(sqlite_database, now=NOW, email=ANNA, password=PASSWORD)
    assert sign(sqlite_database, actor=anna, now=NOW, password=PASSWORD, meaning="approved")


def second(database: Database) -> int:
    return person(database, NOW, "b@alfa.example").account_id


def test_another_password_ends_every_session_but_the_one_that_begins_with_it(
    sqlite_database: Database, anna: Actor
) -> None:
    elsewhere = sign_in(sqlite_database, now=NOW, email=ANNA, password=PASSWORD, address="")
    here = change_password(sqlite_database, actor=anna, now=NOW, password=PASSWORD, new=OTHER, stay=True)
    assert here is not None
    assert whose_session(sqlite_database, now=NOW, secret=here.secret).key == anna.key
    with pytest.raises(NotSignedIn):
        whose_session(sqlite_database, now=NOW, secret=elsewhere.secret)
    with pytest.raises(SignInRefused):
        sign_in(sqlite_database, now=NOW, email=ANNA, password=PASSWORD, address="")
    assert sign_in(sqlite_database, now=NOW, email=ANNA, password=OTHER, address="")
    assert not any(word in everything_said(sqlite_database) for word in (PASSWORD, OTHER, "argon2"))


def test_the_password_is_asked_for_first(sqlite_database: Database, anna: Actor) -> None:
    with pytest.raises(WrongPassword):
        change_password(sqlite_database, actor=anna, now=NOW, password="not the password", new=OTHER)
    with pytest.raises(BadValue):
        change_password(sqlite_database, actor=anna, now=NOW, password=PASSWORD, new="short")
    assert sign_in(sqlite_database, now=NOW, email=ANNA, password=PASSWORD, address="")


def test_ones_own_browsers_are_seen_and_signed_out(sqlite_database: Database, anna: Actor) -> None:
    here = sign_in(sqlite_database, now=NOW, email=ANNA, password=PASSWORD, address="")
    found = list_sessions(sqlite_database, actor=anna, now=NOW, presented=here.secret)
    assert sorted(each.here for each in found) == [False, True]
    (other,) = [each.id for each in found if not each.here]
    stranger = whose_session(sqlite_database, now=NOW, secret=person(sqlite_database, NOW, "b@alfa.example").secret)
    with pytest.raises(Unknown):
        end_session(sqlite_database, actor=stranger, now=NOW, session_id=other)
    end_session(sqlite_database, actor=anna, now=NOW, session_id=other)
    (left,) = list_sessions(sqlite_database, actor=anna, now=NOW, presented=here.secret)
    assert left.here


def test_ones_own_name_is_kept_out_of_the_record(sqlite_database: Database, anna: Actor) -> None:
    rename(sqlite_database, actor=anna, now=NOW, name=" Anna Orlova ")
    assert show_own(sqlite_database, actor=anna, now=NOW).name == "Anna Orlova"
    assert "Orlova" not in everything_said(sqlite_database)
    with pytest.raises(Forbidden):
        show_own(sqlite_database, actor=ME, now=NOW)
