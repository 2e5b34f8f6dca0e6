"""A step that falls away may leave lags that contradict each other: refused where it is said, named where it is so."""

from typing import Any

import pytest

from models.database import Database
from models.routing import Routing
from models.tables import Recipe
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.counting import count_pieces
from scheduler.doability import LagsContradict
from scheduler.plans import show_plan
from scheduler.requesting import show_request, submit_request
from tests.scheduler.small_centre import NOW, found, request, store
from tests.scheduler.test_planning import draft, publish

AROUND: dict[str, Any] = {
    "operations": [
        {"name": "inspect", "fixed_minutes": 30, "units": [{"capability": "imaging"}]},
        {"name": "rework", "fixed_minutes": 40, "expected_percent": 10, "units": [{"capability": "printing"}]},
        {"name": "test", "fixed_minutes": 60, "units": [{"capability": "imaging"}]},
    ],
    "lags": [
        {"before": "inspect", "after": "rework", "most_minutes": 60},
        {"before": "rework", "after": "test", "most_minutes": 60},
        {"before": "inspect", "after": "test", "least_minutes": 150},
    ],
}


@pytest.fixture
def lagged(sqlite_database: Database) -> Database:
    found(sqlite_database)
    store(sqlite_database, Recipe(id=2, laboratory_id=1, key="AROUND", name="Around", routing=AROUND))
    return sqlite_database


def test_a_count_with_which_the_lags_that_are_left_contradict_each_other_is_refused(lagged: Database) -> None:
    request(lagged, "R-1", recipe_id=2, quantity=60)
    with pytest.raises(LagsContradict, match="cannot hold together") as refused:
        count_pieces(lagged, actor=ME, now=NOW, key="R-1", operation="rework", count=0)
    assert refused.value.field == "count"
    assert not show_request(lagged, actor=ME, now=NOW, key="R-1").counts[0].counted, "nothing is stored"
    count_pieces(lagged, actor=ME, now=NOW, key="R-1", operation="rework", count=1)


def test_a_request_that_contradicts_itself_is_named_and_stops_no_other(lagged: Database) -> None:
    request(lagged, "R-1", recipe_id=2, quantity=60, counts={"rework": 0})
    request(lagged, "R-2", recipe_id=2, quantity=60)
    plan_id = draft(lagged)
    (out,) = show_plan(lagged, actor=ME, now=NOW, plan_id=plan_id).left_out
    assert (out.request, out.reasons[0].code) == ("R-1", "cannot_be_done")
    assert "cannot hold together" in out.reasons[0].text
    assert {"inspect", "test"} <= set(out.reasons[0].text.replace(",", "").split()), "told by the names of the steps"
    assert publish(lagged, plan_id).confirmed == 3


def test_a_step_that_is_never_expected_is_judged_when_it_is_asked_for(lagged: Database) -> None:
    never = {**AROUND["operations"][1], "expected_percent": 0}
    drawn = {**AROUND, "operations": [AROUND["operations"][0], never, AROUND["operations"][2]]}
    with pytest.raises(LagsContradict):
        submit_request(
            lagged,
            actor=ME,
            now=NOW,
            centre="EL",
            project="A-1",
            routing=Routing.model_validate(drawn, strict=False),
            quantity=60,
        )
