"""Units are used only while their services and calibrations last, unless the work waives them."""

from dataclasses import replace

from solver.problem import Expiry, ExpiryMeasure, Mode, Problem, Request, Task, Unit, UnitUse, Used
from tests.solver.rules.broken import broken, codes, numbers
from tests.solver.sample import at, one_task, plan_of, several

RULE = "maintenance"
USE = Mode(duration=5, units=(UnitUse(unit="U"),))
UPKEEP = Request(id="M", tasks=(Task(id="M/1", modes=(replace(USE, duration=2),)),), maintenance=True)
LANE = ((0,),)


def unit(
    measure: ExpiryMeasure, *, left: int, renewed: int, by: tuple[str, ...] = (), **rest: tuple[object, ...]
) -> Unit:
    expiry = Expiry(kind="calibration", measure=measure, left=left, renewed=renewed, renewed_by=by)
    return Unit(id="U", open=((0, 100),), expiries=(replace(expiry, **rest),))  # type: ignore[arg-type]


def alone(unit: Unit, mode: Mode = USE) -> Problem:
    return one_task(mode, units=(unit,))


def with_upkeep(measure: ExpiryMeasure, *, left: int, renewed: int) -> Problem:
    tasks = tuple(Task(id=id_, modes=(USE,)) for id_ in ("A", "B"))
    return several(
        Request(id="R", tasks=tasks), UPKEEP, units=(unit(measure, left=left, renewed=renewed, by=("M/1",)),)
    )


def test_a_use_ends_by_the_date_and_not_a_tick_later() -> None:
    problem = alone(unit("date", left=20, renewed=30))
    assert codes(RULE, problem, plan_of(at(15, 20, lanes=LANE))) == []
    (violation,) = broken(RULE, problem, plan_of(at(16, 21, lanes=LANE)))
    assert (violation.code, violation.ids) == ("expired", ("T", "U", "calibration"))
    assert dict(violation.numbers) == {"start": 16, "end": 21, "expires": 20}


def test_after_a_renewal_it_lasts_for_its_interval() -> None:
    problem = with_upkeep("date", left=20, renewed=30)
    late = (at(16, 18, task="M/1", lanes=LANE), at(48 - 5, 48, task="A", lanes=LANE))
    assert codes(RULE, problem, plan_of(*late, at(18, 23, task="B", lanes=LANE))) == []
    assert numbers(RULE, problem, plan_of(*late, at(44, 49, task="B", lanes=LANE)))["expires"] == 48
    assert numbers(RULE, problem, plan_of(*late, at(17, 22, task="B", lanes=LANE)))["expires"] == 20


def test_a_fixed_renewal_counts_as_a_planned_one() -> None:
    problem = alone(unit("date", left=20, renewed=30, renewed_at=(40,)))
    assert codes(RULE, problem, plan_of(at(40, 45, lanes=LANE))) == []
    assert codes(RULE, problem, plan_of(at(39, 44, lanes=LANE))) == ["expired"]


def test_work_that_waives_the_kind_may_come_after_it() -> None:
    problem = alone(unit("date", left=20, renewed=30), replace(USE, waives=("calibration",)))
    assert codes(RULE, problem, plan_of(at(50, 55, lanes=LANE))) == []
    other = alone(unit("date", left=20, renewed=30), replace(USE, waives=("service",)))
    assert codes(RULE, other, plan_of(at(50, 55, lanes=LANE))) == ["expired"]


def test_run_ticks_add_up_between_renewals() -> None:
    problem = with_upkeep("use", left=9, renewed=10)
    both = (at(0, 5, task="A", lanes=LANE), at(5, 10, task="B", lanes=LANE))
    (violation,) = broken(RULE, problem, plan_of(*both, at(20, 22, task="M/1", lanes=LANE)))
    assert (violation.code, violation.ids) == ("used_up", ("U", "calibration", "A", "B"))
    assert dict(violation.numbers) == {"used": 10, "allowed": 9}
    apart = (at(0, 5, task="A", lanes=LANE), at(7, 12, task="B", lanes=LANE))
    assert codes(RULE, problem, plan_of(*apart, at(5, 7, task="M/1", lanes=LANE))) == []
    assert codes(RULE, with_upkeep("use", left=10, renewed=10), plan_of(*both, M="unplanned")) == []


def test_fixed_work_counts_and_is_not_judged_by_itself() -> None:
    fixed = (Used(start=60, end=70), Used(start=80, end=90))
    assert codes(RULE, alone(unit("use", left=24, renewed=30, used=fixed)), plan_of(at(0, 5, lanes=LANE))) == [
        "used_up"
    ]
    assert codes(RULE, alone(unit("use", left=25, renewed=30, used=fixed)), plan_of(at(0, 5, lanes=LANE))) == []
    assert codes(RULE, alone(unit("use", left=3, renewed=30, used=fixed)), plan_of(R="unplanned")) == []


def test_fixed_work_that_is_judged_is_kept_in_time() -> None:
    judged = (Used(start=60, end=70, judged=True),)
    assert codes(RULE, alone(unit("date", left=70, renewed=9, used=judged)), plan_of(R="unplanned")) == []
    assert codes(RULE, alone(unit("date", left=69, renewed=9, used=judged)), plan_of(R="unplanned")) == [
        "fixed_expired"
    ]


def test_cycles_are_counted_and_what_waives_counts_too() -> None:
    waiving = Task(id="W", modes=(replace(USE, waives=("calibration",)),))
    problem = several(
        Request(id="R", tasks=(Task(id="A", modes=(USE,)), waiving)), units=(unit("cycles", left=1, renewed=4),)
    )
    plan = plan_of(at(0, 5, task="A", lanes=LANE), at(5, 10, task="W", lanes=LANE))
    assert numbers(RULE, problem, plan) == {"cycles": 2, "cycles_allowed": 1}
    roomy = replace(problem, units=(unit("cycles", left=2, renewed=4),))
    assert codes(RULE, roomy, plan) == []


def test_maintenance_is_no_use() -> None:
    problem = several(UPKEEP, units=(unit("cycles", left=0, renewed=4, by=("M/1",)),))
    assert codes(RULE, problem, plan_of(at(0, 2, task="M/1", lanes=LANE))) == []


def test_looking_after_a_unit_is_no_use_of_it() -> None:
    looked = replace(USE, units=(UnitUse(unit="U", lanes=0),))
    for measure in ("date", "use", "cycles"):
        assert codes(RULE, alone(unit(measure, left=0, renewed=1), looked), plan_of(at(50, 55, lanes=((),)))) == []
