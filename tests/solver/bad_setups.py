"""Problems whose setups, buffers or fixed uses contradict themselves, with what is found.

Knows nothing of any other mistake.
"""

from typing import Any

from solver.problem import FixedUse, Mode, Problem, Setup, Unit, UnitUse
from tests.solver.one_room import OPEN, Bad
from tests.solver.sample import one_task, several


def _room(**fields: Any) -> Problem:
    return several(units=(Unit(id="room", open=OPEN, **fields),))


def _setup(**fields: Any) -> Problem:
    return _room(setups=(Setup(**{"frm": "a", "to": "b", "length": 2, **fields}),))


_TWICE = (Setup(frm="a", to="b", length=1), Setup(frm="a", to="b", length=2))
_HEAD_AND_TAIL = Mode(
    duration=5, head=1, tail=1, units=(UnitUse(unit="room", part="head"), UnitUse(unit="room", part="tail"))
)
_AB = ("room", "a", "b")

BAD_SETUPS: Bad = {
    "lanes with setups": (_room(lanes=2, buffer=1), "lanes_with_setups", ("room",), {"lanes": 2}),
    "a negative buffer": (_room(buffer=-1), "negative_gap", ("room", "buffer"), {"ticks": -1}),
    "a negative usable gap": (_room(usable=-2), "negative_gap", ("room", "usable"), {"ticks": -2}),
    "a setup twice": (_room(setups=_TWICE), "setup_twice", _AB, {"times": 2}),
    "a setup to nothing": (_setup(to=""), "setup_to_nothing", ("room", "a", "nothing"), {}),
    "a negative setup": (_setup(length=-2), "negative_setup", (*_AB, "length"), {"number": -2}),
    "a negative hold time": (_setup(dirty=-1), "negative_setup", (*_AB, "dirty"), {"number": -1}),
    "a setup by somebody without work": (
        _setup(length=0, skill="clean"),
        "setup_without_work",
        _AB,
        {"length": 0},
    ),
    "fixed work that lasts no time": (
        _room(fixed=(FixedUse(start=-3, end=-3),)),
        "fixed_reversed",
        ("room",),
        {"start": -3, "end": -3},
    ),
    "fixed work on a unit out of order": (
        _room(fixed=(FixedUse(start=-3, end=-1), FixedUse(start=-9, end=-8))),
        "fixed_out_of_order",
        ("room",),
        {"start": -9, "before": -3},
    ),
    "fixed work on a free unit": (
        _room(buffer=1, fixed=(FixedUse(start=3, end=8),), taken=(((4, 8),),)),
        "fixed_not_taken",
        ("room",),
        {"start": 3, "end": 8},
    ),
    "a unit in order used twice": (
        one_task(_HEAD_AND_TAIL, units=(Unit(id="room", open=OPEN, buffer=1),)),
        "used_twice",
        ("T", "room"),
        {"mode": 0, "times": 2},
    ),
    "a mode that pays": (one_task(Mode(duration=5, cost=-1)), "negative_cost", ("T",), {"mode": 0, "cost": -1}),
}
