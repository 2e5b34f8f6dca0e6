"""What a shared run counts as: once for what it wears and who works in it, once for each part where owners are limited.

Knows nothing of how runs come to be shared.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.database import Database
from models.queries.world import World, read_world
from models.tables import Booking, Budget, BudgetGrant, Maintenance, Person, Quota, Recipe, Run
from scheduler.scopes import scope_of
from scheduler.translate import Translated, translate
from scheduler.translate.upkeep import Wear, wear_of
from tests.scheduler.small_centre import NOW, WEEK, found, store
from tests.scheduler.test_planning import draft, publish
from tests.scheduler.test_shared_runs import BURN_IN, ask
from tests.scheduler.upkept import OVEN

HOURS = 7
"""Of the oven, loading and unloading included."""


@pytest.fixture(autouse=True)
def _found(sqlite_database: Database) -> None:
    found(sqlite_database)
    store(sqlite_database, Recipe(id=2, laboratory_id=1, key="BURN", name="Burn-in", routing=BURN_IN))


def shared(database: Database, *, second: int = 2) -> datetime:
    """Books one run for two requests, the second of this project; an hour before it starts, when it cannot move."""
    ask(database, "A-1", 1, 25, asked_by="anna")
    ask(database, "B-1", second, 15, asked_by="boris")
    publish(database, draft(database))
    with database.reading() as session:
        assert len(set(session.exec(select(Booking.run_id)))) == 1
        return session.exec(select(Run)).one().start_at - timedelta(hours=1)


def world(database: Database, now: datetime) -> World:
    with database.reading() as session:
        return read_world(session, centre_ids=[1], since=now)


def translated(database: Database, now: datetime) -> Translated:
    here = world(database, now)
    return translate(here, scope_of(here.centres, week=WEEK, now=now))


def test_a_shared_run_wears_its_unit_once(sqlite_database: Database) -> None:
    row = Maintenance(key="CAL", unit_id=OVEN, kind="calibration", last_done_at=NOW - timedelta(days=1), minutes=60)
    row.every_run_minutes, row.every_cycles, row.expires = 6000, 90, True
    store(sqlite_database, row)
    now = shared(sqlite_database)
    here = world(sqlite_database, now)
    (maintenance,) = here.maintenance
    assert wear_of(here, maintenance, until=now + timedelta(days=1)) == Wear(minutes=60 * HOURS, cycles=1)
    units = {unit.id: unit for unit in translated(sqlite_database, now).problem.units}
    assert [len(expiry.used) for expiry in units[f"U{OVEN}"].expiries] == [1, 1]


def test_a_shared_run_takes_its_hours_of_a_person_once(sqlite_database: Database) -> None:
    def limit(session: Session) -> None:
        for row in session.exec(select(Person).order_by(col(Person.id))):
            row.most_minutes_week = 600

    sqlite_database.write(limit)
    persons = translated(sqlite_database, shared(sqlite_database)).problem.persons
    assert sorted(person.limits[0].most * 5 for person in persons) == [570, 600], "half an hour, to load"


def hours_taken(database: Database, *, second: int = 2, **values: Any) -> dict[str, list[int]]:
    """By holder, the hours that stand booked of a quota of 20 h a week on ovens."""
    time = {"measure": "minutes", "most": 20 * 60, "period": "rolling", "days": 7}
    store(database, Quota(**{"key": "ovens", "centre_id": 1, "unit_type": "oven", **time, **values}))
    now = shared(database, second=second)
    for number, asker in enumerate(("anna", "boris")):
        ask(database, f"C-{asker}", (1, second)[number], 10, asked_by=asker, may_share=False)
    quotas = translated(database, now).problem.quotas
    return {quota.owner or quota.asker: [(end - start) // 12 for start, end in quota.taken] for quota in quotas}


def test_a_shared_run_counts_for_whoever_asked_for_each_part(sqlite_database: Database) -> None:
    assert hours_taken(sqlite_database, per="person") == {"anna": [HOURS], "boris": [HOURS]}


def test_each_part_of_an_owner_counts_in_a_quota_as_it_does_while_planned(sqlite_database: Database) -> None:
    taken = hours_taken(sqlite_database, second=1, per="organisation")
    assert taken == {"O1": [HOURS, HOURS]}


def test_each_part_of_an_owner_is_paid_from_a_budget_as_it_is_while_planned(sqlite_database: Database) -> None:
    store(sqlite_database, Budget(id=1, key="GRANT", name="Grant", organisation_id=1, centre_id=1, unit_type="oven"))
    store(sqlite_database, BudgetGrant(budget_id=1, at=NOW - timedelta(days=1), minutes=60 * 30))
    now = shared(sqlite_database, second=1)
    (budget,) = (stock for stock in translated(sqlite_database, now).problem.stocks if stock.measure == "ticks")
    assert sum(amount for _, amount in budget.changes) == 12 * (30 - 2 * HOURS)
