"""Lab managers write what may be asked of their units: on record, for their centre alone, and read by everybody."""

from typing import Any

import pytest
from sqlmodel import select

from api.pages.policies import ANSWERS, CLOCKS, NUMBERS
from api.policy_schemas import PolicyIn
from models.database import Database
from models.replay import differences
from models.tables import AuditEvent, Centre, Policy
from scheduler.actors import Actor
from scheduler.errors import BadValue, Forbidden, NotSignedIn, ReasonMissing, Unknown
from scheduler.history import history
from scheduler.loading.line import cells_of
from scheduler.loading.policy_lines import PolicyLine
from scheduler.policies import Terms
from scheduler.setting_policies import list_policies, policy_of_unit, set_policy, written_policy
from scheduler.terms import FIELDS
from tests.scheduler.actors import administrator, auditor, engineer, manager, technician
from tests.scheduler.small_centre import NOW, found

MANAGER = manager(1)


@pytest.fixture
def lab(sqlite_database: Database) -> Database:
    found(sqlite_database)
    return sqlite_database


def write(database: Database, terms: Terms, *, actor: Actor = MANAGER, **more: Any) -> None:
    place = {"unit": "OVEN-1"} if "centre" not in more else {}
    set_policy(database, actor=actor, now=NOW, terms=terms, **place | more)


def test_it_is_written_whole_and_recorded_once(database: Database) -> None:
    found(database)
    write(database, Terms(longest_minutes=60, approval=True))
    write(database, Terms(longest_minutes=60, approval=True))
    write(database, Terms(notice_minutes=30))
    write(database, Terms(horizon_days=28), centre="EL")
    assert written_policy(database, actor=MANAGER, now=NOW, unit="OVEN-1").longest_minutes is None
    unit = policy_of_unit(database, actor=engineer(2), now=NOW, unit="OVEN-1")
    assert (unit.notice_minutes, unit.horizon_days, unit.centre, unit.unit) == (30, 28, "EL", "OVEN-1")
    assert [each.unit for each in list_policies(database, actor=engineer(1), now=NOW, centre="EL")] == [None, "OVEN-1"]
    with database.reading() as session:
        events = session.exec(select(AuditEvent).order_by("id")).all()
        assert [(each.verb, each.object_id) for each in events if "policy" in each.verb] == [
            ("added policy", "OVEN-1"),
            ("changed policy", "OVEN-1"),
            ("added policy of a centre", "EL"),
        ]
        assert [row for row in differences(session) if row.table == "policy"] == []
        assert session.exec(select(Centre)).one().revision == 3
    told = history(database, actor=MANAGER, now=NOW, kind="unit", id="OVEN-1").events
    assert [event.verb for event in told] == ["added policy", "changed policy"]


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [
        (engineer(1), Forbidden),
        (technician(1), Forbidden),
        (manager(2), Forbidden),
        (auditor(), Forbidden),
        (Actor(key="nobody"), NotSignedIn),
    ],
)
def test_others_do_not_write(lab: Database, actor: Actor, refusal: type[Exception]) -> None:
    for place in ({"unit": "OVEN-1"}, {"centre": "EL"}):
        with pytest.raises(refusal):
            set_policy(lab, actor=actor, now=NOW, terms=Terms(person_most=1), **place)
    with lab.reading() as session:
        assert session.exec(select(Policy)).all() == []
    write(lab, Terms(person_most=1), actor=administrator())


def test_a_centre_that_asks_for_reasons_gets_one(lab: Database) -> None:
    lab.write(lambda session: setattr(session.get_one(Centre, 1), "settings", {"reasons": True}))
    with pytest.raises(ReasonMissing):
        write(lab, Terms(person_most=1), reason=" ")
    write(lab, Terms(person_most=1), reason="queue of nine")
    with lab.reading() as session:
        assert session.exec(select(AuditEvent.reason).where(AuditEvent.verb == "added policy")).one() == "queue of nine"


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (Terms(shortest_minutes=61, longest_minutes=60), "longest_minutes"),
        (Terms(free_from=60), "free_until"),
        (Terms(free_from=60, free_until=60), "free_until"),
    ],
)
def test_what_contradicts_itself_is_refused(lab: Database, terms: Terms, field: str) -> None:
    with pytest.raises(BadValue) as refusal:
        write(lab, terms)
    assert refusal.value.field == field


def test_what_there_is_not_is_unknown(lab: Database) -> None:
    for place in ({"unit": "LASER"}, {"centre": "MOON"}):
        with pytest.raises(Unknown):
            set_policy(lab, actor=MANAGER, now=NOW, terms=Terms(), **place)
    with pytest.raises(Unknown):
        policy_of_unit(lab, actor=MANAGER, now=NOW, unit="LASER")
    with pytest.raises(BadValue, match="centre or a unit"):
        set_policy(lab, actor=MANAGER, now=NOW, terms=Terms())


def test_every_door_has_every_field_of_a_policy() -> None:
    assert set(FIELDS) == set(Policy.model_fields) - {"id", "centre_id", "unit_id"}
    assert set(FIELDS) == set(PolicyIn.model_fields) - {"reason"}
    assert set(FIELDS) == set(cells_of(PolicyLine)) - {"centre", "unit"}
    assert set(FIELDS) == {*NUMBERS, *ANSWERS, *CLOCKS}
