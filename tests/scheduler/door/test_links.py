"""One-time links set a password once, for a while, and only the newest does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlmodel import select

from models.database import Database
from models.tables import Account, OneTimeLink
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.door import passwords
from scheduler.door.links import (
    INVITATION_LASTS,
    RESET_LASTS,
    look_at_link,
    send_link,
    set_password_by_link,
)
from scheduler.door.opaque import digest
from scheduler.door.people import close_account, invite
from scheduler.door.signing_in import sign_in, whose_session, whose_token
from scheduler.door.tokens import make_token
from scheduler.errors import BadValue, LinkOver, NotPossibleNow, NotSignedIn, Unknown
from tests.quick_passwords import ANNA, PASSWORD, person
from tests.scheduler.door.events import events, everything_said, verbs
from tests.scheduler.small_centre import NOW

OTHER = "five other words about kilns"


def test_an_invitation_sets_the_password_and_lets_its_owner_in(database: Database) -> None:
    link = invite(database, actor=ME, now=NOW, email=ANNA, roles=())
    assert (link.purpose, link.ends_at) == ("invitation", NOW + INVITATION_LASTS)
    waiting = look_at_link(database, now=NOW, secret=link.secret)
    assert (waiting.email, waiting.name) == (ANNA, None)
    signed_in = set_password_by_link(database, now=NOW, secret=link.secret, password=PASSWORD, name="Anna")
    assert whose_session(database, now=NOW, secret=signed_in.secret).account_id == link.account_id
    assert sign_in(database, now=NOW, email=ANNA, password=PASSWORD, address="").account_id == link.account_id
    assert verbs(database) == ["made account", "made link", "used link", "set password", "signed in", "signed in"]
    said = everything_said(database)
    assert not any(word in said for word in (link.secret, digest(link.secret), PASSWORD, ANNA, "Anna"))


def test_its_secret_is_kept_as_its_hash_alone(sqlite_database: Database) -> None:
    link = invite(sqlite_database, actor=ME, now=NOW, email=ANNA, roles=())
    with sqlite_database.reading() as session:
        assert session.exec(select(OneTimeLink)).one().token_hash == digest(link.secret)


def test_it_works_once(sqlite_database: Database) -> None:
    link = invite(sqlite_database, actor=ME, now=NOW, email=ANNA, roles=())
    set_password_by_link(sqlite_database, now=NOW, secret=link.secret, password=PASSWORD)
    for use in (
        lambda: set_password_by_link(sqlite_database, now=NOW, secret=link.secret, password=OTHER),
        lambda: look_at_link(sqlite_database, now=NOW, secret=link.secret),
        lambda: look_at_link(sqlite_database, now=NOW, secret="never given"),
    ):
        with pytest.raises(LinkOver, match="does not work"):
            use()
    sign_in(sqlite_database, now=NOW, email=ANNA, password=PASSWORD, address="")


def test_of_two_who_use_it_at_once_one_does(database: Database) -> None:
    link = invite(database, actor=ME, now=NOW, email=ANNA, roles=())
    together = Barrier(2)

    def use(password: str) -> str | None:
        look_at_link(database, now=NOW, secret=link.secret)
        together.wait(30)
        try:
            set_password_by_link(database, now=NOW, secret=link.secret, password=password)
        except LinkOver:
            return None
        return password

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(use, (PASSWORD, OTHER)))
    (winner,) = [each for each in done if each is not None]
    with database.reading() as session:
        stored = session.exec(select(Account)).one().password_hash
    assert passwords.look(winner, stored).right
    assert verbs(database).count("used link") == 1


def test_it_ends(sqlite_database: Database) -> None:
    link = invite(sqlite_database, actor=ME, now=NOW, email=ANNA, roles=())
    with pytest.raises(LinkOver):
        set_password_by_link(sqlite_database, now=NOW + INVITATION_LASTS, secret=link.secret, password=PASSWORD)
    last = NOW + INVITATION_LASTS - timedelta(seconds=1)
    set_password_by_link(sqlite_database, now=last, secret=link.secret, password=PASSWORD)
    reset = send_link(sqlite_database, actor=ME, now=last, account_id=link.account_id)
    assert (reset.purpose, reset.ends_at) == ("reset", last + RESET_LASTS)


def test_a_new_one_takes_the_place_of_those_before(sqlite_database: Database) -> None:
    first = invite(sqlite_database, actor=ME, now=NOW, email=ANNA, roles=())
    second = send_link(sqlite_database, actor=ME, now=NOW, account_id=first.account_id)
    with pytest.raises(LinkOver):
        look_at_link(sqlite_database, now=NOW, secret=first.secret)
    set_password_by_link(sqlite_database, now=NOW, secret=second.secret, password=PASSWORD)


def test_a_reset_ends_every_session_and_every_token(sqlite_database: Database) -> None:
    before = person(sqlite_database, NOW)
    link = send_link(sqlite_database, actor=ME, now=NOW, account_id=before.account_id)
    assert whose_session(sqlite_database, now=NOW, secret=before.secret)
    token = make_token(
        sqlite_database, actor=ME, now=NOW, account_id=before.account_id, name="t", scope="write", days=30
    ).token
    assert whose_token(sqlite_database, now=NOW, token=token)
    after = set_password_by_link(sqlite_database, now=NOW, secret=link.secret, password=OTHER)
    with pytest.raises(NotSignedIn):
        whose_session(sqlite_database, now=NOW, secret=before.secret)
    assert whose_session(sqlite_database, now=NOW, secret=after.secret)
    with pytest.raises(NotSignedIn):
        whose_token(sqlite_database, now=NOW, token=token)
    told = [event.after for event in events(sqlite_database) if event.verb == "used link"]
    assert told[-1] == {"purpose": "reset", "tokens_revoked": 1}


def test_a_password_that_may_not_be_chosen_does_not_use_it_up(sqlite_database: Database) -> None:
    link = invite(sqlite_database, actor=ME, now=NOW, email=ANNA, roles=())
    for bad in ("short", f"it is {ANNA}"):
        with pytest.raises(BadValue):
            set_password_by_link(sqlite_database, now=NOW, secret=link.secret, password=bad)
    set_password_by_link(sqlite_database, now=NOW, secret=link.secret, password=PASSWORD)


def test_a_closed_account_has_none(sqlite_database: Database) -> None:
    person(sqlite_database, NOW, "boris@alfa.example")
    link = invite(sqlite_database, actor=ME, now=NOW, email=ANNA, roles=())
    close_account(sqlite_database, actor=ME, now=NOW, account_id=link.account_id)
    with pytest.raises(LinkOver):
        set_password_by_link(sqlite_database, now=NOW, secret=link.secret, password=PASSWORD)
    with pytest.raises(NotPossibleNow):
        send_link(sqlite_database, actor=ME, now=NOW, account_id=link.account_id)
    with pytest.raises(Unknown):
        send_link(sqlite_database, actor=ME, now=NOW, account_id=99)
