"""Units that need a service or a calibration to be used, and a request that gives it.

Knows nothing of the rule book: every use looks back, renewal by renewal.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random

from solver.plan import Assignment
from solver.problem import Expiry, ExpiryMeasure, Mode, Problem, Request, Unit, UnitUse, Used
from tests.solver.varieties.batching import shared_run

MEASURES: tuple[ExpiryMeasure, ...] = ("date", "use", "cycles", "date")


@dataclass(frozen=True)
class Use:
    """A use of a unit that has to keep an expiry, or only counts."""

    start: int
    end: int
    judged: bool


def add(problem: Problem, random: Random) -> Problem:
    """One unit expires by one or two measures, others by one; a request that could renew it may do so. Some modes
    waive."""
    units = [use.unit for request in problem.requests for task in request.tasks for use in _uses(task.modes)]
    if not units:
        return problem
    chosen = random.choice(units)
    renewing = [request for request in problem.requests if _renewals(request, chosen)]
    upkeep = random.choice(renewing).id if renewing and len(problem.requests) > 1 and random.random() < 0.6 else None
    requests = tuple(_varied(request, request.id == upkeep, random) for request in problem.requests)
    tasks = tuple(id_ for request in requests if request.id == upkeep for id_ in _renewals(request, chosen))
    return replace(
        problem,
        requests=requests,
        units=tuple(_expiring(problem, unit, tasks if unit.id == chosen else (), random) for unit in problem.units),
    )


def _uses(modes: tuple[Mode, ...]) -> Iterator[UnitUse]:
    return (use for mode in modes for use in mode.units)


def _renewals(request: Request, unit: str) -> list[str]:
    return [task.id for task in request.tasks if all(unit in {use.unit for use in mode.units} for mode in task.modes)]


def _varied(request: Request, upkeep: bool, random: Random) -> Request:
    if upkeep:
        return replace(request, maintenance=True)
    tasks = tuple(
        replace(task, modes=tuple(replace(mode, waives=_waived(random)) for mode in task.modes))
        for task in request.tasks
    )
    return replace(request, tasks=tasks)


def _waived(random: Random) -> tuple[str, ...]:
    return ("service",) if random.random() < 0.15 else ()


def _expiring(problem: Problem, unit: Unit, tasks: tuple[str, ...], random: Random) -> Unit:
    measures = random.sample(MEASURES, random.choice((1, 1, 2)) if tasks else random.choice((0, 1)))
    return replace(unit, expiries=tuple(_expiry(problem, measure, tasks, random) for measure in measures))


def _expiry(problem: Problem, measure: ExpiryMeasure, tasks: tuple[str, ...], random: Random) -> Expiry:
    most = {"date": problem.calendar_end, "use": 7, "cycles": 3}[measure]
    least = problem.horizon // 2 if measure == "date" else 0
    left = random.choice((-1, random.randint(least, most), random.randint(least, most)))
    moments = range(-2, problem.calendar_end)
    return Expiry(
        kind="service",
        measure=measure,
        left=left,
        renewed=max(1, left) if measure != "date" and random.random() < 0.6 else max(1, left, random.randint(1, 6)),
        renewed_by=tasks,
        renewed_at=tuple(sorted(random.sample(moments, random.choice((0, 0, 0, 1, 2))))),
        used=tuple(_used(random.choice(moments), random) for _ in range(random.choice((0, 0, 1, 2)))),
    )


def _used(start: int, random: Random) -> Used:
    return Used(start=start, end=start + random.randint(1, 3), judged=random.random() < 0.1)


def has(problem: Problem) -> bool:
    """Whether any unit expires."""
    return any(unit.expiries for unit in problem.units)


def allows(problem: Problem, placed: Mapping[str, Assignment]) -> bool:
    """Whether every judged use keeps every expiry of its unit."""
    return all(
        _keeps(expiry, _all_uses(problem, unit, expiry, placed), _moments(expiry, placed))
        for unit in problem.units
        for expiry in unit.expiries
    )


def _moments(expiry: Expiry, placed: Mapping[str, Assignment]) -> list[int]:
    return [*expiry.renewed_at, *(placed[id_].end for id_ in expiry.renewed_by if id_ in placed)]


def _all_uses(problem: Problem, unit: Unit, expiry: Expiry, placed: Mapping[str, Assignment]) -> list[Use]:
    uses = [Use(used.start, used.end, used.judged) for used in expiry.used]
    seen: set[object] = set()
    for request in problem.requests:
        for task in request.tasks:
            at = placed.get(task.id)
            if at is not None and not request.maintenance:
                mode = task.modes[at.mode]
                run = shared_run(task, mode, at)
                if run is not None and run in seen:
                    continue
                seen.add(run)
                for use in mode.units:
                    start = at.end - mode.tail if use.part == "tail" else at.start
                    end = at.start + mode.head if use.part == "head" else at.end
                    if use.unit == unit.id and use.lanes and end > start:
                        uses.append(Use(start, end, expiry.kind not in mode.waives))
    return uses


def _keeps(expiry: Expiry, uses: list[Use], moments: list[int]) -> bool:
    return all(_is_kept(expiry, use, uses, moments) for use in uses if use.judged)


def _is_kept(expiry: Expiry, use: Use, uses: list[Use], moments: list[int]) -> bool:
    if expiry.measure == "date":
        renewed = any(moment <= use.start and use.end <= moment + expiry.renewed for moment in moments)
        return renewed or use.end <= expiry.left
    together = [other for other in uses if not any(_parts(moment, use, other) for moment in moments)]
    total = sum(other.end - other.start for other in together) if expiry.measure == "use" else len(together)
    return total <= (expiry.renewed if any(moment <= use.start for moment in moments) else expiry.left)


def _parts(moment: int, one: Use, other: Use) -> bool:
    """Whether one of them starts before the renewal has ended, and the other not."""
    return (one.start < moment) != (other.start < moment)
