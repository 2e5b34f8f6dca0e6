"""A pinned task is where a person put it."""

from solver.problem import Mode, Pin, Problem, Unit, UnitUse
from tests.solver.rules.broken import broken, codes, numbers
from tests.solver.sample import at, one_task, plan_of

RULE = "pinned"
MODES = (
    Mode(duration=5, units=(UnitUse(unit="mill"),)),
    Mode(duration=5, units=(UnitUse(unit="saw"), UnitUse(unit="mill"))),
)


def pinned(pin: Pin | None) -> Problem:
    units = tuple(Unit(id=name, open=((0, 100),)) for name in ("mill", "saw"))
    return one_task(*MODES, pin=pin, units=units)


def test_start() -> None:
    problem = pinned(Pin(start=10))
    assert codes(RULE, problem, plan_of(at(10, 15))) == []
    assert codes(RULE, problem, plan_of(at(10, 15, mode=1))) == []
    assert numbers(RULE, problem, plan_of(at(11, 16))) == {"pinned": 10, "start": 11}
    assert codes(RULE, pinned(Pin(start=0)), plan_of(at(1, 6))) == ["start_moved"]


def test_units() -> None:
    problem = pinned(Pin(units=("mill", "saw")))
    assert codes(RULE, problem, plan_of(at(30, 35, mode=1))) == []
    (violation,) = broken(RULE, problem, plan_of(at(30, 35)))
    assert (violation.code, violation.ids) == ("units_changed", ("T", "mill"))


def test_both_are_named() -> None:
    assert codes(RULE, pinned(Pin(start=3, units=("mill",))), plan_of(at(4, 9, mode=1))) == [
        "start_moved",
        "units_changed",
    ]


def test_free_otherwise() -> None:
    for pin in (None, Pin()):
        assert codes(RULE, pinned(pin), plan_of(at(70, 75, mode=1))) == []


def test_a_pin_does_not_require() -> None:
    assert codes(RULE, pinned(Pin(start=10)), plan_of(R="unplanned")) == []
