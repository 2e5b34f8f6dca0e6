"""What clusters should get and what plans give them: by hand, with debts and weighed hours, and as the reports say.

Knows nothing of how a plan comes to be fair.
"""

from datetime import timedelta
from typing import Any

import pytest

from models.database import Database
from models.tables import Centre, Closure, Entitlement, PassedOver, Plan
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.documents import read_document
from scheduler.plans import plan_document, show_plan
from scheduler.reports import week_summary
from solver.problem import Share
from tests.scheduler.small_centre import NOW, WEEK, at, found, request, store
from tests.scheduler.test_planning import draft, publish
from tests.scheduler.upkept import calibration

BOARDS = 100 * (12 + 132)
"""What 30 boards give: an hour of printing and eleven of the oven, in ticks of 5 minutes, an hour counting 100 %."""
OPEN = 100 * 5 * 4 * 5 * 144
"""Five lanes open for twelve hours on the working days of four weeks."""


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """One kind is enough: nothing here is left to the database."""
    return sqlite_database


@pytest.fixture(autouse=True)
def _found(database: Database) -> None:
    found(database)


def settle_on(database: Database, *, settings: dict[str, Any] | None = None, **shares: int) -> None:
    """The centre's settings, and thousandths agreed for ``it`` and ``ph``."""

    def command(session: Any) -> None:
        centre = session.get_one(Centre, 1)
        centre.settings = {"freeze_hours": 24, "levels": "fair", **(settings or {})}
        session.add(centre)
        for cluster, key in ((1, "it"), (2, "ph")):
            row = session.get_one(Entitlement, (cluster, 1))
            row.share = shares.get(key, row.share)
            session.add(row)

    database.write(command)


def shares(database: Database, plan_id: int) -> dict[str, Share]:
    document = read_document(plan_document(database, actor=ME, now=NOW, plan_id=plan_id))
    return {share.id: share for share in document.problem.shares}


