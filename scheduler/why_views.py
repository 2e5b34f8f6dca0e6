"""What the use cases answer to why a request is not in a plan, and where it would fit.

Knows no rows, no HTTP and no solver.
"""

from dataclasses import dataclass
from datetime import datetime

from scheduler.views import Sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class WhyView:
    """Why a request is not in a plan. ``verdict``: fits, outweighed, conflict or unknown, which ``text`` says.

    ``blockers``: what stands in its way beside the plan; ``yields``: who would have to make room, and what they hold;
    ``conflict``: rules that cannot hold together; ``options``: what would let it in, the cheapest first, each solved
    and judged. ``proven``: nobody cheaper would do, no rule of the conflict could be spared. ``searched``: every kind
    of option was looked at. ``owner`` is the organisation's name.
    """

    plan_id: int
    request: str
    organisation: str
    owner: str
    verdict: str
    text: str
    weight: int
    blockers: tuple[Sentence, ...]
    yields: tuple[Sentence, ...]
    conflict: tuple[Sentence, ...]
    options: tuple[Sentence, ...]
    proven: bool
    searched: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class StepView:
    """One operation of a request where it is placed, by name (``reflow (run 2)``), and the keys of its units."""

    operation: str
    start: datetime
    end: datetime
    units: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacementView:
    """A request placed whole: first start, last end, and the keys of the units; ``steps`` by start."""

    start: datetime
    end: datetime
    units: tuple[str, ...]
    steps: tuple[StepView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class EarliestView:
    """The earliest places of a request beside all that is booked. ``complete``: there are none before or between them,
    but within an hour of one on the same units; else ``note`` says what was not looked at. ``blockers``: what stands in
    its way where there are none."""

    request: str
    centre: str
    zone: str
    placements: tuple[PlacementView, ...]
    blockers: tuple[Sentence, ...]
    complete: bool
    note: str
