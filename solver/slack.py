"""How early and how late the tasks of a request can be, from its dates, durations and lags alone.

Does not know resources.
"""

from collections import deque

from solver.ground import NEVER
from solver.placing import Bounds
from solver.plan import Assignment
from solver.problem import Mode, Problem, Request, Task


class Slack:
    """Bounds of every start and end, kept consistent as tasks are fixed.

    Nodes: task number ``i`` starts at node ``2 * i`` and ends at node ``2 * i + 1``. ``possible`` turns false when no
    time is left for some task.
    """

    def __init__(self, problem: Problem, request: Request) -> None:
        self.request = request
        self.number = {task.id: at for at, task in enumerate(request.tasks)}
        count = 2 * len(request.tasks)
        self.low, self.high = [0] * count, [NEVER] * count
        self._out: list[list[tuple[int, int]]] = [[] for _ in range(count)]
        self._in: list[list[tuple[int, int]]] = [[] for _ in range(count)]
        self.possible = True
        for at, task in enumerate(request.tasks):
            self._dates(problem, at, task)
        self._lags()
        self._propagate(range(count))

    def copy(self) -> "Slack":
        """The same bounds, to be tightened apart; the lags are shared."""
        other = object.__new__(Slack)
        other.request, other.number, other.possible = self.request, self.number, self.possible
        other.low, other.high = self.low.copy(), self.high.copy()
        other._out, other._in = self._out, self._in
        return other

    def bounds(self, at: int) -> Bounds:
        """The bounds of task number ``at``."""
        start, end = 2 * at, 2 * at + 1
        return Bounds(start=self.low[start], last_start=self.high[start], end=self.low[end], last_end=self.high[end])

    def fix(self, assignment: Assignment) -> bool:
        """Put a task where the assignment says; whether everything else still has time."""
        at = 2 * self.number[assignment.task]
        if not (self.low[at] <= assignment.start <= self.high[at]):
            self.possible = False
        if not (self.low[at + 1] <= assignment.end <= self.high[at + 1]):
            self.possible = False
        if self.possible:
            self.low[at] = self.high[at] = assignment.start
            self.low[at + 1] = self.high[at + 1] = assignment.end
            self._propagate((at, at + 1))
        return self.possible

    def not_before(self, at: int, start: int) -> bool:
        """Let task number ``at`` start at ``start`` or later; whether everything still has time."""
        self.low[2 * at] = max(self.low[2 * at], start)
        self._propagate((2 * at,))
        return self.possible

    def waits_for(self, at: int) -> list[int]:
        """Numbers of the tasks that have to start or end, by a lag >= 0, before task number ``at`` does."""
        nodes = (2 * at, 2 * at + 1)
        before = {node // 2 for to in nodes for node, least in self._in[to] if least >= 0}
        return sorted(before - {at})

    def least_after(self, node: int) -> list[int]:
        """How much later than ``node`` every node is at least, by lengths and lags; ``-NEVER`` where nothing says. Only
        where there is time for all (``possible``)."""
        least = [-NEVER] * len(self.low)
        least[node], queue = 0, deque((node,))
        while queue:
            at = queue.popleft()
            for after, more in self._out[at]:
                if least[at] + more > least[after]:
                    least[after] = least[at] + more
                    queue.append(after)
        return least

    def _dates(self, problem: Problem, at: int, task: Task) -> None:
        request, start, end = self.request, 2 * at, 2 * at + 1
        self.low[start] = max(0, request.release)
        self.high[start] = problem.horizon - 1
        self.high[end] = problem.calendar_end
        if request.deadline is not None:
            self.high[end] = min(self.high[end], request.deadline)
        if task.windows:
            self.low[start] = max(self.low[start], task.windows[0][0])
            self.high[end] = min(self.high[end], task.windows[-1][1])
        if task.pin is not None and task.pin.start is not None:
            self.low[start] = max(self.low[start], task.pin.start)
            self.high[start] = min(self.high[start], task.pin.start)
        self._apart(start, end, min(mode.duration for mode in task.modes))
        longest = [_longest(mode) for mode in task.modes]
        if max(longest) < NEVER:
            self._apart(end, start, -max(longest))

    def _apart(self, before: int, after: int, least: int) -> None:
        self._out[before].append((after, least))
        self._in[after].append((before, least))

    def _lags(self) -> None:
        facts = {fact.id: fact for fact in self.request.facts}
        for lag in self.request.lags:
            before, after = self.number.get(lag.before), self.number.get(lag.after)
            if before is not None and after is not None:
                frm, to = 2 * before + (lag.frm == "end"), 2 * after + (lag.to == "end")
                if lag.least is not None:
                    self._apart(frm, to, lag.least)
                if lag.most is not None:
                    self._apart(to, frm, -lag.most)
            elif after is not None and lag.before in facts:
                fact = facts[lag.before]
                tick, node = fact.end if lag.frm == "end" else fact.start, 2 * after + (lag.to == "end")
                self._from_fact(tick, node, lag.least, lag.most)
            elif before is not None and lag.after in facts:
                fact = facts[lag.after]
                tick, node = fact.end if lag.to == "end" else fact.start, 2 * before + (lag.frm == "end")
                least = None if lag.most is None else -lag.most
                self._from_fact(tick, node, least, None if lag.least is None else -lag.least)

    def _from_fact(self, tick: int, node: int, least: int | None, most: int | None) -> None:
        if least is not None:
            self.low[node] = max(self.low[node], tick + least)
        if most is not None:
            self.high[node] = min(self.high[node], tick + most)

    def _propagate(self, nodes: range | tuple[int, ...]) -> None:
        """Longest paths from ``nodes``, forward for the lows and backward for the highs."""
        low, high = self.low, self.high
        queue = deque(nodes)
        while queue and self.possible:
            node = queue.popleft()
            self.possible = low[node] <= high[node]
            for after, least in self._out[node]:
                if low[node] + least > low[after]:
                    low[after] = low[node] + least
                    queue.append(after)
            for before, least in self._in[node]:
                if high[node] - least < high[before]:
                    high[before] = high[node] - least
                    queue.append(before)


def _longest(mode: Mode) -> int:
    if mode.crossing == "pausing":
        return NEVER
    if mode.crossing == "solid" or mode.tail == 0:
        return mode.duration
    return NEVER if mode.max_wait is None else mode.duration + mode.max_wait
