"""Work that shares a run holds its lanes and persons once, within the room that there is."""

from dataclasses import replace

from solver.plan import Assignment, Plan
from solver.problem import Stock
from solver.rules import judge
from tests.solver.rules.broken import broken, codes
from tests.solver.sample import at, plan_of
from tests.solver.shared import burn_in, chamber, soak

RULE = "batching"


def there(id_: str, start: int = 5, lane: int = 0, person: str = "ann", mode: int = 0) -> Assignment:
    return at(start, start + 10, task=f"{id_}/burn", mode=mode, lanes=((lane,),), persons=(person,))


def all_codes(problem: object, plan: Plan) -> list[str]:
    return [violation.code for violation in judge(problem, plan)]  # type: ignore[arg-type]


def test_two_of_a_class_share_a_run_its_lane_its_technician_and_its_power() -> None:
    problem = chamber(burn_in("A", 3), burn_in("B", 5))
    assert judge(problem, plan_of(there("A"), there("B"))) == ()


def test_one_piece_too_many() -> None:
    problem = chamber(burn_in("A", 3), burn_in("B", 5), burn_in("C", 1))
    (violation,) = broken(RULE, problem, plan_of(there("A"), there("B"), there("C")))
    assert violation.ids == ("A/burn", "B/burn", "C/burn")
    assert dict(violation.numbers) == {"pieces": 9, "room": 8}
    assert violation.sentence == "A/burn shares a run of 9 pieces that has room for 8 (B/burn; C/burn)."
    assert codes(RULE, problem, plan_of(there("A"), there("B"), C="unplanned")) == []


def test_other_classes_clash_and_so_does_what_has_none() -> None:
    for other in ("", "bake"):
        plan = plan_of(there("A"), there("B"))
        problem = chamber(burn_in("A", 1), burn_in("B", 1, batch=other))
        assert all_codes(problem, plan) == ["lane_clash", "person_clash", "exceeded"]
        assert codes(RULE, problem, plan) == []
    nobody = chamber(burn_in("A", 1, batch=""), burn_in("B", 1, batch=""))
    assert all_codes(nobody, plan_of(there("A"), there("B"))) == ["lane_clash", "person_clash", "exceeded"]


def test_a_tick_later_is_another_run() -> None:
    problem = chamber(burn_in("A", 1), burn_in("B", 1))
    assert "lane_clash" in all_codes(problem, plan_of(there("A"), there("B", start=6)))
    assert all_codes(problem, plan_of(there("A"), there("B", start=15))) == []


def test_another_lane_or_person_is_another_run() -> None:
    problem = chamber(burn_in("A", 1), burn_in("B", 1), lanes=2)
    assert all_codes(problem, plan_of(there("A"), there("B", lane=1))) == ["person_clash", "exceeded"]
    assert "lane_clash" in all_codes(problem, plan_of(there("A"), there("B", person="bob")))


def test_modes_have_to_be_equal_but_for_what_each_consumes() -> None:
    gas = (Stock(id="gas", changes=((0, 3),)),)
    problem = chamber(burn_in("A", 1, soak(gas=1)), burn_in("B", 1, soak(gas=2)), stocks=gas)
    assert judge(problem, plan_of(there("A"), there("B"))) == ()
    short = replace(problem, stocks=(Stock(id="gas", changes=((0, 2),)),))
    assert all_codes(short, plan_of(there("A"), there("B"))) == ["overdrawn"]
    hotter = chamber(burn_in("A", 1), burn_in("B", 1, soak(head=2)))
    assert "lane_clash" in all_codes(hotter, plan_of(there("A"), there("B")))


def test_without_a_room_nothing_is_shared() -> None:
    alone = soak(units=tuple(replace(use, room=None) for use in soak().units))
    problem = chamber(burn_in("A", 1, alone), burn_in("B", 1, alone))
    assert "lane_clash" in all_codes(problem, plan_of(there("A"), there("B")))
