"""Blockers told to people: what is the same for several runs or units in one sentence, and outages by name.

Knows nothing of how blockers are found.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from scheduler.causes import causes_of
from scheduler.naming import Naming
from scheduler.translate.clock import Clock
from scheduler.translate.names import unit_id
from scheduler.translate.upkeep import without_visit
from scheduler.views import Sentence
from solver.blockers import MOMENTS, PLAIN, sentence
from solver.plan import Blocker


def told_blockers(
    naming: Naming, blockers: Sequence[Blocker], *, known_at: datetime | None = None
) -> tuple[Sentence, ...]:
    """One sentence per kind of blocker and operation. ``known_at``: outages reported later are not told (``None``: all
    are)."""
    groups: dict[tuple[str, ...], list[Blocker]] = defaultdict(list)
    for blocker in blockers:
        groups[_alike(blocker)].append(blocker)
    return tuple(_told(naming, group, known_at) for group in groups.values())


def _alike(blocker: Blocker) -> tuple[str, ...]:
    """Runs of one operation, and what they miss where none of it is nearer than another; a single run of ``R17/2/3`` is
    known by what comes before its number."""
    operation = blocker.ids[0].rpartition("/")[0] or blocker.ids[0]
    numbers = dict(blocker.numbers)
    about = () if "longest_gap" in numbers else blocker.ids[1:]
    return (blocker.code, operation, str(numbers.get("needed", "")), *about)


def _told(naming: Naming, group: list[Blocker], known_at: datetime | None) -> Sentence:
    """The nearest miss with its numbers, then what differs elsewhere, then the outages."""
    best = max(group, key=_nearness)
    runs = len({blocker.ids[0] for blocker in group})

    def name(id_: str) -> str:
        return _runs(naming, id_, runs) if id_ == best.ids[0] and runs > 1 else naming.name(id_)

    words = [
        sentence(best, name, naming.length, naming.moment, naming.amount, naming.period),
        *_elsewhere(naming, group, best),
    ]
    words += [*_outages(naming, group, known_at), *_unvisited(naming, best)]
    return Sentence(code=best.code, text=" ".join(words) + _causes(naming, group), facts=_facts(naming.clock, best))


def _facts(clock: Clock, blocker: Blocker) -> tuple[tuple[str, str | int], ...]:
    """A blocker's numbers as programs read them: moments in ISO, lengths in minutes, others as they are."""
    return tuple(_fact(clock, name, value) for name, value in blocker.numbers)


def _fact(clock: Clock, name: str, value: int) -> tuple[str, str | int]:
    if name in MOMENTS:
        return name, clock.moment(value).isoformat()
    return (name, value) if name in PLAIN else (f"{name}_minutes", value * clock.tick_minutes)


def _causes(naming: Naming, blockers: Sequence[Blocker]) -> str:
    """What the calendars have to do with them, as a sentence after another; empty where that is nothing."""
    moment = naming.clock.moment
    numbers = ((blocker, dict(blocker.numbers)) for blocker in blockers)
    between = ((one, known["from"], known["until"]) for one, known in numbers if known.keys() >= {"from", "until"})
    return causes_of(naming.world, ((one, moment(start), moment(end)) for one, start, end in between))


def _nearness(blocker: Blocker) -> int:
    numbers = dict(blocker.numbers)
    return numbers.get("longest_gap", numbers.get("available", 0)) - numbers.get("needed", 0)


def _runs(naming: Naming, task: str, runs: int) -> str:
    first = task.rpartition("/")[0] + "/1"
    return f"{naming.name(first)} ({runs} runs)"


def _elsewhere(naming: Naming, group: list[Blocker], best: Blocker) -> Iterator[str]:
    """The longest gap on every other unit (or of every other skill or capacity)."""
    gaps: dict[str, int] = {}
    for blocker in group:
        if len(blocker.ids) > 1 and blocker.ids[1] != best.ids[1]:
            gap = dict(blocker.numbers).get("longest_gap", 0)
            gaps[blocker.ids[1]] = max(gap, gaps.get(blocker.ids[1], 0))
    if gaps and "longest_gap" in dict(best.numbers):
        told = ", ".join(f"{naming.length(gap)} on {naming.name(id_)}" for id_, gap in gaps.items())
        yield f"The longest gaps elsewhere: {told}."


def _outages(naming: Naming, group: list[Blocker], known_at: datetime | None) -> Iterator[str]:
    """Outages of the units that lie where the work would have to."""
    told: dict[str, None] = {}
    for blocker in group:
        numbers = dict(blocker.numbers)
        if "from" not in numbers:
            continue
        start, end = naming.clock.moment(numbers["from"]), naming.clock.moment(numbers["until"])
        for outage in naming.world.outages:
            known = known_at is None or outage.reported_at <= known_at
            if known and unit_id(outage.unit_id) in blocker.ids[1:] and outage.start_at < end and start < outage.end_at:
                when = naming.outage(outage.start_at, outage.end_at)
                told[f"{naming.name(unit_id(outage.unit_id))} is out of order {when}."] = None
    yield from told


def _unvisited(naming: Naming, blocker: Blocker) -> Iterator[str]:
    """Why the maintenance that a unit lacks is not planned, where nobody who comes from outside could do it."""
    if blocker.code not in ("expired", "used_up", "cycles_used_up"):
        return
    for row in naming.world.maintenance:
        if (unit_id(row.unit_id), row.kind) == blocker.ids[1:]:
            visits = [(one.start_at, one.end_at) for one in naming.world.visits if one.maintenance_id == row.id]
            if visits and (reason := without_visit(row, visits)):
                yield f"Of the {row.kind}: {reason}"
