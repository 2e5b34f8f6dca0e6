"""What a person fixed stays. Knows nothing of why."""

from dataclasses import replace

from solver.problem import Mode, Pin, Problem, UnitUse
from tests.solver.bare import bare, placed, required, task, unit

EITHER = (Mode(duration=2, units=(UnitUse(unit="U"),)), Mode(duration=3, units=(UnitUse(unit="V"),)))


def pinned(pin: Pin) -> Problem:
    """One required task on either of two units."""
    return replace(bare(required(replace(task("a", *EITHER), pin=pin))), units=(unit("U"), unit("V")))


def test_a_pinned_start_is_kept() -> None:
    assert placed(pinned(Pin(start=7)))["a"].start == 7


def test_pinned_units_leave_only_their_mode() -> None:
    assert placed(pinned(Pin(units=("V",))))["a"].mode == 1
