"""What stands against a draft by the time it is to be published.

Knows nothing of writing: the rule book judges the draft's bookings together with what is booked now.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from models.queries.world import BookedRun, World
from scheduler.drafts import Draft
from scheduler.naming import Naming
from scheduler.scopes import scope_of
from scheduler.settings import CentreSettings
from scheduler.translate import translate
from scheduler.translate.hits import Hits
from scheduler.translate.names import standing_task_id
from scheduler.views import Sentence
from solver.plan import Assignment, LeftOut, Plan
from solver.problem import Mode, Problem, Task
from solver.rules import Violation, judge
from solver.sequence import attach


def clashes_of(draft: Draft, world: World, *, now: datetime, changed: bool) -> tuple[Sentence, ...]:
    """Every reason not to publish, in words; none means publish. ``changed``: a centre's revision is no longer the one
    that the draft was made from, so the rule book judges again; so it does where, without forecasts in between, a
    changeover has no time."""
    naming = Naming(world=world, clock=draft.clock, zone=world.centres[0].zone)
    clashes = list(_past(draft, world, naming, now))
    if changed or not draft.is_changed_over:
        clashes += _changed(draft, world, naming)
    return tuple(clashes)


def _past(draft: Draft, world: World, naming: Naming, now: datetime) -> Iterator[Sentence]:
    """New places that are past by now, and bookings that have begun or are inside the freeze by now and would move.

    What cannot stay, by an outage or by today's calendars, may move all the same, and a repair may move what is inside
    the freeze."""
    frozen = {each.id: now + timedelta(hours=CentreSettings.read(each.settings).freeze_hours) for each in world.centres}
    booked, hits = _booked(world), Hits(world=world, now=now)
    for request in (*draft.committed, *draft.displaced):
        torn = any(_is_hit(hits, booked.get(task.id)) for task in request.tasks)
        for task in request.tasks:
            assignment = draft.assignments.get(task.id)
            if draft.change(task) is None:
                continue
            if assignment is not None and draft.clock.moment(assignment.start) < now:
                soon = naming.by(task.id).moment(assignment.start)
                text = f"{naming.name(task.id)} would start at {soon}, which is past."
                yield Sentence(code="past", text=text, facts=(("task", task.id),))
            run = booked.get(task.id)
            if run is None or _is_hit(hits, run):
                continue
            if run.run.start_at < now:
                text = f"{naming.name(task.id)} has begun and would move."
                yield Sentence(code="begun", text=text, facts=(("task", task.id),))
            elif not torn and not draft.document.repair and run.run.start_at < frozen[run.run.centre_id]:
                text = f"{naming.name(task.id)} starts soon, inside the freeze by now, and would move."
                yield Sentence(code="frozen", text=text, facts=(("task", task.id),))


def _is_hit(hits: Hits, booked: BookedRun | None) -> bool:
    return booked is not None and hits.on(booked) is not None


def _booked(world: World) -> dict[str, BookedRun]:
    return {standing_task_id(each): each for each in (*world.runs, *world.earlier)}


def _changed(draft: Draft, world: World, naming: Naming) -> Iterator[Sentence]:
    document = draft.document
    scope = scope_of(
        world.centres, week=document.week, now=document.made_at, repair=document.repair, only=draft.written
    )
    clock, looked_ahead = draft.clock, draft.clock.moment(document.problem.horizon)
    facts = frozenset(fact.id for request in (*draft.committed, *draft.displaced) for fact in request.facts)
    # On the draft's own grid, whatever the centres' is by now.
    scope = replace(scope, start=clock.origin, end=max(scope.end, looked_ahead), facts=facts)
    today = translate(world, scope, tick_minutes=clock.tick_minutes).problem
    differences = [*_differences(draft, today, naming), *_pinned_since(draft, world, naming)]
    if differences:
        yield from differences
        return
    booked, hits = _booked(world), Hits(world=world, now=document.made_at)
    for violation in judge(today, _plan_for(draft, today)):
        if not _stands_anyway(draft, hits, booked, violation):
            yield naming.violation(violation)


def _stands_anyway(draft: Draft, hits: Hits, booked: Mapping[str, BookedRun], violation: Violation) -> bool:
    """Whether it is only said of a booking that the draft leaves where it is, and that calendars have made impossible
    there since: that is for a repair to mend, and publishing makes it no worse."""
    task, *subjects = violation.ids or ("",)
    if violation.rule not in ("open_hours", "staffed") or task not in booked or task not in draft.tasks:
        return False
    hit = hits.on(booked[task]) if draft.change(draft.tasks[task][1]) is None else None
    lacking = {lack.subject for lack in hit.lacks} if hit is not None else set()
    return bool(lacking) and (not subjects or not lacking.isdisjoint(subjects))


def _differences(draft: Draft, today: Problem, naming: Naming) -> Iterator[Sentence]:
    """Requests that are no longer what the draft planned: withdrawn, changed, or booked and cancelled meanwhile."""
    now = {request.id: {task.id: task for task in request.tasks} for request in today.requests}
    for request in (*draft.committed, *draft.displaced):
        tasks = now.get(request.id)
        if tasks is None or set(tasks) != {task.id for task in request.tasks}:
            text = f"{naming.name(request.id)} was withdrawn, booked or cancelled since the draft was made."
            yield Sentence(code="request_changed", text=text, facts=(("request", request.id),))
            continue
        for task in request.tasks:
            if _place(tasks[task.id]) != _place(task):
                text = f"{naming.name(task.id)} was booked, moved or cancelled since the draft was made."
                yield Sentence(code="booking_changed", text=text, facts=(("task", task.id),))
            elif (
                task.id in draft.assignments and _mode_today(draft, draft.assignments[task.id], tasks[task.id]) is None
            ):
                text = f"{naming.name(task.id)} can no longer be done the way that the draft says."
                yield Sentence(code="mode_changed", text=text, facts=(("task", task.id),))


def _pinned_since(draft: Draft, world: World, naming: Naming) -> Iterator[Sentence]:
    """What would lose its place and was pinned after the draft was made: the rule book asks of a pin only where the
    task lies, and a plan made now would heed the pin, or name it as one that cannot hold."""
    pinned = {standing_task_id(each) for each in world.runs if any(part.pin != "none" for part in each.bookings)}
    for task in (task for request in draft.displaced for task in request.tasks):
        if task.id in pinned and task.pin is None and task.id not in draft.document.lifted:
            text = f"{naming.name(task.id)} was pinned since the draft was made, and would lose its place."
            yield Sentence(code="pinned_since", text=text, facts=(("task", task.id),))


def _place(task: Task) -> tuple[int, tuple[str, ...]] | None:
    return None if task.booked is None else (task.booked.start, task.booked.units)


def _mode_today(draft: Draft, assignment: Assignment, task: Task) -> int | None:
    mode: Mode = draft.mode(assignment)
    return next((number for number, each in enumerate(task.modes) if _bare(each) == _bare(mode)), None)


def _bare(mode: Mode) -> Mode:
    """Without the periods in which units are kept for others: today's count, and these reach as far as the horizon."""
    return replace(mode, units=tuple(replace(use, barred=()) for use in mode.units))


def _plan_for(draft: Draft, today: Problem) -> Plan:
    """The part of the draft that publishing writes, as a plan of today's problem."""
    tasks = {task.id: task for request in today.requests for task in request.tasks}
    assignments = []
    for request in draft.committed:
        for task in request.tasks:
            assignment = draft.assignments[task.id]
            mode = _mode_today(draft, assignment, tasks[task.id])
            assert mode is not None
            assignments.append(replace(assignment, mode=mode))
    left_out = tuple(LeftOut(request=request.id, absence="displaced") for request in draft.displaced)
    pool = [turn for assignment in assignments for turn in assignment.changeovers]
    return Plan(status="feasible", assignments=attach(today, assignments, pool), left_out=left_out)
