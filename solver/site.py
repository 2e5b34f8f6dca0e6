"""A plan under construction: tasks put on the ground request by request, with every lag kept.

Does not know in which order requests should come.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from solver.chain import Chain, Turnaround, chains_of
from solver.choosing import Way
from solver.ground import NEVER, Ground
from solver.linked import Link
from solver.placing import Bounds, Fit
from solver.plan import Assignment, Changeover, LeftOut, Plan
from solver.problem import Mode, Problem, Request, Task, UnitUse
from solver.sequence import Stay, appointed, attach, carrier, stay_of, unserved, with_changeovers
from solver.slack import Slack
from solver.unload_soon import unload_soon

TRIES = 20
"""How often the tasks of one request are put down anew because a maximum lag did not hold."""
Step = tuple[int, int]
"""Number of a request in a group, number of the task in the request."""


@dataclass(frozen=True, slots=True)
class State:
    """What stood on a site once: assignments, and the changeovers of each chain with those that had no room."""

    placed: dict[str, Assignment]
    turns: dict[str, dict[int, Turnaround]]
    broken: dict[str, set[int]]


class Site:
    """The ground of a problem, what has been put down on it, and where each task could go."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.ground = Ground(problem)
        self.placed: dict[str, Assignment] = {}
        self.tasks = {task.id: task for request in problem.requests for task in request.tasks}
        self._requests = {request.id: request for request in problem.requests}
        self.chains = chains_of(problem, self.ground)
        self._homes = (
            {task.id: request for request in problem.requests for task in request.tasks} if self.chains else {}
        )
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
            fits = [Fit(self.ground, task, number, self._links(task, number)) for number in range(len(task.modes))]
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
        for chain, stay in self._stays(assignment):
            chain.put(stay)

    def lift(self, task: str) -> Assignment:
        """Take a task up again."""
        assignment = self.placed.pop(task)
        self.ground.lift(assignment, self.mode(assignment))
        for chain, stay in self._stays(assignment):
            chain.lift(stay)
        return assignment

    def lift_all(self) -> None:
        """Take everything up."""
        self.restore(State({}, {}, {}))

    def load(self, assignments: Iterable[Assignment]) -> None:
        """Put a plan down on an empty site, its changeovers when it says."""
        given = {at.task: at for at in assignments}
        self._hold(given.values())
        for unit, chain in self.chains.items():
            for start in dict.fromkeys(stay.start for stay in chain.stays if stay.family):
                chain.turn(start, self._said(unit, chain, start, given))

    def state(self) -> State:
        """What stands now, to come back to."""
        turns = {unit: dict(chain.turns) for unit, chain in self.chains.items()}
        return State(dict(self.placed), turns, {unit: set(chain.broken) for unit, chain in self.chains.items()})

    def restore(self, state: State) -> None:
        """Exactly what stood then, every changeover included."""
        before = state.placed
        for unit, chain in self.chains.items():
            kept = state.turns.get(unit, {})
            for start in [start for start, turn in chain.turns.items() if kept.get(start) is not turn]:
                chain.set(start, None)
        changed = [id_ for id_, at in before.items() if self.placed.get(id_) is not at]
        for id_ in (*changed, *(id_ for id_ in self.placed if id_ not in before)):
            if id_ in self.placed:
                self._release(self.placed.pop(id_))
        self._hold(before[id_] for id_ in changed)
        for unit, chain in self.chains.items():
            for start, turn in state.turns.get(unit, {}).items():
                if start not in chain.turns:
                    chain.set(start, turn)
            chain.broken = set(state.broken.get(unit, ()))

    def is_sound(self) -> bool:
        """Whether every changeover that is needed has its time: lifting what stood between two may take it away."""
        return all(chain.is_sound() for chain in self.chains.values())

    def beside_broken(self) -> list[str]:
        """The tasks before and after which such a changeover lies, at least one."""
        pairs = (chain.neighbours(start) for chain in self.chains.values() for start in chain.broken)
        return [stay.task for pair in pairs for stay in pair if stay is not None and stay.task is not None]

    def _hold(self, assignments: Iterable[Assignment]) -> None:
        """The same as ``put``, without changeovers."""
        for assignment in assignments:
            self.ground.put(assignment, self.mode(assignment))
            self.placed[assignment.task] = assignment
            for chain, stay in self._stays(assignment):
                chain.add(stay)

    def _release(self, assignment: Assignment) -> None:
        """The same as ``lift``, without changeovers."""
        self.ground.lift(assignment, self.mode(assignment))
        for chain, stay in self._stays(assignment):
            chain.remove(stay)

    def _said(self, unit: str, chain: Chain, start: int, given: Mapping[str, Assignment]) -> Changeover | None:
        """What a plan says of the changeover before the stay that starts then."""
        pair = chain.neighbours(start)
        id_ = carrier(pair)
        said = [] if id_ is None else appointed(pair, unit, given[id_])
        return said[0] if said else None

    def _stays(self, assignment: Assignment) -> Iterator[tuple[Chain, Stay]]:
        """What matters to the order of a unit."""
        if self.chains:
            mode, request = self.mode(assignment), self._homes[assignment.task]
            for chain, use in self._chained(mode):
                stay = stay_of(use, mode, request, assignment)
                if stay.start < stay.end and (stay.family or stay.owner):
                    yield chain, stay

    def _chained(self, mode: Mode) -> Iterator[tuple[Chain, UnitUse]]:
        return ((self.chains[use.unit], use) for use in mode.units if use.lanes and use.unit in self.chains)

    def _links(self, task: Task, number: int) -> tuple[Link, ...]:
        if not self.chains:
            return ()
        request, mode = self._homes[task.id], task.modes[number]
        nowhere = Assignment(task=task.id, mode=number, start=0, end=0)
        return tuple((chain, use, stay_of(use, mode, request, nowhere)) for chain, use in self._chained(mode))

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
        choosing = self.ground.choosing
        if not any(slack.request.choices for slack in slacks):
            return self._place(slacks, steps, modes or {})
        return any(self._forced(way, slacks, steps, modes or {}) for way in (None, *choosing.ways(_requests(slacks))))

    def _forced(
        self, way: Way | None, slacks: Sequence[Slack], steps: Sequence[Step], modes: Mapping[str, int]
    ) -> bool:
        self.ground.choosing.forced = way
        placed = self._place([slack.copy() for slack in slacks], steps, modes)
        self.ground.choosing.forced = None
        return placed

    def _place(self, slacks: Sequence[Slack], steps: Sequence[Step], modes: Mapping[str, int]) -> bool:
        """Where a maximum lag does not hold, the task that came too late is given its first possible start as a bound,
        and all are put down again."""
        for _ in range(TRIES):
            state = self.state() if self.chains else None
            late = self._try(slacks, steps, modes)
            if late is not None and state is not None:
                self.restore(state)
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
        return drafted(self.problem, self.told())

    def told(self) -> Iterator[Assignment]:
        """The assignments, with the changeovers that they have to name."""
        by_task: dict[str, list[Changeover]] = defaultdict(list)
        for unit, chain in self.chains.items():
            for pair, turn in chain.appointed():
                id_ = carrier(pair)
                if id_ is not None:
                    by_task[id_].append(Changeover(unit=unit, start=turn.start, end=turn.end, person=turn.person))
        return (with_changeovers(at, by_task.get(id_, ())) for id_, at in self.placed.items())


def _requests(slacks: Sequence[Slack]) -> list[Request]:
    return [slack.request for slack in slacks]


def changed_over(problem: Problem, assignments: tuple[Assignment, ...]) -> tuple[Assignment, ...]:
    """The assignments with the changeovers that they lack, found anew where there is time for all of them."""
    if not any(True for _ in unserved(problem, assignments)):
        return assignments
    site = Site(problem)
    site.load(attach(problem, assignments, [turn for at in assignments for turn in at.changeovers]))
    return tuple(site.told()) if site.is_sound() else assignments


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
