"""Which tasks of the CP-SAT model hold what they need themselves, and which share the run of another.

Knows nothing of what joining asks for: ``solver.constraints.batching`` says so.
"""

from typing import TYPE_CHECKING

from solver.batches import by_class, room_of, shape_of

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

    from solver.variables import TaskVariables, Variables


class Joining:
    """Each task of a class carries its own run, or joins that of one before it. ``joins``: a literal by the task that
    joins and the one whose run it joins."""

    def __init__(self, variables: "Variables") -> None:
        self._variables = variables
        self._holding: dict[str, IntVar] = {}
        self._holding_in: dict[tuple[str, int], IntVar] = {}
        self.joins: dict[tuple[str, str], IntVar] = {}
        for tasks in by_class(variables.calendars.problem).values():
            known = [variables.tasks[task.id] for task in tasks if task.id in variables.tasks]
            for number, joiner in enumerate(known):
                self._add(joiner, [task for task in known[:number] if _may_join(joiner, task)])

    def holder(self, task: "TaskVariables") -> "IntVar":
        """Whether the task is planned and holds what it needs itself."""
        return self._holding.get(task.task.id, task.present)

    def holder_in(self, task: "TaskVariables", number: int) -> "IntVar":
        """The same, and planned in its mode ``number``."""
        id_, chosen = task.task.id, task.modes[number]
        if id_ not in self._holding:
            return chosen
        if len(task.modes) == 1:
            return self._holding[id_]
        if (id_, number) not in self._holding_in:
            self._holding_in[id_, number] = self._both(id_, number, chosen)
        return self._holding_in[id_, number]

    def _add(self, joiner: "TaskVariables", carriers: "list[TaskVariables]") -> None:
        if carriers:
            id_ = joiner.task.id
            self._holding[id_] = self._variables.new_literal(lambda outcome: outcome.holds(id_))
            for carrier in carriers:
                self.joins[id_, carrier.task.id] = self._join(id_, carrier.task.id)
            literals = [self.joins[id_, carrier.task.id] for carrier in carriers]
            self._variables.exactly_one((self._holding[id_], *literals), joiner.present)

    def _join(self, joiner: str, carrier: str) -> "IntVar":
        return self._variables.new_literal(lambda outcome: outcome.carriers.get(joiner) == carrier)

    def _both(self, id_: str, number: int, chosen: "IntVar") -> "IntVar":
        model, holds = self._variables.model, self._holding[id_]
        both = self._variables.new_literal(lambda outcome: outcome.holds(id_) and outcome.mode(id_) == number)
        model.add_implication(both, chosen)
        model.add_implication(both, holds)
        model.add_bool_or(both, chosen.negated(), holds.negated())
        return both


def _may_join(joiner: "TaskVariables", carrier: "TaskVariables") -> bool:
    """Whether there is room for both in modes that are equal, and they could start at the same time."""
    shapes = [shape_of(place.mode) for place in carrier.places.values()]
    rooms = [(room_of(place.mode), shape_of(place.mode)) for place in joiner.places.values()]
    pieces = joiner.task.size + carrier.task.size
    at_once = joiner.first_start <= carrier.last_start and carrier.first_start <= joiner.last_start
    return at_once and any(room is not None and pieces <= room and shape in shapes for room, shape in rooms)
