"""The weeks that the pictures are of: the technopark example planned, published, and repaired after a breakdown.

Knows nothing of drawing. Every moment is fixed and the effort is counted in work, not in seconds, so that the same
example gives the same plans on any day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import Session

from models.database import Database
from models.queries.booked import bookings_under, units_with_keys
from models.queries.people import organisations_of, persons_of
from models.queries.places import every_centre, units_of
from models.tables import Run
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.documents import PlanDocument, read_document
from scheduler.loading import load_directory
from scheduler.outages import report_outage
from scheduler.planning import ask_for_plan, draft_plan
from scheduler.plans import plan_document
from scheduler.publishing import publish_plan
from scheduler.translate.names import organisation_id, person_id, unit_id

EXAMPLE = Path(__file__).parents[2] / "examples" / "technopark"
WEEK = "2026-W49"
FRIDAY = datetime(2026, 11, 27, 13, tzinfo=UTC)
"""When the week is planned and published."""
TUESDAY = datetime(2026, 12, 1, 7, 40, tzinfo=UTC)
"""When a unit breaks, 10:40 at the centre."""
BROKEN = "MILL-5A"
MENDED = datetime(2026, 12, 3, 15, tzinfo=UTC)
NOON = datetime(2026, 12, 1, 9, tzinfo=UTC)
SATURDAY = datetime(2026, 12, 5, 21, tzinfo=UTC)
HELD = "MILL-5B"
"""The unit on which a person pinned a booking: it stays there, though its hour may change."""
WORK = 4
"""Neighbourhoods of requests: enough for a plan that looks like one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """What is not in a plan document: by text id, units and organisations by name, and who the technicians are."""

    units: Mapping[str, str]
    persons: Mapping[str, str]
    organisations: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Weeks:
    """The week as it was planned, and as it was repaired."""

    planned: PlanDocument
    repaired: PlanDocument
    names: Names


def plan_the_example(*, work: int = WORK) -> Weeks:
    """Both plans, made in a database that is thrown away."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/example.db")
        try:
            load_the_example(database)
            planned = planned_week(database, work=work, limit=None)
            break_down(database)
            repair = _asked(database, TUESDAY, kind="repair", centres=("electronics",), work=work, limit=None)
            repaired = _drafted(database, repair, TUESDAY)
            with database.reading() as session:
                return Weeks(planned=planned, repaired=repaired, names=_names(session))
        finally:
            database.dispose()


def load_the_example(database: Database) -> None:
    """Its tables made and its lists stored."""
    database.migrate()
    load_directory(database, actor=LOCAL_ADMINISTRATOR, now=FRIDAY, directory=EXAMPLE, week=WEEK)


def planned_week(database: Database, *, work: int | None, limit: float | None) -> PlanDocument:
    """The week planned on Friday, and published. One of the two efforts is given."""
    plan_id = _asked(database, FRIDAY, kind="week", centres=(), work=work, limit=limit)
    document = _drafted(database, plan_id, FRIDAY)
    publish_plan(database, actor=LOCAL_ADMINISTRATOR, now=FRIDAY, plan_id=plan_id)
    return document


def break_down(database: Database) -> None:
    """On Tuesday: a booking on ``HELD`` is pinned to it, and ``BROKEN`` is out of order."""
    database.write(_pin)
    end, why = MENDED, "spindle drive"
    report_outage(database, actor=LOCAL_ADMINISTRATOR, now=TUESDAY, unit=BROKEN, start=TUESDAY, end=end, reason=why)


def _asked(
    database: Database, now: datetime, *, kind: str, centres: tuple[str, ...], work: int | None, limit: float | None
) -> int:
    return ask_for_plan(
        database,
        actor=LOCAL_ADMINISTRATOR,
        now=now,
        week=WEEK,
        centres=centres,
        kind=kind,
        work=work,
        limit=limit,
        workers=1,
    )


def _drafted(database: Database, plan_id: int, now: datetime) -> PlanDocument:
    draft_plan(database, actor=LOCAL_ADMINISTRATOR, now=lambda: now, plan_id=plan_id)
    return read_document(plan_document(database, actor=LOCAL_ADMINISTRATOR, now=now, plan_id=plan_id))


def _pin(session: Session) -> None:
    """The first booking on ``HELD`` that has not begun by Tuesday, of a request that the breakdown does not touch."""
    units = units_with_keys(session, [BROKEN, HELD])
    hit, held = (
        bookings_under(session, unit_id=units[key][0].id, start=TUESDAY, end=SATURDAY) for key in (BROKEN, HELD)
    )
    torn = {session.get_one(Run, booking.run_id).request_id for booking in hit if booking.booked_start < MENDED}
    later = (booking for booking in held if booking.booked_start > NOON)
    next(each for each in later if session.get_one(Run, each.run_id).request_id not in torn).pin = "unit"


def _names(session: Session) -> Names:
    centres = [centre.id for centre in every_centre(session) if centre.id is not None]
    persons = [row for centre in centres for row in persons_of(session, centre_id=centre)]
    return Names(
        units={unit_id(row.unit.id): row.unit.name for row in units_of(session)},
        persons={person_id(row.person.id): row.name or row.person.key for row in persons},
        organisations={organisation_id(row.id): row.name for row in organisations_of(session) if row.id is not None},
    )
