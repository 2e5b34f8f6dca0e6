"""The CP-SAT model under construction: its variables, step by step, and the claims shared out to pools.

Knows no rule: ``solver.constraints`` says what the variables must keep.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ortools.sat.python.cp_model import (
    Constraint,
    CpModel,
    Domain,
    FlatIntExpr,
    IntervalVar,
    IntVar,
    LinearExpr,
    LinearExprT,
)

from solver.batches import room_of
from solver.calendars import Calendars, Pool
from solver.changing import Change
from solver.hints import Outcome
from solver.joining import Joining
from solver.places import Place
from solver.problem import Part, Request, Task
from solver.turns import Turn
from solver.variables.claims import Claim, Kind, Load, Slot, Use, uses_by_resource
from solver.variables.tasks import TaskVariables, span_of
from solver.windows import Windows, unite

Held = Callable[[Outcome], int]


@dataclass(eq=False)
class Variables:
    """The model under construction, with every variable and how a plan gives it a value (``hinted``). ``setup_costs``:
    what each order of two neighbours costs, by its literal. ``heed`` may raise to give up building."""

    calendars: Calendars
    reach: Mapping[str, tuple[Place, ...]]
    model: CpModel = field(default_factory=CpModel)
    hinted: list[tuple[IntVar, Held]] = field(default_factory=list)
    requests: dict[str, IntVar] = field(default_factory=dict)
    tasks: dict[str, TaskVariables] = field(default_factory=dict)
    planable: list[Request] = field(default_factory=list)
    loads: dict[Pool, list[Load]] = field(default_factory=lambda: defaultdict(list))
    starts_from: dict[tuple[str, int], IntVar] = field(default_factory=dict)
    constant: int = 0
    changes: list[Change] = field(default_factory=list)
    setup_costs: list[tuple[IntVar, int]] = field(default_factory=list)
    heed: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.yes = self.model.new_constant(1)
        self.no = self.model.new_constant(0)
        for request in self.calendars.problem.requests:
            self._add_request(request)
        self.joining = Joining(self)

    # -- small steps on the model

    def when(self, constraint: Constraint, literal: IntVar) -> None:
        """Enforces the constraint only while ``literal`` holds."""
        if literal is not self.yes:
            constraint.only_enforce_if(literal)

    def exactly_one(self, literals: Iterable[IntVar], present: IntVar) -> None:
        """One of the literals while ``present``, else none."""
        if present is self.yes:
            self.model.add_exactly_one(literals)
        else:
            self.model.add_exactly_one(*literals, present.negated())

    def in_windows(self, expression: LinearExpr, windows: Windows) -> Constraint:
        """The expression takes a tick of ``windows``."""
        return self.model.add_linear_expression_in_domain(expression, domain(windows))

    def fixed_number(self, number: int) -> LinearExpr:
        """A number as an expression."""
        return LinearExpr.constant(number)

    def new_literal(self, held: Held) -> IntVar:
        """A literal, with its value in a plan."""
        literal = self.model.new_bool_var("")
        self.hinted.append((literal, held))
        return literal

    def new_number(self, windows: Windows, held: Held) -> IntVar:
        """A number within ``windows``, with its value in a plan."""
        number = self.model.new_int_var_from_domain(domain(windows), "")
        self.hinted.append((number, held))
        return number

    def interval(self, start: LinearExprT, length: LinearExprT, end: LinearExprT, chosen: IntVar) -> IntervalVar:
        """An interval that is there while ``chosen``."""
        if chosen is self.yes:
            return self.model.new_interval_var(start, length, end, "")
        return self.model.new_optional_interval_var(start, length, end, chosen, "")

    def fixed_interval(self, start: int, end: int) -> IntervalVar:
        """Fixed work."""
        return self.model.new_fixed_size_interval_var(start, end - start, "")

    def interval_of(self, claim: Claim) -> IntervalVar:
        """The claim's interval, made once."""
        if claim.interval is None:
            claim.interval = self.interval(claim.start, claim.length, claim.end, claim.chosen)
        return claim.interval

    def minimize(self, objective: LinearExprT) -> None:
        """The objective of the model; ``constant`` is what it is worth where every variable is 0."""
        self.constant = FlatIntExpr(LinearExpr.sum([objective])).offset
        self.model.minimize(objective)

    # -- requests and tasks

    def _add_request(self, request: Request) -> None:
        possible = bool(request.tasks) and all(self.reach[task.id] for task in request.tasks)
        if not possible:
            self.requests[request.id] = self.no
            return
        self.planable.append(request)
        present = self.yes if request.required else self.new_literal(lambda outcome: outcome.is_planned(request))
        self.requests[request.id] = present
        for task in request.tasks:
            self.tasks[task.id] = self._add_task(request, task, present)

    def _add_task(self, request: Request, task: Task, present: IntVar) -> TaskVariables:
        places = {place.number: place for place in self.reach[task.id]}
        start = self._start(task, places)
        modes = {number: self._mode(task, number, present, only=len(places) == 1) for number in places}
        lengths = {place.mode.duration for place in places.values()}
        if len(lengths) == 1 and not any(place.waits or place.advance for place in places.values()):
            (length,) = lengths
            return TaskVariables(request, task, places, present, start, start + length, length, None, modes)
        end, waiting = self._end(task, places), self._length(task, places)
        return TaskVariables(request, task, places, present, start, end, None, waiting, modes)

    def _start(self, task: Task, places: Mapping[int, Place]) -> IntVar:
        windows = unite(window for place in places.values() for window in place.starts)
        return self.new_number(windows, lambda outcome: outcome.start(task.id, windows[0][0]))

    def _end(self, task: Task, places: Mapping[int, Place]) -> IntVar:
        windows = unite(window for place in places.values() for window in place.end_windows)
        first = min(place.starts[0][0] for place in places.values())
        least = first + min(place.mode.duration for place in places.values())
        # Left out, it stands at its first start and at the first end that is not too soon after it.
        otherwise = next((max(low, least) for low, high in windows if high > least), windows[-1][1] - 1)
        return self.new_number(windows, lambda outcome: outcome.end(task.id, otherwise))

    def _length(self, task: Task, places: Mapping[int, Place]) -> IntVar | None:
        if not any(place.waits or place.advance for place in places.values()):
            return None
        least = min(place.mode.duration for place in places.values())
        most = max(_longest(place) for place in places.values())
        return self.new_number(((least, most + 1),), lambda outcome: outcome.length(task.id, least))

    def _mode(self, task: Task, number: int, present: IntVar, *, only: bool) -> IntVar:
        return present if only else self.new_literal(lambda outcome: outcome.mode(task.id) == number)

    # -- claims

    def claims_on_unit(self, id_: str) -> list[Claim]:
        """The claims on a unit's lanes."""
        return self._claims["unit", id_]

    def claims_on_skill(self, skill: str) -> list[Claim]:
        """The needs for one person with a skill."""
        return self._claims["skill", skill]

    def claims_on_relay(self, skill: str) -> list[Claim]:
        """The needs for a skill that may be handed over."""
        return self._claims["relay", skill]

    def claims_on_capacity(self, id_: str) -> list[Claim]:
        """The demands on a capacity."""
        return self._claims["capacity", id_]

    def claims_on_stock(self, id_: str) -> list[Claim]:
        """The consumptions of a stock, as if held for the whole task."""
        return self._claims["stock", id_]

    @cached_property
    def _claims(self) -> dict[tuple[Kind, str], list[Claim]]:
        claims: dict[tuple[Kind, str], list[Claim]] = defaultdict(list)
        for task in self.tasks.values():
            uses = {number: uses_by_resource(place.mode) for number, place in task.places.items()}
            for resource in dict.fromkeys(key for used in uses.values() for key in used):
                claims[resource] += self._claims_of(task, resource[0], {n: uses[n].get(resource, []) for n in uses})
        return claims

    def _claims_of(self, task: TaskVariables, kind: Kind, uses: dict[int, list[Use]]) -> list[Claim]:
        """One claim per use where all modes agree, else one per mode and use."""
        shares = {n: bool(task.task.batch) and room_of(task.places[n].mode) is not None for n in uses}
        keys = {
            n: [(self._span_key(task, n, use[1], kind), shares[n], *use[2:]) for use in used]
            for n, used in uses.items()
        }
        first, *others = keys.values()
        if all(other == first for other in others):
            by_use = zip(*([(n, *use) for use in used] for n, used in uses.items()), strict=True)
            chosen = task.present if kind == "stock" else self.joining.holder(task)
            return [self._claim(kind, task, group, chosen) for group in by_use]
        by_mode = {n: task.modes[n] if kind == "stock" else self.joining.holder_in(task, n) for n in uses}
        return [self._claim(kind, task, ((n, *use),), by_mode[n]) for n, used in uses.items() for use in used]

    def _span_key(self, task: TaskVariables, number: int, part: Part, kind: Kind) -> Hashable:
        place = task.places[number]
        if place.advance is not None and kind != "stock":
            return ("waits", part, 0) if kind == "unit" and part == "whole" else (number, part, place.mode)
        if kind == "stock" or part == "head":
            return kind, place.mode.head if kind != "stock" else 0
        if place.waits:
            return "waits", part, place.mode.tail if part == "tail" else 0
        return place.mode.duration, place.length(part)

    def _claim(self, kind: Kind, task: TaskVariables, group: tuple[Slot, ...], chosen: IntVar) -> Claim:
        number, _, part, amount, family = group[0]
        slots = tuple((slot[0], slot[1]) for slot in group)
        places = tuple(task.places[slot[0]] for slot in group)
        start, length, end = span_of(task, task.places[number], part)
        return Claim(kind, task, places, part, amount, chosen, slots, start, length, end, family=family)

    def part_of(self, task: TaskVariables, number: int, part: Part) -> tuple[LinearExpr, int | IntVar, LinearExpr]:
        """Start, length and end of a part of a task in its mode of that number."""
        return span_of(task, task.places[number], part)

    # -- pools

    def share_out(self, claim: Claim, pools: tuple[Pool, ...]) -> None:
        """Lets the claim take its amount from the pools, all of them or some."""
        if claim.amount == 1:
            pools = tuple(pool for pool in pools if claim.fits(pool))
        if claim.amount == sum(len(pool.members) for pool in pools):
            for pool in pools:
                self.loads[pool].append(Load(claim, claim.chosen, len(pool.members), self.interval_of(claim)))
        elif len(pools) == 1:
            self.loads[pools[0]].append(Load(claim, claim.chosen, claim.amount, self.interval_of(claim)))
        else:
            self._choose(claim, pools)

    def _choose(self, claim: Claim, pools: tuple[Pool, ...]) -> None:
        amounts = [self._amount(claim, pool) for pool in pools]
        if claim.amount == 1:
            self.exactly_one(amounts, claim.chosen)
        else:
            self.model.add(LinearExpr.sum(amounts) == claim.amount * claim.chosen)
        for pool, amount in zip(pools, amounts, strict=True):
            if claim.amount == 1 or len(pool.members) == 1:
                interval = self.interval(claim.start, claim.length, claim.end, amount)
                self.loads[pool].append(Load(claim, amount, 1, interval))
            else:
                self.loads[pool].append(Load(claim, claim.chosen, amount, self.interval_of(claim)))

    def _amount(self, claim: Claim, pool: Pool) -> IntVar:
        members = frozenset(pool.members)
        most = min(claim.amount, len(members))
        kind, task, slots = claim.kind, claim.task.task.id, claim.slots
        return self.new_number(((0, most + 1),), lambda outcome: len(members & outcome.held(kind, task, slots)))

    def take_turn(self, claim: Claim, pool: Pool, turn: Turn, chosen: IntVar) -> None:
        """Lets a member of the pool take a turn of the claim while ``chosen``."""
        start: LinearExpr | int = claim.start if turn.since is None else turn.since
        end: LinearExpr | int = claim.end if turn.until is None else turn.until
        interval = self.interval(start, end - start, end, chosen)
        self.loads[pool].append(Load(claim, chosen, 1, interval, turn))

    def hold(self, pool: Pool) -> None:
        """Keeps the pool's loads within its members, and out of the ticks at which they are blocked."""
        loads, size = self.loads[pool], len(pool.members)
        blocks: list[IntervalVar] = []
        if not all(load.turn is None and load.claim.avoids_blocked(pool) for load in loads):
            blocks = [self.fixed_interval(start, end) for start, end in pool.blocked]
        if len(loads) + len(blocks) < 2:
            return
        if size == 1:
            self.model.add_no_overlap([*(load.interval for load in loads), *blocks])
        else:
            amounts = [*(load.amount for load in loads), *(size for _ in blocks)]
            self.model.add_cumulative([*(load.interval for load in loads), *blocks], amounts, size)


def domain(windows: Windows) -> Domain:
    """The ticks of half-open windows."""
    return Domain.from_flat_intervals([bound for start, end in windows for bound in (start, end - 1)])


def _longest(place: Place) -> int:
    longest = place.last_end - place.first_start
    if place.waits and place.mode.max_wait is not None:
        return min(longest, place.mode.duration + place.mode.max_wait)
    return longest if place.waits or place.advance else place.mode.duration
