"""The week board: a row per unit, grouped by laboratory, with what is booked, waits, is tentative or out of order.

Changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from models.database import Database
from models.queries.world import BookedRun
from models.tables import Booking, Hold, Outage, Unit
from models.tables.bookings import NO_END
from scheduler.access import check_may, sight
from scheduler.actors import Actor
from scheduler.drafts import Draft
from scheduler.hours import Closing
from scheduler.naming import Naming
from scheduler.notices import list_notices
from scheduler.translate.names import row_id
from scheduler.week_views import BarView, Board, BoardLaboratory, BoardRow
from scheduler.weeks import Week, read_week

CHANGEOVER = "setup or cleaning"
BUSY, PERHAPS = "busy", "perhaps busy"
PINNED = {"time": "time pinned", "unit": "units pinned", "both": "time and units pinned"}
"""What plans leave as it is."""


def board(database: Database, *, actor: Actor, now: datetime, centre: str, week: str) -> Board:
    """The centre's week as it stands; what the actor may not see is busy, and no more. Raises ``Unknown``,
    ``BadWeek``."""
    check_may(actor, "see busy times")
    found = read_week(database, centre=centre, week=week, sight=sight(actor))
    bars = _bars(found, now)
    clusters = {bar.cluster for row in bars.values() for bar in row if bar.cluster is not None}
    return Board(
        centre=centre,
        centre_name=found.centre.name,
        week=week,
        zone=found.centre.zone,
        start=found.start,
        end=found.end,
        published=found.published,
        clusters=tuple((row.key, row.name) for _, row in sorted(found.world.clusters.items()) if row.key in clusters),
        laboratories=tuple(
            BoardLaboratory(key=row.key, name=row.name, rows=_rows(found, laboratory_id, bars))
            for laboratory_id, row in sorted(found.world.laboratories.items())
        ),
        notices=tuple(list_notices(database, actor=actor, now=now, centre=centre, limit=20)),
    )


def _rows(week: Week, laboratory_id: int, bars: dict[int, list[BarView]]) -> tuple[BoardRow, ...]:
    units = [unit for unit in week.world.units.values() if unit.laboratory_id == laboratory_id]
    return tuple(_row(week, unit, bars.get(unit.id, [])) for unit in sorted(units, key=lambda unit: unit.key))


def _row(week: Week, unit: Unit, bars: list[BarView]) -> BoardRow:
    clock = week.clock
    return BoardRow(
        unit=unit.key,
        name=unit.name,
        type=unit.type,
        lanes=week.world.resources[unit.id].lanes,
        open=tuple((clock.moment(start), clock.moment(end)) for start, end in week.opened[unit.id]),
        bars=tuple(sorted(bars, key=lambda bar: (bar.start, bar.lane))),
    )


def _bars(week: Week, now: datetime) -> dict[int, list[BarView]]:
    bars: dict[int, list[BarView]] = defaultdict(list)
    for booked, booking, hold in week.held:
        bars[hold.resource_id].append(_booked_bar(week, booked, booking, hold.lane, hold.start_at, hold.end_at))
    for unit_id, bar in dict.fromkeys(_asked_bars(week, now)):
        bars[unit_id].append(bar)
    for outage in week.world.outages:
        if outage.start_at < week.end and outage.end_at > week.start:
            reason = outage.reason if week.sight.covers(centre_id=week.centre.id) else ""
            bars[outage.unit_id].append(_outage_bar(outage, reason, week.end))
    for unit in week.world.units.values():
        bars[unit.id] += [_closure_bar(one) for one in week.closings(unit)]
    if week.forecast is not None:
        for unit_row_id, bar in _tentative(week, week.forecast):
            bars[unit_row_id].append(bar)
    return bars


def _booked_bar(
    week: Week, booked: BookedRun, booking: Booking | None, lane: int, start: datetime, end: datetime
) -> BarView:
    if booking is None:
        label, detail = _upkeep_words(week, booked)
        return BarView(
            kind="booking",
            lane=lane,
            start=start,
            end=end,
            label=label,
            cluster=None,
            booking_id=None,
            detail=detail,
        )
    if not week.sees(booking):
        return busy_bar(lane, start, end, BUSY)
    world = week.world
    organisation = world.organisations[booking.organisation_id]
    people = _people(week, booked)
    request = None if booked.request_id is None else world.requests.get(booked.request_id)
    others = booked.shared_by - 1
    about = booking.purpose or "booked by hand"
    beside = start >= booked.run.end_at or end <= booked.run.start_at
    parts = [organisation.name, about, request.key if request else "by hand", *dict.fromkeys(people)]
    if others:
        parts.append(f"shared with {others} other booking{'s' * (others > 1)}")
    if booking.pin != "none" and booking.state == "confirmed":
        parts.append(PINNED[booking.pin])
    return BarView(
        kind="changeover" if beside else "booking",
        lane=lane,
        start=start,
        end=end,
        label=CHANGEOVER if beside else f"{organisation.name}: {about}" + (f" +{others}" if others else ""),
        cluster=world.clusters[booking.cluster_id].key,
        booking_id=booking.id,
        detail=" · ".join([CHANGEOVER.capitalize(), *parts] if beside else parts),
    )


def _asked_bars(week: Week, now: datetime) -> Iterator[tuple[int, BarView]]:
    """What waits for approval and holds nothing yet, each with the id of its unit. To others a place is perhaps busy
    then, unless it is taken already, or its time has come: nobody says yes to that any more."""
    for booking, place in week.asked:
        if week.sees(booking):
            yield place.resource_id, _asked_bar(week, booking, place)
        elif place.start_at > now and not week.is_taken(place):
            yield place.resource_id, busy_bar(place.lane, place.start_at, place.end_at, PERHAPS)


def _asked_bar(week: Week, booking: Booking, place: Hold) -> BarView:
    organisation = week.world.organisations[booking.organisation_id]
    about = booking.purpose or "booked by hand"
    return BarView(
        kind="asked",
        lane=place.lane,
        start=place.start_at,
        end=place.end_at,
        label=f"waits · {organisation.name}: {about}",
        cluster=week.world.clusters[booking.cluster_id].key,
        booking_id=booking.id,
        detail=f"Waits for approval, holds nothing yet · {organisation.name} · {about}",
    )


def busy_bar(lane: int, start: datetime, end: datetime, label: str) -> BarView:
    """What others have there, without whose it is or what."""
    return BarView(
        kind=BUSY,
        lane=lane,
        start=start,
        end=end,
        label=label,
        cluster=None,
        booking_id=None,
        detail=label.capitalize(),
    )


def _people(week: Week, booked: BookedRun) -> list[str]:
    held = (hold.resource_id for hold in booked.holds if hold.resource_id in week.world.persons)
    return [week.naming.person(each) for each in held]


def _upkeep_words(week: Week, booked: BookedRun) -> tuple[str, str]:
    """What maintenance is called on the board, short and with who does it."""
    id_ = None if booked.maintenance is None else booked.maintenance.maintenance_id
    found = next((each for each in week.world.maintenance if each.id == id_), None)
    if found is None or not week.sight.covers(centre_id=week.centre.id):
        return "maintenance", "Maintenance"
    parts = ("Maintenance", found.kind, found.key, *dict.fromkeys(_people(week, booked)))
    return found.kind, " · ".join(parts)


def _outage_bar(outage: Outage, reason: str, week_end: datetime) -> BarView:
    """One without an end reaches to that of the week."""
    endless = outage.end_at >= NO_END
    said = "Out of order until further notice" if endless else "Out of order"
    return BarView(
        kind="outage",
        lane=0,
        start=outage.start_at,
        end=week_end if endless else outage.end_at,
        label="out of order",
        cluster=None,
        booking_id=None,
        detail=f"{said}: {reason}" if reason else said,
    )


def _closure_bar(closing: Closing) -> BarView:
    text = closing.text[0].upper() + closing.text[1:]
    return BarView(
        kind="closure",
        lane=0,
        start=closing.start,
        end=closing.end,
        label=text,
        cluster=None,
        booking_id=None,
        detail=text,
    )


def _tentative(week: Week, draft: Draft) -> list[tuple[int, BarView]]:
    """What the last published plan foresees in this week beyond what it confirmed, and is still not booked."""
    naming = Naming(world=week.world, clock=draft.clock, zone=week.centre.zone, sight=week.sight)
    found = []
    for assignment in draft.assignments.values():
        request, _ = draft.tasks[assignment.task]
        row = week.world.requests.get(row_id(request.id)) if request.id.startswith("R") else None
        if row is None or row.withdrawn_at is not None or request.id in week.settled:
            continue
        owner = week.world.organisations[week.world.projects[row.project_id].organisation_id]
        for held in draft.placements(assignment):
            start, end = draft.clock.moment(held.start), draft.clock.moment(held.end)
            if not held.resource.startswith("U") or start >= week.end or end <= week.start:
                continue
            if row_id(held.resource) not in week.world.units:
                continue
            if not naming.sees(assignment.task):
                found.append((row_id(held.resource), busy_bar(held.lane, start, end, PERHAPS)))
                continue
            operation = naming.operation(assignment.task)
            about = f"{CHANGEOVER} · " if held.changeover else ""
            bar = BarView(
                kind="changeover" if held.changeover else "tentative",
                lane=held.lane,
                start=start,
                end=end,
                label=CHANGEOVER if held.changeover else f"{owner.name}: {operation}",
                cluster=naming.cluster(assignment.task),
                booking_id=None,
                detail=f"Tentative · {about}{owner.name} · {operation} · {row.key}",
            )
            found.append((row_id(held.resource), bar))
    return found
