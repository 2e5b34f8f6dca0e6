"""Maintenance in a publication: its runs planned, moved and given back, with their events.

Knows nothing of bookings: maintenance has no owner, and nobody is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from models.holding import Place
from models.queries.world import BookedRun
from models.tables import MaintenanceRun, Plan, Run
from scheduler.actors import Actor
from scheduler.recording import Change, facts_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What became of a run; ``run_id``: the one whose holds are to be placed, ``None`` where they stay."""

    kind: Literal["planned", "moved", "unchanged"]
    run_id: int | None


@dataclass
class UpkeepWriting:
    """The maintenance of one publication being written, within its transaction; ``changes`` are for the caller to
    record."""

    session: Session
    plan: Plan
    actor: Actor
    now: datetime
    changes: list[Change] = field(default_factory=list)

    def displace(self, booked: BookedRun) -> None:
        """It is planned no longer; the caller gives its holds back."""
        self._change(booked, "displaced maintenance", state="displaced")

    def place(
        self,
        maintenance_id: int,
        number: int,
        centre_id: int,
        booked: BookedRun | None,
        span: tuple[datetime, datetime],
        placements: Sequence[Place],
    ) -> Written:
        """A new run of it with this number, or the one that stands moved; the caller puts its holds in their places."""
        if booked is None:
            return Written(kind="planned", run_id=self._plan_new(maintenance_id, number, centre_id, *span))
        if {(hold.resource_id, hold.lane, hold.start_at, hold.end_at) for hold in booked.holds} == set(placements):
            return Written(kind="unchanged", run_id=None)
        self._change(booked, "moved maintenance", start=span[0], end=span[1])
        return Written(kind="moved", run_id=booked.run.id)

    def _plan_new(self, maintenance_id: int, number: int, centre_id: int, start: datetime, end: datetime) -> int:
        run = Run(centre_id=centre_id, kind="maintenance", start_at=start, end_at=end)
        self.session.add(run)
        self.session.flush()
        assert run.id is not None
        row = MaintenanceRun(
            run_id=run.id,
            maintenance_id=maintenance_id,
            number=number,
            plan_id=self.plan.id,
            made_at=self.now,
            made_by=self.actor.key,
        )
        self.session.add(row)
        self.session.flush()
        self.changes.append(Change(row=row, run=run, verb="planned maintenance", before=None))
        return run.id

    def _change(
        self,
        booked: BookedRun,
        verb: str,
        *,
        state: str = "planned",
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> None:
        row, run = booked.maintenance, booked.run
        assert row is not None
        before = facts_of(row, run, booked.holds)
        row.state, row.plan_id = state, self.plan.id
        run.start_at, run.end_at = start or run.start_at, end or run.end_at
        self.session.add_all((row, run))
        self.changes.append(Change(row=row, run=run, verb=verb, before=before))
