"""The days before the demo, as they are told: work that was done, that runs, that nobody came for, that is next; a unit
out of order, and a calibration that failed. Only the example has these units: of another folder nothing is told.

Knows no rules. At whatever hour the demo is made, something runs: what the hour forbids is booked as an override.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.booking import book_units
from scheduler.catalogue import list_projects, list_units
from scheduler.maintaining import mark_done
from scheduler.missing import mark_missed
from scheduler.outages import report_outage
from scheduler.using import check_in, check_out

Came = Literal["done", "running", "missed", "booked"]
WHY = "shown by the demo, at whatever hour it is made"


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """A booking by hand. ``start``: hours from now, before it with a minus; ``made``: pieces, of what is done."""

    unit: str
    project: str
    purpose: str
    start: float
    hours: float
    pieces: int = 1
    came: Came
    made: int = 0


DAYS = (
    Work(unit="CMM-1", project="star-tracker", purpose="baffle geometry", start=-149, hours=3, came="done", made=1),
    Work(
        unit="CMM-1", project="cubesat-bus", purpose="rail flatness", start=-98, hours=2, pieces=4, came="done", made=4
    ),
    Work(
        unit="CMM-1", project="smart-meter", purpose="housing seats", start=-51, hours=2, pieces=6, came="done", made=5
    ),
    Work(
        unit="BENCH-2",
        project="smart-meter",
        purpose="first power-up",
        start=-5,
        hours=3,
        pieces=12,
        came="done",
        made=11,
    ),
    Work(
        unit="MICROCT-1",
        project="peptide-vial",
        purpose="stopper seat",
        start=-4,
        hours=2,
        pieces=6,
        came="done",
        made=6,
    ),
    Work(unit="KF-1", project="peptide-vial", purpose="residual water", start=-2, hours=1, pieces=8, came="missed"),
    Work(unit="AXI-1", project="smart-socket", purpose="void survey", start=-1.5, hours=1, pieces=20, came="missed"),
    Work(unit="TC-1", project="star-tracker", purpose="endurance run", start=-3, hours=8, came="running"),
    Work(unit="STAB-2", project="peptide-gel", purpose="stress store", start=-6, hours=12, pieces=10, came="running"),
    Work(
        unit="AXI-1", project="smart-meter", purpose="joints after soak", start=0.5, hours=1.5, pieces=12, came="booked"
    ),
    Work(unit="DSC-1", project="peptide-gel", purpose="glass transition", start=1, hours=2, pieces=3, came="booked"),
)
CALIBRATION, READINGS = "CAL-CMM-1", "sphere 25 mm: 4.1 µm off, 2.5 µm allowed"
BROKEN, FAULT = "REWORK-1", "the hot air nozzle is clogged"


def tell_days(database: Database, now: datetime) -> str:
    """Books and tells all of it, each at its moment; a sentence that says what, or nothing for another example."""
    if not _is_the_example(database, now):
        return ""
    moment = now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)
    for work in DAYS:
        _tell(database, moment, work)
    mark_done(
        database,
        actor=LOCAL_ADMINISTRATOR,
        now=moment - timedelta(hours=26),
        key=CALIBRATION,
        result="failed",
        readings=READINGS,
    )
    report_outage(
        database,
        actor=LOCAL_ADMINISTRATOR,
        now=moment,
        unit=BROKEN,
        start=moment - timedelta(hours=1),
        end=moment + timedelta(hours=7),
        reason=FAULT,
    )
    counts = Counter(work.came for work in DAYS)
    told = ", ".join(f"{counts[came]} {came}" for came in dict.fromkeys(work.came for work in DAYS))
    return f"The days before are told: bookings by hand ({told}), {BROKEN} out of order, {CALIBRATION} failed."


def _is_the_example(database: Database, now: datetime) -> bool:
    units = {each.key for each in list_units(database, actor=LOCAL_ADMINISTRATOR, now=now)}
    projects = {each.key for each in list_projects(database, actor=LOCAL_ADMINISTRATOR, now=now)}
    return {work.unit for work in DAYS} | {BROKEN} <= units and {work.project for work in DAYS} <= projects


def _tell(database: Database, now: datetime, work: Work) -> None:
    start = now + timedelta(hours=work.start)
    end = start + timedelta(hours=work.hours)
    booked = book_units(
        database,
        actor=LOCAL_ADMINISTRATOR,
        now=min(start, now) - timedelta(hours=20),
        units=(work.unit,),
        start=start,
        end=end,
        project=work.project,
        purpose=work.purpose,
        quantity=work.pieces,
        override_reason=WHY,
    ).id
    if work.came == "missed":
        mark_missed(database, actor=LOCAL_ADMINISTRATOR, now=start + timedelta(minutes=30), booking_id=booked)
    if work.came in ("done", "running"):
        check_in(database, actor=LOCAL_ADMINISTRATOR, now=start + timedelta(minutes=5), booking_id=booked)
    if work.came == "done":
        at = end - timedelta(minutes=20)
        check_out(database, actor=LOCAL_ADMINISTRATOR, now=at, booking_id=booked, quantity=work.made)
