"""What the door answers to why a request is not in a plan, and to where it would fit.

Knows no use case and no status code.
"""

from typing import Literal

from api.schemas import Reason, Strict
from scheduler.why_views import PlacementView


class WhyAnswer(Strict):
    """Why a request is not in a plan. ``verdict``: ``fits`` (there is room beside the plan), ``outweighed`` (only in
    place of those in ``yields``), ``conflict`` (not even alone: ``conflict`` cannot hold together), ``unknown``.
    ``blockers``: what stands in its way beside the plan; ``options``: what would let it in, the cheapest first.
    ``proven``: neither could be smaller; ``searched``: every kind of option was looked at."""

    plan_id: int
    request: str
    organisation: str
    owner: str
    verdict: Literal["fits", "outweighed", "conflict", "unknown"]
    text: str
    weight: int
    blockers: tuple[Reason, ...]
    yields: tuple[Reason, ...]
    conflict: tuple[Reason, ...]
    options: tuple[Reason, ...]
    proven: bool
    searched: bool


class EarliestAnswer(Strict):
    """The earliest places of a request beside all that is booked. ``complete``: there are none before or between them,
    but within an hour of one on the same units; else ``note`` says what was not looked at. ``blockers``: what stands in
    its way where there are none."""

    request: str
    centre: str
    zone: str
    placements: tuple[PlacementView, ...]
    blockers: tuple[Reason, ...]
    complete: bool
    note: str
