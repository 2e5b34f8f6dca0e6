"""Every task's possible places: what calendars, dates and pins leave, tightened along the lags of its request.

Knows nothing of what other requests take. Heads and tails are the longest paths to and from a task along the lags
(Carlier 1982, "The one-machine sequencing problem", names them so).
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping

from solver.calendars import Calendars
from solver.constraints import CONSTRAINTS
from solver.constraints.lags import fact_edge
from solver.places import Case, Place, whole_calendar
from solver.problem import Edge, Lag, Request, Task

Reach = Mapping[str, tuple[Place, ...]]
"""The possible places of each task, by task id; none where the task cannot be planned."""

_NARROWS = tuple(one.narrow for one in CONSTRAINTS.values() if one.narrow)
_ROUNDS = 30


def find_reach(
    calendars: Calendars, *, latest_end: int | None = None, heed: Callable[[], None] = lambda: None
) -> Reach:
    """The places of every task. ``latest_end``: no task may end after it (``None``: the calendars' end). ``heed`` is
    called before each request and may raise to give up.

    A request one of whose tasks has no place cannot be planned; its other tasks may keep theirs.
    """
    reach: dict[str, tuple[Place, ...]] = {}
    for request in calendars.problem.requests:
        heed()
        reach.update(_Request(calendars, request, latest_end).places)
    return reach


def reach_of(calendars: Calendars, request: Request) -> Reach:
    """The places of the tasks of one request, which need not be one of the calendars' problem."""
    return _Request(calendars, request, None).places


def places_of(calendars: Calendars, request: Request, task: Task) -> tuple[Place, ...]:
    """The places of one task, lags aside."""
    return tuple(place for place in all_places(calendars, request, task) if place.possible)


def all_places(calendars: Calendars, request: Request, task: Task) -> Iterable[Place]:
    """The place of every mode, lags aside, possible or not."""
    case = Case(calendars, request, task)
    for number, mode in enumerate(task.modes):
        place = whole_calendar(
            number,
            mode,
            horizon=calendars.problem.horizon,
            calendar_end=calendars.end,
            advance=calendars.advances.of(mode),
        )
        for narrow in _NARROWS:
            if place.possible:
                place = narrow(case, place)
        yield place.bounded(0, calendars.end, 0, calendars.end) if place.waits and place.possible else place


class _Request:
    """The places of one request, propagated along its lags until nothing moves or enough has been tried."""

    def __init__(self, calendars: Calendars, request: Request, latest_end: int | None) -> None:
        self.facts = {fact.id: fact for fact in request.facts}
        self.places = {task.id: places_of(calendars, request, task) for task in request.tasks}
        if latest_end is not None:
            for task in request.tasks:
                self._bound(task.id, 0, calendars.end, 0, latest_end)
        self.lags: dict[str, list[Lag]] = defaultdict(list)
        for lag in request.lags:
            for id_ in dict.fromkeys((lag.before, lag.after)):
                self.lags[id_].append(lag)
        if request.lags:
            self._propagate([task.id for task in request.tasks])

    def _propagate(self, tasks: list[str]) -> None:
        waiting, budget = deque(tasks), _ROUNDS * len(tasks)
        queued = set(tasks)
        while waiting and budget and all(self.places.values()):
            budget -= 1
            task = waiting.popleft()
            queued.discard(task)
            for moved in dict.fromkeys(other for lag in self.lags[task] for other in self._follow(lag)):
                if moved not in queued:
                    queued.add(moved)
                    waiting.append(moved)

    def _follow(self, lag: Lag) -> list[str]:
        """Tightens both ends of a lag; the ids of the tasks that have changed."""
        changed: list[str] = []
        if self._lost(lag):
            return changed
        if lag.after in self.places:
            low, high = self._range(lag.before, lag.frm)
            least = None if lag.least is None else low + lag.least
            most = None if lag.most is None else high + lag.most
            changed += self._keep(lag.after, lag.to, least, most)
        if lag.before in self.places and not self._lost(lag):
            low, high = self._range(lag.after, lag.to)
            least = None if lag.most is None else low - lag.most
            most = None if lag.least is None else high - lag.least
            changed += self._keep(lag.before, lag.frm, least, most)
        return changed

    def _lost(self, lag: Lag) -> bool:
        return () in (self.places.get(lag.before), self.places.get(lag.after))

    def _range(self, id_: str, edge: Edge) -> tuple[int, int]:
        if id_ in self.facts:
            tick = fact_edge(self.facts[id_], edge)
            return tick, tick
        places = self.places[id_]
        if edge == "start":
            return min(place.first_start for place in places), max(place.last_start for place in places)
        return min(place.first_end for place in places), max(place.last_end for place in places)

    def _keep(self, task: str, edge: Edge, least: int | None, most: int | None) -> list[str]:
        low, high = self._range(task, edge)
        if (least is None or least <= low) and (most is None or most >= high):
            return []
        low, high = max(low, low if least is None else least), min(high, high if most is None else most)
        far = 1 << 60
        bounds = (low, high, -far, far) if edge == "start" else (-far, far, low, high)
        return [task] if self._bound(task, *bounds) else []

    def _bound(self, task: str, first_start: int, last_start: int, first_end: int, last_end: int) -> bool:
        before = self.places[task]
        bounded = (place.bounded(first_start, last_start, first_end, last_end) for place in before)
        self.places[task] = tuple(place for place in bounded if place.possible)
        return self.places[task] != before
