"""A small week of a made-up centre, as the use cases would show it.

Knows no database.
"""

from datetime import UTC, datetime, timedelta

from scheduler.plan_views import LeftOutView
from scheduler.views import Sentence
from scheduler.week_views import BarView, Board, BoardLaboratory, BoardRow, ShareRow, UseRow, WeekSummary

MONDAY = datetime(2026, 11, 29, 21, tzinfo=UTC)
"""Monday 30 November 2026, 00:00 in Moscow."""

CLUSTERS = (("pharma", "Pharmacy"), ("radio", "Radio electronics"))


def hours(count: float) -> datetime:
    """So long after the Monday began."""
    return MONDAY + timedelta(hours=count)


def bar(
    start: float, end: float, *, kind: str = "booking", lane: int = 0, cluster: str | None = "pharma", label: str = "R1"
) -> BarView:
    """A bar from and to hours after Monday began."""
    return BarView(
        kind=kind, lane=lane, start=hours(start), end=hours(end), label=label, cluster=cluster, booking_id=1, detail=""
    )


def row(*bars: BarView, name: str = "Reflow oven", lanes: int = 1) -> BoardRow:
    """A unit open from 8 to 20 on Monday and Tuesday."""
    open_hours = ((hours(8), hours(20)), (hours(32), hours(44)))
    return BoardRow(unit=name.lower(), name=name, type="oven", lanes=lanes, open=open_hours, bars=bars)


def a_board(*rows: BoardRow, centre: str = "radio", published: bool = True) -> Board:
    """A board with one laboratory of these rows and an empty one."""
    return Board(
        centre=centre,
        centre_name=f"Centre of {centre}",
        week="2026-W49",
        zone="Europe/Moscow",
        start=MONDAY,
        end=MONDAY + timedelta(days=7),
        published=published,
        clusters=CLUSTERS,
        laboratories=(
            BoardLaboratory(key="assembly", name="Assembly", rows=rows),
            BoardLaboratory(key="empty", name="Nothing in it", rows=()),
        ),
        notices=(),
    )


def a_left_out(number: int) -> LeftOutView:
    """A request that stays out for a reason with numbers."""
    reason = Sentence(code="no_room_on_unit", text=f"The oven has {number} h open, 30 h are needed.")
    return LeftOutView(
        request=f"REQ-{number}",
        organisation="sunbeam",
        owner="Sunbeam",
        cluster="pharma",
        zone="Europe/Moscow",
        absence="deferred" if number % 2 else "unplanned",
        last_start=hours(200) if number % 2 else None,
        reasons=(reason,),
    )


def a_summary(centre: str = "radio") -> WeekSummary:
    """Shares of two clusters, the use of one laboratory."""
    return WeekSummary(
        centre=centre,
        week="2026-W49",
        clusters=(
            ShareRow(name="Pharmacy", booked_hours=30.0, share_percent=75.0, entitled_percent=60.0),
            ShareRow(name="Radio electronics", booked_hours=10.0, share_percent=25.0, entitled_percent=40.0),
        ),
        laboratories=(UseRow(name="Assembly", open_hours=48.0, booked_hours=40.0, use_percent=83.3, after_hours=6.0),),
        left_out=(a_left_out(1),),
    )
