"""Weeks passed over: what counts as one, what it makes heavier, and that a large lot does not starve by it.

Knows nothing of other parts of the formula.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from models.database import Database
from models.routing import Operation, Routing
from models.tables import PassedOver, StockDelivery
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.documents import read_document
from scheduler.outages import report_outage
from scheduler.planning import draft_plan
from scheduler.plans import plan_document
from scheduler.requesting import show_request
from scheduler.routing import Expanded, expand
from scheduler.settings import CentreSettings
from scheduler.weights import weight_of
from solver.problem import Level, Mode, Problem, Request, Task, Unit, UnitUse
from solver.solving import solve_here
from tests.scheduler.small_centre import NOW, WEEK, at, found, request, store
from tests.scheduler.test_planning import draft, publish

NEXT = "2026-W50"
LATER = NOW + timedelta(days=7)


@pytest.fixture(autouse=True)
def _found(database: Database) -> None:
    """Paste comes for 500 boards only."""
    found(database)


def passed_over(database: Database) -> list[tuple[int, str, int]]:
    with database.reading() as session:
        return [(row.request_id, row.week, row.plan_id) for row in session.exec(select(PassedOver))]


def weights(database: Database, plan_id: int) -> dict[str, tuple[int, int]]:
    """Weight and tardiness weight in the plan's problem, by text id."""
    document = read_document(plan_document(database, actor=ME, now=NOW, plan_id=plan_id))
    return {each.id: (each.weight, each.tardiness_weight) for each in document.problem.requests}


def test_what_a_published_week_left_out_weighs_more_in_the_next(database: Database) -> None:
    request(database, "FIRST", quantity=300, priority="urgent")
    waiting = request(database, "WAITS", quantity=300)
    plan_id = draft(database)
    assert passed_over(database) == []
    publish(database, plan_id)
    assert passed_over(database) == [(waiting, WEEK, plan_id)]
    view = show_request(database, actor=ME, now=NOW, key="WAITS")
    assert (view.passed_over, view.heavier_percent) == ((WEEK,), 25)
    before = weights(database, plan_id)[f"R{waiting}"]
    store(database, StockDelivery(stock_id=1, at=at("+Mon 00:00"), quantity=500))
    following = draft(database, now=LATER, week=NEXT)
    after = weights(database, following)[f"R{waiting}"]
    assert all(old * 5 <= 4 * new <= old * 5 + 4 for old, new in zip(before, after, strict=True))
    publish(database, following, now=LATER)
    assert passed_over(database) == [(waiting, WEEK, plan_id)]
    assert show_request(database, actor=ME, now=NOW, key="WAITS").state == "planned"


def test_a_forecast_for_a_later_week_is_no_place_in_this_one(database: Database) -> None:
    store(database, StockDelivery(stock_id=1, at=at("+Mon 00:00"), quantity=500))
    request(database, "FIRST", quantity=300, priority="urgent")
    foreseen = request(database, "FORESEEN", quantity=300)
    publish(database, draft(database))
    assert [(row, week) for row, week, _ in passed_over(database)] == [(foreseen, WEEK)]


def test_a_second_plan_of_the_week_that_lets_it_begin_takes_it_back(database: Database) -> None:
    request(database, "FIRST", quantity=300, priority="urgent")
    request(database, "WAITS", quantity=300)
    publish(database, draft(database))
    store(database, StockDelivery(stock_id=1, at=at("Mon 06:00"), quantity=500))
    publish(database, draft(database))
    assert passed_over(database) == []


def test_a_week_that_could_not_hold_it_counts_neither_if_asked_too_late_nor_if_released_after_it(
    database: Database,
) -> None:
    request(database, "FIRST", quantity=300, priority="urgent")
    request(database, "RELEASED-LATER", quantity=300, release_at=at("+Mon 00:00"))
    plan_id = draft(database)
    request(database, "ASKED-LATER", quantity=300, submitted_at=NOW + timedelta(hours=1))
    publish(database, plan_id)
    assert passed_over(database) == []


def test_a_week_weighs_nothing_while_it_is_planned_itself(database: Database) -> None:
    request(database, "FIRST", quantity=300, priority="urgent")
    waiting = request(database, "WAITS", quantity=300)
    first = draft(database)
    publish(database, first)
    assert weights(database, draft(database))[f"R{waiting}"] == weights(database, first)[f"R{waiting}"]


