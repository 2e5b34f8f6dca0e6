"""Who may do what: each role, each action, on what is theirs, on what is others', and on what is nobody's."""

import pytest

from models.queries.sight import EVERYTHING, Sight
from scheduler.access import ANYTHING, MAY, READING, TOLD, Action, Thing, can, can_at, check_may, owners_sight, sight
from scheduler.actors import LOCAL_ADMINISTRATOR, NOBODY, TIMETABLE, Actor, Grant
from scheduler.errors import Forbidden, NotSignedIn
from tests.scheduler.actors import administrator, auditor, engineer, manager, technician

MINE = Thing(organisation_id=1, centre_id=1)
THEIRS = Thing(organisation_id=2, centre_id=2)
THINGS = {"own": MINE, "foreign": THEIRS, "any": ANYTHING}
ROLES = {
    "nobody": NOBODY,
    "engineer": engineer(1),
    "technician": technician(1),
    "manager": manager(1),
    "administrator": administrator(),
    "auditor": auditor(),
}

TABLE: dict[Action, dict[str, str]] = {
    # o: on what is their own, f: on what is others', a: on nothing in particular. Not there: never.
    "see busy times": {role: "ofa" for role in ROLES if role != "nobody"},
    "see bookings": {
        "engineer": "oa",
        "technician": "oa",
        "manager": "oa",
        "administrator": "ofa",
        "auditor": "ofa",
    },
    "see capacity": {"manager": "oa", "administrator": "ofa", "auditor": "ofa"},
    "see people": {"administrator": "ofa", "auditor": "ofa"},
    "see audit": {"administrator": "ofa", "auditor": "ofa"},
    "read record": {"manager": "oa", "administrator": "ofa", "auditor": "ofa"},
    "ask": {"engineer": "oa", "manager": "oa"},
    "book": {"engineer": "oa", "manager": "oa"},
    "cancel": {"engineer": "oa", "manager": "oa"},
    "record use": {"technician": "oa", "manager": "oa"},
    "report outage": {"technician": "oa", "manager": "oa"},
    "plan": {"manager": "oa"},
    "pin": {"manager": "oa"},
    "publish": {"manager": "oa"},
    "override": {"manager": "oa"},
    "approve": {"manager": "oa"},
    "set policies": {"manager": "oa", "administrator": "ofa"},
    "maintain": {"manager": "oa"},
    "change settings": {"administrator": "ofa"},
    "change formalities": {"administrator": "ofa"},
    "change people": {"administrator": "ofa"},
}


def test_the_table_has_every_action_and_every_role() -> None:
    assert set(TABLE) == set(TOLD) == set().union(*MAY.values())
    assert set(MAY) == set(ROLES) - {"nobody"} | {"operator"}


@pytest.mark.parametrize("action", TABLE)
def test_each_role_may_do_what_is_written_down(action: Action) -> None:
    for role, actor in ROLES.items():
        allowed = "".join(name[0] for name, thing in THINGS.items() if can(actor, action, thing))
        assert allowed == TABLE[action].get(role, ""), role


def test_whoever_runs_the_command_line_and_the_timetable_may_do_all() -> None:
    for actor in (LOCAL_ADMINISTRATOR, TIMETABLE):
        assert all(can(actor, action, thing) for action in TABLE for thing in THINGS.values())


def test_what_is_of_the_own_organisation_elsewhere_is_own_to_an_engineer_and_not_to_those_of_a_centre() -> None:
    elsewhere, visiting = Thing(organisation_id=1, centre_id=2), Thing(organisation_id=2, centre_id=1)
    assert can(engineer(1), "see bookings", elsewhere)
    assert not can(engineer(1), "see bookings", visiting)
    for actor in (technician(1), manager(1)):
        assert not can(actor, "see bookings", elsewhere)
        assert can(actor, "see bookings", visiting)


def test_what_has_no_owner_is_no_engineers_and_what_has_no_place_is_no_technicians() -> None:
    assert not can(engineer(1), "see bookings", Thing(centre_id=1))
    assert not can(technician(1), "see bookings", Thing(organisation_id=1))
    bare = Actor(key="account:1", grants=(Grant(role="engineer"), Grant(role="manager")), account_id=1)
    assert not can(bare, "see bookings", Thing(centre_id=1))
    assert not can(bare, "see bookings", Thing(organisation_id=1))


def test_several_roles_add_up() -> None:
    both = Actor(key="account:1", grants=(*engineer(1).grants, *technician(2).grants), account_id=1)
    assert can(both, "book", Thing(organisation_id=1, centre_id=2))
    assert can(both, "record use", Thing(organisation_id=3, centre_id=2))
    assert not can(both, "record use", Thing(organisation_id=1, centre_id=1))
    assert sight(both) == Sight(organisation_ids=frozenset({1}), centre_ids=frozenset({2}))


@pytest.mark.parametrize("role", [role for role in ROLES if role != "nobody"])
def test_a_token_that_reads_only_does_nothing_else(role: str) -> None:
    actor = ROLES[role]
    reader = Actor(key=actor.key, grants=actor.grants, account_id=1, reads_only=True)
    for action in TABLE:
        for thing in THINGS.values():
            assert can(reader, action, thing) == (action in READING and can(actor, action, thing))


@pytest.mark.parametrize("action", TABLE)
def test_what_queries_are_told_is_what_is_allowed_of_each_thing(action: Action) -> None:
    for actor in ROLES.values():
        seen = sight(actor, action)
        for organisation_id in (1, 2):
            for centre_id in (1, 2):
                thing = Thing(organisation_id=organisation_id, centre_id=centre_id)
                told = seen.covers(organisation_id=organisation_id, centre_id=centre_id)
                assert told == can(actor, action, thing)


def test_owners_are_open_to_lab_managers_and_else_as_their_work_is() -> None:
    assert owners_sight(manager(1)) == EVERYTHING
    assert owners_sight(engineer(1)) == sight(engineer(1))
    assert owners_sight(technician(1)) == sight(technician(1))
    assert owners_sight(NOBODY) == Sight()


def test_a_refusal_says_what_and_nothing_of_the_thing() -> None:
    with pytest.raises(Forbidden, match=r"^None of your roles lets you publish plans here\.$"):
        check_may(engineer(1), "publish", THEIRS)
    with pytest.raises(Forbidden):
        check_may(manager(1), "publish", MINE, THEIRS)
    check_may(manager(1), "publish", MINE)


def test_who_did_not_sign_in_is_told_to_and_who_has_no_role_is_refused() -> None:
    with pytest.raises(NotSignedIn):
        check_may(NOBODY, "see busy times")
    with pytest.raises(Forbidden):
        check_may(Actor(key="account:5", account_id=5), "see busy times")


def test_at_a_centre_one_may_what_one_may_do_to_something_of_it() -> None:
    """An engineer books at every centre; a lab manager, who books for anybody, at their own alone."""
    assert [can_at(engineer(1), "book", centre) for centre in (1, 2)] == [True, True]
    assert [can_at(manager(1), "book", centre) for centre in (1, 2)] == [True, False]
    assert [can_at(technician(1), "report outage", centre) for centre in (1, 2)] == [True, False]
    assert not can_at(engineer(1), "report outage", 1)
    assert not can_at(NOBODY, "see busy times", 1)
