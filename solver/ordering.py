"""The order of the work on one unit for CP-SAT: a circuit through what needs a family, and a buffer between owners.

Knows nothing of lanes that are equal: such a unit has one.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from solver.calendars import Pool, UnitCalendars
from solver.changing import Change, ChangeHold
from solver.hints import Outcome, Row
from solver.places import Place
from solver.plan import Changeover
from solver.problem import Part, Setup, Unit, part_span
from solver.sequence import Matrix, Party, Stay, are_apart, fixed_stay, party_of
from solver.variables import Claim, Load, Variables
from solver.windows import clip, complement, covers, unite

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar, LinearExprT, LiteralT


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """A claim of a unit or a fixed use, with the first and last tick that it could begin or end at.

    ``stay`` says whose it is, not where."""

    stay: Stay
    claim: "Claim | None"
    present: "IntVar"
    start: "LinearExprT"
    end: "LinearExprT"
    starts: tuple[int, int]
    ends: tuple[int, int]

    def begins(self, outcome: Outcome) -> int | None:
        """When it begins in a plan; ``None`` where it is not there."""
        return self.span(outcome)[0]

    def span(self, outcome: Outcome) -> tuple[int, int] | tuple[None, None]:
        """When it begins and ends in a plan; ``None`` where it is not there."""
        if self.claim is None:
            return self.stay.start, self.stay.end
        return _span(self.claim, outcome) if outcome.holds(self.claim.task.task.id) else (None, None)


def put_in_order(variables: "Variables", calendars: UnitCalendars, claims: "Sequence[Claim]") -> None:
    """Setups between neighbours, and the buffer between owners."""
    unit = calendars.unit
    if unit.setups and any(claim.family for claim in claims):
        _Circuit(variables, calendars, claims).add()
    if unit.buffer:
        _keep_apart(variables, unit, [claim for claim in claims if claim.task.request.owner])


class Ring:
    """A circuit through the nodes on a unit that are there, and one for nothing before and after them.

    Fixed nodes come first and by start. One that lies between two for sure (it starts after all starts of the one and
    before all of the other) keeps them from being neighbours; so of all fixed nodes only the next one follows another.
    """

    def __init__(self, variables: "Variables", nodes: "Sequence[Node]", row: Callable[[Outcome], Row]) -> None:
        self.variables, self.nodes, self._row_of = variables, tuple(nodes), row
        self._fixed = [node for node in self.nodes if node.claim is None]
        self._claimed = self.nodes[len(self._fixed) :]
        self._numbers = {node: number for number, node in enumerate(self.nodes, start=1)}
        self._starts = [node.starts[0] for node in self._fixed]
        self._arcs: list[tuple[int, int, LiteralT]] = []

    def close(self) -> None:
        """Add the circuit, when every arc is known."""
        for node, number in self._numbers.items():
            if node.present is not self.variables.yes:
                self._arcs.append((number, number, node.present.negated()))
            if self._first_after(node) == len(self._fixed):
                self._arcs.append((number, 0, self._literal(node, None)))
        if not any(node.present is self.variables.yes for node in self.nodes):
            self._arcs.append((0, 0, self._literal(None, None)))
        self._without_arcs()
        self.variables.model.add_circuit(self._arcs)

    def _without_arcs(self) -> None:
        """What can have no neighbour is not there: a node that no arc names is not in CP-SAT's circuit."""
        named = {number for arc in self._arcs for number in arc[:2]}
        for node, number in self._numbers.items():
            if number not in named:
                self.variables.model.add_bool_or([node.present.negated()])

    def arc(self, before: "Node | None", after: "Node") -> "IntVar":
        """Whether the two are neighbours."""
        literal = self._literal(before, after)
        self._arcs.append((0 if before is None else self._numbers[before], self._numbers[after], literal))
        return literal

    def befores(self, after: "Node") -> "Iterator[Node | None]":
        """Whatever may come before a node, as far as fixed ones do not keep the two apart; ``None``: nothing."""
        self.variables.heed()
        last = self._last_before(after)
        if last < 0:
            yield None
        yield from self._fixed[max(0, last) : last + 1 if after.claim is None else None]
        yield from (node for node in self._claimed if node is not after and self._first_after(node) > last)

    def _last_before(self, node: "Node") -> int:
        """The rank of the last fixed node that lies before it for sure, -1 where none does."""
        return self._numbers[node] - 2 if node.claim is None else bisect_left(self._starts, node.starts[0]) - 1

    def _first_after(self, node: "Node") -> int:
        """The rank of the first fixed node that lies after it for sure, their number where none does."""
        return self._numbers[node] if node.claim is None else bisect_right(self._starts, node.starts[1])

    @staticmethod
    def have_room(before: "Node | None", after: "Node", gap: int) -> bool:
        """Whether two neighbours may lie ``gap`` apart; two that are fixed are as they are."""
        if after.claim is None and (before is None or before.claim is None):
            return True
        soonest = 0 if before is None else max(0, before.ends[0])
        return soonest + gap <= after.starts[1]

    def follows(self, outcome: Outcome, before: "Node | None", after: "Node | None") -> bool:
        """Whether the two are neighbours in a plan."""
        starts = [None if node is None else node.begins(outcome) for node in (before, after)]
        there = all(node is None or start is not None for node, start in zip((before, after), starts, strict=True))
        return there and self._row_of(outcome).follows(starts[0], starts[1])

    def _literal(self, before: "Node | None", after: "Node | None") -> "IntVar":
        return self.variables.new_literal(lambda outcome: self.follows(outcome, before, after))


