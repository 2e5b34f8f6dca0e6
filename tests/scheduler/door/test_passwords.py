"""Passwords: length is the only rule, two are looked at at once, and one of nobody takes as long as any other."""

import re
import threading
from collections.abc import Callable
from functools import partial

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from scheduler.door import passwords
from scheduler.door.passwords import MOST_WAITING, check_choice, hashed, look
from scheduler.errors import BadValue, PasswordsBusy

PASSWORD = "four words about ovens"
HASHER = passwords.hasher
"""As it is, since these tests have another that takes no time."""


@pytest.mark.parametrize(
    "password",
    ["four words of it", "               1", "aaaaaaaaaaaaaab", "пятнадцать букв", "x" * 500 + "ы" * 524, "🜁🜂🜃🜄" * 4],
)
def test_fifteen_characters_will_do(password: str) -> None:
    check_choice(password, email="anna@alfa.example")
    assert look(password, hashed(password)).right


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "0 characters"),
        ("fourteen chars", "14 characters"),
        ("🜁" * 10, "10 characters"),
        ("x" * 1024 + "y", "1,025 characters"),
        ("anna@alfa.example", "e-mail"),
        ("my ANNA@alfa.example!", "e-mail"),
    ],
)
def test_others_are_refused_by_name(password: str, said: str) -> None:
    with pytest.raises(BadValue, match=said) as refusal:
        check_choice(password, email="anna@alfa.example")
    assert refusal.value.field == "password"


def test_it_is_the_same_whichever_keyboard_wrote_it() -> None:
    assert look("caf\u00e9 by the river", hashed("cafe\u0301 by the river")).right


def test_nobodys_password_is_never_right_and_is_looked_at_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[bytes] = []
    counting = _Counting(looked.append)
    monkeypatch.setattr(passwords, "hasher", counting)
    assert not look("the password of nobody at all", None).right
    assert not look("another one altogether", hashed(PASSWORD)).right
    assert len(looked) == 2


class _Counting(PasswordHash):
    """Tells of every password that it verifies."""

    def __init__(self, tell: "object") -> None:
        super().__init__((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
        self._tell = tell

    def verify_and_update(self, password: str | bytes, hash: str | bytes) -> tuple[bool, str | None]:
        assert callable(self._tell)
        self._tell(password)
        return super().verify_and_update(password, hash)


def test_a_hash_of_weaker_make_is_renewed() -> None:
    weaker = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=16, parallelism=2),)).hash(PASSWORD)
    looked = look(PASSWORD, weaker)
    assert looked.right
    assert looked.renewed is not None
    assert look(PASSWORD, looked.renewed).renewed is None


class _Slow(PasswordHash):
    """Waits in the middle until it is let go, and knows how many were there at once."""

    def __init__(self) -> None:
        super().__init__((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
        self.go = threading.Event()
        self.entered = threading.Semaphore(0)
        self.within = self.most = 0
        self._lock = threading.Lock()

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self._wait()
        return super().hash(password, salt=salt)

    def verify_and_update(self, password: str | bytes, hash: str | bytes) -> tuple[bool, str | None]:
        self._wait()
        return super().verify_and_update(password, hash)

    def _wait(self) -> None:
        with self._lock:
            self.within += 1
            self.most = max(self.most, self.within)
        self.entered.release()
        assert self.go.wait(30)
        with self._lock:
            self.within -= 1


def at_once(monkeypatch: pytest.MonkeyPatch, expected: int, *, room: int | None = None) -> int:
    """How many of three who set a password and three who sign in are in the middle of it at once. ``room``: for how
    many there is, in place of what there is."""
    stored, slow = hashed(PASSWORD), _Slow()
    monkeypatch.setattr(passwords, "hasher", slow)
    if room is not None:
        monkeypatch.setattr(passwords, "_turns", threading.BoundedSemaphore(room))
    work: list[Callable[[], object]] = [partial(hashed, PASSWORD), partial(look, PASSWORD, stored)] * 3
    threads = [threading.Thread(target=each) for each in work]
    for thread in threads:
        thread.start()
    for _ in range(expected):
        assert slow.entered.acquire(timeout=30)
    # Were there room for another, it would come in while these wait.
    assert not slow.entered.acquire(timeout=0.2)
    slow.go.set()
    for thread in threads:
        thread.join(30)
    return slow.most


def test_two_are_looked_at_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert at_once(monkeypatch, 2) == 2


def test_with_the_limit_off_all_are(monkeypatch: pytest.MonkeyPatch) -> None:
    assert at_once(monkeypatch, 6, room=6) == 6


def test_what_is_stored_is_an_argon2_hash_with_a_salt_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """With more memory and passes than are asked for at least (OWASP: 19 MiB, 2)."""
    monkeypatch.setattr(passwords, "hasher", HASHER)
    first, second = hashed(PASSWORD), hashed(PASSWORD)
    assert first != second
    told = re.fullmatch(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$[\w+/]{22,}\$[\w+/]{43}", first)
    assert told is not None
    assert (int(told[1]) >= 19 * 1024, int(told[2]) >= 2) == (True, True)


def test_who_finds_no_place_to_wait_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = _Slow()
    monkeypatch.setattr(passwords, "hasher", slow)
    places = threading.BoundedSemaphore(MOST_WAITING)
    monkeypatch.setattr(passwords, "_places", places)
    for _ in range(MOST_WAITING):
        places.acquire()
    with pytest.raises(PasswordsBusy):
        hashed(PASSWORD)
    places.release()
    slow.go.set()
    assert look(PASSWORD, hashed(PASSWORD)).right
