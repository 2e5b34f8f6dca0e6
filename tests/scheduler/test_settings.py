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
        {"colour": "blue"},
    ],
)
def test_settings_that_make_no_sense_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CentreSettings.read(given)
