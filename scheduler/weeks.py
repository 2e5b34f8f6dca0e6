"""One centre's week as it stands: its world, its open hours, and the last published plan's forecast.

Knows nothing of how it is shown.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlmodel import Session

from models.database import Database
from models.queries.places import every_centre
from models.queries.plans import latest_published
from models.queries.policies import asked_places
from models.queries.runs import Part, booked_parts, each_run
from models.queries.sight import EVERYTHING, Sight
from models.queries.world import BookedRun, World, read_world
from models.tables import Booking, Centre, Hold, Unit
from scheduler.documents import read_document
from scheduler.drafts import Draft
from scheduler.errors import Unknown
from scheduler.hours import Closing, Hours, closings_within
from scheduler.local_time import later_week, week_start
from scheduler.naming import Naming
from scheduler.translate.clock import Clock
from scheduler.translate.names import part_task_id, row_id
from scheduler.translate.resources import Calendars
from solver.problem import Window

MINUTE = 1


@dataclass(frozen=True, kw_only=True)
class Week:
    """``start`` and ``end`` are its local Monday midnights in UTC; the clock counts minutes from ``start``.

    ``forecast``: the last published plan that covers the centre, whatever its week. ``published``: whether a plan of
    this very week was published. ``settled``: the forecast's requests (text ids) that its publication decided, or of
    which something is booked by now. ``asked``: bookings that wait for approval, each with the places that it would
    hold; it holds nothing yet.
    """

    centre: Centre
    week: str
    start: datetime
    end: datetime
    world: World
    forecast: Draft | None
    published: bool
    settled: frozenset[str]
    asked: tuple[tuple[Booking, Hold], ...] = ()
    sight: Sight = EVERYTHING

    @property
    def clock(self) -> Clock:
        return Clock(origin=self.start, tick_minutes=MINUTE)

    @property
    def naming(self) -> Naming:
        clock = self.clock if self.forecast is None else self.forecast.clock
        return Naming(world=self.world, clock=clock, zone=self.centre.zone, sight=self.sight)

    @cached_property
    def opened(self) -> dict[int, tuple[Window, ...]]:
        """Open minutes of each unit (by row id) within the week; outages are not subtracted."""
        calendars = Calendars(world=self.world, clock=self.clock, start=self.start, end=self.end)
        return {row_id(unit.id): unit.open for unit in calendars.units(())}

    def closings(self, unit: Unit) -> list[Closing]:
        """The holidays and closures of a unit that touch the week, and the periods in which nobody may use it."""
        every = {*self._hours.closings(unit), *self._hours.blocked(unit)}
        return closings_within(every, self.start, self.end)

    @cached_property
    def _hours(self) -> Hours:
        return Hours(world=self.world, start=self.start, end=self.end)

    @cached_property
    def held(self) -> tuple[tuple[BookedRun, Booking | None, Hold], ...]:
        """Every hold of a unit within the week, with its run and first booking, of those that may be seen if there are
        any (none: maintenance); of a shared run once."""
        return tuple(
            (booked, self._told(booked), hold)
            for booked in each_run(sorted(self.world.runs, key=self._is_hidden))
            for hold in booked.holds
            if hold.resource_id in self.world.units and hold.start_at < self.end and hold.end_at > self.start
        )

    def _told(self, booked: BookedRun) -> Booking | None:
        return next(filter(self.sees, booked.bookings), next(iter(booked.bookings), None))

    def _is_hidden(self, booked: BookedRun) -> bool:
        """Whether nothing of the part may be seen; parts that may come first."""
        return not any(map(self.sees, booked.bookings))

    def sees(self, booking: Booking) -> bool:
        return self.sight.covers(organisation_id=booking.organisation_id, centre_id=self.centre.id)

    def is_taken(self, place: Hold) -> bool:
        """Whether something holds the lane meanwhile, or did."""
        there = (hold for _, _, hold in self.held if (hold.resource_id, hold.lane) == (place.resource_id, place.lane))
        return any(hold.start_at < place.end_at and place.start_at < hold.end_at for hold in there)

    @cached_property
    def inside(self) -> dict[int | None, tuple[Booking, ...]]:
        """By run: every booking in it, several where it is shared."""
        found: dict[int | None, tuple[Booking, ...]] = {}
        for booked in self.world.runs:
            found[booked.run.id] = (*found.get(booked.run.id, ()), *booked.bookings)
        return found

    def minutes(self, start: datetime, end: datetime) -> Window:
        """The part of ``[start, end)`` within the week, in its minutes."""
        return max(0, self.clock.floor(start)), min(self.clock.floor(self.end), self.clock.ceil(end))


def read_week(database: Database, *, centre: str, week: str, sight: Sight = EVERYTHING) -> Week:
    """The week for whoever may see this. Raises ``Unknown`` for the centre, ``BadWeek`` for the week."""
    with database.reading() as session:
        row = next((each for each in every_centre(session) if each.key == centre), None)
        if row is None or row.id is None:
            raise Unknown("centre", centre)
        start, end = week_start(week, row.zone), week_start(later_week(week, 1), row.zone)
        draft, published = _forecast(session, row.id, week)
        planned = [] if draft is None else [row_id(each) for each in draft.requests if each.startswith("R")]
        world = read_world(session, centre_ids=[row.id], since=start, until=end, also=planned)
        asked = asked_places(session, centre_id=row.id, start=start, end=end)
        settled = frozenset() if draft is None else _settled(draft, booked_parts(session, request_ids=planned))
    return Week(
        centre=row,
        week=week,
        start=start,
        end=end,
        world=world,
        forecast=draft,
        published=published,
        settled=settled,
        asked=tuple((booking, hold) for booking, hold in asked if hold.resource_id in world.units),
        sight=sight,
    )


def _settled(draft: Draft, booked: set[Part]) -> frozenset[str]:
    tasks = {part_task_id(part) for part in booked}
    begun = {request.id for request in draft.requests.values() if any(task.id in tasks for task in request.tasks)}
    return draft.written | begun


def _forecast(session: Session, centre_id: int, week: str) -> tuple[Draft | None, bool]:
    of_week = latest_published(session, centre_id=centre_id, week=week)
    newest = of_week or latest_published(session, centre_id=centre_id)
    if newest is None or newest.document is None:
        return None, False
    return Draft(read_document(newest.document)), of_week is not None
