"""A plan document with names for everything: what each rule's picture finds its example in.

Knows no rule and draws nothing.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from docs.rule_pictures.example import Names
from scheduler.documents import PlanDocument
from scheduler.time_words import tell, tell_length
from scheduler.translate.names import read_skill
from solver.plan import Assignment
from solver.problem import Request, Unit, Window
from solver.rules.reading import Placed, Reading
from solver.windows import complement

STEPS = (1, 2, 3, 6, 12, 24, 48, 96, 168)
"""Hours between two words on the axis."""
LETTERS = 95
"""For how many an axis has room."""


class Week:
    """``reading`` is the plan by id; ``hour`` is how many ticks one has."""

    def __init__(self, document: PlanDocument, names: Names) -> None:
        self.document = document
        self.problem = document.problem
        self.reading = Reading(document.problem, document.plan)
        self.hour = 60 // document.clock.tick_minutes
        self._names = names
        self._zone = ZoneInfo(document.zone or "UTC")

    # -- words

    def name(self, id_: str) -> str:
        """``EL-001 reflow (run 2)``, ``SEM-2``."""
        return self.document.names.get(id_, id_)

    def operation(self, placed: Placed) -> str:
        """``reflow (run 2)``."""
        return self.name(placed.task.id).removeprefix(self.name(placed.request.id)).strip()

    def step(self, placed: Placed) -> str:
        """``reflow``, whichever run it is."""
        return self.operation(placed).partition(" (run ")[0]

    def unit(self, id_: str) -> str:
        """In two lines: ``SEM-2``, and what it is."""
        return f"{self.name(id_)}\n{self._names.units.get(id_, '')}".strip()

    def units(self, placed: Placed) -> str:
        """``PRINT-1 + STENCIL-1``."""
        return " + ".join(self.name(use.unit) for use in placed.mode.units)

    def person(self, id_: str) -> str:
        return self._names.persons.get(id_, id_)

    def skill(self, text: str) -> str:
        """``bioprocess``, at whatever level and whoever does as well."""
        return read_skill(text).skill

    def owner(self, request: Request) -> str:
        """The organisation that asks."""
        return self._names.organisations.get(request.owner, self.name(request.id))

    def moment(self, tick: int) -> str:
        """``Thu 3 Dec 16:00``."""
        return tell(self.document.time.moment(tick), self._zone.key)

    def clock(self, tick: int) -> str:
        """``16:00``."""
        return f"{self._local(tick):%H:%M}"

    def length(self, ticks: int) -> str:
        """``2 h 30 min``."""
        return tell_length(ticks * self.document.clock.tick_minutes)

    def hours(self, ticks: int) -> float:
        return ticks / self.hour

    # -- time

    def day(self, tick: int) -> Window:
        """The local day that a tick lies in."""
        midnight = self._local(tick).replace(hour=0, minute=0)
        return self._tick(midnight), self._tick(midnight + timedelta(days=1))

    def around(self, span: Window, *, hours: int) -> Window:
        """The span and so many hours before and after, from full hour to full hour of the clock."""
        first = self._local(span[0] - hours * self.hour).replace(minute=0)
        last = self._local(span[1] + hours * self.hour + self.hour - 1).replace(minute=0)
        return self._tick(first), self._tick(last)

    def axis(self, window: Window) -> list[tuple[int, str]]:
        """Full hours or days with their words, not so many that they meet."""
        whole = window[1] - window[0]
        step = next((each for each in STEPS if whole <= each * self.hour * _most(each)), STEPS[-1])
        found: list[tuple[int, str]] = []
        tick, free = self.day(window[0])[0], window[0]
        while tick < window[1]:
            local = self._local(tick)
            word = self._word(local, first=not found)
            if free <= tick < window[1] - whole // 16:
                found.append((tick, word))
                free = tick + len(word) * whole // LETTERS
            tick = self._tick(local + timedelta(hours=step))
        return found

    def _word(self, local: datetime, *, first: bool) -> str:
        day = f"{local:%a} {local.day} {local:%b}"
        return day if local.hour == 0 else f"{local:%a %H:%M}" if first else f"{local:%H:%M}"

    def _local(self, tick: int) -> datetime:
        return self.document.time.moment(tick).astimezone(self._zone)

    def _tick(self, local: datetime) -> int:
        return self.document.time.floor(local.replace(tzinfo=self._zone))

    # -- what is planned

    @property
    def placed(self) -> list[Placed]:
        """Everything that is planned, by start and id."""
        return sorted(self.reading.placed.values(), key=lambda each: (each.at.start, each.task.id))

    def of(self, request: Request) -> list[Placed]:
        """What is planned of a request, by start and id."""
        tasks = {task.id for task in request.tasks}
        return [placed for placed in self.placed if placed.task.id in tasks]

    def on(self, unit: str, window: Window) -> list[tuple[Placed, Window, tuple[int, ...]]]:
        """What a unit does within the window: the work, when it holds the unit, and in which lanes."""
        found = []
        for placed, use, lanes in self.reading.lanes_held():
            start, end = placed.span(use.part)
            if use.unit == unit and start < end and start < window[1] and end > window[0]:
                found.append((placed, (start, end), lanes))
        return sorted(found, key=lambda each: (each[1], each[0].task.id))

    def closed(self, unit: str, window: Window) -> tuple[Window, ...]:
        """When a unit may not be attended."""
        return complement(self.reading.unit(unit).open, *window)

    def away(self, person: str, window: Window) -> tuple[Window, ...]:
        """When a person is not on shift."""
        return complement(self.reading.shifts[person], *window)

    def whole(self) -> list[Request]:
        """Requests that are planned and have all their work in the week that is planned."""
        commit = self.problem.commit_until
        return [
            request
            for request in self.reading.planned
            if not request.maintenance and self.of(request) and self.reading.last_end(request) <= commit
        ]


def _most(step: int) -> int:
    """How many words of hours, or of days, there may be."""
    return 9 if step >= 24 else 12


def span_of(placed: Iterable[Placed]) -> Window:
    """From the first start to the last end."""
    ats: list[Assignment] = [each.at for each in placed]
    return min(at.start for at in ats), max(at.end for at in ats)


def takes(unit: Unit) -> tuple[Window, ...]:
    """What fixed work, an outage or maintenance takes of a unit's first lane."""
    return unit.taken[0] if unit.taken else ()
