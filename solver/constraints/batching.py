"""Work that shares a run joins the first of it: same start and end, equal modes, within the room that there is.

Knows nothing of lanes and persons: what joins another claims none (``Joining.holder``), and is given its carrier's
when the plan is read.
"""

from typing import TYPE_CHECKING

from ortools.sat.python.cp_model import LinearExpr

from solver.batches import room_of, shape_of

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

    from solver.variables import TaskVariables, Variables


def add(variables: "Variables") -> None:
    """What each joining asks for, and the room of every run that may be joined."""
    joiners: dict[str, list[tuple[int, IntVar]]] = {}
    for (joiner, carrier), joins in variables.joining.joins.items():
        first, second = variables.tasks[carrier], variables.tasks[joiner]
        _at_once(variables, first, second, joins)
        variables.model.add_implication(joins, variables.joining.holder(first))
        joiners.setdefault(carrier, []).append((second.task.size, joins))
    for carrier, each in joiners.items():
        _room(variables, variables.tasks[carrier], each)


def _at_once(variables: "Variables", first: "TaskVariables", second: "TaskVariables", joins: "IntVar") -> None:
    model = variables.model
    model.add(first.start == second.start).only_enforce_if(joins)
    model.add(first.end == second.end).only_enforce_if(joins)
    shapes = {number: shape_of(place.mode) for number, place in first.places.items()}
    for number, place in second.places.items():
        equal = [other for other, shape in shapes.items() if shape == shape_of(place.mode)]
        ways = [first.modes[other] for other in equal if room_of(place.mode) is not None]
        model.add_bool_or(*ways, joins.negated(), second.modes[number].negated())


def _room(variables: "Variables", carrier: "TaskVariables", joiners: "list[tuple[int, IntVar]]") -> None:
    pieces = LinearExpr.sum([size * joins for size, joins in joiners])
    for number, place in carrier.places.items():
        room = room_of(place.mode)
        if room is not None:
            variables.when(variables.model.add(pieces <= room - carrier.task.size), carrier.modes[number])
