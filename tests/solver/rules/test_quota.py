"""Nobody uses more of some units than allowed, per bucket of time or in any window of a length."""

from dataclasses import replace
from random import Random

from solver.problem import Mode, Problem, Quota, Request, Task, Unit, UnitUse, Window
from tests.solver.rules.broken import broken, codes, numbers
from tests.solver.sample import at, plan_of, several

RULE = "quota"
SEM = (Unit(id="SEM", lanes=9, open=((0, 400),)), Unit(id="XRD", open=((0, 400),)))
WEEK = Quota(id="Q", units=("SEM",), measure="ticks", owner="Orbita", length=168, most=4)


def used(quota: Quota, *spans: Window, unit: str = "SEM", owner: str = "Orbita") -> tuple[Problem, list[str]]:
    """A task for each span, and what the rule says of them."""
    modes = [Mode(duration=end - start, units=(UnitUse(unit=unit),)) for start, end in spans]
    tasks = tuple(Task(id=f"T{number}", modes=(mode,)) for number, mode in enumerate(modes))
    problem = several(
        Request(id="R", tasks=tasks, owner=owner), units=SEM, quotas=(quota,), horizon=400, calendar_end=400
    )
    places = (at(start, end, task=f"T{number}") for number, (start, end) in enumerate(spans))
    return problem, codes(RULE, problem, plan_of(*places))


def test_four_hours_on_tuesday_afternoon_and_four_the_next_tuesday_morning_are_eight_in_seven_days() -> None:
    """Calpendo's case: hours from Monday 0:00 on."""
    tuesday, next_tuesday = (24 + 13, 24 + 17), (192 + 8, 192 + 12)
    problem, found = used(WEEK, tuesday, next_tuesday)
    assert found == ["too_long"]
    plan = plan_of(at(*tuesday, task="T0"), at(*next_tuesday, task="T1"))
    assert numbers(RULE, problem, plan) == {"start": 37, "end": 205, "used": 8, "most": 4}
    assert broken(RULE, problem, plan)[0].ids == ("Q", "T0", "T1")
    assert used(WEEK, tuesday, (204, 208))[1] == ["too_long"]
    assert used(WEEK, tuesday, (205, 209))[1] == []


def test_each_use_counts_whatever_its_lanes_and_only_of_these_units_and_this_holder() -> None:
    assert used(WEEK, (0, 4))[1] == []
    assert used(WEEK, (0, 5))[1] == ["too_long"]
    assert used(WEEK, (0, 5), unit="XRD")[1] == []
    assert used(WEEK, (0, 5), owner="Bauman")[1] == []
    assert used(replace(WEEK, owner=""), (0, 5), owner="Bauman")[1] == ["too_long"]
    wide = Mode(duration=4, units=(UnitUse(unit="SEM", lanes=3),))
    request = Request(id="R", tasks=(Task(id="T", modes=(wide,)),), owner="Orbita")
    assert codes(RULE, several(request, units=SEM, quotas=(WEEK,)), plan_of(at(0, 4, lanes=((0, 1, 2),)))) == []
    looked = Mode(duration=5, units=(UnitUse(unit="SEM", lanes=0),))
    request = replace(request, tasks=(Task(id="T", modes=(looked,)),))
    problem = several(request, units=SEM, quotas=(WEEK, replace(WEEK, id="N", measure="count", most=0)))
    assert codes(RULE, problem, plan_of(at(0, 5, lanes=((),)))) == [], "what is only looked after is not used"


def test_by_cluster_and_by_who_asked() -> None:
    problem, _ = used(WEEK, (0, 5))
    (request,) = problem.requests
    cluster, asker = replace(WEEK, owner="", cluster="X"), replace(WEEK, owner="", asker="X")
    for quota, one in ((cluster, replace(request, cluster="X")), (asker, replace(request, asker="X"))):
        for asked, found in ((one, ["too_long"]), (request, [])):
            changed = replace(problem, quotas=(quota,), requests=(asked,))
            assert codes(RULE, changed, plan_of(at(0, 5, task="T0"))) == found


def test_in_a_bucket_the_part_that_lies_in_it_counts() -> None:
    days = replace(WEEK, length=None, buckets=((0, 23, 4), (23, 47, 2)))
    assert used(days, (19, 25))[1] == []
    assert used(days, (18, 23))[1] == ["too_long"]
    assert used(days, (19, 26))[1] == ["too_long"]
    assert used(days, (47, 60))[1] == []


def test_by_number_a_use_counts_where_it_starts() -> None:
    twice = replace(WEEK, measure="count", length=None, buckets=((0, 24, 1), (24, 48, 2)))
    assert used(twice, (20, 30), (24, 25), (30, 31))[1] == []
    assert used(twice, (20, 30), (23, 25))[1] == ["too_often"]
    rolling = replace(WEEK, measure="count", most=1)
    assert used(rolling, (0, 9), (168, 170))[1] == []
    assert used(rolling, (0, 9), (167, 170))[1] == ["too_often"]


def test_fixed_work_counts_also_before_the_horizon_but_is_not_reported() -> None:
    before = replace(WEEK, taken=((-20, -17),))
    assert used(before, (0, 1))[1] == []
    assert used(before, (0, 2))[1] == ["too_long"]
    assert used(before, (146, 150))[1] == ["too_long"]
    assert used(before, (147, 151))[1] == []
    overdrawn = replace(WEEK, taken=((0, 9),))
    assert used(overdrawn, (170, 174))[1] == ["too_long"]
    assert used(overdrawn, (173, 177))[1] == []


def test_the_windows_looked_at_are_enough() -> None:
    """Against every window there is."""
    random = Random(5)
    for _ in range(400):
        spans = [(start, start + random.randint(1, 4)) for start in random.sample(range(14), random.randint(1, 4))]
        taken = tuple(
            sorted((at_, at_ + random.randint(1, 5)) for at_ in random.sample(range(-8, 14), random.randint(0, 3)))
        )
        quota = replace(WEEK, length=random.randint(1, 8), most=random.randint(0, 7), taken=taken)
        over = any(
            _in(spans, window) and _in((*spans, *taken), window) > quota.most
            for window in ((tick, tick + (quota.length or 0)) for tick in range(-20, 40))
        )
        assert used(quota, *spans)[1] == ["too_long"] * over, (quota, spans)


def _in(spans: list[Window] | tuple[Window, ...], window: Window) -> int:
    return sum(window[0] <= tick < window[1] for span in spans for tick in range(*span))
