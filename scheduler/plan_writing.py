"""A draft becoming bookings: each confirmed, moved or displaced as it says, with its holds, events and notices.

Knows nothing of locks, nor of what stands against the draft.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.audit import snapshot
from models.holding import Place, replace_holds
from models.locks import raise_revision
from models.queries.runs import own_part, part_of
from models.queries.shares import keep_passed_over
from models.queries.world import BookedRun, World
from models.tables import Booking, Centre, Notice, Plan, Request, Run
from scheduler.actors import Actor
from scheduler.drafts import Draft
from scheduler.formalities import Given
from scheduler.plan_views import Published
from scheduler.recording import Change, facts_of, record_change, record_placed
from scheduler.requeueing import queue_hand_booking
from scheduler.routing import RunKey, purpose_of
from scheduler.shared_out import SharedOut, shared_out
from scheduler.transitions import step
from scheduler.translate.names import key_of, part_task_id, row_id, standing_task_id, time_of
from scheduler.translate.requests import expanded
from scheduler.upkeep_writing import UpkeepWriting
from solver.plan import Assignment
from solver.problem import Request as PlannedRequest
from solver.problem import Task


@dataclass
class PlanWriting:
    """One publication being written, within its transaction."""

    session: Session
    plan: Plan
    draft: Draft
    world: World
    actor: Actor
    now: datetime
    given: Given
    confirmed: int = 0
    moved: int = 0
    displaced: int = 0
    unchanged: int = 0
    _holds: dict[int, list[Place]] = field(default_factory=dict)
    _booked: dict[str, BookedRun] = field(default_factory=dict)
    _changes: list[Change] = field(default_factory=list)
    _runs: SharedOut = field(default_factory=SharedOut)
    _lots: dict[int, dict[RunKey, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._upkeep = UpkeepWriting(self.session, self.plan, self.actor, self.now)

    def write(self, centres: list[Centre]) -> Published:
        self._booked = {standing_task_id(booked): booked for booked in (*self.world.runs, *self.world.earlier)}
        self._runs = shared_out(self.draft, self._booked)
        for request in self.draft.displaced:
            self._displace(request)
        for request in self.draft.committed:
            self._place(request)
        self._report_broken_lags()
        if not self.draft.document.repair:
            self._pass_over()
        self.session.flush()
        placed = replace_holds(self.session, self._holds)
        record_placed(
            self.session,
            actor=self.actor,
            now=self.now,
            changes=(*self._changes, *self._upkeep.changes),
            placed=placed,
            reason=self._reason,
        )
        self._publish(centres)
        committed = sum(len(request.tasks) for request in self.draft.committed)
        assert self.plan.id is not None
        return Published(
            plan_id=self.plan.id,
            confirmed=self.confirmed,
            moved=self.moved,
            displaced=self.displaced,
            unchanged=self.unchanged,
            tentative=len(self.draft.assignments) - committed,
        )

    def _publish(self, centres: list[Centre]) -> None:
        before = snapshot(self.plan)
        self.plan.state, self.plan.published_at, self.plan.published_by = "published", self.now, self.actor.key
        for centre in centres:
            raise_revision(centre)
            record_change(
                self.session,
                actor=self.actor,
                now=self.now,
                verb="published plan",
                row=self.plan,
                centre_id=centre.id,
                reason=self.given.reason,
                before=before,
                facts=self.given.facts,
            )

    def _displace(self, request: PlannedRequest) -> None:
        """Its holds are given back and it stands first from now on; units booked by hand become a request for that."""
        for booked in (self._booked[task.id] for task in request.tasks if task.booked is not None):
            assert booked.run.id is not None
            if booked.maintenance is not None:
                self._holds[booked.run.id] = []
                self._upkeep.displace(booked)
                self.displaced += 1
                continue
            if not self._runs.is_used(booked.run):
                self._holds[booked.run.id] = []
            before = [facts_of(booking, booked.run, booked.holds) for booking in booked.bookings]
            if booked.request_id is None:
                queue_hand_booking(
                    self.session, actor=self.actor, now=self.now, world=self.world, booked=booked, reason=self._reason
                )
            for booking, facts_before in zip(booked.bookings, before, strict=True):
                step(booking, "displace")
                self._change(booking, booked.run, "displaced booking", facts_before)
                self._notify(booking, "displaced", booked.run, {"from": _iso(booked.run.start_at)})
                self.displaced += 1
        if request.id.startswith("R"):
            self._stands_first(self.world.requests[row_id(request.id)], self.now, "displaced request")

    def _place(self, request: PlannedRequest) -> None:
        fresh: list[Booking] = []
        for task in request.tasks:
            assignment = self.draft.assignments[task.id]
            if request.maintenance:
                self._place_upkeep(request, task, assignment)
            elif task.booked is None:
                fresh.append(self._confirm(request, task, assignment))
            else:
                self._move(task, assignment)
        if fresh:
            first = min(fresh, key=lambda booking: booking.booked_start)
            run = self.session.get_one(Run, first.run_id)
            facts = {"runs": len(fresh), "from": _iso(first.booked_start)}
            self._notify(first, "confirmed", run, facts)
            row = self.world.requests[row_id(request.id)]
            if row.displaced_at is not None:
                self._stands_first(row, None, "planned displaced request")

    def _place_upkeep(self, request: PlannedRequest, task: Task, assignment: Assignment) -> None:
        maintenance = next(each for each in self.world.maintenance if each.id == row_id(request.id))
        booked = None if task.booked is None else self._booked[task.id]
        centre_id, placements = self.world.resources[maintenance.unit_id].centre_id, self._placements(assignment)
        span = self._span(assignment)
        done = self._upkeep.place(row_id(task.id), time_of(task.id), centre_id, booked, span, placements)
        if done.run_id is not None:
            self._holds[done.run_id] = placements
        self.confirmed += done.kind == "planned"
        self.moved += done.kind == "moved"
        self.unchanged += done.kind == "unchanged"

    def _report_broken_lags(self) -> None:
        """What follows too late on work that is done is said to its owner, once for each place that it is given."""
        placed = {task.id: task for request in self.draft.committed for task in request.tasks}
        for lag in self.draft.document.broken_lags:
            done, task = self._booked.get(lag.before), placed.get(lag.after)
            if done is None or task is None or self.draft.change(task) is None:
                continue
            facts = {"most": lag.most_minutes, "soonest": lag.soonest_minutes, "from": _iso(done.run.start_at)}
            for booking in done.bookings:
                self._notify(booking, "lag_broken", done.run, facts)

    def _pass_over(self) -> None:
        """What could have begun by the week's end and does not begin in it weighs more in the weeks to come."""
        assert self.plan.id is not None
        begun = dict.fromkeys(row_id(request.id) for request in self.draft.committed if request.id.startswith("R"))
        waiting = dict.fromkeys(row_id(request.id) for request in self.draft.passed_over)
        keep_passed_over(
            self.session,
            plan_id=self.plan.id,
            week=self.plan.week,
            waiting=[id_ for id_ in waiting if id_ not in begun],
            begun=tuple(begun),
        )

    def _stands_first(self, row: Request, displaced_at: datetime | None, verb: str) -> None:
        before = snapshot(row)
        row.displaced_at = displaced_at
        self.session.add(row)
        record_change(
            self.session,
            actor=self.actor,
            now=self.now,
            verb=verb,
            row=row,
            centre_id=row.centre_id,
            reason=self._reason,
            before=before,
        )

    @property
    def _reason(self) -> str:
        return f"plan {self.plan.id}"

    def _confirm(self, request: PlannedRequest, task: Task, assignment: Assignment) -> Booking:
        row = self.world.requests[row_id(request.id)]
        project = self.world.projects[row.project_id]
        key = key_of(task.id)
        start, end = self._span(assignment)
        run = self._run(task, assignment, row.centre_id)
        assert run.id is not None
        assert project.id is not None
        booking = Booking(
            run_id=run.id,
            project_id=project.id,
            organisation_id=project.organisation_id,
            cluster_id=project.cluster_id,
            stage=project.stage,
            purpose=purpose_of(self.world.routing(row), key),
            quantity=self._pieces(row, key[:2]),
            state="confirmed",
            booked_start=start,
            booked_end=end,
            plan_id=self.plan.id,
            made_at=self.now,
            made_by=self.actor.key,
        )
        _say_part(booking, run, task)
        self._holds[run.id] = self._placements(assignment)
        self._change(booking, run, "confirmed booking", None)
        self.confirmed += 1
        return booking

    def _run(self, task: Task, assignment: Assignment, centre_id: int) -> Run:
        """The run that the task is in by the draft: that of one of those who share it, or a new one."""
        run = self._runs.of(task.id)
        start, end = self._span(assignment)
        if run is None:
            key = key_of(task.id)
            run = Run(
                centre_id=centre_id,
                request_id=row_id(task.id),
                operation=key[0],
                number=key[1],
                visit=key[2] if len(key) > 2 else 0,
                start_at=start,
                end_at=end,
            )
            self.session.add(run)
            self.session.flush()
            self._runs.found(task.id, run)
        run.start_at, run.end_at = start, end
        self.session.add(run)
        return run

    def _pieces(self, row: Request, key: RunKey) -> int:
        """How many of the lot's pieces are in one run."""
        assert row.id is not None
        if row.id not in self._lots:
            self._lots[row.id] = {run.key: run.pieces for run in expanded(self.world, row).runs}
        return self._lots[row.id][key]

    def _move(self, task: Task, assignment: Assignment) -> None:
        booked = self._booked[task.id]
        run, left = booked.run, booked.run
        assert left.id is not None
        placements = self._placements(assignment)
        held = {(hold.resource_id, hold.lane, hold.start_at, hold.end_at) for hold in booked.holds}
        change = self.draft.change(task)
        if change is None and held == set(placements) and self._runs.of(task.id) is run:
            self.unchanged += len(booked.bookings)
            return
        was, units_before = _iso(booked.bookings[0].booked_start), self._units_held(booked)
        before = [facts_of(booking, left, booked.holds) for booking in booked.bookings]
        run = self._run(task, assignment, left.centre_id)
        assert run.id is not None
        if run is not left and not self._runs.is_used(left):
            self._holds[left.id] = []
        self._holds[run.id] = placements
        for booking, facts_before in zip(booked.bookings, before, strict=True):
            booking.booked_start, booking.booked_end, booking.plan_id = run.start_at, run.end_at, self.plan.id
            booking.run_id = run.id
            _say_part(booking, run, task)
            self._change(booking, run, "moved booking" if change else "reassigned booking", facts_before)
            if change:
                facts = {
                    "from": was,
                    "to": _iso(run.start_at),
                    "end": _iso(run.end_at),
                    "units": [self._unit_key(u) for u in self.draft.units(assignment)],
                    "units_before": units_before,
                }
                self._notify(booking, "moved", run, facts)
                self.moved += 1
            else:
                self.unchanged += 1

    def _span(self, assignment: Assignment) -> tuple[datetime, datetime]:
        clock = self.draft.clock
        return clock.moment(assignment.start), clock.moment(assignment.end)

    def _placements(self, assignment: Assignment) -> list[Place]:
        clock = self.draft.clock
        return [
            (row_id(each.resource), each.lane, clock.moment(each.start), clock.moment(each.end))
            for each in self.draft.held(assignment)
        ]

    def _units_held(self, booked: BookedRun) -> list[str]:
        held = {hold.resource_id for hold in booked.holds if hold.resource_id in self.world.units}
        return [self.world.units[unit].key for unit in sorted(held)]

    def _unit_key(self, unit: str) -> str:
        return self.world.units[row_id(unit)].key

    def _change(self, booking: Booking, run: Run, verb: str, before: dict[str, Any] | None) -> None:
        self.session.add(booking)
        self.session.flush()
        self._changes.append(Change(row=booking, run=run, verb=verb, before=before))

    def _notify(self, booking: Booking, kind: str, run: Run, facts: Mapping[str, object]) -> None:
        self.session.add(
            Notice(
                centre_id=run.centre_id,
                organisation_id=booking.organisation_id,
                request_id=part_of(booking, run)[0],
                booking_id=booking.id,
                plan_id=self.plan.id,
                kind=kind,
                facts={"purpose": booking.purpose, **facts},
                made_at=self.now,
            )
        )


def _say_part(booking: Booking, run: Run, task: Task) -> None:
    """In a run that began as another's, a booking says whose work it is."""
    if task.id.startswith("R") and part_task_id(own_part(run)) != task.id:
        booking.request_id = row_id(task.id)
        booking.operation, booking.number = key_of(task.id)[:2]
    else:
        booking.request_id = booking.operation = booking.number = None


def _iso(moment: datetime) -> str:
    return moment.isoformat()