def test_a_cluster_should_get_what_was_agreed_or_what_it_asked_for(database: Database) -> None:
    settle_on(database, it=700, ph=10)
    for key, project in (("A", 1), ("B", 2), ("C", 2)):
        request(database, key, project=project)
    plan_id = draft(database)
    assert shares(database, plan_id) == {
        "K1@1": Share(id="K1@1", target=BOARDS),
        "K2@1": Share(id="K2@1", target=OPEN // 100),
    }
    document = read_document(plan_document(database, actor=ME, now=NOW, plan_id=plan_id))
    assert {(each.share, each.worth) for each in document.problem.requests} == {("K1@1", BOARDS), ("K2@1", BOARDS)}
    assert [(each.cluster, each.should_hours, each.given_hours) for each in show(database, plan_id)] == [
        ("IT", 12.0, 12.0),
        ("PH", 12.0, 24.0),
    ]


def show(database: Database, plan_id: int) -> Any:
    return show_plan(database, actor=ME, now=NOW, plan_id=plan_id).given


def test_maintenance_is_for_no_cluster(database: Database) -> None:
    settle_on(database, it=700, ph=10)
    calibration(database, expires="Thu 12:00")
    request(database, "A", project=1)
    plan_id = draft(database)
    assert shares(database, plan_id)["K1@1"] == Share(id="K1@1", target=BOARDS)
    document = read_document(plan_document(database, actor=ME, now=NOW, plan_id=plan_id))
    assert [(each.share, each.worth) for each in document.problem.requests if each.maintenance] == [("", 0)]


def test_what_can_never_be_planned_was_not_asked_in_time(database: Database) -> None:
    settle_on(database)
    request(database, "LATE", deadline_at=at("Mon 09:00"))
    assert shares(database, draft(database))["K1@1"].target == 0


def test_hours_count_as_their_dearest_capability_says(database: Database) -> None:
    settle_on(database, settings={"fairness": {"hour_weights": {"oven": 250, "printing": 50}}})
    request(database, "A")
    plan_id = draft(database)
    assert shares(database, plan_id)["K1@1"].target == 50 * 12 + 250 * 132
    (mine,) = (each for each in show(database, plan_id) if each.cluster == "IT")
    assert mine.should_hours == 28.0


def pass_over(database: Database, row_id: int, week: str) -> None:
    plan = Plan(kind="week", week=week, state="failed", asked_by="me", asked_at=NOW)
    (plan_id,) = store(database, plan)
    store(database, PassedOver(request_id=row_id, week=week, plan_id=plan_id))


def test_what_was_passed_over_is_a_debt_up_to_its_cap(database: Database) -> None:
    settle_on(database, it=8)
    ids = [request(database, key) for key in ("A", "B", "C")]
    entitled = OPEN * 8 // 1000
    assert shares(database, draft(database))["K1@1"].target == entitled
    pass_over(database, ids[0], "2026-W48")
    assert shares(database, draft(database))["K1@1"].target == entitled + entitled // 2
    settle_on(database, it=8, settings={"fairness": {"debt_percent": 0}})
    assert shares(database, draft(database))["K1@1"].target == entitled


def test_what_was_passed_over_longer_ago_is_no_debt(database: Database) -> None:
    settle_on(database, it=8)
    first = request(database, "A")
    request(database, "B")
    pass_over(database, first, "2026-W43")
    assert shares(database, draft(database))["K1@1"].target == OPEN * 8 // 1000


def test_what_was_closed_in_the_weeks_before_is_no_debt(database: Database) -> None:
    settle_on(database, it=8)
    ids = [request(database, key) for key in ("A", "B", "C")]
    pass_over(database, ids[0], "2026-W48")
    monday = at("Mon 00:00")
    store(database, Closure(centre_id=1, start_at=monday - timedelta(days=28), end_at=monday, reason="rebuilding"))
    assert shares(database, draft(database))["K1@1"].target == OPEN * 8 // 1000


def test_what_was_given_before_lowers_the_debt(database: Database) -> None:
    """The week after: what the first week gave is all that was agreed for the four weeks before."""
    settle_on(database, it=8)
    request(database, "A")
    publish(database, draft(database))
    second, _ = (request(database, key) for key in ("B", "C"))
    pass_over(database, second, WEEK)
    later = draft(database, now=NOW + timedelta(days=8), week="2026-W50")
    entitled = OPEN * 8 // 1000
    assert entitled < BOARDS
    assert shares(database, later)["K1@1"].target == entitled


def test_reports_and_plans_count_the_same_hours(database: Database) -> None:
    """With everything inside the freeze what is published is fixed, and given, in the next plan of the week."""
    weights = {"fairness": {"hour_weights": {"oven": 250}}, "horizon_weeks": 1}
    settle_on(database, settings=weights)
    for key, project in (("A", 1), ("B", 2), ("C", 2)):
        request(database, key, project=project)
    publish(database, draft(database))
    settle_on(database, settings=weights | {"freeze_hours": 400})
    given = {share.id: share.given for share in shares(database, draft(database)).values()}
    summary = week_summary(database, actor=ME, now=NOW, centre="EL", week=WEEK)
    reported = {row.name: row for row in summary.clusters}
    hours = {"K1@1": reported["Information technologies"], "K2@1": reported["Pharmaceutics"]}
    assert all(given.values())
    for id_, row in hours.items():
        assert row.weighted_hours == pytest.approx(given[id_] / 1200, abs=0.06)
        assert row.share_percent == pytest.approx(100 * given[id_] / sum(given.values()), abs=0.06)
    # twelve hours on five days: printer and microscope count once, ovens two and a half times
    assert reported["Pharmaceutics"].agreed_hours == 0.3 * 60 * (1 + 2 + 2 * 2.5)


def test_no_shares_are_counted_where_no_level_asks(database: Database) -> None:
    settle_on(database, settings={"levels": [{"name": "out", "terms": {"unplanned": 1}}]})
    request(database, "A")
    plan_id = draft(database)
    assert shares(database, plan_id) == {}
    assert show(database, plan_id) == ()
