"""Problems that contradict themselves are refused whole, and everything that is wrong is named."""

import pickle
from dataclasses import replace
from string import Formatter

import pytest

from solver.costs import worst_value
from solver.defects import BadProblem, Defect, check_problem, find_defects
from solver.defects.defect import SENTENCES
from solver.problem import Fact, Lag, Level, Mode, Problem, StaffNeed, Unit, UnitUse
from tests.solver.bad_amounts import BAD_AMOUNTS
from tests.solver.bad_calendars import BAD_CALENDARS
from tests.solver.bad_limits import BAD_LIMITS
from tests.solver.bad_maintenance import BAD_MAINTENANCE
from tests.solver.bad_names import BAD_NAMES
from tests.solver.bad_setups import BAD_SETUPS
from tests.solver.bad_work import BAD_WORK
from tests.solver.one_room import FIVE, ROOM, Bad, chain
from tests.solver.sample import PROBLEM, one_task, several

BAD: Bad = {
    **BAD_NAMES,
    **BAD_CALENDARS,
    **BAD_WORK,
    **BAD_LIMITS,
    **BAD_AMOUNTS,
    **BAD_MAINTENANCE,
    **BAD_SETUPS,
    "lag reversed": (
        chain(Lag(before="A", after="B", least=3, most=2)),
        "lag_reversed",
        ("R", "A", "B"),
        {"least": 3, "most": 2},
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_every_defect_is_named(name: str) -> None:
    problem, code, ids, numbers = BAD[name]
    with pytest.raises(BadProblem) as refusal:
        check_problem(problem)
    (found,) = refusal.value.defects
    assert (found.code, found.ids, dict(found.numbers)) == (code, ids, numbers)
    assert str(refusal.value) == found.sentence
    assert "{" not in found.sentence


def test_all_defects_are_listed_at_once() -> None:
    bad = replace(PROBLEM, horizon=-1, levels=(), units=PROBLEM.units * 2)
    codes = [found.code for found in find_defects(bad)]
    assert {"no_horizon", "no_levels", "duplicate_id", "commit_outside_horizon", "pin_outside_horizon"} <= set(codes)
    assert codes.count("duplicate_id") == len(PROBLEM.units)


def test_a_sound_problem_passes() -> None:
    check_problem(PROBLEM)
    assert find_defects(PROBLEM) == ()


def test_what_cannot_be_planned_is_no_defect() -> None:
    nobody = Mode(duration=80, units=(UnitUse(unit="room", lanes=2),), staff=(StaffNeed(skill="rare"),))
    check_problem(one_task(nobody, units=ROOM, request={"release": 90, "due": -4, "deadline": 10, "required": True}))
    check_problem(one_task(FIVE, units=(Unit(id="shut", open=()),)))


def test_a_level_is_counted_exactly_or_refused() -> None:
    for name in ("unplanned", "completion", "tardiness"):
        problem = one_task(FIVE, request={"weight": 2**40, "tardiness_weight": 2**40, "due": 0})
        unit = worst_value(problem, Level(name="goal", terms=((name, 1),)))
        factor = (2**62 - 1) // unit
        check_problem(replace(problem, levels=(Level(name="goal", terms=((name, factor),)),)))
        (found,) = find_defects(replace(problem, levels=(Level(name="goal", terms=((name, factor + 1),)),)))
        assert (found.code, found.ids) == ("level_too_large", ("goal",))
        assert dict(found.numbers)["worst"] == unit * (factor + 1) >= 2**62


def contradiction(problem: Problem) -> tuple[set[str], int] | None:
    found = find_defects(problem)
    if not found:
        return None
    (only,) = found
    assert only.code == "lags_contradict"
    assert only.ids[0] == "R"
    assert "{" not in only.sentence
    return set(only.ids[1:]), dict(only.numbers)["excess"]


def test_a_circle_of_lags_is_refused() -> None:
    assert contradiction(chain(Lag(before="A", after="B"), Lag(before="B", after="C"))) is None
    around = chain(Lag(before="A", after="B"), Lag(before="B", after="C"), Lag(before="C", after="A", least=2))
    assert contradiction(around) == ({"A", "B", "C"}, 17)
    assert contradiction(chain(Lag(before="A", after="A"))) == ({"A"}, 5)


def test_a_circle_that_leaves_room_is_fine() -> None:
    back = Lag(before="B", after="A", least=-10)
    assert contradiction(chain(Lag(before="A", after="B"), back)) is None
    assert contradiction(chain(Lag(before="A", after="B", least=1), back)) == ({"A", "B"}, 1)


def test_maximum_lags_and_durations_may_contradict_each_other() -> None:
    within = Lag(before="A", after="C", frm="start", to="end", least=None, most=15)
    steps = (Lag(before="A", after="B"), Lag(before="B", after="C"))
    assert contradiction(chain(*steps, within)) is None
    assert contradiction(chain(*steps, replace(within, most=14))) == ({"A", "B", "C"}, 1)


def test_the_shortest_mode_counts_for_the_least_and_the_longest_for_the_most() -> None:
    modes = (FIVE, Mode(duration=8))
    length = Lag(before="A", after="A", frm="start", to="end")
    assert contradiction(chain(replace(length, least=8), modes=modes)) is None
    assert contradiction(chain(replace(length, least=9), modes=modes)) == ({"A"}, 1)
    assert contradiction(chain(replace(length, least=None, most=5), modes=modes)) is None
    assert contradiction(chain(replace(length, least=None, most=4), modes=modes)) == ({"A"}, 1)


def test_unattended_work_may_wait() -> None:
    long = Lag(before="A", after="A", frm="start", to="end", least=12)
    waits = Mode(duration=5, crossing="unattended", tail=1)
    assert contradiction(chain(long, modes=(waits,))) is None
    assert contradiction(chain(long, modes=(replace(waits, max_wait=7),))) is None
    assert contradiction(chain(long, modes=(replace(waits, max_wait=6),))) == ({"A"}, 1)
    assert contradiction(chain(long, modes=(replace(waits, tail=0),))) == ({"A"}, 7)


def test_pausing_work_may_take_any_time() -> None:
    long = Lag(before="A", after="A", frm="start", to="end", least=12)
    pausing = Mode(duration=5, crossing="pausing")
    assert contradiction(chain(long, modes=(pausing,))) is None
    assert contradiction(chain(replace(long, least=None, most=4), modes=(pausing,))) == ({"A"}, 1)


def test_what_reality_has_broken_is_no_contradiction() -> None:
    facts = (Fact(id="F", start=-9, end=-5), Fact(id="G", start=-8, end=-4))
    broken = (Lag(before="F", after="G", least=50), Lag(before="G", after="F", least=50))
    assert contradiction(chain(*broken, facts=facts)) is None


def test_every_sentence_can_be_said() -> None:
    for code, sentence in SENTENCES.items():
        fields = {field for _, field, _, _ in Formatter().parse(sentence) if field}
        names = sorted(field for field in fields if not field.isdigit() and field != "rest")
        said = Defect(code=code, ids=("one", "two", "three"), numbers=tuple((name, 7) for name in names)).sentence
        assert said.endswith(".")
        assert "{" not in said
    assert {code for _, code, _, _ in BAD.values()} | {"level_too_large", "lags_contradict"} == set(SENTENCES)


def test_the_error_survives_the_way_between_processes() -> None:
    with pytest.raises(BadProblem) as refusal:
        check_problem(several(horizon=-1, levels=()))
    again = pickle.loads(pickle.dumps(refusal.value))
    assert again.defects == refusal.value.defects
    assert str(again) == str(refusal.value)
