"""Longest lags that reality has broken: what is done was done too long ago for what should follow it.

Knows nothing of what else is planned: a lag that others stand in the way of still binds.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from solver.calendars import Calendars
from solver.problem import Lag, Problem, Request
from solver.reach import reach_of


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenLag:
    """``after`` (a task's id) may follow ``before`` (done or running) after ``most_minutes``, but cannot before
    ``soonest_minutes``, to the problem's tick; ``done``: it has, after so long. What is to be done, scrap, redo from
    ``before`` on or accept, is for people to say: the plan accepts."""

    request: str
    before: str
    after: str
    most_minutes: int
    soonest_minutes: int
    done: bool = False


def lift_broken_lags(problem: Problem, *, tick_minutes: int) -> tuple[Problem, tuple[BrokenLag, ...]]:
    """The problem in which no longest lag from a fact binds begun work that cannot keep it even if it had everything to
    itself; and those lags."""
    calendars = Calendars(problem)
    requests: list[Request] = []
    broken: list[BrokenLag] = []
    for request in problem.requests:
        lifted = _broken(calendars, request) if request.begun else ()
        free = _without(request, lifted)
        requests.append(free)
        broken += [_told(calendars, free, lag, tick_minutes) for lag in lifted]
    return (replace(problem, requests=tuple(requests)), tuple(broken)) if broken else (problem, ())


def _broken(calendars: Calendars, request: Request) -> tuple[Lag, ...]:
    """Those that cannot hold one by one; all where each alone could, but not together."""
    lags = tuple(_from_facts(request))
    if not lags or _possible(calendars, request) or not _possible(calendars, _without(request, lags)):
        return ()
    alone = (lag for lag in lags if not _possible(calendars, _without(request, [o for o in lags if o is not lag])))
    return tuple(alone) or lags


def _from_facts(request: Request) -> Iterator[Lag]:
    facts = {fact.id for fact in request.facts}
    return (lag for lag in request.lags if lag.most is not None and lag.before in facts and lag.after not in facts)


def _possible(calendars: Calendars, request: Request) -> bool:
    return all(reach_of(calendars, request).values())


def _without(request: Request, lifted: tuple[Lag, ...] | list[Lag]) -> Request:
    if not lifted:
        return request
    return replace(request, lags=tuple(replace(lag, most=None) if lag in lifted else lag for lag in request.lags))


def _told(calendars: Calendars, request: Request, lag: Lag, tick_minutes: int) -> BrokenLag:
    places = reach_of(calendars, request)[lag.after]
    soonest = min(place.first_start if lag.to == "start" else place.first_end for place in places)
    fact = next(fact for fact in request.facts if fact.id == lag.before)
    gap = soonest - (fact.start if lag.frm == "start" else fact.end)
    assert lag.most is not None
    return BrokenLag(
        request=request.id,
        before=lag.before,
        after=lag.after,
        most_minutes=lag.most * tick_minutes,
        soonest_minutes=gap * tick_minutes,
    )
