"""Who may be neighbours on a unit: no two with fixed work between them for sure."""

from dataclasses import replace
from random import Random

from solver.calendars import Calendars
from solver.hints import Outcome, Row
from solver.model import build
from solver.ordering import Node, Ring, fixed_node, planned_node
from solver.problem import FixedUse, Mode, Problem, Setup, Task, Unit, UnitUse
from solver.reach import find_reach
from solver.sequence import Stay
from solver.variables import Variables
from tests.sizes import count
from tests.solver.bare import bare, required

SWAP = (Setup(frm="a", to="b", length=1), Setup(frm="b", to="a", length=1))


def crowded(random: Random, tasks: int = 5) -> Problem:
    """A unit with fixed work here and there, and tasks with narrow windows and wide ones."""
    ticks = sorted(random.sample(range(1, 59), 2 * random.randrange(1, 6)))
    spans = tuple(zip(ticks[::2], ticks[1::2], strict=True))
    fixed = tuple(FixedUse(start=start, end=end, family=random.choice("ab")) for start, end in spans)
    requests = []
    for number in range(tasks):
        mode = Mode(duration=random.randint(1, 3), units=(UnitUse(unit="U", family=random.choice("ab")),))
        start = random.randrange(40)
        windows = ((start, start + random.randint(4, 40)),)
        requests.append(required(Task(id=f"T{number}", modes=(mode,), windows=windows), id_=f"R{number}"))
    unit = Unit(id="U", open=((0, 60),), setups=SWAP, fixed=fixed, taken=(spans,))
    return replace(bare(*requests, end=60), units=(unit,))


def never_asked(_: Outcome) -> Row:
    raise AssertionError("no plan is looked at")


def surely_before(one: Node, other: Node) -> bool:
    """Wherever both may be."""
    return one.starts[1] < other.starts[0]


def may_come_before(nodes: list[Node], before: Node | None, after: Node) -> bool:
    """By the definition, node by node."""
    between = (node for node in nodes if node.claim is None and node is not before and node is not after)
    if any((before is None or surely_before(before, node)) and surely_before(node, after) for node in between):
        return False
    if before is None:
        return True
    both_fixed = before.claim is None and after.claim is None
    return before is not after and (surely_before(before, after) or not both_fixed)


def test_neighbours_have_no_fixed_work_between_them_for_sure() -> None:
    apart = 0
    for seed in range(count(short=60, full=600)):
        problem = crowded(Random(seed))
        calendars = Calendars(problem)
        variables = Variables(calendars, find_reach(calendars))
        build(variables, 0, ())
        fixed = [
            fixed_node(variables, Stay(start=use.start, end=use.end, family="", owner="", lot=""))
            for use in problem.units[0].fixed
        ]
        nodes = [*fixed, *map(planned_node, variables.claims_on_unit("U"))]
        ring = Ring(variables, nodes, never_asked)
        for after in nodes:
            possible = [before for before in (None, *nodes) if may_come_before(nodes, before, after)]
            assert list(ring.befores(after)) == possible, f"crowded({seed})"
            apart += len(nodes) - len(possible)
    assert apart > 500


def test_an_order_that_is_given_up_is_left_at_the_next_node() -> None:
    problem = crowded(Random(1), tasks=40)
    calendars = Calendars(problem)
    heard = list[None]()
    build(Variables(calendars, find_reach(calendars), heed=lambda: heard.append(None)), 0, ())
    assert len(heard) > 40 + len(problem.units[0].fixed)
