"""What people call the solver's ids, and how ticks are told: request keys, operations, units, names, local moments.

Knows no rules.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from models.queries.sight import EVERYTHING, Sight
from models.queries.world import World
from models.tables import Booking, Capacity, Organisation, Request, Stock
from models.tables.bookings import NO_END
from scheduler.causes import causes_of
from scheduler.limits import LimitWords
from scheduler.portions import portion_ends
from scheduler.routing import ordinal, purpose_of
from scheduler.translate.broken import BrokenLag
from scheduler.translate.clock import Clock
from scheduler.translate.names import key_of, read_skill, row_id, time_of
from scheduler.views import Sentence
from solver.blockers import MOMENTS as BLOCKER_MOMENTS
from solver.blockers import PLAIN
from solver.blockers import sentence as blocker_sentence
from solver.plan import Blocker
from solver.problem import Problem
from solver.rules.sentences import SENTENCES
from solver.rules.violation import Violation

MOMENTS = {"start", "end", "horizon", "calendar_end", "release", "deadline", "tick", "pinned", "possible", "unloaded"}
MOMENTS |= {"expires", "first", "last", "before", "after", "since", "until", "soonest", "ready"}
LENGTHS = {"taken", "duration", "wait", "max_wait", "gap", "least", "most", "spent", "left", "allowed", "worked"}
LENGTHS |= {"advanced", "length", "longest", "stood", "buffer"}
LENGTHS_USED = {"too_long", "used_up"}
"""Codes of violations in which ``used`` is a length of time."""
COUNTED = {("stock", "taken"), ("too_often", "most")}
"""Numbers that are no lengths of time, by the rule or the code of their violation."""

_AHEAD = "{1} comes {early} too soon for {0}: it follows that after at least {least}."
"""Of a lag that is too short by so much that the one is ahead of the other."""
_NO_OPERATION = {"H": "by hand", "M": "maintenance"}
ANOTHER = "another booking"
"""What belongs to others, for whoever may not see it."""
SOMEBODY = "a technician"
"""Whose name whoever reads may not see."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Naming:
    """Names for one world on one clock; moments are told in ``zone``, with its name where the centres have several.
    ``by_hand``: bookings of runs without a request that are no longer in force, by run. What whoever reads may not see
    (``sight``) has no name but "another booking", and is nobody's."""

    world: World
    clock: Clock
    zone: str
    by_hand: Mapping[int, Booking] = field(default_factory=dict)
    sight: Sight = EVERYTHING

    def sees(self, text_id: str) -> bool:
        """Whether whoever reads may see the request, or the booking by hand, that this is or is of; all else is open to
        everybody. An id that nothing has is not seen."""
        if self.sight.everything or text_id[:1] not in ("R", "H") or ":" in text_id:
            return True
        try:
            row = row_id(text_id)
        except ValueError:
            return False
        if text_id.startswith("R"):
            request = self.world.requests.get(row)
            project = None if request is None else self.world.projects.get(request.project_id)
            return (
                request is not None
                and project is not None
                and self.sight.covers(organisation_id=project.organisation_id, centre_id=request.centre_id)
            )
        return row == 0 or self._sees_by_hand(row)

    def _sees_by_hand(self, run: int) -> bool:
        standing = [each for each in self.world.runs if each.run.id == run and each.bookings]
        if standing:
            return any(self._sees_booking(one, each.run.centre_id) for each in standing for one in each.bookings)
        gone = self.by_hand.get(run)
        return gone is not None and self.limits.sees_owner(gone.organisation_id)

    def person(self, row: int) -> str:
        """A technician's name, or their key where it was blanked; ``a technician`` to whoever may not see them."""
        person, place = self.world.persons[row], self.world.resources[row].centre_id
        if not self.sight.covers(organisation_id=self.world.memberships.get(row), centre_id=place):
            return SOMEBODY
        return self.world.person_names.get(row) or person.key

    def name(self, text_id: str) -> str:
        """``REQ-017``, ``REQ-017 reflow (run 2)``, ``SEM-2``, a technician's name; an unknown id as it is."""
        kind, _, skill = text_id.partition(":")
        if skill:
            return self._skill(text_id)
        kind = text_id[:1]
        if not self.sees(text_id):
            return ANOTHER
        try:
            row = row_id(text_id)
            if kind == "R":
                return self._work(text_id, row)
            if kind == "M":
                return self._upkeep(text_id, row)
            if kind == "U":
                return self.world.units[row].key
            if kind == "P":
                return self.person(row)
            if kind == "C":
                return next(each.name for each in self.world.capacities if each.id == row)
            if kind == "S":
                return next(each.name for each in self.world.stocks if each.id == row)
            if kind == "Q":
                return self.limits.quota_name(text_id)
            if kind == "B":
                return self.limits.budget(text_id).name
        except (KeyError, ValueError, StopIteration):
            return text_id
        return self._hand_booking(row) if kind == "H" else text_id

    def _skill(self, text_id: str) -> str:
        """``reflow``, ``reflow at level 2``, ``reflow (or an own operator)``."""
        said = read_skill(text_id)
        level = f" at level {said.level}" if said.level > 1 else ""
        own = self.world.organisations.get(said.organisation)
        own = own if own is not None and self.limits.sees_owner(own.id) else None
        return f"{said.skill}{level}" + (f" (or an operator of {own.name})" if own else "")

    @property
    def limits(self) -> LimitWords:
        """Words for quotas and budgets."""
        return LimitWords(world=self.world, moment=self.moment, length=self.length, sight=self.sight)

    def _hand_booking(self, run: int) -> str:
        booking = self._booking_by_hand(run)
        if booking is None:
            return "the booking by hand"
        return f"booking {booking.id}" + (f" ({booking.purpose})" if booking.purpose else "")

    def _booking_by_hand(self, run: int) -> Booking | None:
        """The first booking in the run, of those that may be seen if there are any."""
        standing = [each for each in self.world.runs if each.run.id == run]
        every = [(booking, each.run.centre_id) for each in standing for booking in each.bookings]
        seen = (booking for booking, place in every if self._sees_booking(booking, place))
        return next(seen, every[0][0] if every else self.by_hand.get(run))

    def _sees_booking(self, booking: Booking, centre_id: int) -> bool:
        return self.sight.covers(organisation_id=booking.organisation_id, centre_id=centre_id)

    def _work(self, text_id: str, row: int) -> str:
        request = self.world.requests[row]
        parts = text_id.split("/")
        if len(parts) == 1:
            return request.key
        if parts[1].startswith("+"):
            return f"{request.key} ({self._portion(request, int(parts[1]))})"
        return f"{request.key} {self.run(text_id)}"

    def run(self, task: str) -> str:
        """``reflow``, ``reflow (run 2)``, ``3rd sampling (run 2)``."""
        number = task.split("/")[2]
        return self.operation(task) + (f" (run {number})" if number != "1" else "")

    def _upkeep(self, text_id: str, row: int) -> str:
        """``calibration of SEM-2``, ``2nd calibration of SEM-2``."""
        maintenance = next(each for each in self.world.maintenance if each.id == row)
        place = self._place_of(row, time_of(text_id))
        first = "" if place == 1 else f"{ordinal(place)} "
        return f"{first}{maintenance.kind} of {self.world.units[maintenance.unit_id].key}"

    def _place_of(self, maintenance: int, time: int) -> int:
        """Which of the times to come it is, from 1: one that is planned anew comes after what stands."""
        rows = ((booked.maintenance, booked.time) for booked in self.world.runs)
        before = sum(row is not None and row.maintenance_id == maintenance and each < time for row, each in rows)
        return before + max(1, time - self.world.planned_times.get(maintenance, 0))

    def _portion(self, request: Request, number: int) -> str:
        """``pieces 121 to 160``, of a lot that accepts fewer."""
        routing = self.world.routing(request)
        ends = portion_ends(routing, quantity=request.quantity, least=request.least_quantity)
        return f"pieces {ends[number - 1] + 1} to {ends[number]}" if number < len(ends) else "more pieces"

    def operation(self, task: str) -> str:
        """The name of a task's operation; ``by hand`` for units booked by hand, ``maintenance`` for that."""
        if task[:1] in _NO_OPERATION:
            return _NO_OPERATION[task[:1]]
        if not self.sees(task):
            return ANOTHER
        request = self.world.requests[row_id(task)]
        return purpose_of(self.world.routing(request), key_of(task))

    def organisation(self, task: str) -> str:
        """The key of the organisation that a task or request is for; empty where there is none."""
        found = self._organisation(task)
        return "" if found is None else found.key

    def owner(self, task: str) -> str:
        """The name of the organisation that a task or request is for; empty where there is none."""
        found = self._organisation(task)
        return "" if found is None else tell_owner(found, self.world.organisations.values())

    def _organisation(self, task: str) -> Organisation | None:
        if not self.sees(task):
            return None
        if task.startswith("R"):
            project = self.world.projects[self.world.requests[row_id(task)].project_id]
            return self.world.organisations[project.organisation_id]
        booking = self._booking_by_hand(row_id(task)) if task.startswith("H") else None
        return None if booking is None else self.world.organisations[booking.organisation_id]

    def cluster(self, task: str) -> str:
        """The key of the cluster that a task or request is for; empty where there is none."""
        if not self.sees(task):
            return ""
        if task.startswith("R"):
            project = self.world.projects[self.world.requests[row_id(task)].project_id]
            return self.world.clusters[project.cluster_id].key
        booking = self._booking_by_hand(row_id(task)) if task.startswith("H") else None
        return "" if booking is None else self.world.clusters[booking.cluster_id].key

    def by(self, text_id: str) -> "Naming":
        """The same words, told by the clock of the centre that a thing is at; by this one's where it is at none."""
        centre_id = self._centre_of(text_id) if self._zones else None
        return self if centre_id is None else replace(self, zone=self._zones.get(centre_id, self.zone))

    @property
    def _zones(self) -> dict[int, str]:
        """By centre; empty where all have the same."""
        zones = {centre.id: centre.zone for centre in self.world.centres if centre.id is not None}
        return zones if len(set(zones.values())) > 1 else {}

    def _centre_of(self, text_id: str) -> int | None:
        if ":" in text_id:
            return read_skill(text_id).centre
        kind, world = text_id[:1], self.world
        row = row_id(text_id) if text_id[1:2].isdigit() else 0
        if kind == "R" and row in world.requests:
            return world.requests[row].centre_id
        if kind == "M":
            row = next((each.unit_id for each in world.maintenance if each.id == row), 0)
        if kind in "UPM" and row in world.resources:
            return world.resources[row].centre_id
        if kind == "H":
            return next((each.run.centre_id for each in world.runs if each.run.id == row), None)
        return next((each.centre_id for each in self._shared(kind) if each.id == row), None)

    def _shared(self, kind: str) -> Iterable[Capacity | Stock]:
        return self.world.capacities if kind == "C" else self.world.stocks if kind == "S" else ()

    def told(self, moment: datetime) -> str:
        """``Thu 3 Dec 16:00``, local."""
        return tell(moment, self.zone) + self._of_zone

    def outage(self, start: datetime, end: datetime) -> str:
        """As ``tell_outage``, local."""
        return tell_outage(start, end, self.zone) + self._of_zone

    def span(self, start: datetime, end: datetime) -> str:
        """``Thu 3 Dec 16:00–18:00``, local."""
        return tell_span(start, end, self.zone) + self._of_zone

    @property
    def _of_zone(self) -> str:
        return f" ({self.zone})" if self._zones else ""

    def moment(self, tick: int) -> str:
        return self.told(self.clock.moment(tick))

    def length(self, ticks: int) -> str:
        return tell_length(ticks * self.clock.tick_minutes)

    def period(self, ticks: int) -> str:
        """``7 days``, and as a length where it is not so long, or no whole days."""
        days, rest = divmod(ticks * self.clock.tick_minutes, 24 * 60)
        return self.length(ticks) if rest or days < 2 else f"{days} days"

    def amount(self, text_id: str, number: int) -> str:
        """``250 g``: so much of a stock or a capacity, with its measure; the number alone of anything else."""
        kind, row = text_id[:1], row_id(text_id) if text_id[1:].isdigit() else 0
        measure = next((each.measure for each in self._shared(kind) if each.id == row), "")
        return f"{number} {measure}".rstrip()

    def violation(self, violation: Violation) -> Sentence:
        """A broken rule in the words of the laboratory."""
        words = self.by(violation.ids[0]) if violation.ids else self
        return violation_in_words(violation, name=words.name, moment=words.moment, length=words.length)

    def broken_lag(self, lag: BrokenLag) -> Sentence:
        """A longest lag that what is done has broken, in words."""
        most, soonest = tell_length(lag.most_minutes), tell_length(lag.soonest_minutes)
        before, after = self.name(lag.before), self.operation(lag.after)
        then = f"did after {soonest}" if lag.done else f"cannot before {soonest}"
        return Sentence(
            code="lag_broken",
            text=f"{before}: {after} may follow after {most} at most, but {then}. Scrap it, redo it from "
            f"{self.operation(lag.before)} on, or accept.",
            facts=(
                ("before", lag.before),
                ("after", lag.after),
                ("most_minutes", lag.most_minutes),
                ("soonest_minutes", lag.soonest_minutes),
                ("choices", f"scrap, redo from {self.operation(lag.before)}, accept"),
            ),
        )

    def blocker(self, blocker: Blocker) -> Sentence:
        """Why something did not fit, in words."""
        text = blocker_sentence(
            blocker, self.name, self.length, self.by(blocker.ids[0]).moment, self.amount, self.period
        )
        return Sentence(code=blocker.code, text=text + self.causes((blocker,)), facts=self.facts(blocker))

    def facts(self, blocker: Blocker) -> tuple[tuple[str, str | int], ...]:
        """A blocker's numbers as programs read them."""
        return tuple(self._fact(name, value) for name, value in blocker.numbers)

    def causes(self, blockers: Iterable[Blocker]) -> str:
        """What the calendars have to do with them, as a sentence after another; empty where that is nothing."""
        numbers = ((blocker, dict(blocker.numbers)) for blocker in blockers)
        between = ((one, known["from"], known["until"]) for one, known in numbers if known.keys() >= {"from", "until"})
        return causes_of(self.world, ((one, self.clock.moment(a), self.clock.moment(b)) for one, a, b in between))

    def _fact(self, name: str, value: int) -> tuple[str, str | int]:
        """A blocker's number as programs read it: moments in ISO, lengths in minutes, others as they are."""
        if name in BLOCKER_MOMENTS:
            return name, self.clock.moment(value).isoformat()
        return (name, value) if name in PLAIN else (f"{name}_minutes", value * self.clock.tick_minutes)