class _Circuit:
    """The setups of a unit."""

    def __init__(self, variables: "Variables", calendars: UnitCalendars, claims: "Sequence[Claim]") -> None:
        self.variables, self.unit, self.matrix = variables, calendars.unit, Matrix(calendars.unit)
        (self.pool,) = calendars.pools
        fixed = [fixed_node(variables, fixed_stay(use)) for use in calendars.unit.fixed if use.family]
        self.nodes = [*fixed, *(planned_node(claim) for claim in claims if claim.family)]
        spans = ((node.stay.start, node.stay.end) for node in fixed)
        known = clip(unite(spans), 0, variables.calendars.end)
        self.alone = all(claim.family for claim in claims) and covers(known, self.pool.blocked)
        self.ring = Ring(variables, self.nodes, lambda outcome: outcome.in_families(calendars.unit.id))
        self._turns = 0

    def add(self) -> None:
        """Everything."""
        for node in self.nodes:
            self._comes_to(node)
        self.ring.close()

    def _comes_to(self, after: "Node") -> None:
        """Every node that may come before ``after``, by what has to happen between them."""
        rows: dict[Setup | None, list[tuple[Node | None, IntVar]]] = defaultdict(list)
        for before in self.ring.befores(after):
            row = self._row(before, after)
            able = row is None or row.skill is None or self._able(row.skill)
            if able and self.ring.have_room(before, after, 0 if row is None else row.total):
                literal = self.ring.arc(before, after)
                rows[row].append((before, literal))
                if row is not None and row.cost:
                    self.variables.setup_costs.append((literal, row.cost))
        for row, arcs in rows.items():
            if row is None or not row.total:
                self._apart(arcs, after, 0)
            elif self.alone and not row.appointed:
                self._apart(arcs, after, row.total)
            else:
                self._turn(row, arcs, after)

    def _row(self, before: Node | None, after: Node) -> Setup | None:
        return self.matrix.judged((None if before is None else before.stay, after.stay))

    def _apart(self, arcs: "Sequence[tuple[Node | None, IntVar]]", after: Node, gap: int) -> None:
        model = self.variables.model
        for before, literal in arcs:
            if before is not None and (before.claim is not None or after.claim is not None):
                model.add(after.start >= before.end + gap).only_enforce_if(literal)
            if gap and (before is None or before.ends[0] < 0):
                model.add(after.start >= gap).only_enforce_if(literal)

    def _turn(self, row: Setup, arcs: "Sequence[tuple[Node | None, IntVar]]", after: Node) -> None:
        """A changeover with a time of its own, after any of several that leave the unit alike."""
        variables, model = self.variables, self.variables.model
        befores = [before for before, _ in arcs]
        chosen = arcs[0][1] if len(arcs) == 1 else self._any_of(arcs, after)
        low = min(0 if before is None else max(0, before.ends[0]) for before in befores)
        high = max(low, after.starts[1] - row.total)
        begin = variables.new_number(((low, high + 1),), lambda outcome: self._begun(outcome, befores, after, row, low))
        for before, literal in arcs:
            if before is not None:
                model.add(begin >= before.end).only_enforce_if(literal)
                if row.dirty is not None:
                    model.add(begin <= before.end + row.dirty).only_enforce_if(literal)
        model.add(begin + row.total <= after.start).only_enforce_if(chosen)
        if row.clean is not None:
            model.add(after.start <= begin + row.total + row.clean).only_enforce_if(chosen)
        self._turns += 1
        change = Change(
            name=f"{self.unit.id}/{self._turns}",
            unit=self.unit.id,
            length=row.length,
            start=begin,
            chosen=chosen,
            staffed=row.skill is not None,
            first=low,
            last=high,
            said=lambda outcome: self._said(outcome, befores, after),
        )
        variables.changes.append(change)
        self._hold(ChangeHold(change, "unit", row.total), self.pool, chosen)
        if row.skill is not None:
            self._staff(change, row.skill)

    def _said(self, outcome: Outcome, befores: Sequence[Node | None], after: Node) -> Changeover | None:
        """What a plan says of the changeover before ``after``, if one of ``befores`` is its neighbour there."""
        start = self._there(outcome, befores, after)
        return None if start is None else outcome.changeover(self.unit.id, start)

    def _staff(self, change: Change, skill: str) -> None:
        pools = self._able(skill)
        hold = ChangeHold(change, "turn", change.length)
        if len(pools) == 1:
            self._hold(hold, pools[0], change.chosen)
            return
        literals = [self._by(pool, change) for pool in pools]
        self.variables.model.add(sum(literals) == change.chosen)
        for pool, literal in zip(pools, literals, strict=True):
            self._hold(hold, pool, literal)

    def _hold(self, hold: ChangeHold, pool: Pool, chosen: "IntVar") -> None:
        """Lets a changeover hold a member of the pool while ``chosen``."""
        interval = self.variables.interval(hold.start, hold.length, hold.end, chosen)
        self.variables.loads[pool].append(Load(hold, chosen, 1, interval))

    def _by(self, pool: Pool, change: Change) -> "IntVar":
        members = frozenset(pool.members)

        def held(outcome: Outcome) -> bool:
            said = change.said(outcome)
            return said is not None and outcome.number(said.person) in members

        return self.variables.new_literal(held)

    def _able(self, skill: str) -> list[Pool]:
        return [pool for person, pool in self.variables.calendars.staff if skill in person.skills]

    def _any_of(self, arcs: "Sequence[tuple[Node | None, IntVar]]", after: Node) -> "IntVar":
        befores = [before for before, _ in arcs]
        chosen = self.variables.new_literal(lambda outcome: self._there(outcome, befores, after) is not None)
        self.variables.model.add(sum(literal for _, literal in arcs) == chosen)
        return chosen

    def _there(self, outcome: Outcome, befores: Sequence[Node | None], after: Node) -> int | None:
        """When ``after`` begins in a plan, if one of ``befores`` is its neighbour there."""
        start = after.begins(outcome)
        if start is None:
            return None
        for before in befores:
            if self.ring.follows(outcome, before, after):
                return start
        return None

    def _begun(self, outcome: Outcome, befores: Sequence[Node | None], after: Node, row: Setup, otherwise: int) -> int:
        """When the changeover begins in a plan; the first moment with room where the plan need not say so."""
        start = self._there(outcome, befores, after)
        if start is None:
            return otherwise
        said = outcome.changeover(self.unit.id, start)
        if row.appointed:
            return otherwise if said is None else said.start
        before = outcome.befores[self.unit.id, start]
        low = 0 if before is None else max(0, before.end)
        busy = ((stay.start, stay.end) for stay in outcome.stays[self.unit.id])
        free = complement(unite((*busy, *self.pool.blocked)), low, start)
        return next((first for first, end in free if end - first >= row.total), otherwise)


