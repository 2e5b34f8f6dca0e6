"""Problems whose levels and shares are impossible, or whose numbers are too large to be counted exactly.

Knows nothing of how that is found.
"""

from dataclasses import replace
from typing import Any

from solver.problem import Capacity, Demand, Level, Problem, Share
from tests.solver.one_room import FIVE, Bad, in_room
from tests.solver.sample import one_task


def at_level(*terms: tuple[str, int], **fields: Any) -> Problem:
    level = Level(name="goal", terms=terms, **{"tolerance": 20, **fields})
    return one_task(FIVE, levels=(level,))


BAD_AMOUNTS: Bad = {
    "unknown cost": (at_level(("beauty", 1)), "unknown_cost", ("goal", "beauty"), {}),
    "no levels": (one_task(FIVE, levels=()), "no_levels", (), {}),
    "negative factor": (at_level(("makespan", -1)), "negative_factor", ("goal", "makespan"), {"factor": -1}),
    "negative tolerance": (at_level(tolerance=-1), "negative_tolerance", ("goal",), {"tolerance": -1}),
    "too large a tick": (
        one_task(FIVE, windows=((0, 2**31),)),
        "number_too_large",
        ("T", "windows"),
        {"number": 2**31, "limit": 2**31 - 1},
    ),
    "too large a weight": (
        one_task(FIVE, request={"weight": 2**62}, levels=(Level(name="goal", terms=(("makespan", 1),)),)),
        "number_too_large",
        ("R", "weight"),
        {"number": 2**62, "limit": 2**62 - 1},
    ),
    "too large a use": (
        replace(
            in_room(demands=(Demand(capacity="power", amount=2**30),)),
            capacities=(Capacity(id="power", steps=((0, 2**31 - 1),)),),
            calendar_end=2**31 - 1,
        ),
        "use_too_large",
        ("power",),
        {"most": (2**31 - 1 + 2**30) * (2**31 - 1), "limit": 2**62 - 1},
    ),
    "unknown share": (one_task(FIVE, request={"share": "K1"}), "unknown_share", ("R", "K1"), {}),
    "negative worth": (one_task(FIVE, request={"worth": -1}), "negative_worth", ("R",), {"worth": -1}),
    "negative share": (
        one_task(FIVE, shares=(Share(id="K1", target=-1),)),
        "negative_share",
        ("K1",),
        {"target": -1, "given": 0},
    ),
    "too large a share": (
        one_task(FIVE, shares=(Share(id="K1", target=2**53),)),
        "share_too_large",
        ("K1",),
        {"most": 1000 * 2**53, "limit": 2**62 - 1},
    ),
}
