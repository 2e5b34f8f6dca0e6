"""What publishing a draft would change: who moves, from where, to where, and why.

Knows no database.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from models.queries.world import BookedRun, World
from scheduler.drafts import Draft
from scheduler.naming import Naming, tell
from scheduler.translate.names import booked_task_id, unit_id
from scheduler.views import ChangeView
from solver.problem import Request, Task

ORDER = {"displaced": 0, "moved": 1, "unit": 2, "new": 3}


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Reads a draft against the world."""

    draft: Draft
    world: World
    naming: Naming

    def all(self) -> tuple[ChangeView, ...]:
        """Displaced first, then moved, then new; each by time."""
        found = [self._view(request, task, change) for request, task, change in self._changed()]
        return tuple(sorted(found, key=lambda view: (ORDER[view.change], _time(view), view.run)))

    def _changed(self) -> Iterator[tuple[Request, Task, str]]:
        for request in (*self.draft.displaced, *self.draft.committed):
            for task in request.tasks:
                change = self.draft.change(task)
                if change is not None:
                    yield request, task, change

    @cached_property
    def _booked(self) -> dict[str, BookedRun]:
        return {booked_task_id(booked.run): booked for booked in (*self.world.runs, *self.world.earlier)}

    def _view(self, request: Request, task: Task, change: str) -> ChangeView:
        clock, stood, now = self.draft.clock, task.booked, self.draft.assignments.get(task.id)
        booked = self._booked.get(task.id)
        return ChangeView(
            change=change,
            run=task.id,
            request=self.naming.name(request.id),
            operation=self.naming.operation(task.id),
            organisation=self.naming.organisation(task.id, booked),
            booking_id=booked.bookings[0].id if booked and booked.bookings else None,
            from_start=None if stood is None else clock.moment(stood.start),
            from_end=None if stood is None else clock.moment(stood.end),
            from_units=() if stood is None else tuple(map(self.naming.name, stood.units)),
            to_start=None if now is None else clock.moment(now.start),
            to_end=None if now is None else clock.moment(now.end),
            to_units=() if now is None else tuple(map(self.naming.name, self.draft.units(now))),
            why=self._why(request, task, change),
        )

    def _why(self, request: Request, task: Task, change: str) -> str:
        if change == "new":
            return "Newly planned."
        if (outage := self._outage_on(task)) is not None:
            return outage
        for other in request.tasks:
            if (outage := self._outage_on(other)) is not None:
                return f"Goes with {self.naming.operation(other.id)} of the same request: {outage}"
        if (tied := self._tied_to(request, task)) is not None:
            return f"Goes with {self.naming.operation(tied)} of the same request, which moves."
        if (taker := self._makes_room_for(request, task)) is not None:
            return f"Makes room for {self.naming.name(taker)}."
        return "No room is left beside what had to move." if change == "displaced" else "A better place came free."

    def _outage_on(self, task: Task) -> str | None:
        if task.booked is None:
            return None
        start, end = self.draft.clock.moment(task.booked.start), self.draft.clock.moment(task.booked.end)
        for outage in self.world.outages:
            if unit_id(outage.unit_id) in task.booked.units and outage.start_at < end and start < outage.end_at:
                zone, key = self.naming.zone, self.world.units[outage.unit_id].key
                return f"{key} is out of order {tell(outage.start_at, zone)} to {tell(outage.end_at, zone)}."
        return None

    def _tied_to(self, request: Request, task: Task) -> str | None:
        tasks = {each.id: each for each in request.tasks}
        for lag in request.lags:
            for this, other in ((lag.after, lag.before), (lag.before, lag.after)):
                if this == task.id and other in tasks and self.draft.change(tasks[other]) == "moved":
                    return other
        return None

    def _makes_room_for(self, request: Request, task: Task) -> str | None:
        """The first task of another request that is placed anew where this one stood."""
        if task.booked is None:
            return None
        for assignment in self.draft.document.plan.assignments:
            owner, other = self.draft.tasks[assignment.task]
            if owner.id == request.id or self.draft.change(other) is None:
                continue
            shares = set(self.draft.units(assignment)) & set(task.booked.units)
            if shares and assignment.start < task.booked.end and task.booked.start < assignment.end:
                return assignment.task
        return None


def _time(view: ChangeView) -> datetime:
    moment = view.from_start or view.to_start
    assert moment is not None
    return moment