def test_a_repair_passes_nobody_over(database: Database) -> None:
    request(database, "FIRST", quantity=300, priority="urgent")
    publish(database, draft(database))
    request(database, "WAITS", quantity=300)
    outage = report_outage(database, actor=ME, now=NOW, unit="PRINTER", start=at("Mon 00:00"), end=at("Mon 12:00"))
    assert outage.repair_plan_id is not None
    draft_plan(database, actor=ME, now=lambda: NOW, plan_id=outage.repair_plan_id)
    publish(database, outage.repair_plan_id)
    assert passed_over(database) == []


# -- a lot of 200 boards that takes three quarters of a week's oven, against small ones that ask for all of it

WEEK_TICKS, LOT_HOURS, SMALL_HOURS, SMALL_A_WEEK = 40, 30, 5, 8
UNPLANNED = Level(name="unplanned", terms=(("unplanned", 1),))


@dataclass
class Asked:
    priority: str = "normal"
    displaced_at: datetime | None = None


def work(hours: int) -> Expanded:
    operation = Operation.model_validate({"name": "cure", "fixed_minutes": 60 * hours})
    return expand(Routing(operations=(operation,)), quantity=1, parameters={})


def week_of(lot_weight: int, small_weight: int) -> Problem:
    def asked(id_: str, hours: int, weight: int) -> Request:
        mode = Mode(duration=hours, units=(UnitUse(unit="OVEN"),))
        return Request(id=id_, tasks=(Task(id=f"{id_}/1", modes=(mode,)),), weight=weight)

    small = (asked(f"SMALL-{number}", SMALL_HOURS, small_weight) for number in range(SMALL_A_WEEK))
    oven = Unit(id="OVEN", open=((0, WEEK_TICKS),))
    lot = asked("LOT", LOT_HOURS, lot_weight)
    return Problem(
        horizon=WEEK_TICKS,
        calendar_end=WEEK_TICKS,
        commit_until=WEEK_TICKS,
        levels=(UNPLANNED,),
        requests=(lot, *small),
        units=(oven,),
    )


def weeks_until_planned(settings: CentreSettings, *, stage: str, most: int) -> int | None:
    """How many weeks the lot is passed over before it is planned, ``None`` if it is not within ``most``."""
    small = weight_of("production", Asked(), work(SMALL_HOURS), settings)
    for week in range(most):
        lot = weight_of(stage, Asked(), work(LOT_HOURS), settings, weeks_passed_over=week)
        plan = solve_here(week_of(lot, small), limit=None, work=4, workers=1)
        assert plan.status == "optimal"
        if any(assignment.task == "LOT/1" for assignment in plan.assignments):
            return week
    return None


@pytest.mark.parametrize("stage", ["pilot lot", "prototype"])
def test_a_large_lot_is_planned_after_a_bounded_number_of_weeks(stage: str) -> None:
    """When it outweighs what it takes the place of: by a quarter of its first weight a week."""
    settings = CentreSettings.read({})
    yields = -(-(LOT_HOURS - WEEK_TICKS % SMALL_HOURS) // SMALL_HOURS)
    small, lot = (
        weight_of(each, Asked(), work(hours), settings)
        for each, hours in (("production", SMALL_HOURS), (stage, LOT_HOURS))
    )
    bound = next(week for week in range(60) if lot * (100 + 25 * week) > yields * small * 100)
    assert bound >= 1
    assert weeks_until_planned(settings, stage=stage, most=bound + 1) == bound


def test_without_the_factor_it_starves() -> None:
    """The control of the test above."""
    plain = CentreSettings.read({})
    settings = replace_percent(plain, 0)
    assert weeks_until_planned(settings, stage="prototype", most=20) is None


def replace_percent(settings: CentreSettings, percent: int) -> CentreSettings:
    stored = settings.stored()
    stored["weights"] = stored["weights"] | {"passed_over_percent": percent}
    return CentreSettings.read(stored)


def test_the_simulated_week_is_full_of_small_ones() -> None:
    plan = solve_here(week_of(1, 2), limit=None, work=4, workers=1)
    assert len(plan.assignments) == SMALL_A_WEEK
    assert replace(plan, levels=()).left_out[0].request == "LOT"
