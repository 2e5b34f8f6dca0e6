"""The week board: a row per unit, grouped by laboratory, coloured by cluster.

Knows no SQL.
"""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from api.calls import Call, Calling
from api.pages.bars import drawn_rows
from api.pages.drawing import dates_text, draw
from api.pages.places import Names, chosen_centre, draw_empty, every_centre
from api.pages.shape import new_page_router
from api.pages.timeline import Strip
from api.permission import needs
from api.schemas import Key, Strict, Week
from api.tones import Palette, palette_of
from scheduler import plans, reports
from scheduler.access import can
from scheduler.board import board as read_board
from scheduler.centres import CentreView
from scheduler.local_time import iso_week, next_week, previous_week
from scheduler.plan_views import PlanSummary
from scheduler.week_views import Board, ShareRow, WeekSummary

router = new_page_router()
ZOOMS = {"1": ("Week", 6), "2": ("2×", 3), "4": ("4×", 2)}
"""How wide the week is drawn: a word, and hours between labels."""

DESCRIBED = '</api/v1/openapi.json>; rel="service-desc", </docs>; rel="service-doc"'
"""Where programs and people find the REST interface described (RFC 8631)."""

SAID = {
    "outage": "The outage is recorded. No booking lies under it, so nothing has to move.",
    "reported": "The outage is recorded, and a repair is asked for; the lab manager reviews it.",
    "cancelled": "The booking is cancelled; its time is free.",
    "booked": "The booking is confirmed.",
}
"""What was just done, for those whom a form sent here."""


class BoardAsked(Strict):
    centre: Key | None = None
    week: Week | None = None
    zoom: Literal["1", "2", "4"] = "1"
    said: Literal["outage", "reported", "cancelled", "booked"] | None = None


@router.get("/", dependencies=[needs("see busy times")])
def home(request: Request, call: Calling) -> Response:
    if not every_centre(call):
        return draw_empty(request, call)
    # Whoever has their hands on the work and plans none begins with what there is to do.
    hands = can(call.actor, "record use") and not can(call.actor, "plan")
    return RedirectResponse("/day" if hands else "/board", status_code=303, headers={"Link": DESCRIBED})


@router.get("/board", dependencies=[needs("see busy times")])
def show_board(request: Request, call: Calling, asked: Annotated[BoardAsked, Query()]) -> Response:
    centres = every_centre(call)
    if not centres:
        return draw_empty(request, call)
    centre = chosen_centre(centres, asked.centre)
    key = centre.key
    week = asked.week or _week_to_show(call, centre)
    found = read_board(call.database, actor=call.actor, now=call.now, centre=key, week=week)
    summary = reports.week_summary(call.database, actor=call.actor, now=call.now, centre=key, week=week)
    said = SAID.get(asked.said or "")
    return draw(request, "board.html", said=said, **_facts(call, centre, centres, found, summary, asked.zoom))


def _week_to_show(call: Call, centre: CentreView) -> str:
    """This week, or the next when only that has a plan yet."""
    this = iso_week(call.now, centre.zone)
    known = {plan.week for plan in _plans(call, centre.key, None) if plan.state == "published"}
    return next_week(this) if this not in known and next_week(this) in known else this


def _plans(call: Call, centre: str, week: str | None) -> list[PlanSummary]:
    return plans.list_plans(call.database, actor=call.actor, now=call.now, centre=centre, week=week, limit=20)


def _facts(
    call: Call, centre: CentreView, centres: list[CentreView], found: Board, summary: WeekSummary, zoom: str
) -> dict[str, Any]:
    strip = Strip(start=found.start, end=found.end, zone=found.zone)
    palette = palette_of(call.database, actor=call.actor, now=call.now, centres=(found.centre,))
    of_week = _plans(call, found.centre, found.week)
    return {
        "centre": centre,
        "centres": centres,
        "board": found,
        "summary": summary,
        "palette": palette,
        "legend": _legend(found, summary, palette),
        "owners": Names(call).organisations,
        "laboratories": drawn_rows(found, strip, palette, summary),
        "dates": dates_text(strip),
        "midnights": strip.lines(),
        "days": strip.days(now=call.now, step=ZOOMS[zoom][1]),
        "now_x": strip.x(call.now) if strip.holds(call.now) else None,
        "now": call.now,
        "zoom": zoom,
        "zooms": [(each, word) for each, (word, _) in ZOOMS.items()],
        "weeks": (previous_week(found.week), iso_week(call.now, found.zone), next_week(found.week)),
        "plans": of_week,
        "waiting": next((plan for plan in of_week if plan.state in ("queued", "solving", "draft")), None),
        "figures": _figures(found, summary, call.now),
        "fingerprint": sha256(repr((replace(found, notices=()), summary)).encode()).hexdigest()[:16],
    }


def _legend(found: Board, summary: WeekSummary, palette: Palette) -> list[tuple[str, str, str, ShareRow | None]]:
    """Key, name, tone and hours of each cluster that has something on the board, or a share of the centre's hours."""
    shares = {row.name: row for row in summary.clusters}
    on_board = {key for key, _ in found.clusters}
    return [
        (key, name, palette.tone(key), shares.get(name))
        for key, name in palette.clusters
        if key in on_board or name in shares
    ]


def _figures(found: Board, summary: WeekSummary, now: datetime) -> dict[str, object]:
    opened = sum(row.open_hours for row in summary.laboratories)
    booked = sum(row.booked_hours for row in summary.laboratories)
    rows = [row for laboratory in found.laboratories for row in laboratory.rows]
    bars = [bar for row in rows for bar in row.bars]
    broken = [row.unit for row in rows if any(bar.kind == "outage" for bar in row.bars)]
    return {
        "opened": opened,
        "booked": booked,
        "after_hours": sum(row.after_hours for row in summary.laboratories),
        "refused": sum(row.refused for row in summary.laboratories),
        "refused_hours": sum(row.refused_hours for row in summary.laboratories),
        "use": round(100 * booked / opened) if opened else 0,
        "units": len(rows),
        "busy": any(bar.kind == "busy" for bar in bars),
        "broken": broken,
        "left_out": summary.left_out,
        "bookings": len({bar.booking_id for bar in bars if bar.booking_id is not None and bar.kind != "asked"}),
        "asked": len({bar.booking_id for bar in bars if bar.kind == "asked"}),
        "tentative": sum(bar.kind == "tentative" for bar in bars),
        "changeovers": any(bar.kind == "changeover" for bar in bars),
        "over": found.end <= now,
    }
