"""A centre's planning settings: grid, horizon, freeze, order of the levels, and what a request weighs.

Knows nothing of requests or rows.
"""

import json
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from scheduler.public_holidays import is_known
from solver.costs import COSTS

Stage = Literal["idea", "prototype", "pilot lot", "production"]
Priority = Literal["low", "normal", "high", "urgent"]


class Strict(BaseModel):
    """Immutable, strict, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class LevelSetting(Strict):
    """One level of the objective: ``terms`` name costs and their factors, ``tolerance`` is in thousandths."""

    name: str = Field(min_length=1, max_length=60)
    terms: dict[str, int] = Field(min_length=1)
    tolerance: int = Field(default=20, ge=0, le=1000)

    def __hash__(self) -> int:
        return hash((self.name, tuple(sorted(self.terms.items())), self.tolerance))

    @field_validator("terms")
    @classmethod
    def _known(cls, terms: dict[str, int]) -> dict[str, int]:
        for cost, factor in terms.items():
            if cost not in COSTS:
                raise ValueError(f"costs out of {', '.join(sorted(COSTS))}; {cost!r} is none")
            if not 1 <= factor <= 1_000_000:
                raise ValueError(f"a factor of {cost} from 1 to 1,000,000")
        return terms


def _each(*costs: str) -> tuple[LevelSetting, ...]:
    return tuple(LevelSetting(name=cost, terms={cost: 1}) for cost in costs)


_STANDING = ("displaced", "moved_in_freeze")
_MOVES = ("moved", "shifted", "unit_changes")
_UNITS = ("setup", "running", "gaps")

PRESETS: Mapping[str, tuple[LevelSetting, ...]] = {
    "throughput": _each(*_STANDING, "unplanned", "tardiness", "unfairness", *_MOVES, *_UNITS, "completion"),
    "punctual": _each(*_STANDING, "tardiness", "unplanned", "unfairness", *_MOVES, *_UNITS, "completion"),
    "fair": _each(*_STANDING, "unfairness", "unplanned", "tardiness", *_MOVES, *_UNITS, "completion"),
}
"""Orders of the levels by name. ``throughput`` plans as much as it can, ``punctual`` leaves out what would be late,
``fair`` gives each cluster what was agreed before anything else that is new (docs/adr/0013)."""


_STAGE_POINTS: dict[Stage, int] = {"idea": 1, "prototype": 3, "pilot lot": 5, "production": 4}
_PRIORITY_FACTORS: dict[Priority, int] = {"low": 1, "normal": 2, "high": 4, "urgent": 8}


class WeightSettings(Strict):
    """The numbers of ``scheduler.weights``: what it costs to leave a request out, and to be late."""

    stage_points: dict[Stage, int] = _STAGE_POINTS
    priority_factors: dict[Priority, int] = _PRIORITY_FACTORS
    per_request: int = Field(default=20, ge=0, le=1_000_000)
    per_hour: int = Field(default=4, ge=0, le=1_000_000)
    per_unattended_hour: int = Field(default=1, ge=0, le=1_000_000)
    passed_over_percent: int = Field(default=25, ge=0, le=1000)
    displaced_factor: int = Field(default=3, ge=1, le=1000)
    late_share: int = Field(default=1000, ge=0, le=1_000_000)

    @field_validator("stage_points", "priority_factors")
    @classmethod
    def _whole(cls, points: dict[str, int], asked: ValidationInfo) -> dict[str, int]:
        names = _STAGE_POINTS if asked.field_name == "stage_points" else _PRIORITY_FACTORS
        for name, value in points.items():
            if not 1 <= value <= 1_000_000:
                raise ValueError(f"a number of {name} from 1 to 1,000,000")
        if len(points) < len(names):
            raise ValueError(f"a number for each of {', '.join(names)}")
        return points


class FairnessSettings(Strict):
    """How hours count towards what was agreed for clusters.

    ``hour_weights``: in percent, what an hour of a unit with a capability counts, 100 unless it stands here; the
    dearest capability counts. ``debt_percent``: by how much at most what a cluster lacked in the four weeks before
    raises what it should get, of what was agreed.
    """

    hour_weights: dict[str, int] = Field(default_factory=dict)
    debt_percent: int = Field(default=50, ge=0, le=1000)

    @field_validator("hour_weights")
    @classmethod
    def _percents(cls, weights: dict[str, int]) -> dict[str, int]:
        for capability, percent in weights.items():
            if not 1 <= percent <= 10_000:
                raise ValueError(f"percents of {capability} from 1 to 10,000")
        return weights


FORMALITIES = ("reasons", "signatures")
"""Settings that only a change of their own turns off (``scheduler.centres``)."""


class CentreSettings(Strict):
    """``tick_minutes`` divides the hour; the freeze counts from the moment of planning.

    ``levels`` may be given as the name of a preset. ``holidays``: the country (``RU``) or the part of one (``DE-BE``)
    on whose public holidays the centre is closed, but for the laboratories, units and technicians (by key) named in
    ``open_on_holidays``. ``reasons``: cancelling, withdrawing, outages, maintenance, publishing and discarding need a
    reason; ``signatures``: what approves, publishes or releases needs the password again, with its meaning.
    """

    tick_minutes: int = Field(default=5, ge=1, le=60)
    horizon_weeks: int = Field(default=4, ge=1, le=12)
    freeze_hours: int = Field(default=48, ge=0, le=12 * 7 * 24)
    levels: tuple[LevelSetting, ...] = Field(default=PRESETS["throughput"], min_length=1, max_length=20)
    weights: WeightSettings = WeightSettings()
    fairness: FairnessSettings = FairnessSettings()
    holidays: str | None = Field(default=None, max_length=20)
    open_on_holidays: tuple[str, ...] = Field(default=(), max_length=1000)
    reasons: bool = False
    signatures: bool = False

    @field_validator("holidays")
    @classmethod
    def _known_place(cls, place: str | None) -> str | None:
        if place is not None and not is_known(place):
            raise ValueError("a country whose public holidays are known, such as RU, or a part of one, such as DE-BE")
        return place

    @field_validator("tick_minutes")
    @classmethod
    def _divides_the_hour(cls, minutes: int) -> int:
        if 60 % minutes:
            raise ValueError("a number of minutes that divides the hour, such as 5, 10 or 15")
        return minutes

    @field_validator("levels", mode="before")
    @classmethod
    def _preset(cls, levels: Any) -> Any:
        if not isinstance(levels, str):
            return tuple(levels) if isinstance(levels, list) else levels
        if levels not in PRESETS:
            raise ValueError(f"levels, or one of the presets {', '.join(PRESETS)}")
        return PRESETS[levels]

    @field_validator("levels")
    @classmethod
    def _named_once(cls, levels: tuple[LevelSetting, ...]) -> tuple[LevelSetting, ...]:
        names = [level.name for level in levels]
        if len(set(names)) < len(names):
            raise ValueError(f"a name of its own for each level, not {', '.join(names)}")
        return levels

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """Settings as stored, or as read from a file; what is missing has its default. Raises ``ValidationError``."""
        return cls.model_validate_json(json.dumps(stored))

    def stored(self) -> dict[str, Any]:
        """Settings as JSON for the centre's row."""
        return self.model_dump(mode="json")
