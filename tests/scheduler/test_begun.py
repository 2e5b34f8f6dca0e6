"""Work that has begun is finished: late if need be, at lags counted from real moments, and broken lags are reported.

Monday 30 November, Moscow; ticks of 5 minutes.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from models.database import Database
from models.queries.world import read_world
from models.tables import Booking, Hold, Outage, Run
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.notices import list_notices
from scheduler.planning import ask_for_plan, draft_plan
from scheduler.plans import show_plan
from scheduler.publishing import publish_plan
from scheduler.scopes import scope_of
from scheduler.translate import Translated, translate
from solver.model import solve_model
from solver.problem import Lag
from tests.scheduler.small_centre import WEEK, at, found, request, store

NINE = at("Mon 09:00")


@pytest.fixture(autouse=True)
def _found(sqlite_database: Database) -> None:
    found(sqlite_database)


def baking(**lag: Any) -> dict[str, Any]:
    """Two operations of an hour each on an oven, with a lag from the first to the second."""
    oven = {"fixed_minutes": 60, "units": [{"capability": "oven"}]}
    return {
        "operations": [{"name": "bake", **oven}, {"name": "cool", **oven}],
        "lags": [{"before": "bake", "after": "cool", **lag}],
    }


def run(database: Database, operation: int, start: datetime, end: datetime, unit: int = 2) -> None:
    """A booked run of the request with id 1."""
    times: dict[str, Any] = {"start_at": start, "end_at": end}
    (row,) = store(database, Run(centre_id=1, request_id=1, operation=operation, number=1, **times))
    store(database, Hold(run_id=row, resource_id=unit, lane=0, in_force=True, **times))
    owner: dict[str, Any] = {"project_id": 1, "organisation_id": 1, "cluster_id": 1, "stage": "prototype"}
    booked: dict[str, Any] = {"booked_start": start, "booked_end": end, "made_at": start, "made_by": "admin"}
    store(database, Booking(run_id=row, state="confirmed", **owner, **booked))


def translated(database: Database, now: datetime) -> Translated:
    with database.reading() as session:
        world = read_world(session, centre_ids=[1], since=now)
    return translate(world, scope_of(world.centres, week=WEEK, now=now))


def only_lag(found: Translated) -> tuple[Lag, int]:
    """The one lag, and the tick that its fact has for it."""
    (planned,) = found.problem.requests
    (lag,), (fact,) = planned.lags, planned.facts
    edge = lag.frm if lag.before == fact.id else lag.to
    return lag, fact.start if edge == "start" else fact.end


@pytest.mark.parametrize(("edge", "moment"), [("start", NINE), ("end", NINE + timedelta(hours=1))])
@pytest.mark.parametrize("off", [0, 1, 2, 4])
@pytest.mark.parametrize("least", [60, 61, 63])
@pytest.mark.parametrize("most", [120, 121, 124])
def test_lags_from_a_fact_count_from_its_real_moment(
    sqlite_database: Database, edge: str, moment: datetime, off: int, least: int, most: int
) -> None:
    minutes = timedelta(minutes=off)
    routing = baking(frm=edge, least_minutes=least, most_minutes=most)
    request(sqlite_database, "R-1", recipe_id=None, routing=routing)
    run(sqlite_database, 1, NINE + minutes, NINE + timedelta(hours=1) + minutes)
    answer = translated(sqlite_database, at("Mon 10:30"))
    lag, tick = only_lag(answer)
    assert lag.least is not None
    assert lag.most is not None
    first, last = (answer.clock.moment(tick + ticks) for ticks in (lag.least, lag.most))
    grid = timedelta(minutes=5)
    assert moment + minutes + timedelta(minutes=least) <= first < moment + minutes + timedelta(minutes=least) + grid
    assert moment + minutes + timedelta(minutes=most) - grid < last <= moment + minutes + timedelta(minutes=most)


@pytest.mark.parametrize("off", [0, 1, 4])
def test_lags_to_a_fact_count_back_from_its_real_moment(sqlite_database: Database, off: int) -> None:
    request(sqlite_database, "R-1", recipe_id=None, routing=baking(least_minutes=33, most_minutes=121))
    start = at("Mon 15:00") + timedelta(minutes=off)
    run(sqlite_database, 2, start, start + timedelta(hours=1))
    answer = translated(sqlite_database, at("Mon 08:00"))
    lag, tick = only_lag(answer)
    assert lag.least is not None
    assert lag.most is not None
    first, last = answer.clock.moment(tick - lag.most), answer.clock.moment(tick - lag.least)
    assert start - timedelta(minutes=121) <= first < start - timedelta(minutes=116)
    assert start - timedelta(minutes=38) < last <= start - timedelta(minutes=33)


def test_a_lag_with_no_tick_inside_is_as_near_as_the_grid_allows(sqlite_database: Database) -> None:
    request(sqlite_database, "R-1", recipe_id=None, routing=baking(least_minutes=60, most_minutes=61))
    run(sqlite_database, 1, NINE + timedelta(minutes=2), at("Mon 10:02"))
    answer = translated(sqlite_database, at("Mon 09:00"))
    lag, tick = only_lag(answer)
    assert lag.least == lag.most
    assert answer.clock.moment(tick + (lag.least or 0)) == at("Mon 11:05")


@pytest.mark.parametrize(
    ("due", "deadline", "expected"),
    [("Tue 12:00", None, "Tue 12:00"), (None, "Wed 12:00", "Wed 12:00"), ("Thu 12:00", "Tue 18:00", "Tue 18:00")],
)
def test_lateness_of_begun_work_counts_from_its_earlier_date(
    sqlite_database: Database, due: str | None, deadline: str | None, expected: str
) -> None:
    dates: dict[str, Any] = {"due_at": due and at(due), "deadline_at": deadline and at(deadline)}
    request(sqlite_database, "R-1", recipe_id=None, routing=baking(), **dates)
    run(sqlite_database, 1, NINE, at("Mon 10:00"))
    answer = translated(sqlite_database, at("Mon 09:30"))
    (planned,) = answer.problem.requests
    assert planned.begun
    assert planned.due == answer.clock.floor(at(expected))
    assert planned.deadline is None


def test_what_has_not_begun_keeps_its_deadline(sqlite_database: Database) -> None:
    request(sqlite_database, "R-1", recipe_id=None, routing=baking(), deadline_at=at("Tue 18:00"))
    (planned,) = translated(sqlite_database, at("Mon 09:30")).problem.requests
    assert (planned.begun, planned.due) == (False, None)
    assert planned.deadline is not None


def outage(database: Database, until: str) -> None:
    for unit in (2, 3):
        store(
            database,
            Outage(unit_id=unit, start_at=at("Mon 10:00"), end_at=at(until), reported_at=NINE, reported_by="admin"),
        )


def test_a_lag_that_can_still_be_kept_binds(sqlite_database: Database) -> None:
    request(sqlite_database, "R-1", recipe_id=None, routing=baking(most_minutes=4 * 60))
    run(sqlite_database, 1, NINE, at("Mon 10:00"))
    outage(sqlite_database, "Mon 14:00")
    answer = translated(sqlite_database, at("Mon 10:30"))
    assert answer.broken_lags == ()
    assert only_lag(answer)[0].most == 48


def test_a_lag_that_reality_has_broken_is_reported_and_displaces_nothing(sqlite_database: Database) -> None:
    request(sqlite_database, "R-1", recipe_id=None, routing=baking(least_minutes=30, most_minutes=4 * 60))
    run(sqlite_database, 1, NINE, at("Mon 10:00"))
    outage(sqlite_database, "Mon 14:05")
    answer = translated(sqlite_database, at("Mon 10:30"))
    (broken,) = answer.broken_lags
    assert (broken.before, broken.after) == ("R1/1/1", "R1/2/1")
    assert (broken.most_minutes, broken.soonest_minutes) == (240, 245)
    lag, _ = only_lag(answer)
    assert (lag.least, lag.most) == (6, None)
    plan = solve_model(answer.problem, level=0).plan
    assert plan is not None
    assert plan.left_out == ()


def test_a_broken_lag_is_told_on_the_plan_and_to_the_owner(sqlite_database: Database) -> None:
    request(sqlite_database, "R-1", recipe_id=None, routing=baking(most_minutes=60))
    run(sqlite_database, 1, NINE, at("Mon 10:00"))
    now = at("Mon 12:00")
    plan_id = ask_for_plan(sqlite_database, actor=ME, now=now, week=WEEK, limit=None, work=2, workers=1)
    draft_plan(sqlite_database, actor=ME, now=lambda: now, plan_id=plan_id)
    (told,) = show_plan(sqlite_database, actor=ME, now=now, plan_id=plan_id).broken_lags
    assert told.text == (
        "R-1 bake: cool may follow after 1 h at most, but cannot before 2 h 30 min. "
        "Scrap it, redo it from bake on, or accept."
    )
    assert dict(told.facts)["choices"] == "scrap, redo from bake, accept"
    publish_plan(sqlite_database, actor=ME, now=now, plan_id=plan_id)
    texts = {notice.kind: notice.text for notice in list_notices(sqlite_database, actor=ME, now=now)}
    assert texts["lag_broken"].endswith(
        "after 2 h 30 min at the soonest; 1 h are allowed. Scrap it, redo it, or accept."
    )

    again = ask_for_plan(sqlite_database, actor=ME, now=now, week=WEEK, limit=None, work=2, workers=1)
    draft_plan(sqlite_database, actor=ME, now=lambda: now, plan_id=again)
    publish_plan(sqlite_database, actor=ME, now=now, plan_id=again)
    kinds = [notice.kind for notice in list_notices(sqlite_database, actor=ME, now=now)]
    assert kinds.count("lag_broken") == 1


def test_a_lag_broken_between_two_runs_that_are_done_is_reported(sqlite_database: Database) -> None:
    routing = baking(most_minutes=60)
    routing["operations"].append({**routing["operations"][0], "name": "pack"})
    request(sqlite_database, "R-1", recipe_id=None, routing=routing)
    run(sqlite_database, 1, NINE, at("Mon 10:00"))
    run(sqlite_database, 2, at("Mon 11:01"), at("Mon 12:01"))
    (broken,) = translated(sqlite_database, at("Mon 12:30")).broken_lags
    assert (broken.before, broken.after, broken.soonest_minutes, broken.done) == ("R1/1/1", "R1/2/1", 61, True)
    assert translated(sqlite_database, at("Mon 10:00")).broken_lags == ()


def test_what_is_left_of_begun_work_is_kept_though_it_is_not_booked(sqlite_database: Database) -> None:
    request(sqlite_database, "R-1", recipe_id=None, routing=baking())
    request(sqlite_database, "R-2", recipe_id=None, routing=baking())
    run(sqlite_database, 1, NINE, at("Mon 10:00"))
    begun, new = translated(sqlite_database, at("Mon 10:30")).problem.requests
    assert (begun.begun, begun.kept, new.begun, new.kept) == (True, True, False, False)
