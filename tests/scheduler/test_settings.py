"""A centre's planning settings: defaults, what is stored, and what is refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from scheduler.settings import PRESETS, CentreSettings
from solver.costs import COSTS


def test_what_is_not_given_has_a_default() -> None:
    settings = CentreSettings.read({})
    assert (settings.tick_minutes, settings.horizon_weeks) == (5, 4)
    assert [level.name for level in settings.levels][:3] == ["displaced", "moved_in_freeze", "unplanned"]


def test_what_is_stored_is_read_back_the_same() -> None:
    given: dict[str, Any] = {
        "tick_minutes": 10,
        "levels": [{"name": "late or out", "terms": {"tardiness": 2, "unplanned": 3}, "tolerance": 0}],
    }
    settings = CentreSettings.read(given)
    again = CentreSettings.read(settings.stored())
    assert again == settings
    assert {again.levels, settings.levels} == {settings.levels}


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_preset_is_an_order_of_known_costs(name: str) -> None:
    levels = CentreSettings.read({"levels": name}).levels
    assert levels == PRESETS[name]
    assert {cost for level in levels for cost in level.terms} <= set(COSTS)


def test_presets_have_the_same_levels_in_orders_of_their_own() -> None:
    orders = {name: tuple(level.name for level in levels) for name, levels in PRESETS.items()}
    assert set(orders) == {"throughput", "punctual", "fair"}
    assert len(set(orders.values())) == 3
    assert len({frozenset(order) for order in orders.values()}) == 1
    assert set(orders["fair"]) == set(COSTS) - {"makespan"}
    assert all(order[:2] == ("displaced", "moved_in_freeze") for order in orders.values())
    first_new = {name: order[2] for name, order in orders.items()}
    assert first_new == {"throughput": "unplanned", "punctual": "tardiness", "fair": "unfairness"}
    assert {level.tolerance for levels in PRESETS.values() for level in levels} == {20}


@pytest.mark.parametrize(
    "given",
    [
        {"tick_minutes": 7},
        {"tick_minutes": 0},
        {"tick_minutes": "5"},
        {"horizon_weeks": 13},
        {"freeze_hours": -1},
        {"levels": "fastest"},
        {"levels": []},
        {"levels": [{"name": "a", "terms": {"beauty": 1}}]},
        {"levels": [{"name": "a", "terms": {"moved": 0}}]},
        {"levels": [{"name": "a", "terms": {"moved": 1}}, {"name": "a", "terms": {"moved": 1}}]},
        {"weights": {"stage_points": {"idea": 1}}},
        {"weights": {"priority_factors": {"low": 0, "normal": 1, "high": 1, "urgent": 1}}},
        {"fairness": {"hour_weights": {"oven": 0}}},
        {"fairness": {"hour_weights": {"oven": 10_001}}},
        {"fairness": {"debt_percent": -1}},
        {"colour": "blue"},
    ],
)
def test_settings_that_make_no_sense_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CentreSettings.read(given)
