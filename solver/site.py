"""A plan under construction: tasks put on the ground request by request, with every lag kept.

Does not know in which order requests should come.
"""

from collections.abc import Iterable, Mapping, Sequence

from solver.ground import NEVER, Ground
from solver.placing import Bounds, Fit
from solver.plan import Assignment, LeftOut, Plan
from solver.problem import Mode, Problem, Request, Task
from solver.shared import Way
from solver.slack import Slack
from solver.unload_soon import unload_soon

TRIES = 20
"""How often the tasks of one request are put down anew because a maximum lag did not hold."""
Step = tuple[int, int]
"""Number of a request in a group, number of the task in the request."""


class Site:
    """The ground of a problem, what has been put down on it, and where each task could go."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.ground = Ground(problem)
        self.placed: dict[str, Assignment] = {}
        self.tasks = {task.id: task for request in problem.requests for task in request.tasks}
        self._requests = {request.id: request for request in problem.requests}
        self._fits: dict[str, tuple[Fit, ...]] = {}
        self._slacks: dict[str, Slack] = {}

    def slack(self, request: Request) -> Slack:
        """The bounds of a request with nothing fixed, to be tightened freely."""
        if request.id not in self._slacks:
            self._slacks[request.id] = Slack(self.problem, request)
        return self._slacks[request.id].copy()

    def fits(self, task: Task) -> tuple[Fit, ...]:
        """The task's modes on this ground, those excluded by its pin left out."""
        if task.id not in self._fits:
            fits = [Fit(self.ground, task, number) for number in range(len(task.modes))]
            if task.pin is not None and task.pin.units is not None:
                fits = [fit for fit in fits if fit.units == tuple(sorted(set(task.pin.units)))]
            self._fits[task.id] = tuple(fits)
        return self._fits[task.id]

    def mode(self, assignment: Assignment) -> Mode:
        """The mode in which an assignment places its task."""
        return self.tasks[assignment.task].modes[assignment.mode]

    def may_stand(self, request: Request) -> bool:
        """Whether what it adds to stands whole; always true of what adds to nothing here."""
        base = self._requests.get(request.after)
        return base is None or all(task.id in self.placed for task in base.tasks)

    def put(self, assignment: Assignment) -> None:
        """Put a task down where it is free."""
        self.ground.put(assignment, self.mode(assignment))
        self.placed[assignment.task] = assignment

    def lift(self, task: str) -> Assignment:
        """Take a task up again."""
        assignment = self.placed.pop(task)
        self.ground.lift(assignment, self.mode(assignment))
        return assignment

    def lift_all(self) -> None:
        """Take everything up."""
        for task in tuple(self.placed):
            self.lift(task)

    def first(self, task: Task, bounds: Bounds, modes: Mapping[str, int]) -> Assignment | None:
        """The place that ends first; for a booked task, places at the booked start or later come before all others."""
        if task.booked is not None and task.booked.start > bounds.start:
            later = Bounds(
                start=task.booked.start, last_start=bounds.last_start, end=bounds.end, last_end=bounds.last_end
            )
            found = self._ends_first(task, later, modes)
            if found is not None:
                return found
        return self._ends_first(task, bounds, modes)

    def _ends_first(self, task: Task, bounds: Bounds, modes: Mapping[str, int]) -> Assignment | None:
        best: Assignment | None = None
        for fit in self.fits(task):
            if modes.get(task.id, fit.number) == fit.number:
                found = fit.first(bounds, NEVER if best is None else best.end)
                best = found or best
        return best

    def place(self, slacks: Sequence[Slack], steps: Sequence[Step], modes: Mapping[str, int] | None = None) -> bool:
        """Put the tasks of a group of requests down in the order of ``steps``; nothing of them where it fails.

        ``slacks`` are the requests' bounds with what already stands fixed. Where tasks have to share something, what
        the first of them takes may not do for the others: then all of it that would is tried in turn.
        """
        shared = self.ground.shared
        if not any(slack.request.choices for slack in slacks):
            return self._place(slacks, steps, modes or {})
        return any(self._forced(way, slacks, steps, modes or {}) for way in (None, *shared.ways(_requests(slacks))))

    def _forced(
        self, way: Way | None, slacks: Sequence[Slack], steps: Sequence[Step], modes: Mapping[str, int]
    ) -> bool:
        self.ground.shared.forced = way
        placed = self._place([slack.copy() for slack in slacks], steps, modes)
        self.ground.shared.forced = None
        return placed

    def _place(self, slacks: Sequence[Slack], steps: Sequence[Step], modes: Mapping[str, int]) -> bool:
        """Where a maximum lag does not hold, the task that came too late is given its first possible start as a bound,
        and all are put down again."""
        for _ in range(TRIES):
            late = self._try(slacks, steps, modes)
            if late is None:
                return True
            (group, at), start = late
            if start >= NEVER or not slacks[group].not_before(at, start):
                return False
        return False

    def _try(self, slacks: Sequence[Slack], steps: Sequence[Step], modes: Mapping[str, int]) -> tuple[Step, int] | None:
        """``None`` when all stand; else the step that failed and the start that it would need."""
        trial = [slack.copy() for slack in slacks]
        if not all(slack.possible for slack in trial):
            return (steps[0] if steps else (0, 0)), NEVER
        put: list[str] = []
        for group, at in steps:
            slack = trial[group]
            task = slack.request.tasks[at]
            found = self.first(task, slack.bounds(at), modes)
            if found is not None and slack.fix(found):
                self.put(found)
                put.append(task.id)
                continue
            start = self._needed(slacks[group], at, trial[group], modes) if found is None else found.start + 1
            for id_ in reversed(put):
                self.lift(id_)
            return (group, at), start
        return None

    def _needed(self, slack: Slack, at: int, trial: Slack, modes: Mapping[str, int]) -> int:
        """The first start that task number ``at`` would have if the others of its request could wait for it."""
        own, now = slack.bounds(at), trial.bounds(at)
        wide = Bounds(start=now.start, last_start=own.last_start, end=now.end, last_end=own.last_end)
        found = self._ends_first(slack.request.tasks[at], wide, modes)
        return NEVER if found is None or found.start <= slack.low[2 * at] else found.start

    @property
    def upkept(self) -> bool:
        """Whether every unit is used only while its maintenance lasts. What is put down keeps to that; it may break
        when maintenance is lifted."""
        return not self.ground.ledger.broken()

    def plan(self) -> Plan:
        """What stands now, without levels; requests that do not stand whole are left out."""
        return drafted(self.problem, self.placed.values())


def _requests(slacks: Sequence[Slack]) -> list[Request]:
    return [slack.request for slack in slacks]


def drafted(problem: Problem, assignments: Iterable[Assignment]) -> Plan:
    """A plan without levels and reasons: the given assignments, unloaded as soon as may be; all else is left out."""
    placed = {assignment.task: assignment for assignment in assignments}
    left = [request for request in problem.requests if not all(task.id in placed for task in request.tasks)]
    plan = Plan(
        status="feasible",
        assignments=tuple(placed[task] for task in sorted(placed)),
        left_out=tuple(sorted((left_out(request) for request in left), key=lambda out: out.request)),
    )
    return unload_soon(problem, plan)


def left_out(request: Request) -> LeftOut:
    """A request that is left out, without its reasons."""
    return LeftOut(request=request.id, absence="displaced" if request.kept else "unplanned")
