"""People and roles: for administrators alone, each for its place, and never without the last administrator."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.actors import NOBODY, Actor, Grant
from scheduler.door import links, people
from scheduler.door.founding import first_administrator
from scheduler.door.names import called, who_is
from scheduler.door.people import (
    RoleAsked,
    close_account,
    grant_role,
    invite,
    join_person,
    keep_account,
    list_people,
    part_person,
    show_person,
    take_role,
)
from scheduler.erasing import erase
from scheduler.errors import BadValue, Forbidden, KeyTaken, NotPossibleNow, NotSignedIn, Unknown
from tests.quick_passwords import ANNA, PASSWORD, person
from tests.scheduler.door.events import events, everything_said, verbs
from tests.scheduler.small_centre import NOW, found

LATER = NOW + timedelta(hours=1)


def test_somebody_is_invited_with_roles(database: Database) -> None:
    found(database)
    roles = (
        RoleAsked(role="engineer", organisation="ALFA"),
        RoleAsked(role="technician", centre="EL"),
        RoleAsked(role="technician", centre="EL"),
        RoleAsked(role="auditor"),
    )
    made = invite(database, actor=ME, now=NOW, email=" Anna@Alfa.example", name=" Anna ", roles=roles)
    view = show_person(database, actor=ME, now=NOW, account_id=made.account_id)
    assert (view.email, view.name, view.state) == (ANNA, "Anna", "invited")
    assert [(each.role, each.organisation, each.centre, each.place) for each in view.roles] == [
        ("engineer", "ALFA", None, "Alfa"),
        ("technician", None, "EL", "Electronics"),
        ("auditor", None, None, None),
    ]
    assert list_people(database, actor=ME, now=NOW) == [view]
    assert verbs(database) == ["made account", "granted role", "granted role", "granted role", "made link"]
    assert not any(word in everything_said(database) for word in ("anna", "Anna"))


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (RoleAsked(role="king"), "role"),
        (RoleAsked(role="engineer"), "organisation"),
        (RoleAsked(role="manager"), "centre"),
        (RoleAsked(role="auditor", centre="EL"), "centre"),
        (RoleAsked(role="technician", centre="EL", organisation="ALFA"), "organisation"),
    ],
)
def test_a_role_is_held_for_its_place(sqlite_database: Database, asked: RoleAsked, field: str) -> None:
    found(sqlite_database)
    with pytest.raises(BadValue) as refusal:
        invite(sqlite_database, actor=ME, now=NOW, email=ANNA, roles=(asked,))
    assert refusal.value.field == field
    assert list_people(sqlite_database, actor=ME, now=NOW) == []


def test_a_place_that_is_not_there_is_named(sqlite_database: Database) -> None:
    for asked in (RoleAsked(role="engineer", organisation="GAMMA"), RoleAsked(role="manager", centre="XX")):
        with pytest.raises(Unknown):
            invite(sqlite_database, actor=ME, now=NOW, email=ANNA, roles=(asked,))
    assert list_people(sqlite_database, actor=ME, now=NOW) == []


@pytest.mark.parametrize(
    "email",
    ["", "anna", "anna@", "@x", "a b@c.example", "a@b@c", "a@b.c*", "a@b..c", "a@.c", "a@b\x00c", "x" * 251 + "@y.z"],
)
def test_what_is_no_address_is_refused(sqlite_database: Database, email: str) -> None:
    with pytest.raises(BadValue) as refusal:
        invite(sqlite_database, actor=ME, now=NOW, email=email, roles=())
    assert refusal.value.field == "email"


def test_an_address_has_one_account_whoever_asks_at_once(database: Database) -> None:
    def ask(_: int) -> bool:
        try:
            invite(database, actor=ME, now=NOW, email=ANNA, roles=())
        except KeyTaken:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))).count(True) == 1
    assert len(list_people(database, actor=ME, now=NOW)) == 1


def test_a_person_has_one_account_whoever_asks_at_once(database: Database) -> None:
    found(database)

    def ask(number: int) -> bool:
        email = f"t{number}@works.example"
        try:
            invite(database, actor=ME, now=NOW, email=email, person="T5", roles=())
        except KeyTaken:
            return False
        return True

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(ask, range(3))).count(True) == 1
    (view,) = list_people(database, actor=ME, now=NOW)
    assert view.person == "T5"
    with pytest.raises(Unknown):
        invite(database, actor=ME, now=NOW, email=ANNA, person="T55", roles=())


def test_roles_are_given_and_taken(database: Database) -> None:
    found(database)
    account_id = person(database, NOW, role="auditor").account_id
    asked = RoleAsked(role="manager", centre="EL")
    for _ in range(2):
        view = grant_role(database, actor=ME, now=NOW, account_id=account_id, asked=asked)
    assert [each.role for each in view.roles] == ["auditor", "manager"]
    view = take_role(database, actor=ME, now=LATER, account_id=account_id, role_id=view.roles[0].id)
    assert [each.role for each in view.roles] == ["manager"]
    granted, taken = events(database)[-2:]
    assert (granted.verb, granted.before, granted.after and granted.after["role"]) == ("granted role", None, "manager")
    assert (taken.verb, taken.before and taken.before["role"], taken.after) == ("took role", "auditor", None)
    with pytest.raises(Unknown):
        take_role(database, actor=ME, now=LATER, account_id=account_id, role_id=99)
    other = person(database, NOW, "boris@alfa.example", role="auditor").account_id
    with pytest.raises(Unknown):
        take_role(database, actor=ME, now=LATER, account_id=other, role_id=view.roles[0].id)


def test_the_last_administrator_stays(database: Database) -> None:
    first = person(database, NOW).account_id
    role = show_person(database, actor=ME, now=NOW, account_id=first).roles[0].id
    with pytest.raises(NotPossibleNow, match="only administrator"):
        close_account(database, actor=ME, now=NOW, account_id=first)
    with pytest.raises(NotPossibleNow, match="only administrator"):
        take_role(database, actor=ME, now=NOW, account_id=first, role_id=role)
    second = person(database, NOW, "boris@alfa.example").account_id

    def close(account_id: int) -> bool:
        try:
            close_account(database, actor=ME, now=NOW, account_id=account_id)
        except NotPossibleNow:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(close, (first, second))) == [False, True]


def test_an_administrator_without_a_password_is_no_other_one(sqlite_database: Database) -> None:
    first = person(sqlite_database, NOW).account_id
    asked = (RoleAsked(role="administrator"),)
    waiting = invite(sqlite_database, actor=ME, now=NOW, email="mistyped@alfa.example", roles=asked)
    role = show_person(sqlite_database, actor=ME, now=NOW, account_id=first).roles[0].id
    for leave in (
        lambda: close_account(sqlite_database, actor=ME, now=NOW, account_id=first),
        lambda: take_role(sqlite_database, actor=ME, now=NOW, account_id=first, role_id=role),
        lambda: erase(sqlite_database, actor=ME, now=NOW, who=ANNA),
    ):
        with pytest.raises(NotPossibleNow, match="only administrator who has set a password"):
            leave()
    close_account(sqlite_database, actor=ME, now=NOW, account_id=waiting.account_id)


def test_of_two_administrators_erased_and_demoted_at_once_one_stays(database: Database) -> None:
    first, second = person(database, NOW).account_id, person(database, NOW, "boris@alfa.example").account_id
    role = show_person(database, actor=ME, now=NOW, account_id=first).roles[0].id
    together = Barrier(2)

    def done(leave: Callable[[], object]) -> bool:
        together.wait(30)
        try:
            leave()
        except NotPossibleNow:
            return False
        return True

    ways: tuple[Callable[[], object], ...] = (
        lambda: take_role(database, actor=ME, now=NOW, account_id=first, role_id=role),
        lambda: erase(database, actor=ME, now=NOW, who=f"account:{second}"),
    )
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(done, ways)) == [False, True]


def test_what_is_refused_about_people_is_recorded_without_names(sqlite_database: Database) -> None:
    first = person(sqlite_database, NOW).account_id
    for attempt in (
        lambda: invite(sqlite_database, actor=ME, now=LATER, email=ANNA, roles=()),
        lambda: close_account(sqlite_database, actor=ME, now=LATER, account_id=first),
        lambda: erase(sqlite_database, actor=ME, now=LATER, who=ANNA),
    ):
        with pytest.raises((KeyTaken, NotPossibleNow)):
            attempt()
    told = [(each.verb, each.object_kind, each.object_id, each.reason) for each in events(sqlite_database)[-3:]]
    last = "Account 1 is the only administrator: make another one first."
    assert told == [
        ("refused invitation", "attempt", "an invitation", "Something else has the key."),
        ("refused closing", "attempt", "account 1", last),
        ("refused erasing", "attempt", "somebody", last),
    ]
    assert ANNA not in everything_said(sqlite_database)


def test_a_role_is_held_once_whoever_grants_it_at_the_same_time(database: Database) -> None:
    found(database)
    account_id = person(database, NOW, role="auditor").account_id
    asked = RoleAsked(role="manager", centre="EL")

    def grant(way: int) -> None:
        if way:
            grant_role(database, actor=ME, now=NOW, account_id=account_id, asked=asked)
        else:
            database.write(lambda session: keep_account(session, ME, NOW, ANNA, None, (asked,)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(grant, (0, 1, 0, 1)))
    view = show_person(database, actor=ME, now=NOW, account_id=account_id)
    assert [each.role for each in view.roles] == ["auditor", "manager"]


def test_an_account_is_joined_to_a_person_and_parted(database: Database) -> None:
    found(database)
    for email in (ANNA, "second@alfa.example"):
        invite(database, actor=ME, now=NOW, email=email, roles=())
    for _ in range(2):
        assert join_person(database, actor=ME, now=NOW, account_id=1, person="T5").person == "T5"
    for account_id, key, refusal in (
        (1, "T6", NotPossibleNow),
        (2, "T5", KeyTaken),
        (2, "T99", Unknown),
        (9, "T6", Unknown),
    ):
        with pytest.raises(refusal):
            join_person(database, actor=ME, now=NOW, account_id=account_id, person=key)
    close_account(database, actor=ME, now=NOW, account_id=1)
    assert part_person(database, actor=ME, now=NOW, account_id=1).person is None
    with pytest.raises(NotPossibleNow, match="nobody's"):
        part_person(database, actor=ME, now=NOW, account_id=1)
    with pytest.raises(NotPossibleNow, match="closed"):
        join_person(database, actor=ME, now=NOW, account_id=1, person="T5")
    assert join_person(database, actor=ME, now=NOW, account_id=2, person="T5").person == "T5"
    told = [(event.verb, event.object_id, (event.after or {}).get("person_id")) for event in events(database)]
    assert [each for each in told if each[0].endswith("person")] == [
        ("joined person", "1", 5),
        ("parted person", "1", None),
        ("joined person", "2", 5),
    ]
    assert verbs(database).count("refused joining") == 3


def test_of_two_accounts_joined_to_one_person_at_once_one_is(database: Database) -> None:
    found(database)
    for email in (ANNA, "second@alfa.example"):
        invite(database, actor=ME, now=NOW, email=email, roles=())
    start = Barrier(2)

    def join(account_id: int) -> str:
        start.wait()
        try:
            join_person(database, actor=ME, now=NOW, account_id=account_id, person="T5")
        except KeyTaken:
            return "taken"
        return "joined"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(join, (1, 2))) == ["joined", "taken"]


ACTIONS: dict[str, Callable[[Database, Actor], Any]] = {
    "invite": lambda database, actor: invite(database, actor=actor, now=NOW, email="x@y.example", roles=()),
    "list": lambda database, actor: list_people(database, actor=actor, now=NOW),
    "show": lambda database, actor: show_person(database, actor=actor, now=NOW, account_id=1),
    "find": lambda database, actor: people.account_of(database, actor=actor, now=NOW, email=ANNA),
    "grant": lambda database, actor: grant_role(
        database, actor=actor, now=NOW, account_id=1, asked=RoleAsked(role="administrator")
    ),
    "take": lambda database, actor: take_role(database, actor=actor, now=NOW, account_id=1, role_id=1),
    "join": lambda database, actor: join_person(database, actor=actor, now=NOW, account_id=1, person="T5"),
    "part": lambda database, actor: part_person(database, actor=actor, now=NOW, account_id=1),
    "close": lambda database, actor: close_account(database, actor=actor, now=NOW, account_id=1),
    "link": lambda database, actor: links.send_link(database, actor=actor, now=NOW, account_id=1),
}


@pytest.mark.parametrize(
    ("grants", "allowed"),
    [
        ((), set()),
        ((Grant(role="engineer", organisation_id=1),), set()),
        ((Grant(role="technician", centre_id=1), Grant(role="manager", centre_id=1)), set()),
        ((Grant(role="auditor"),), {"list", "show", "find"}),
        ((Grant(role="administrator"),), set(ACTIONS)),
    ],
    ids=["none", "engineer", "centre", "auditor", "administrator"],
)
def test_people_are_the_administrators(sqlite_database: Database, grants: tuple[Grant, ...], allowed: set[str]) -> None:
    person(sqlite_database, NOW)
    person(sqlite_database, NOW, "second@alfa.example")
    actor = Actor(key="account:9", grants=grants, account_id=9)
    may = set()
    for name, action in ACTIONS.items():
        try:
            action(sqlite_database, actor)
        except Forbidden:
            continue
        except (NotPossibleNow, Unknown):
            pass
        may.add(name)
    assert may == allowed
    with pytest.raises(NotSignedIn):
        list_people(sqlite_database, actor=NOBODY, now=NOW)


def test_names_are_for_those_who_run_a_centre_and_ones_own_for_oneself(sqlite_database: Database) -> None:
    person(sqlite_database, NOW)
    person(sqlite_database, NOW, "second@alfa.example")
    keys = {"account:1", "account:2"}

    def known(*grants: Grant) -> dict[str, str]:
        with sqlite_database.reading() as session:
            return called(session, actor=Actor(key="account:1", grants=grants, account_id=1), keys=keys)

    every, own = {"account:1": "Anna", "account:2": "Second"}, {"account:1": "Anna", "account:2": "somebody"}
    assert known(Grant(role="engineer", organisation_id=1)) == known(Grant(role="technician", centre_id=1)) == own
    assert known(Grant(role="manager", centre_id=1)) == known(Grant(role="auditor")) == every
    assert who_is(sqlite_database, actor=NOBODY, key="account:1") == "somebody"
    assert who_is(sqlite_database, actor=NOBODY, key="timetable") == "the timetable"


def test_the_first_administrator_is_made_once(database: Database) -> None:
    made = first_administrator(database, actor=ME, now=NOW, email="chief@alfa.example")
    assert made is not None
    (view,) = list_people(database, actor=ME, now=NOW)
    assert [each.role for each in view.roles] == ["administrator"]
    assert view.state == "invited"
    again = first_administrator(database, actor=ME, now=NOW, email=" Chief@alfa.example")
    assert again is not None
    assert (again.account_id, again.secret == made.secret) == (made.account_id, False)
    links.set_password_by_link(database, now=NOW, secret=again.secret, password=PASSWORD)
    assert first_administrator(database, actor=ME, now=NOW, email="other@alfa.example") is None


def test_a_first_administrator_whose_address_was_mistyped_is_not_the_last_word(sqlite_database: Database) -> None:
    for email in ("chef@alfa.example", "chief@alfa.example"):
        made = first_administrator(sqlite_database, actor=ME, now=NOW, email=email)
        assert made is not None
        assert made.email == email
