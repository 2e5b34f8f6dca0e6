"""Better plans level by level: neighbourhoods solved side by side through an executor, merged as they come back.

Does not know processes, nor where the first plan came from.
"""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace
from random import Random

from solver.allowance import Allowance, Share
from solver.construct import Start
from solver.costs import SHARED, level_values, ties, worst_value
from solver.decompose import merge, reduce, restricted
from solver.job import Answer, Job, run
from solver.keeping import send_back
from solver.losses import losses
from solver.neighbourhoods import SMALLEST, Chooser, Neighbourhood
from solver.plan import Plan
from solver.problem import Problem
from solver.rules import judge
from solver.settle import settle
from solver.tolerance import cap, floored, near

CHOSEN = frozenset(("unplanned", "unfairness"))
"""Costs of choosing requests: CP-SAT is good at that even on a whole part. It hardly is where times are summed up, and
what a repair moves lies close together."""
STANDING = frozenset(("displaced", "moved_in_freeze", "moved", "unit_changes"))
"""Costs of touching what is confirmed, which putting requests down one after the other seldom touches less."""
PART_SHARE = 0.65
"""What whole parts may use of such a level's time, before neighbourhoods."""
OPENER_SHARE = 0.1
"""What reinsertion may use of a level's time to begin with."""
PART_PACE = 50
"""Tasks per second that a whole part needs at least, if it is to be tried."""
PART_TASKS = 400
"""Tasks up to which a whole part is tried where the work, not the time, is limited."""
LEAST_CHANCE = 0.1
"""How often reinsertion and CP-SAT are tried at least, whichever helps more at the level."""
POLL = 0.1
"""Seconds between looks at whether to stop."""
JOB_WORK = 0.5
"""Deterministic time of a neighbourhood where the work, not the time, is limited."""
WORK_ROUND = 4
"""Neighbourhoods sent out together where the work is limited, whatever the number of workers."""
GROWTH, SHRINKING = 1.25, 0.8
"""How the size of neighbourhoods changes after one that was solved to its end, and after one that was not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Improved:
    """``proven[i]``: no plan has a smaller value of level ``i``, given the earlier ones. ``bounds``: valid for every
    plan, ``None`` where none is known."""

    plan: Plan
    values: tuple[int, ...]
    proven: tuple[bool, ...]
    bounds: tuple[int | None, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Task:
    """A neighbourhood to be solved: by reinsertion or by CP-SAT, within ``seconds`` (``None``: limited by work)."""

    hood: Neighbourhood
    seconds: float | None
    reinserts: bool = False


@dataclass(slots=True)
class Search:
    """The state of an improvement, which outlives a broken executor: call ``go`` again with another.

    ``floor``: values that the result may not be worse than. ``least``: lower bounds per level, valid for every plan.
    ``on_better`` gets every better plan, ``stop`` says whether to end.
    """

    problem: Problem
    start: Start
    floor: tuple[int, ...]
    least: tuple[int, ...]
    allowance: Allowance
    workers: int = 2
    seed: int = 0
    on_better: Callable[[Plan, tuple[int, ...]], None] = lambda *_: None
    stop: Callable[[], bool] = lambda: False
    plan: Plan = field(init=False)
    values: tuple[int, ...] = field(init=False)
    proven: list[bool] = field(init=False)
    bounds: list[int | None] = field(init=False)
    caps: list[int] = field(init=False, default_factory=list)
    clashes: int = field(init=False, default=0)
    _ends: list[int] = field(init=False, default_factory=list)
    _jobs: int = field(init=False, default=0)
    _size: float = field(init=False, default=4.0 * SMALLEST)
    _tried: list[int] = field(init=False)
    _helped: list[int] = field(init=False)
    _chooser: Chooser = field(init=False)
    _apart: Chooser = field(init=False)
    _spans: bool = field(init=False)

    def __post_init__(self) -> None:
        self.plan, self.values = self.start.plan, self.start.values
        self.proven = [value <= least for value, least in zip(self.values, self.least, strict=True)]
        self.bounds = list(self.least)
        self._apart = Chooser(self.problem)
        self._chooser = Chooser(self.problem, together=self._tied(0))
        self._spans = any(cost == "makespan" for level in self.problem.levels for cost, _ in level.terms)

    def go(self, executor: Executor) -> Improved:
        """Improve until the allowance is used up or every level is proven. Raises ``BrokenExecutor``."""
        for level in range(len(self.caps), len(self.problem.levels)):
            self._level(executor, level)
            self.caps.append(self._cap(level))
            self._ends.append(self.values[level])
        return self.so_far()

    def so_far(self) -> Improved:
        """The best so far; what was not finished is not proven."""
        return Improved(plan=self.plan, values=self.values, proven=self._proven(), bounds=tuple(self.bounds))

    def _proven(self) -> tuple[bool, ...]:
        """A level is proven, given the earlier ones, if they are and none was worsened for a later one."""
        sure, found = True, []
        for level, (done, value) in enumerate(zip(self.proven, self.values, strict=True)):
            sure = sure and done and level < len(self._ends) and value == self._ends[level]
            found.append(sure)
        return tuple(found)

    def _level(self, executor: Executor, level: int) -> None:
        """Neighbourhoods of one level until its share is used up or it is proven or near enough to its bound."""
        share = Share(self.allowance, self._jobs, last=not self._more_after(level))
        if self._tied(level) and not self._tied(level - 1):
            self._chooser = Chooser(self.problem, together=True)
        closed = self._nothing_to_gain(level)
        self._size, self._tried, self._helped = 4.0 * SMALLEST, [0, 0], [0, 0]
        openers = self._openers(level, share, closed)
        sent: list[tuple[_Task, Future[Answer]]] = []
        while not self.stop() and not self.allowance.late():
            self._fill(executor, level, share, closed, openers, sent)
            if not sent:
                break
            for task, answer in self._returned(sent):
                self._merge(level, task, answer, closed)
        for _, future in sent:
            future.cancel()
        self.proven[level] = self.values[level] <= self.least[level] or (
            self._all_closed(closed) and self._closing_proves(level)
        )
        if self._all_closed(closed):
            self._bound(level, closed)
        self._settle(level)

    def _tied(self, level: int) -> bool:
        """Whether a cost up to this level ties together what shares no resource."""
        return ties(self.problem.levels[: level + 1])

    def _closing_proves(self, level: int) -> bool:
        """Whether parts that are each at their best are so together: several need not be where an earlier level's
        tolerance was divided among them."""
        slack = any(value < cap for value, cap in zip(self.values, self.caps[:level], strict=False))
        return len(self._chooser.parts) == 1 or not slack

    def _drawing(self) -> Chooser:
        """Where neighbourhoods come from. What unfairness alone ties together is improved part by part as well, as long
        as neighbourhoods are not large enough for all of it: only what is solved as a whole proves anything."""
        total = sum(len(request.tasks) for request in self.problem.requests)
        whole = self._spans or self._size >= total or len(self._apart.parts) == 1
        return self._chooser if whole else self._apart

    def _nothing_to_gain(self, level: int) -> dict[int, int | None]:
        """The parts that lose nothing at the level, each with the bound 0."""
        if self._tied(level) or any(cost in SHARED for cost, _ in self.problem.levels[level].terms):
            return {}
        loss = losses(self.problem, self.plan, self.problem.levels[level])
        lossy = {self._chooser.part_of[id_] for id_, lost in loss.items() if lost}
        return {part: 0 for part in range(len(self._chooser.parts)) if part not in lossy}

    def _openers(self, level: int, share: Share, closed: dict[int, int | None]) -> list[_Task]:
        """What a level begins with, the last first: reinsertion in every part, then whole parts by CP-SAT."""
        chooser = self._drawing() if self._tied(level) else self._chooser
        shut = closed if chooser is self._chooser else {}
        counts = {part: chooser.tasks(part) for part in range(len(chooser.parts)) if part not in shut}
        order = sorted(counts, key=lambda part: (counts[part], part))
        hoods = {part: self._proving(chooser, chooser.whole(part)) for part in order}
        of_all = {part: min(1.0, self.workers * counts[part] / sum(counts.values())) for part in order}
        opening = [
            _Task(hood=hoods[part], seconds=share.part(OPENER_SHARE * of_all[part]), reinserts=True)
            for part in order
            if self._may_reinsert(level)
        ]
        if not CHOSEN.issuperset(cost for cost, _ in self.problem.levels[level].terms):
            return opening
        wholes = [
            _Task(hood=hoods[part], seconds=seconds)
            for part in order
            for seconds in (share.part(PART_SHARE * of_all[part]),)
            if counts[part] <= (PART_TASKS if seconds is None else PART_PACE * seconds)
        ]
        return wholes + opening

    def _proving(self, chooser: Chooser, hood: Neighbourhood) -> Neighbourhood:
        """The neighbourhood without its part, where being at its best there proves nothing."""
        return hood if chooser is self._chooser else replace(hood, part=None)

    def _fill(
        self,
        executor: Executor,
        level: int,
        share: Share,
        closed: dict[int, int | None],
        openers: list[_Task],
        sent: list[tuple[_Task, Future[Answer]]],
    ) -> None:
        """Send out as many neighbourhoods as there is place for; where work is limited, only when all are back."""
        if sent and self.allowance.jobs is not None:
            return
        while len(sent) < self._together and share.open(self._jobs) and not self._finished(level, closed):
            task = openers.pop() if openers else self._draw(level, share, closed, [task.hood for task, _ in sent])
            if task is None:
                return
            sent.append((task, executor.submit(run, self._job(level, task))))
            self._jobs += 1

    @property
    def _together(self) -> int:
        """How many neighbourhoods are out at the same time."""
        return self.workers if self.allowance.jobs is None else WORK_ROUND

    def _returned(self, sent: list[tuple[_Task, Future[Answer]]]) -> list[tuple[_Task, Answer]]:
        """Takes those out of ``sent`` that are back: in the order sent, and where work is limited all or none."""
        done, missing = wait([future for _, future in sent], timeout=POLL, return_when=FIRST_COMPLETED)
        if missing and self.allowance.jobs is not None:
            return []
        back = [(task, future.result()) for task, future in sent if future in done]
        sent[:] = [one for one in sent if one[1] not in done]
        return back

    def _settle(self, level: int) -> None:
        """Draw the plan together and send back what moved for nothing, as far as that does not harm this level or an
        earlier one, and if there is time."""
        if self.allowance.late() or self.stop():
            return
        for mend in (settle, send_back):
            plan = mend(self.problem, self.plan)
            values = level_values(self.problem, plan)
            if self._is_better(level, values) and not judge(self.problem, plan):
                self.plan, self.values = plan, values
                self.on_better(plan, values)

    def _is_better(self, level: int, values: tuple[int, ...]) -> bool:
        within = all(value <= cap for value, cap in zip(values[:level], self.caps, strict=False))
        return within and values[level:] < self.values[level:]

    def _more_after(self, level: int) -> bool:
        return any(self.values[at] > self.least[at] for at in range(level + 1, len(self.values)))

    def _finished(self, level: int, closed: dict[int, int | None]) -> bool:
        """Whether nothing better can be, or, where later levels could gain, only what they may give away again."""
        least = self.least[level]
        enough = near(self.problem.levels[level], least) if self._more_after(level) else least
        return self.values[level] <= enough or self._all_closed(closed)

    def _all_closed(self, closed: dict[int, int | None]) -> bool:
        return len(closed) == len(self._chooser.parts)

    def _bound(self, level: int, closed: dict[int, int | None]) -> None:
        """The parts' proven values make a bound, valid for all plans if no earlier level can restrict any."""
        found = [bound for bound in closed.values() if bound is not None]
        free = all(self._is_free(at) for at in range(level))
        if free and len(found) == len(closed):
            self.bounds[level] = max(sum(found), self.least[level])

    def _is_free(self, level: int) -> bool:
        """Whether the cap of a level excludes no plan."""
        return worst_value(self.problem, self.problem.levels[level]) <= self.caps[level]

    def _draw(self, level: int, share: Share, closed: dict[int, int | None], out: list[Neighbourhood]) -> _Task | None:
        """A neighbourhood in a part in which none is out, if there is one; else anywhere: what comes back and does not
        go together with what came before is lost."""
        random = Random(f"{self.seed}/{self._jobs}")
        chooser = self._drawing() if self._tied(level) else self._chooser
        shut = closed if chooser is self._chooser else {}
        busy = {chooser.part_of[hood.requests[0]] for hood in out}
        free = set(range(len(chooser.parts))) - busy - shut.keys()
        reinserts = self._may_reinsert(level) and random.random() < self._chance_of_reinsertion()
        wide = sum(chooser.tasks(part) for part in range(len(chooser.parts)) if part not in shut)
        hood = chooser.draw(
            random,
            self.plan,
            losses(self.problem, self.plan, self.problem.levels[level]),
            wide // self._together if reinserts else int(self._size),
            shut.keys() | busy if free else shut,
        )
        return None if hood is None else self._task(self._proving(chooser, hood), share, reinserts=reinserts)

    def _task(self, hood: Neighbourhood, share: Share, *, reinserts: bool) -> _Task:
        whole = len(hood.free) == sum(len(self._chooser.requests[id_].tasks) for id_ in hood.requests)
        return _Task(hood=hood, seconds=share.seconds(), reinserts=reinserts and whole)

    def _job(self, level: int, task: _Task) -> Job:
        hood = task.hood
        problem = reduce(self.problem, self.plan.assignments, hood.free)
        hint = restricted(problem, self.plan.assignments, hood.free)
        inside = level_values(problem, hint)
        sharing = 1 if hood.part is None else len(self._chooser.parts)
        return Job(
            problem=problem,
            hint=hint,
            levels=tuple(range(level, len(self.problem.levels))),
            caps=tuple(
                None if self._is_free(at) else inside[at] + (self.caps[at] - self.values[at]) // sharing
                for at in range(level)
            ),
            seed=self.seed + self._jobs,
            seconds=task.seconds,
            work=JOB_WORK if task.seconds is None else None,
            reinserts=task.reinserts,
        )

    def _merge(self, level: int, task: _Task, answer: Answer, closed: dict[int, int | None]) -> None:
        """Take a neighbourhood's plan over if, with what was merged before it, the rules hold and it is better."""
        hood, before = task.hood, self.values
        merged = merge(self.problem, self.plan.assignments, hood.free, answer.plan)
        values = level_values(self.problem, merged)
        if self._is_better(level, values):
            if judge(self.problem, merged):
                self.clashes += 1
                return
            self.plan, self.values = merged, values
            self.on_better(merged, values)
        if hood.part is not None and answer.first_proven and values[level] == self.values[level]:
            closed[hood.part] = answer.bound
        self._tried[task.reinserts] += 1
        self._helped[task.reinserts] += self.values != before
        if hood.part is None and not task.reinserts:
            self._adapt(answer)

    def _may_reinsert(self, level: int) -> bool:
        return not self._spans and not STANDING.issuperset(cost for cost, _ in self.problem.levels[level].terms)

    def _chance_of_reinsertion(self) -> float:
        """By how often it and CP-SAT have helped at this level."""
        by_model, by_reinsertion = (
            (helped + 1) / (tried + 2) for helped, tried in zip(self._helped, self._tried, strict=True)
        )
        return min(1 - LEAST_CHANCE, max(LEAST_CHANCE, by_reinsertion / (by_model + by_reinsertion)))

    def _adapt(self, answer: Answer) -> None:
        most = max(self._chooser.tasks(part) for part in range(len(self._chooser.parts)))
        self._size = min(most, self._size * GROWTH) if answer.first_proven else max(SMALLEST, self._size * SHRINKING)

    def _cap(self, level: int) -> int:
        """How far later levels may worsen this one: its tolerance, and never beyond the floor as a tuple."""
        value = self.values[level]
        least = value if self.proven[level] else self.least[level]
        return floored(cap(self.problem.levels[level], value, least), value, self.caps, self.floor)
