"""What a request weighs, by the centre's formula."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from models.routing import Operation, Routing
from scheduler.routing import Expanded, expand
from scheduler.settings import CentreSettings
from scheduler.weights import late_weight_of, weight_of, weights_of

SETTINGS = CentreSettings.read({})


@dataclass
class Asked:
    priority: str = "normal"
    displaced_at: datetime | None = None


def work(**fields: int | str) -> Expanded:
    operation = Operation.model_validate({"name": "work"} | fields)
    return expand(Routing(operations=(operation,)), quantity=1, parameters={})


THREE_HOURS = work(fixed_minutes=180)


def test_the_formula_by_hand() -> None:
    # pilot lot 5 * normal 2 * (20 per request + 4 * 3 hours)
    assert weight_of("pilot lot", Asked(), THREE_HOURS, SETTINGS) == 5 * 2 * (20 + 4 * 3)


def test_hours_that_run_by_themselves_count_less() -> None:
    alone = work(crossing="unattended", head_minutes=30, fixed_minutes=2880, tail_minutes=30)
    # idea 1 * normal 2 * (20 per request + 4 * 1 hour attended + 1 * 48 hours alone)
    assert weight_of("idea", Asked(), alone, SETTINGS) == 2 * (20 + 4 + 48)


def test_stage_and_priority_are_factors() -> None:
    weights = {
        (stage, priority): weight_of(stage, Asked(priority), THREE_HOURS, SETTINGS)
        for stage in ("idea", "prototype", "pilot lot", "production")
        for priority in ("low", "normal", "high", "urgent")
    }
    assert weights["idea", "low"] == 32
    assert weights["idea", "urgent"] == 8 * 32
    assert weights["prototype", "high"] == 3 * 4 * 32
    assert weights["production", "low"] == 4 * 32


def test_weeks_passed_over_and_a_displaced_booking_make_it_heavier() -> None:
    plain = weight_of("idea", Asked(), THREE_HOURS, SETTINGS)
    assert weight_of("idea", Asked(), THREE_HOURS, SETTINGS, weeks_passed_over=2) == plain * 3 // 2
    displaced = Asked(displaced_at=datetime(2026, 12, 1, tzinfo=UTC))
    assert weight_of("idea", displaced, THREE_HOURS, SETTINGS) == 3 * plain


def test_a_request_always_weighs_something() -> None:
    nothing = CentreSettings.read({"weights": {"per_request": 0, "per_hour": 0, "late_share": 0}})
    assert weight_of("idea", Asked("low"), THREE_HOURS, nothing) == 1
    assert late_weight_of("idea", Asked("low"), THREE_HOURS, nothing, 5) == 1


@pytest.mark.parametrize(("tick", "per_tick"), [(5, 27), (10, 54), (60, 320)])
def test_an_hour_late_costs_its_share_whatever_the_tick(tick: int, per_tick: int) -> None:
    assert late_weight_of("pilot lot", Asked(), THREE_HOURS, SETTINGS, tick) == per_tick


def test_an_unknown_stage_is_an_error_and_not_a_weight() -> None:
    with pytest.raises(KeyError, match="dream"):
        weight_of("dream", Asked(), THREE_HOURS, SETTINGS)


def test_a_lot_does_not_weigh_more_because_it_accepts_fewer_pieces() -> None:
    operation = Operation(name="work", fixed_minutes=60, pieces_per_run=10)
    lot = expand(Routing(operations=(operation,)), quantity=30, parameters={})
    found = [
        weights_of("prototype", Asked(), lot.runs[:at], Expanded(runs=lot.runs[at : at + 1], lags=()), SETTINGS, 5)
        for at in range(3)
    ]
    assert sum(weight for weight, _ in found) == weight_of("prototype", Asked(), lot, SETTINGS)
    assert found[0][0] > found[1][0] >= 1, "the request as such counts once"
    assert all(late >= 1 for _, late in found)
