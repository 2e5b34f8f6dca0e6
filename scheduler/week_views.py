"""What the use cases answer about one centre's week: its board, shares and use.

Knows no rows, no HTTP and no solver.
"""

from dataclasses import dataclass
from datetime import datetime

from scheduler.plan_views import LeftOutView
from scheduler.views import NoticeView


@dataclass(frozen=True, kw_only=True, slots=True)
class ShareRow:
    """Hours of one cluster at one centre: booked, its share of all booked hours, and what it is entitled to, in
    percent. Shares count hours as the centre weighs them: ``weighted_hours`` are booked, ``agreed_hours`` are the part
    of the week's open ones that was agreed."""

    name: str
    booked_hours: float
    share_percent: float
    entitled_percent: float
    weighted_hours: float = 0.0
    agreed_hours: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class UseRow:
    """Hours of one laboratory: open (its units' lanes within the week), booked within them, and their ratio, percent.

    ``after_hours`` are booked while closed (unattended runs). ``refused``: how many wishes for a booking by hand did
    not fit, each once, and ``refused_hours`` what they asked for of the week."""

    name: str
    open_hours: float
    booked_hours: float
    use_percent: float
    after_hours: float
    refused: int = 0
    refused_hours: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekSummary:
    """One centre's week."""

    centre: str
    week: str
    clusters: tuple[ShareRow, ...]
    laboratories: tuple[UseRow, ...]
    left_out: tuple[LeftOutView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class BarView:
    """One stretch on a unit's row of the board. ``kind``: booking, asked (it waits for approval and holds
    nothing), tentative, changeover, outage, closure (a holiday, a closure or a period in which nobody may use it), busy
    (others' work). Units of several lanes stack."""

    kind: str
    lane: int
    start: datetime
    end: datetime
    label: str
    cluster: str | None
    booking_id: int | None
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardRow:
    unit: str
    name: str
    type: str
    lanes: int
    open: tuple[tuple[datetime, datetime], ...]
    bars: tuple[BarView, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardLaboratory:
    key: str
    name: str
    rows: tuple[BoardRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """A centre's week: ``start`` and ``end`` are the local Monday midnights (aware, the centre's zone). ``published``:
    whether a plan of this week has been published; otherwise what is shown may be tentative."""

    centre: str
    centre_name: str
    week: str
    zone: str
    start: datetime
    end: datetime
    published: bool
    clusters: tuple[tuple[str, str], ...]
    laboratories: tuple[BoardLaboratory, ...]
    notices: tuple[NoticeView, ...]