def violation_in_words(
    violation: Violation, *, name: Callable[[str], str], moment: Callable[[int], str], length: Callable[[int], str]
) -> Sentence:
    """A broken rule in words: ``name`` words an id, ``moment`` a tick, ``length`` a number of ticks."""
    template = SENTENCES[violation.rule, violation.code].replace(" ticks", "")
    known = dict(violation.numbers)
    if violation.code == "too_soon" and known["gap"] < 0:
        template = _AHEAD.replace("{early}", length(known["least"] - known["gap"]))
    numbers = {}
    for number, value in violation.numbers:
        counts = {(violation.rule, number), (violation.code, number)} & COUNTED
        timed = number in LENGTHS or (number == "used" and violation.code in LENGTHS_USED)
        told = moment if number in MOMENTS else length if timed and not counts else str
        numbers[number] = told(value)
    shown = (*map(name, violation.ids), "nothing", "nothing", "nothing", "nothing")
    rest = ", ".join(map(name, violation.ids[2:])) or "nobody else"
    return Sentence(
        code=f"{violation.rule}.{violation.code}",
        text=template.format(*shown, rest=rest, **numbers),
        facts=(("subject", shown[0]), *numbers.items()),
    )


def names_of(naming: "Naming", problem: Problem) -> dict[str, str]:
    """What the ids of a problem are called, but for people and skills: fit to be handed on."""
    works = (id_ for request in problem.requests for id_ in (request.id, *(task.id for task in request.tasks)))
    facts = (fact.id for request in problem.requests for fact in request.facts)
    units = (unit.id for unit in problem.units)
    stocks = (*(capacity.id for capacity in problem.capacities), *(stock.id for stock in problem.stocks))
    limits = (*stocks, *(quota.id for quota in problem.quotas))
    return {id_: naming.name(id_) for id_ in (*works, *facts, *units, *limits)}


