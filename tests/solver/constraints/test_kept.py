"""What stands confirmed may move, and leaves only as displaced. Knows nothing of where it goes."""

from dataclasses import replace

from solver.problem import Booked, Level, Mode, Problem, Request, UnitUse
from tests.solver.bare import bare, best, required, task, unit

DISPLACED = Level(name="displaced", terms=(("displaced", 1),))
LONG = Mode(duration=60, units=(UnitUse(unit="U"),))


def asked(id_: str, booked: Booked | None = None) -> Request:
    return replace(required(replace(task(f"{id_}/1", LONG), booked=booked), id_=id_), required=False)


def week(*requests: Request, end: int = 100) -> Problem:
    return replace(bare(*requests, level=DISPLACED, end=end), units=(unit("U"),))


def absences(problem: Problem) -> dict[str, str]:
    plan = best(problem).plan
    assert plan is not None
    return {out.request: out.absence for out in plan.left_out}


def test_what_is_confirmed_stays_and_what_is_new_waits() -> None:
    assert absences(week(asked("A"), asked("B", Booked(start=0, end=60, units=("U",))))) == {"A": "unplanned"}


def test_what_is_confirmed_leaves_only_as_displaced() -> None:
    bookings = (Booked(start=start, end=start + 60, units=("U",)) for start in (0, 20))
    problem = week(*(asked(id_, booked) for id_, booked in zip(("A", "B"), bookings, strict=True)))
    assert list(absences(problem).values()) == ["displaced"]
