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
from api.pages.bars import Palette, drawn_rows
from api.pages.drawing import dates_text, draw
from api.pages.shape import new_page_router
from api.pages.timeline import Strip
from api.schemas import Key, Strict, Week
from scheduler import catalogue, plans, reports
from scheduler.board import board as read_board
from scheduler.catalogue import CentreView
from scheduler.errors import Unknown
from scheduler.local_time import iso_week, next_week, previous_week
from scheduler.views import Board, PlanSummary, WeekSummary

router = new_page_router()
ZOOMS = {"1": ("Week", 6), "2": ("2×", 3), "4": ("4×", 2)}
"""How wide the week is drawn: a word, and hours between labels."""

SAID = {
    "outage": "The outage is recorded. No booking lies under it, so nothing has to move.",
    "cancelled": "The booking is cancelled; its time is free.",
    "booked": "The booking is confirmed.",
}
"""What was just done, for those whom a form sent here."""


class BoardAsked(Strict):
    centre: Key | None = None
    week: Week | None = None
    zoom: Literal["1", "2", "4"] = "1"
    said: Literal["outage", "cancelled", "booked"] | None = None


@router.get("/")
def home(request: Request, call: Calling) -> Response:
    if not catalogue.list_centres(call.database, actor=call.actor, now=call.now):
        return draw(request, "empty.html")
    return RedirectResponse("/board", status_code=303)


@router.get("/board")
def show_board(request: Request, call: Calling, asked: Annotated[BoardAsked, Query()]) -> Response:
    centres = catalogue.list_centres(call.database, actor=call.actor, now=call.now)
    if not centres:
        return draw(request, "empty.html")
    key = asked.centre or centres[0].key
    centre = next((each for each in centres if each.key == key), None)
    if centre is None:
        raise Unknown("centre", key)
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
    palette = _palette(call, found)
    of_week = _plans(call, found.centre, found.week)
    return {
        "centre": centre,
        "centres": centres,
        "board": found,
        "summary": summary,
        "palette": palette,
        "legend": [(key, name, palette.tone(key), _share(summary, name)) for key, name in palette.shown(found)],
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


def _palette(call: Call, found: Board) -> Palette:
    clusters = catalogue.list_clusters(call.database, actor=call.actor, now=call.now)
    at_home = [each for each in clusters if any(share.centre == found.centre for share in each.entitlements)]
    return Palette([(each.key, each.name) for each in (*at_home, *(c for c in clusters if c not in at_home))])


def _share(summary: WeekSummary, name: str) -> object:
    return next((row for row in summary.clusters if row.name == name), None)


def _figures(found: Board, summary: WeekSummary, now: datetime) -> dict[str, object]:
    opened = sum(row.open_hours for row in summary.laboratories)
    booked = sum(row.booked_hours for row in summary.laboratories)
    rows = [row for laboratory in found.laboratories for row in laboratory.rows]
    broken = [row.unit for row in rows if any(bar.kind == "outage" for bar in row.bars)]
    return {
        "opened": opened,
        "booked": booked,
        "after_hours": sum(row.after_hours for row in summary.laboratories),
        "use": round(100 * booked / opened) if opened else 0,
        "units": len(rows),
        "broken": broken,
        "left_out": summary.left_out,
        "bookings": len({bar.booking_id for row in rows for bar in row.bars if bar.booking_id is not None}),
        "tentative": sum(bar.kind == "tentative" for row in rows for bar in row.bars),
        "over": found.end <= now,
    }
