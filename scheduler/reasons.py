"""Why a booking moves or loses its place: led back, step by step, to what began it: an outage, hours, somebody who is
away, or new work.

Knows only the draft: what was decided since does not change what is told.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from scheduler.documents import OutOfOrder
from scheduler.drafts import Draft
from scheduler.lack_words import tell_lack
from scheduler.naming import Naming
from scheduler.staying import against_staying
from solver.plan import Assignment
from solver.problem import Mode, Request, Task, Window
from solver.windows import complement, covers, intersect


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """From a task to one that it gives way to: another of its request (``with``), one that has its place on the unit
    ``what`` (``place``), or one that takes a person with the skill ``what`` (``hands``)."""

    task: str
    kind: Literal["with", "place", "hands"]
    what: str = ""


@dataclass(frozen=True, kw_only=True)
class Reasons:
    """Tells why, for one draft."""

    draft: Draft
    naming: Naming
    _paths: dict[str, tuple[Step, ...] | None] = field(default_factory=dict)

    def why(self, task_id: str) -> str:
        """One sentence for a task that the draft changes."""
        request, task = self.draft.tasks[task_id]
        if task.booked is None:
            return "Newly planned."
        if outages := self._outages(task_id):
            return f"{self._told(outages)}."
        if lacks := self._lacks(task_id):
            return f"{lacks[0].upper()}{lacks[1:]}."
        path = self._path(task_id)
        if path is None:
            return self._no_cause(request, task)
        return self._sentence(task_id, path)

    def _sentence(self, subject: str, path: tuple[Step, ...]) -> str:
        """A path told: whom it goes with, who has that one's place, and what began it."""
        words = ""
        while path and path[0].kind == "with":
            subject, path = path[0].task, path[1:]
            words = f"Goes with {self._run(subject)} of the same request: "
        if not path:
            told = self._told(self._outages(subject)) or self._lacks(subject) or "it is newly planned"
            return f"{words}{told}."
        told = f"{self._given(subject, path[0])}, {self._itself(path[0].task, path[1:])}."
        return words + told if words else told[0].upper() + told[1:]

    def _given(self, subject: str, step: Step) -> str:
        booked = self.draft.tasks[subject][1].booked
        assert booked is not None
        clock = self.draft.clock
        when = self.naming.by(subject).span(clock.moment(booked.start), clock.moment(booked.end))
        owner = self.naming.owner(step.task)
        taker = self.naming.name(step.task) + (f" ({owner})" if self.naming.sees(step.task) else "")
        if step.kind == "hands":
            return f"nobody is left for {self.naming.name(step.what)} {when} beside {taker}"
        return f"{self.naming.name(step.what)} {when} is given to {taker}"

    def _itself(self, task_id: str, rest: tuple[Step, ...]) -> str:
        """Why the one that takes the place is there."""
        root = rest[-1].task if rest else task_id
        outages = self._outages(root)
        cause = self._told(outages, brief=True) or self._lack_in_brief(root) or "new work"
        task = self.draft.tasks[task_id][1]
        if task.booked is None:
            return "newly planned"
        left = sorted(set(task.booked.units) - set(self.draft.units(self.draft.assignments[task_id])))
        had_to = f"had to leave {', '.join(map(self.naming.name, left))}" if left else "had to move"
        if rest:
            return f"which {had_to} in its turn ({cause})"
        return f"which {had_to} ({'out of order' if left == sorted({each.unit for each in outages}) else cause})"

    def _no_cause(self, request: Request, task: Task) -> str:
        """Who does it elsewhere by now; a better place, where the request is done earlier; else what stands beside."""
        if (step := next(self._hands(request, task), None)) is not None:
            told = self._given(task.id, step)
            return f"{told[0].upper()}{told[1:]}."
        before, after = self.draft.end_before(request), self.draft.end_after(request)
        if before is not None and after is not None and after < before:
            return f"The whole request is done {self.naming.length(before - after)} earlier."
        return self._cannot_stay(request, task)

    def _cannot_stay(self, request: Request, task: Task) -> str:
        """What the rule book says of it where it stood, the rest as planned."""
        broken = against_staying(self.draft, request, task)
        if broken is None:
            return "It cannot be done on the units that it had any more."
        return (
            " ".join(dict.fromkeys(self.naming.violation(each).text for each in broken))
            or "It could stay where it is: the rest of the plan is better for it."
        )

    def _path(self, task_id: str) -> tuple[Step, ...] | None:
        if task_id not in self._paths:
            self._paths[task_id] = self._search(task_id)
        return self._paths[task_id]

    def _search(self, task_id: str) -> tuple[Step, ...] | None:
        """The shortest way to what is under an outage or new; ``None`` where there is none."""
        waiting: deque[tuple[str, tuple[Step, ...]]] = deque([(task_id, ())])
        seen = {task_id}
        while waiting:
            at, path = waiting.popleft()
            for step in self._steps(at):
                if step.task in seen:
                    continue
                seen.add(step.task)
                if self._is_root(step.task):
                    return (*path, step)
                waiting.append((step.task, (*path, step)))
        return None

    def _is_root(self, task_id: str) -> bool:
        new = self.draft.tasks[task_id][1].booked is None
        return new or bool(self._outages(task_id)) or task_id in self.draft.document.lacks

    def _lacks(self, task_id: str) -> str:
        """Who is away, and what is closed where it stood; empty where nothing is."""
        lacks = self.draft.document.lacks.get(task_id, ())
        return "; ".join(tell_lack(lack, self.naming) for lack in lacks)

    def _lack_in_brief(self, task_id: str) -> str:
        lacks = self.draft.document.lacks.get(task_id, ())
        if any(lack.is_of_unit for lack in lacks):
            return "closed then"
        return "nobody there who did it" if lacks else ""

    def _steps(self, task_id: str) -> Iterator[Step]:
        request, task = self.draft.tasks[task_id]
        for other in request.tasks:
            if other.id != task_id and self.draft.change(other) not in (None, "new"):
                yield Step(task=other.id, kind="with")
        if task.booked is None:
            return
        here = (task.booked.start, task.booked.end)
        for assignment in self._changed:
            if self.draft.tasks[assignment.task][0].id != request.id and _meet(
                (assignment.start, assignment.end), here
            ):
                for unit in self.draft.units(assignment):
                    if unit in task.booked.units:
                        yield Step(task=assignment.task, kind="place", what=unit)
        yield from (step for step in self._hands(request, task) if self._is_changed(step.task))

    def _is_changed(self, task_id: str) -> bool:
        return self.draft.change(self.draft.tasks[task_id][1]) is not None

    def _hands(self, request: Request, task: Task) -> Iterator[Step]:
        """Where it stood nobody who is able is free: the work of other requests that takes them."""
        booked = task.booked
        mode = next((each for each in task.modes if booked and _units(each) == set(booked.units)), None)
        if booked is None or mode is None:
            return
        for need in mode.staff:
            course = self.draft.course(mode, booked.start, booked.end)
            part, ticks = course.span(need.part), course.stretches(need.part)
            able = [person for person in self._persons if need.skill in person[1] and covers(person[2], ticks)]
            takers = [self._taker(person[0], part, request) for person in able]
            if all(taker is not None for taker in takers):
                yield from (Step(task=taker, kind="hands", what=need.skill) for taker in takers if taker)

    @cached_property
    def _persons(self) -> list[tuple[str, tuple[str, ...], tuple[Window, ...]]]:
        problem = self.draft.document.problem
        return [
            (each.id, each.skills, intersect(each.on_shift, complement(each.taken, 0, problem.calendar_end)))
            for each in problem.persons
        ]

    def _taker(self, person: str, part: Window, request: Request) -> str | None:
        """Who of another request has this person then."""
        for held, assignment in self._held:
            if held[0] == person and _meet(held[1], part) and self.draft.tasks[assignment.task][0].id != request.id:
                return assignment.task
        return None

    @cached_property
    def _held(self) -> list[tuple[tuple[str, Window], Assignment]]:
        by_id = {person for person, _, _ in self._persons}
        return [
            ((place.resource, (place.start, place.end)), assignment)
            for assignment in self.draft.assignments.values()
            for place in self.draft.placements(assignment)
            if place.resource in by_id
        ]

    @cached_property
    def _changed(self) -> list[Assignment]:
        return [each for each in self.draft.assignments.values() if self._is_changed(each.task)]

    def _outages(self, task_id: str) -> tuple[OutOfOrder, ...]:
        """The outages on the units where it stands booked."""
        booked = self.draft.tasks[task_id][1].booked
        if booked is None:
            return ()
        start, end = self.draft.clock.moment(booked.start), self.draft.clock.moment(booked.end)
        return tuple(
            outage
            for outage in self.draft.document.outages
            if outage.unit in booked.units and outage.start < end and start < outage.end
        )

    def _told(self, outages: tuple[OutOfOrder, ...], *, brief: bool = False) -> str:
        return "; ".join(
            f"{words.name(each.unit)} is out of order" + ("" if brief else f" {words.outage(each.start, each.end)}")
            for each in outages
            for words in (self.naming.by(each.unit),)
        )

    def _run(self, task_id: str) -> str:
        return self.naming.run(task_id)


def _meet(a: Window, b: Window) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _units(mode: Mode) -> set[str]:
    return {use.unit for use in mode.units}
