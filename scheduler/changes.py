"""What publishing a draft would change: who moves, from where, to where, why, and who is late by it.

Knows no database.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from models.queries.world import BookedRun, World
from scheduler.delays import tell_delay
from scheduler.drafts import Draft
from scheduler.naming import Naming
from scheduler.plan_views import ChangeView, EffectView
from scheduler.reasons import Reasons
from scheduler.translate.names import is_maintenance, row_id, standing_task_id
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
        return self.among(lambda _: True)

    def among(self, wanted: Callable[[str], bool]) -> tuple[ChangeView, ...]:
        """The same of the requests, by id, that are wanted."""
        reasons = Reasons(draft=self.draft, naming=self.naming)
        changed = (each for each in self._changed() if wanted(each[0].id))
        found = [self._view(request, task, change, reasons) for request, task, change in changed]
        return tuple(sorted(found, key=lambda view: (ORDER[view.change], _time(view), view.run)))

    def effect(self) -> EffectView:
        """What those who have a place would feel, request by request."""
        moving = [request for request, _, change in self._changed() if change in ("moved", "unit")]
        services = sum(is_maintenance(request.id) for request in moving)
        moves = len(moving) - services
        moved = {request.id: request for request in moving if not is_maintenance(request.id)}
        late = {id_: self._late(request) for id_, request in moved.items()}
        later = {id_: after for id_, (before, after) in late.items() if after is not None and after > (before or 0)}
        worst = max(later, key=lambda id_: (later[id_], id_), default=None)
        name, minutes = ("", 0) if worst is None else (self.naming.name(worst), later[worst])
        displaced = len(self.draft.displaced)
        return EffectView(
            moves=moves,
            requests=len(moved),
            late=len(later),
            worst=name or None,
            worst_minutes=minutes,
            displaced=displaced,
            services=services,
            text=_headline(moves, len(moved), len(later), name, minutes, displaced, services),
        )

    def _changed(self) -> Iterator[tuple[Request, Task, str]]:
        for request in (*self.draft.displaced, *self.draft.committed):
            for task in request.tasks:
                change = self.draft.change(task)
                if change is not None:
                    yield request, task, change

    @cached_property
    def _booked(self) -> dict[str, BookedRun]:
        return {standing_task_id(booked): booked for booked in (*self.world.runs, *self.world.earlier)}

    def _booking_id(self, task: Task) -> int | None:
        booked = self._booked.get(task.id)
        if booked is not None and booked.bookings:
            return booked.bookings[0].id
        by_hand = self.naming.by_hand.get(row_id(task.id)) if task.id.startswith("H") else None
        return None if by_hand is None else by_hand.id

    def _late(self, request: Request) -> tuple[int | None, int | None]:
        """Minutes by which its last run ends after it is due, as booked and as planned; ``None`` where it is never due
        or has no last run."""
        minutes, due = self.draft.clock.tick_minutes, _due(request)
        ends = self.draft.end_before(request), self.draft.end_after(request)
        before, after = (None if end is None or due is None else max(0, end - due) * minutes for end in ends)
        return before, after

    def _view(self, request: Request, task: Task, change: str, reasons: Reasons) -> ChangeView:
        clock, stood, now = self.draft.clock, task.booked, self.draft.assignments.get(task.id)
        late_before, late_after = self._late(request)
        due = _due(request)
        return ChangeView(
            change=change,
            run=task.id,
            request=self.naming.name(request.id),
            operation=self.naming.operation(task.id),
            organisation=self.naming.organisation(task.id),
            owner=self.naming.owner(task.id),
            booking_id=self._booking_id(task),
            from_start=None if stood is None else clock.moment(stood.start),
            from_end=None if stood is None else clock.moment(stood.end),
            from_units=() if stood is None else tuple(map(self.naming.name, stood.units)),
            to_start=None if now is None else clock.moment(now.start),
            to_end=None if now is None else clock.moment(now.end),
            to_units=() if now is None else tuple(map(self.naming.name, self.draft.units(now))),
            due=None if due is None else clock.moment(due),
            zone=self.naming.by(request.id).zone,
            late_before=late_before,
            late_after=late_after,
            why=reasons.why(task.id),
        )


def _due(request: Request) -> int | None:
    """The due date; where there is none, the deadline."""
    return request.deadline if request.due is None else request.due


def _headline(moves: int, requests: int, late: int, worst: str, minutes: int, displaced: int, services: int) -> str:
    """``9 bookings of 4 requests move; 1 of the requests ends late, or later than before: PH-001, 26 h after it is
    due. 1 request loses its place. 1 service or calibration moves.``"""
    told = [_told_moves(moves, requests, late, worst, minutes)] if moves else []
    if displaced:
        told.append(f"{displaced} requests lose their place." if displaced > 1 else "1 request loses its place.")
    if services:
        told.append(f"{services} services or calibrations move." if services > 1 else "1 service or calibration moves.")
    return " ".join(told) or "No booking moves."


def _told_moves(moves: int, requests: int, late: int, worst: str, minutes: int) -> str:
    told = f"{_counted(moves, 'booking')} of {_counted(requests, 'request')} move{'s' * (moves == 1)}"
    if not late:
        return f"{told}; no request ends late by it, or later than before."
    ends = f"; {late} of the requests end{'s' * (late == 1)} late, or later than before"
    return f"{told}{ends}: {'at worst ' * (late > 1)}{worst}, {tell_delay(minutes)} after it is due."


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'s' * (count != 1)}"


def _time(view: ChangeView) -> datetime:
    moment = view.from_start or view.to_start
    assert moment is not None
    return moment
