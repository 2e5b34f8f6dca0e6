"""What a request weighs: the centre's formula, never typed by its owner.

Knows nothing of plans.

    size   = per_request + per_hour * hours + per_unattended_hour * hours that run by themselves
    weight = stage points * priority factor * size * (100 % + passed_over_percent * weeks passed over),
             times displaced_factor when a confirmed booking of it was displaced

Hours are those of its runs; of an unattended run, loading and unloading are attended. Rounded up, at least 1.
"""

from datetime import datetime
from typing import Protocol, cast

from scheduler.routing import Expanded, PlannedRun
from scheduler.settings import CentreSettings, Priority, Stage


class Asked(Protocol):
    """What the formula reads of a request."""

    @property
    def priority(self) -> str: ...

    @property
    def displaced_at(self) -> datetime | None: ...


def weight_of(
    stage: str, request: Asked, routing: Expanded, settings: CentreSettings, *, weeks_passed_over: int = 0
) -> int:
    """Points lost when the request stays out, at least 1. ``stage`` is its project's. Raises
    ``KeyError`` for an unknown stage or priority."""
    weights = settings.weights
    minutes = [_minutes(run) for run in routing.runs]
    attended, alone = sum(each for each, _ in minutes), sum(each for _, each in minutes)
    size = 60 * weights.per_request + weights.per_hour * attended + weights.per_unattended_hour * alone
    factor = weights.stage_points[cast(Stage, stage)] * weights.priority_factors[cast(Priority, request.priority)]
    waited = 100 + weights.passed_over_percent * weeks_passed_over
    displaced = weights.displaced_factor if request.displaced_at is not None else 1
    return max(1, _up(factor * size * waited * displaced, 60 * 100))


def upkeep_weight_of(minutes: int, settings: CentreSettings) -> int:
    """Points lost when maintenance of so many minutes that may be done stays out: those of a displaced, urgent request
    of the stage with the most points."""
    weights = settings.weights
    size = 60 * weights.per_request + weights.per_hour * minutes
    factor = max(weights.stage_points.values()) * max(weights.priority_factors.values()) * weights.displaced_factor
    return max(1, _up(factor * size, 60))


def late_weight_of(
    stage: str,
    request: Asked,
    routing: Expanded,
    settings: CentreSettings,
    tick_minutes: int,
    *,
    weeks_passed_over: int = 0,
) -> int:
    """Points per tick of ``tick_minutes`` after the due date, at least 1: an hour costs ``late_share`` thousandths of
    the request's weight."""
    weight = weight_of(stage, request, routing, settings, weeks_passed_over=weeks_passed_over)
    return max(1, _up(weight * settings.weights.late_share * tick_minutes, 60 * 1000))


def weights_of(
    stage: str,
    request: Asked,
    before: tuple[PlannedRun, ...],
    routing: Expanded,
    settings: CentreSettings,
    tick_minutes: int,
    *,
    weeks_passed_over: int = 0,
) -> tuple[int, int]:
    """The weight and the late weight that a portion of a lot adds to the runs ``before`` it, each at least 1: a lot
    does not weigh more because it accepts fewer pieces."""
    whole, part = (Expanded(runs=runs, lags=()) for runs in ((*before, *routing.runs), before))

    def weigh(runs: Expanded) -> tuple[int, int]:
        weight = weight_of(stage, request, runs, settings, weeks_passed_over=weeks_passed_over)
        return weight, late_weight_of(stage, request, runs, settings, tick_minutes, weeks_passed_over=weeks_passed_over)

    weight, late = weigh(whole)
    if not before:
        return weight, late
    less = weigh(part)
    return max(1, weight - less[0]), max(1, late - less[1])


def _minutes(run: PlannedRun) -> tuple[int, int]:
    """Minutes of a run that are attended, and that run by themselves."""
    if run.operation.crossing != "unattended":
        return run.total_minutes, 0
    attended = run.head_minutes + run.tail_minutes
    return attended, run.total_minutes - attended


def _up(number: int, divisor: int) -> int:
    return -(-number // divisor)
