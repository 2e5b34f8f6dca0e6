"""Maintenance: what is due, and marking it as done.

Knows nothing of how it is planned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session

from models.audit import snapshot
from models.database import Database
from models.holding import release_holds
from models.locks import lock_centres, raise_revision
from models.queries.booked import run_with_holds
from models.queries.places import every_centre
from models.queries.tracing import results_of
from models.queries.upkeep import maintenance_with_key, planned_maintenance
from models.queries.world import World, read_world
from models.tables import Centre, Maintenance, MaintenanceResult, MaintenanceRun, Run
from scheduler.access import Thing, check_may, sight
from scheduler.actors import Actor
from scheduler.errors import BadValue, Unknown
from scheduler.formalities import Given, check_given, formalities_of, take_given
from scheduler.recording import facts_of, record_change
from scheduler.refusals import recorded_refusals
from scheduler.time_words import tell_in_full
from scheduler.translate.upkeep import Wear, due_window, is_near, wear_of, without_visit
from scheduler.views import MaintenanceView

Result = Literal["passed", "failed"]
Planned = Sequence[tuple[MaintenanceRun, Run]]

LOOK_AHEAD = timedelta(days=92)
"""How far bookings are looked at that use up run hours and cycles."""


PRESSING = {"expired": 0, "failed": 1, "overdue": 2, "due": 3}
"""States by what is to be looked at first."""


def list_maintenance(
    database: Database, *, actor: Actor, now: datetime, centre: str | None = None
) -> list[MaintenanceView]:
    """Every maintenance of a centre's units (``None``: of all) that the actor may see, what is due first. Raises
    ``Unknown``."""
    check_may(actor, "see bookings")
    with database.reading() as session:
        centres = [row for row in every_centre(session) if centre in (None, row.key)]
        if centre is not None and not centres:
            raise Unknown("centre", centre)
        seen = [row for row in centres if sight(actor).covers(centre_id=row.id)]
        found = [view for row in seen for view in _views(session, row, now)]
    return sorted(found, key=lambda view: (PRESSING.get(view.state, len(PRESSING)), view.until or view.last_done))


def mark_done(
    database: Database,
    *,
    actor: Actor,
    now: datetime,
    key: str,
    done_at: datetime | None = None,
    result: Result = "passed",
    readings: str = "",
    password: str = "",
    meaning: str = "",
) -> MaintenanceView:
    """It was done at ``done_at`` (``None``: now): it is due again from then on, unless it ``failed``.

    What stood planned of it is done, where it had begun by then, or is not needed any more; its units are free at once.
    What is planned for when it is due again stays.
    One that failed renews nothing: what is planned for later stays planned, and a unit that expired stays so.
    ``readings``, which are its reason, and ``password`` with its ``meaning``: where the centre asks for them, since the
    unit is released, or is not. Raises ``Unknown``, ``Forbidden``, ``BadValue`` for a moment that is to come, or before
    it was done last, ``ReasonMissing``, and as ``sign``.
    """
    check_may(actor, "see bookings")
    with database.reading() as session:
        found = maintenance_with_key(session, key)
    if found is None or found[0].id is None or not sight(actor).covers(centre_id=found[1]):
        raise Unknown("maintenance", key)
    done = _Done(
        maintenance_id=found[0].id,
        centre_id=found[1],
        actor=actor,
        now=now,
        moment=done_at or now,
        result=result,
        readings=readings,
    )
    about, ids = f"maintenance {key}", (done.centre_id,)
    with recorded_refusals(database, actor=actor, now=now, verb="maintenance", centre_ids=ids, about=about):
        given = take_given(
            database,
            actor=actor,
            now=now,
            action="maintain",
            centre_ids=ids,
            reason=readings,
            password=password,
            meaning=meaning,
            reason_field="readings",
        )
        database.write(lambda session: done.write(session, given))
    return next(view for view in list_maintenance(database, actor=actor, now=now) if view.key == key)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Done:
    """What somebody says was done, to be written in one transaction."""

    maintenance_id: int
    centre_id: int
    actor: Actor
    now: datetime
    moment: datetime
    result: Result
    readings: str

    def write(self, session: Session, given: Given) -> None:
        centre = lock_centres(session, [self.centre_id])[0]
        row = session.get_one(Maintenance, self.maintenance_id, populate_existing=True)
        check_may(self.actor, "maintain", Thing(centre_id=self.centre_id))
        check_given(formalities_of([centre]), given, reason_field="readings")
        _check_moment(row, self.moment, self.now, centre.zone)
        before = snapshot(row)
        if self.result == "passed":
            row.last_done_at = self.moment
        session.add(self._result())
        self._close_planned(session, row)
        raise_revision(centre)
        session.flush()
        record_change(
            session,
            actor=self.actor,
            now=self.now,
            verb="did maintenance" if self.result == "passed" else "failed maintenance",
            row=row,
            centre_id=self.centre_id,
            reason=self.readings,
            before=before,
            facts=given.facts,
        )

    def _result(self) -> MaintenanceResult:
        return MaintenanceResult(
            maintenance_id=self.maintenance_id,
            done_at=self.moment,
            result=self.result,
            readings=self.readings,
            told_at=self.now,
            told_by=self.actor.key,
        )

    def _close_planned(self, session: Session, row: Maintenance) -> None:
        planned = planned_maintenance(session, [self.maintenance_id])
        for each, run in planned if self.result == "passed" else _begun(planned, self.moment):
            if not _is_needed(row, run, planned, self.moment):
                _close(session, self.actor, self.now, each, run, done_at=self.moment)


def _begun(planned: Planned, moment: datetime) -> Planned:
    return [(row, run) for row, run in planned if run.start_at <= moment]


def _is_needed(row: Maintenance, run: Run, planned: Planned, moment: datetime) -> bool:
    """Whether a planned run is for the next time: it begins when it is due again, or, of what has no days, there is one
    before it that was meant."""
    if run.start_at <= moment:
        return False
    window = due_window(row, since=moment)
    if window is not None:
        return run.start_at >= window[0]
    return bool(_begun(planned, moment)) or run.id != planned[0][1].id


def _check_moment(row: Maintenance, moment: datetime, now: datetime, zone: str) -> None:
    if moment > now:
        raise BadValue(f"{tell_in_full(moment, zone)} is still to come: it cannot have been done then.", field="at")
    if moment < row.last_done_at:
        text = f"{row.key} was done last at {tell_in_full(row.last_done_at, zone)}, after {tell_in_full(moment, zone)}."
        raise BadValue(text, field="at")


def _close(session: Session, actor: Actor, now: datetime, row: MaintenanceRun, run: Run, *, done_at: datetime) -> None:
    """A planned run is over: done where it had begun by then, else no longer needed."""
    _, holds = run_with_holds(session, row.run_id)
    before, begun = facts_of(row, run, holds), run.start_at <= done_at
    row.state, row.done_at = ("done", done_at) if begun else ("cancelled", None)
    session.add(row)
    release_holds(session, [row.run_id])
    record_change(
        session,
        actor=actor,
        now=now,
        verb="did planned maintenance" if begun else "cancelled maintenance",
        row=row,
        centre_id=run.centre_id,
        before=before,
        after=facts_of(row, run, holds),
    )


def _views(session: Session, centre: Centre, now: datetime) -> list[MaintenanceView]:
    assert centre.id is not None
    world = read_world(session, centre_ids=[centre.id], since=now, until=now + LOOK_AHEAD)
    ids = [row.id for row in world.maintenance if row.id is not None]
    planned, results = planned_maintenance(session, ids), results_of(session, ids)
    return [_view(world, centre, row, planned, results.get(row.id or 0, []), now) for row in world.maintenance]


def _view(
    world: World,
    centre: Centre,
    row: Maintenance,
    planned: Planned,
    results: Sequence[MaintenanceResult],
    now: datetime,
) -> MaintenanceView:
    assert row.id is not None
    window, wear = due_window(row), wear_of(world, row, until=now)
    state = _state(row, wear, now)
    failed = next((each for each in reversed(results) if each.done_at > row.last_done_at), None)
    runs = [run for each, run in planned if each.maintenance_id == row.id]
    run = next((each for each in runs if each.end_at > now), runs[-1] if runs else None)
    visits = tuple((visit.start_at, visit.end_at) for visit in world.visits if visit.maintenance_id == row.id)
    return MaintenanceView(
        id=row.id,
        key=row.key,
        centre=centre.key,
        unit=world.units[row.unit_id].key,
        kind=row.kind,
        state="failed" if failed is not None and state != "expired" else state,
        expires=row.expires,
        waivable_by=tuple(row.waivable_by),
        last_done=row.last_done_at,
        failed=None if failed is None else failed.done_at,
        readings="" if failed is None else failed.readings,
        since=None if window is None else window[0],
        until=None if window is None else window[1],
        run_minutes=wear.minutes if row.every_run_minutes is not None else None,
        run_minutes_allowed=row.every_run_minutes,
        cycles=wear.cycles if row.every_cycles is not None else None,
        cycles_allowed=row.every_cycles,
        visits=visits,
        hindrance=without_visit(row, visits) if visits and run is None else "",
        planned_start=None if run is None else run.start_at,
        planned_end=None if run is None else run.end_at,
    )


def _state(row: Maintenance, wear: Wear, now: datetime) -> str:
    window = due_window(row)
    worn = (row.every_run_minutes, wear.minutes), (row.every_cycles, wear.cycles)
    if (window is not None and window[1] < now) or any(limit is not None and used >= limit for limit, used in worn):
        return "expired" if row.expires else "overdue"
    return "due" if is_near(row, wear) or (window is not None and window[0] <= now) else "in order"
