"""Wrong passwords are counted per account and per address, whether the account exists or not; the twentieth is refused
unseen."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from models.database import Database
from models.tables import Attempt
from scheduler.door import attempts
from scheduler.door.attempts import MOST_OF_ACCOUNT, MOST_OF_ADDRESS, WINDOW
from scheduler.door.signing_in import sign_in
from scheduler.errors import Refused, SignInRefused, TooManyAttempts
from tests.quick_passwords import ANNA, PASSWORD, person
from tests.scheduler.door.events import verbs
from tests.scheduler.small_centre import NOW


def attempt(
    database: Database,
    email: str = ANNA,
    password: str = "not the password",
    *,
    now: datetime = NOW,
    address: str = "192.0.2.1",
) -> str:
    """How it ended: ``in``, or the refusal's code."""
    try:
        sign_in(database, now=now, email=email, password=password, address=address)
    except Refused as refusal:
        return refusal.code
    return "in"


@pytest.mark.parametrize("email", [ANNA, "nobody@alfa.example"])
def test_the_twentieth_wrong_password_is_throttled(database: Database, email: str) -> None:
    person(database, NOW)
    ended = [attempt(database, email, address=f"192.0.2.{number}") for number in range(21)]
    assert ended == ["sign_in_refused"] * 19 + ["too_many_attempts"] * 2


def test_it_is_the_limit_that_throttles(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "MOST_OF_ACCOUNT", 1_000)
    person(sqlite_database, NOW)
    assert {attempt(sqlite_database) for _ in range(MOST_OF_ACCOUNT + 1)} == {"sign_in_refused"}
    assert attempt(sqlite_database, password=PASSWORD) == "in"


def test_who_is_throttled_is_refused_with_the_right_password_too_until_the_window_has_passed(
    sqlite_database: Database,
) -> None:
    person(sqlite_database, NOW)
    for second in range(MOST_OF_ACCOUNT):
        attempt(sqlite_database, now=NOW + timedelta(seconds=second))
    late = NOW + timedelta(seconds=MOST_OF_ACCOUNT)
    with pytest.raises(TooManyAttempts) as refusal:
        sign_in(sqlite_database, now=late, email=ANNA, password=PASSWORD, address="198.51.100.7")
    assert "15 minutes" in refusal.value.text
    again = late + timedelta(seconds=refusal.value.seconds)
    assert attempt(sqlite_database, password=PASSWORD, now=again - timedelta(seconds=1)) == "too_many_attempts"
    assert again <= late + WINDOW, "what is refused meanwhile makes it no longer"
    assert attempt(sqlite_database, password=PASSWORD, now=again) == "in"


def test_what_was_typed_wrong_before_a_right_password_counts_no_more(sqlite_database: Database) -> None:
    person(sqlite_database, NOW)
    for _ in range(3):
        assert {attempt(sqlite_database) for _ in range(MOST_OF_ACCOUNT - 2)} == {"sign_in_refused"}
        assert attempt(sqlite_database, password=PASSWORD) == "in"


def test_one_address_cannot_try_everybody(sqlite_database: Database) -> None:
    person(sqlite_database, NOW)
    ended = [attempt(sqlite_database, f"p{number}@alfa.example") for number in range(MOST_OF_ADDRESS)]
    assert ended == ["sign_in_refused"] * (MOST_OF_ADDRESS - 1) + ["too_many_attempts"]
    assert attempt(sqlite_database, password=PASSWORD) == "too_many_attempts"
    assert attempt(sqlite_database, password=PASSWORD, address="192.0.2.2") == "in"


def test_many_at_once_are_no_way_around_it(database: Database) -> None:
    person(database, NOW)
    with ThreadPoolExecutor(8) as pool:
        ended = list(pool.map(lambda _: attempt(database), range(MOST_OF_ACCOUNT + 4)))
    assert ended.count("sign_in_refused") == MOST_OF_ACCOUNT - 1
    assert ended.count("too_many_attempts") == 5


def test_a_flood_leaves_one_event_and_no_more_rows_than_the_limit(sqlite_database: Database) -> None:
    person(sqlite_database, NOW)
    before = len(verbs(sqlite_database))
    for _ in range(MOST_OF_ACCOUNT + 10):
        attempt(sqlite_database)
    assert len(verbs(sqlite_database)) == before + MOST_OF_ACCOUNT
    with sqlite_database.reading() as session:
        kept = session.exec(select(Attempt)).all()
    assert len(kept) == MOST_OF_ACCOUNT
    assert all(ANNA not in each.account for each in kept)


def test_what_is_too_old_to_count_is_forgotten(sqlite_database: Database) -> None:
    person(sqlite_database, NOW)
    with pytest.raises(SignInRefused):
        sign_in(sqlite_database, now=NOW, email=ANNA, password="not the password", address="192.0.2.1")
    attempt(sqlite_database, "other@alfa.example", now=NOW + WINDOW)
    with sqlite_database.reading() as session:
        assert [each.at for each in session.exec(select(Attempt))] == [NOW + WINDOW]