def tell(moment: datetime, zone: str) -> str:
    """``Thu 3 Dec 16:00``, local."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def tell_outage(start: datetime, end: datetime, zone: str) -> str:
    """``Thu 3 Dec 16:00 to Fri 4 Dec 10:00``, or ``from Thu 3 Dec 16:00 until further notice``, local."""
    if end >= NO_END:
        return f"from {tell(start, zone)} until further notice"
    return f"{tell(start, zone)} to {tell(end, zone)}"


def tell_span(start: datetime, end: datetime, zone: str, *, in_year: bool = False) -> str:
    """``Thu 3 Dec 16:00–18:00``, or with both days, local; with the year where it is another at the end, or
    ``in_year``: for what may be of any year."""
    first, last = start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
    words = tell_in_year if in_year or first.year != last.year else tell
    told, until = words(start, zone), words(end, zone)
    return f"{told}–{until.rpartition(' ')[2]}" if first.date() == last.date() else f"{told} – {until}"


def tell_in_year(moment: datetime, zone: str) -> str:
    """``Thu 3 Dec 2026 16:00``, local."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"


def tell_owner(organisation: Organisation, organisations: Iterable[Organisation]) -> str:
    """The organisation's name, with its key where another one has the same name."""
    namesakes = any(each.name == organisation.name and each.key != organisation.key for each in organisations)
    return f"{organisation.name} ({organisation.key})" if namesakes else organisation.name


def tell_in_full(moment: datetime, zone: str) -> str:
    """``Thu 3 Dec 2026 16:00 (Europe/Moscow)``: for a sentence that stands alone; seconds only where there are any."""
    local = moment.astimezone(ZoneInfo(zone))
    clock = f"{local:%H:%M:%S}" if local.second or local.microsecond else f"{local:%H:%M}"
    return f"{local:%a} {local.day} {local:%b %Y} {clock} ({zone})"


def tell_length(minutes: int) -> str:
    """``45 min``, ``2 h``, ``2 h 30 min``; negative lengths keep their sign."""
    sign, minutes = ("-" if minutes < 0 else ""), abs(minutes)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{sign}{rest} min"
    return f"{sign}{hours} h" + (f" {rest} min" if rest else "")
