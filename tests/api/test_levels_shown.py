"""Every level of every preset is shown in a laboratory's words, with its value, its bound and its gap."""

from typing import Any

import pytest

from api.cli.tables import show_levels
from models.tables import Centre
from scheduler.documents import level_views
from scheduler.level_words import BEST_IN_ORDER, LEVELS
from scheduler.plan_views import LevelView
from scheduler.settings import PRESETS
from solver.costs import COSTS
from solver.plan import LevelValue
from tests.api.declared import Declared, answer
from tests.api.test_pages import page
from tests.api.test_plans import ask
from tests.scheduler.small_centre import request


def choose(client: Declared, preset: str) -> None:
    def command(session: Any) -> None:
        centre = session.get_one(Centre, 1)
        centre.settings = {**centre.settings, "levels": preset}
        session.add(centre)

    client.database.write(command)


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_levels_of_a_preset(here: Declared, preset: str, capsys: pytest.CaptureFixture[str]) -> None:
    choose(here, preset)
    request(here.database, "R-1")
    address = ask(here)
    plan = answer(here.get(address))
    assert [each["name"] for each in plan["levels"]] == [level.name for level in PRESETS[preset]]
    assert all(each["told"] == LEVELS[each["name"]] for each in plan["levels"])
    assert all(each["bound"] is not None and each["gap_percent"] is not None for each in plan["levels"])
    text = page(here.get(address.removeprefix("/api/v1")))
    show_levels([LevelView(**each) for each in plan["levels"]])
    printed = capsys.readouterr().out
    for number, each in enumerate(plan["levels"], start=1):
        assert f"{number}. {each['told']} {each['value']:,} {each['bound']:,} {each['gap_told']}" in text
        assert each["told"] in printed
    assert "What clusters get" in text
    assert [each["cluster"] for each in plan["given"]] == ["IT", "PH"]


def test_of_a_proven_plan_no_gap_is_told() -> None:
    """A later level may lie above what it could be by itself: the order asks for it."""
    levels = (LevelValue(name="unplanned", value=4, bound=4), LevelValue(name="completion", value=9, bound=3))
    assert [each.gap_told for each in level_views(levels)] == ["0.0 %", "66.7 %"]
    proven = level_views((*levels, LevelValue(name="unfairness", value=7, bound=None)), proven=True)
    assert [each.gap_told for each in proven] == ["0.0 %", BEST_IN_ORDER, BEST_IN_ORDER]


def test_every_cost_has_words() -> None:
    assert set(LEVELS) == set(COSTS)