def fixed_node(variables: "Variables", stay: Stay) -> Node:
    """Fixed work."""
    start, end = stay.start, stay.end
    return Node(stay, None, variables.yes, start, end, (start, start), (end, end))


def planned_node(claim: "Claim") -> Node:
    """A claim of a task."""
    owner, lot = _party(claim)
    stay = Stay(start=0, end=0, family=claim.family, owner=owner, lot=lot, task=claim.task.task.id)
    spans = [_edges(place, claim.part) for place in claim.places]
    starts = min(first for (first, _), _ in spans), max(last for (_, last), _ in spans)
    ends = min(first for _, (first, _) in spans), max(last for _, (_, last) in spans)
    return Node(stay, claim, claim.chosen, claim.start, claim.end, starts, ends)


def _party(claim: "Claim") -> Party:
    return party_of(claim.task.request, claim.task.task.id, claim.places[0].mode)


def _span(claim: "Claim", outcome: Outcome) -> tuple[int, int] | tuple[None, None]:
    """When its task is there in a plan, in a run that it shares too."""
    task = claim.task.task
    if outcome.mode(task.id) not in {mode for mode, _ in claim.slots}:
        return None, None
    at = outcome.at[task.id]
    return part_span(claim.part, task.modes[at.mode], start=at.start, end=at.end)


