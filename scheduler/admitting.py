"""Admission of many bookings by hand at once: the rule book on all of them together, beside what stands.

Knows nothing of how a booking is stored, and has no rule of its own. One at a time: ``scheduler.admission``.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from models.queries.world import World
from scheduler.admission import Owner, own_use
from scheduler.by_hand_words import ByHandWords
from scheduler.hours import Hours
from scheduler.naming import Naming
from scheduler.translate import Translated, translate
from scheduler.translate.kept import Kind, barred_windows
from scheduler.translate.names import cluster_id, organisation_id, unit_id
from scheduler.translate.standing import Scope
from scheduler.views import Sentence
from solver.plan import Assignment, Plan
from solver.problem import Mode, Problem, Request, Task, UnitUse, Window
from solver.rules import Violation, judge
from solver.windows import Windows

_MARGIN = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """Units (row ids, of one centre) for ``[start, end)``, whole minutes. ``name`` tells it from the others."""

    name: str
    units: tuple[int, ...]
    start: datetime
    end: datetime
    owner: Owner


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """``lanes``: the lane of each unit; ``blockers``: every rule that is broken, named."""

    lanes: tuple[int, ...]
    blockers: tuple[Sentence, ...]


def span_of(wishes: Sequence[Wish]) -> tuple[datetime, datetime]:
    """From the first start to the last end."""
    return min(wish.start for wish in wishes), max(wish.end for wish in wishes)


def judge_together(
    world: World, wishes: Sequence[Wish], *, now: datetime, beside: Sequence[Wish] = ()
) -> dict[str, Judged]:
    """By name. ``world`` holds the runs of their time; ``beside`` are wishes that were judged before and are not in it.

    Of two that clash the later one of the sequence is at fault.
    """
    return _Together(world, (*beside, *wishes), now).judged({wish.name for wish in wishes})


class _Together:
    def __init__(self, world: World, wishes: Sequence[Wish], now: datetime) -> None:
        self._world, self._wishes = world, wishes
        start, end = span_of(wishes)
        self._scope = Scope(
            week="",
            made_at=now,
            start=start,
            commit_until=end + _MARGIN,
            end=end + _MARGIN,
            freeze_until={centre.id: now for centre in world.centres if centre.id is not None},
            only=frozenset(),
        )
        self._translated: Translated = translate(world, self._scope, tick_minutes=1)
        self._clock = self._translated.clock
        self._hours = Hours(world=world, start=self._scope.start, end=self._scope.end)
        self._barred: dict[tuple[int, Kind], Windows] = {}
        self._place = {_request_name(place): place for place in range(len(wishes))}

    def judged(self, asked: set[str]) -> dict[str, Judged]:
        lanes = list(self._free_lanes())
        problem = self._problem()
        assignments = tuple(
            Assignment(
                task=_task_name(place),
                mode=0,
                start=self._at(wish)[0],
                end=self._at(wish)[1],
                lanes=tuple((lane,) for lane in lanes[place]),
            )
            for place, wish in enumerate(self._wishes)
        )
        found: dict[int, dict[str, Sentence]] = defaultdict(dict)
        for violation in judge(problem, Plan(status="feasible", assignments=assignments)):
            for place in self._at_fault(problem, violation):
                for sentence in self._told(problem, violation, place):
                    found[place].setdefault(sentence.text, sentence)
        return {
            wish.name: Judged(lanes=lanes[place], blockers=tuple(found[place].values()))
            for place, wish in enumerate(self._wishes)
            if wish.name in asked
        }

    def _at(self, wish: Wish) -> Window:
        return self._clock.floor(wish.start), self._clock.floor(wish.end)

    def _kind(self, wish: Wish) -> Kind:
        return wish.owner.stage, self._world.clusters[wish.owner.cluster].key

    def _problem(self) -> Problem:
        limiting = replace(
            self._translated.limiting,
            projects={_request_name(place): wish.owner.project for place, wish in enumerate(self._wishes)},
        )
        requests = tuple(limiting.budgeted([self._request(place, wish) for place, wish in enumerate(self._wishes)]))
        return replace(self._translated.problem, requests=requests, quotas=limiting.quotas(requests))

    def _request(self, place: int, wish: Wish) -> Request:
        start, end = self._at(wish)
        uses = tuple(UnitUse(unit=unit_id(unit), barred=self._kept(unit, self._kind(wish))) for unit in wish.units)
        return Request(
            id=_request_name(place),
            tasks=(Task(id=_task_name(place), modes=(Mode(duration=end - start, units=uses),)),),
            owner=organisation_id(wish.owner.organisation),
            cluster=cluster_id(wish.owner.cluster),
            asker=wish.owner.asker,
        )

    def _kept(self, unit: int, kind: Kind) -> Windows:
        if (unit, kind) not in self._barred:
            self._barred[unit, kind] = barred_windows(self._hours, self._clock, self._world.units[unit], kind)
        return self._barred[unit, kind]

    def _free_lanes(self) -> Iterator[tuple[int, ...]]:
        """For each wish the first lane of each unit that is free throughout; 0 where none is."""
        taken = {unit.id: [list(lane) for lane in unit.taken or ((),)] for unit in self._translated.problem.units}
        lanes = {unit.id: unit.lanes for unit in self._translated.problem.units}
        for wish in self._wishes:
            start, end = self._at(wish)
            chosen = []
            for name in map(unit_id, wish.units):
                of_unit = taken[name]
                of_unit += [[] for _ in range(lanes[name] - len(of_unit))]
                free = (n for n, windows in enumerate(of_unit) if not _meets(windows, start, end))
                lane = next(free, 0)
                of_unit[lane].append((start, end))
                chosen.append(lane)
            yield tuple(chosen)

    def _at_fault(self, problem: Problem, violation: Violation) -> list[int]:
        places = sorted({place for id_ in violation.ids if (place := self._place.get(id_.split("/")[0])) is not None})
        if violation.rule == "quota":
            return [place for place in range(len(self._wishes)) if self._has_part(problem, violation, place)]
        return places[-1:]

    def _has_part(self, problem: Problem, violation: Violation, place: int) -> bool:
        """Whether the wish uses some of what is exceeded, in the window in which it is."""
        quota = next(each for each in problem.quotas if each.id == violation.ids[0])
        window, (start, _) = dict(violation.numbers), self._at(self._wishes[place])
        counted = quota.counts(problem.requests[place]) and self._own(problem, violation, place) > 0
        return counted and (quota.measure != "count" or window["start"] <= start < window["end"])

    def _own(self, problem: Problem, violation: Violation, place: int) -> int:
        alone = replace(problem, requests=(problem.requests[place],))
        return own_use(alone, violation, self._at(self._wishes[place]))

    def _told(self, problem: Problem, violation: Violation, place: int) -> Iterator[Sentence]:
        """As ``scheduler.admission`` tells it of one; every rule in its own words where there are no better."""
        wish = self._wishes[place]
        words = ByHandWords(
            hours=self._hours,
            naming=self._naming,
            units=wish.units,
            span=(wish.start, wish.end),
            kind=self._kind(wish),
            own=lambda exceeded: self._own(problem, exceeded, place),
        )
        told = list(self._clash(violation, place)) or list(words.told(violation))
        yield from told or [self._naming.violation(violation)]

    def _clash(self, violation: Violation, place: int) -> Iterator[Sentence]:
        """Two of the sequence on one lane."""
        others = [self._wishes[other] for id_ in violation.ids if (other := self._other(id_, place)) is not None]
        if violation.rule == "one_at_a_time" and others:
            units = [unit for unit in self._wishes[place].units if unit_id(unit) in violation.ids]
            keys = ", ".join(self._world.units[unit].key for unit in units)
            code = "taken" if violation.code == "lane_clash" else "no_buffer"
            how = "is taken by" if code == "taken" else "stays free for a while beside"
            text = f"{keys} {how} {' and '.join(other.name for other in others)}."
            yield Sentence(code=code, text=text, facts=(("unit", keys),))

    def _other(self, id_: str, place: int) -> int | None:
        other = self._place.get(id_.split("/")[0])
        return None if other == place else other

    @cached_property
    def _naming(self) -> Naming:
        return Naming(world=self._world, clock=self._clock, zone=self._world.centres[0].zone)


def _request_name(place: int) -> str:
    return f"H{place}"


def _task_name(place: int) -> str:
    return f"H{place}/1/1"


def _meets(windows: Sequence[Window], start: int, end: int) -> bool:
    return any(first < end and start < last for first, last in windows)
