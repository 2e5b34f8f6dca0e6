"""Free time between neighbours on a unit that is too short to be of use, for CP-SAT.

Knows nothing of setups.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ortools.sat.python.cp_model import LinearExpr

from solver.hints import Outcome
from solver.ordering import Node, Ring, fixed_node, planned_node
from solver.problem import Unit
from solver.sequence import Stay
from solver.windows import clip, complement, total, unite

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar, LinearExprT

    from solver.variables import Variables


def lost_time(variables: "Variables") -> "list[IntVar]":
    """Numbers whose sum is what is lost at least."""
    units = (unit for unit in variables.calendars.problem.units if unit.usable)
    return [lost for unit in units for lost in _Idle(variables, unit).lost()]


class _Idle:
    """One unit with all that holds it."""

    def __init__(self, variables: "Variables", unit: Unit) -> None:
        self.variables, self.unit = variables, unit
        taken = unite(window for lane in unit.taken for window in lane)
        fixed = (Stay(start=start, end=end, family="", owner="", lot="") for start, end in taken)
        claims = [claim for claim in variables.claims_on_unit(unit.id) if claim.takes_time]
        self.nodes = [*(fixed_node(variables, stay) for stay in fixed), *(planned_node(claim) for claim in claims)]
        self.ring = Ring(variables, self.nodes, lambda outcome: outcome.on_unit(unit))
        self.planned = bool(claims)

    def lost(self) -> "list[IntVar]":
        """One number per node with something planned before or after it."""
        if not self.planned:
            return []
        starts = {node: self._opened(node, node.start, node.starts, end=False) for node in self.nodes}
        ends = {node: self._opened(node, node.end, node.ends, end=True) for node in self.nodes}
        found = [self._before(node, starts, ends) for node in self.nodes]
        self.ring.close()
        return [lost for lost in found if lost is not None]

    def _before(
        self, after: Node, starts: "dict[Node, LinearExprT]", ends: "dict[Node, LinearExprT]"
    ) -> "IntVar | None":
        """What is lost between a node and the one before it."""
        model = self.variables.model
        near = []
        for before in self.ring.befores(after):
            if not self.ring.have_room(before, after, 0):
                continue
            literal = self.ring.arc(before, after)
            if before is not None and (after.claim is not None or before.claim is not None):
                model.add(after.start >= before.end).only_enforce_if(literal)
                near.append((before, literal, LinearExpr.weighted_sum([starts[after], ends[before]], [1, -1])))
        if not near:
            return None
        befores = [before for before, _, _ in near]
        long = self.variables.new_literal(lambda outcome: self._gap(outcome, befores, after) >= self.unit.usable)
        lost = self.variables.new_number(((0, self.unit.usable),), lambda outcome: self._lost(outcome, befores, after))
        for _, literal, gap in near:
            model.add(gap >= self.unit.usable).only_enforce_if(literal, long)
            model.add(lost >= gap).only_enforce_if(literal, long.negated())
        return lost

    def _gap(self, outcome: Outcome, befores: list[Node], after: Node) -> int:
        start = after.begins(outcome)
        if start is None or not any(self.ring.follows(outcome, before, after) for before in befores):
            return 0
        return outcome.gap_before(self.unit, start)

    def _lost(self, outcome: Outcome, befores: list[Node], after: Node) -> int:
        gap = self._gap(outcome, befores, after)
        return gap if gap < self.unit.usable else 0

    def _opened(self, node: Node, tick: "LinearExprT", within: tuple[int, int], *, end: bool) -> "LinearExprT":
        """How many open ticks lie before ``tick``, while the node is there."""
        low, high = within
        closed = complement(self.unit.open, low, high + 1)
        opened = clip(self.unit.open, low, high + 1)
        pieces = sorted([(*span, True) for span in opened] + [(*span, False) for span in closed])
        if low == high:
            return self._until(low)
        if len(pieces) == 1:
            return self._until(low) + tick - low if pieces[0][2] else self._until(low)
        return self._piecewise(node, tick, pieces, lambda outcome: node.span(outcome)[end])

    def _piecewise(
        self, node: Node, tick: "LinearExprT", pieces: list[tuple[int, int, bool]], at: Callable[[Outcome], int | None]
    ) -> "IntVar":
        """A number, equal to the open ticks before ``tick`` in whatever piece it lies."""
        variables, model = self.variables, self.variables.model
        most = self._until(pieces[-1][1])
        number = variables.new_number(((0, most + 1),), lambda outcome: self._until(at(outcome) or 0))
        literals = [self._in_piece(first, last, at) for first, last, _ in pieces]
        variables.exactly_one(literals, node.present)
        for (first, last, is_open), literal in zip(pieces, literals, strict=True):
            model.add(tick >= first).only_enforce_if(literal)
            model.add(tick < last).only_enforce_if(literal)
            opened = self._until(first)
            model.add(number == (tick - first + opened if is_open else opened)).only_enforce_if(literal)
        return number

    def _in_piece(self, first: int, last: int, at: Callable[[Outcome], int | None]) -> "IntVar":
        def held(outcome: Outcome) -> bool:
            tick = at(outcome)
            return tick is not None and first <= tick < last

        return self.variables.new_literal(held)

    def _until(self, tick: int) -> int:
        """Open ticks before ``tick``."""
        return total(clip(self.unit.open, self.unit.open[0][0], tick)) if self.unit.open else 0