def _edges(place: Place, part: Part) -> tuple[tuple[int, int], tuple[int, int]]:
    """The first and last begin, and the first and last end, of a part."""
    mode = place.mode
    if part == "head":
        return (place.first_start, place.last_start), (place.first_start + mode.head, place.last_start + mode.head)
    if part == "tail":
        return (place.first_end - mode.tail, place.last_end - mode.tail), (place.first_end, place.last_end)
    return (place.first_start, place.last_start), (place.first_end, place.last_end)


def _keep_apart(variables: "Variables", unit: Unit, claims: "Sequence[Claim]") -> None:
    """Claims of different owners, and claims and fixed uses of others."""
    for one, other in combinations(claims, 2):
        if are_apart(_party(one), _party(other)):
            _one_first(variables, unit, one, other)
    for claim in claims:
        others = [use for use in unit.fixed if are_apart((use.owner, use.lot), _party(claim))]
        near = unite((use.start - unit.buffer, use.end + unit.buffer) for use in others)
        if near:
            mine = variables.interval(claim.start, claim.length, claim.end, _presence(claim))
            variables.model.add_no_overlap([mine, *(variables.fixed_interval(*window) for window in near)])


def _presence(claim: "Claim") -> "IntVar":
    """Whether its task is planned so, in a run that it shares too."""
    (number, _), *others = claim.slots
    return claim.task.present if others else claim.task.modes[number]


def _one_first(variables: "Variables", unit: Unit, one: "Claim", other: "Claim") -> None:
    if one.last_tick + unit.buffer <= other.first_tick or other.last_tick + unit.buffer <= one.first_tick:
        return

    def held(outcome: Outcome) -> bool:
        starts = [_span(claim, outcome)[0] for claim in (one, other)]
        return starts[0] is not None and starts[1] is not None and starts[0] < starts[1]

    first = variables.new_literal(held)
    there = (_presence(claim) for claim in (one, other))
    both = [literal for literal in there if literal is not variables.yes]
    model = variables.model
    model.add(one.end + unit.buffer <= other.start).only_enforce_if(first, *both)
    model.add(other.end + unit.buffer <= one.start).only_enforce_if(first.negated(), *both)
