"""A valid plan is spoilt in many ways, one at a time; the rule book names each, and nothing else.

Knows nothing of how plans are found.
"""

from dataclasses import replace

import pytest

from solver.costs import level_values
from solver.plan import Assignment, LeftOut, Plan
from solver.problem import Problem
from solver.rules import RULES, judge
from tests.solver.by_tick import acceptable, plan_levels
from tests.solver.sample import PLAN, PROBLEM, at, changed, leaving_out, plan_of, without
from tests.solver.shared import burn_in, chamber

PRINT, CURE, RUN, PANELS, PACK = "boards/print", "boards/cure", "soak/run", "panels/print", "panels/pack"

MUTATIONS: dict[str, tuple[Plan, set[str]]] = {
    "a task is dropped": (without(PLAN, CURE), {"planned_whole.partly_planned"}),
    "a request is forgotten": (without(PLAN, RUN), {"planned_whole.unaccounted"}),
    "a request left out is forgotten": (leaving_out(PLAN, left=None), {"planned_whole.unaccounted"}),
    "a required request is left out": (
        leaving_out(without(PLAN, PANELS, PACK), panels="unplanned"),
        {"planned_whole.required_left_out"},
    ),
    "a planned request is left out too": (leaving_out(PLAN, soak="deferred"), {"planned_whole.planned_and_left_out"}),
    "a task is planned twice": (
        replace(PLAN, assignments=(*PLAN.assignments, PLAN.assignments[0])),
        {"planned_whole.task_twice"},
    ),
    "a request is left out twice": (
        replace(PLAN, left_out=(*PLAN.left_out, LeftOut(request="left", absence="deferred"))),
        {"planned_whole.left_out_twice"},
    ),
    "a task that nobody asked for": (
        replace(PLAN, assignments=(*PLAN.assignments, Assignment(task="ghost", mode=0, start=0, end=1))),
        {"planned_whole.unknown_task"},
    ),
    "a request that nobody made": (leaving_out(PLAN, ghost="unplanned"), {"planned_whole.unknown_request"}),
    "a mode that does not exist": (changed(PLAN, PACK, mode=1), {"planned_whole.unknown_mode"}),
    "a mode before the first": (changed(PLAN, PACK, mode=-1), {"planned_whole.unknown_mode"}),
    "a confirmed request silently gone": (leaving_out(PLAN, out="deferred"), {"kept.kept_not_displaced"}),
    "an unconfirmed request displaced": (leaving_out(PLAN, left="displaced"), {"kept.displaced_not_kept"}),
    "started before the horizon": (
        changed(PLAN, PRINT, start=-1, end=3),
        {
            "within_window.before_horizon",
            "within_window.before_release",
            "open_hours.closed",
            "staffed.off_shift",
            "stock.overdrawn",
        },
    ),
    "started after the horizon": (
        changed(PLAN, PACK, start=60, end=62),
        {"within_window.after_horizon", "staffed.off_shift"},
    ),
    "past the calibration": (
        changed(PLAN, PANELS, start=25, end=29),
        {"maintenance.expired", "lags.too_late"},
    ),
    "past the deadline": (
        changed(PLAN, CURE, start=7, end=13, lanes=((1,),)),
        {
            "within_window.after_deadline",
            "one_at_a_time.lane_clash",
            "capacity.exceeded",
        },
    ),
    "outside its windows, pinned elsewhere": (
        changed(PLAN, RUN, start=28, end=41),
        {"within_window.outside_windows", "pinned.start_moved", "staffed.off_shift"},
    ),
    "too short": (changed(PLAN, PACK, end=41), {"open_hours.wrong_length"}),
    "too long": (changed(PLAN, PRINT, end=5), {"open_hours.wrong_length"}),
    "unloaded while closed": (changed(PLAN, RUN, end=20), {"open_hours.closed"}),
    "unloaded too soon": (changed(PLAN, RUN, end=19), {"open_hours.too_short", "open_hours.closed"}),
    "unloaded too late": (changed(PLAN, RUN, end=29), {"open_hours.waits_too_long"}),
    "on a lane that is taken": (changed(PLAN, CURE, start=4, end=10), {"one_at_a_time.lane_taken"}),
    "two on one lane": (
        changed(PLAN, PANELS, start=10, end=14),
        {"one_at_a_time.lane_clash", "capacity.exceeded"},
    ),
    "one lane too few": (changed(PLAN, PANELS, lanes=((0,),)), {"one_at_a_time.lanes_miscounted"}),
    "the same lane twice": (changed(PLAN, PANELS, lanes=((1, 1),)), {"one_at_a_time.lanes_not_ascending"}),
    "a lane that does not exist": (changed(PLAN, PRINT, lanes=((1,),)), {"one_at_a_time.unknown_lane"}),
    "no lanes named": (changed(PLAN, PRINT, lanes=()), {"one_at_a_time.lanes_missing"}),
    "a person in two places": (
        changed(PLAN, PANELS, mode=0, start=20, end=25, lanes=((0,),), persons=("anna",)),
        {"one_at_a_time.person_clash"},
    ),
    "a person occupied elsewhere": (changed(PLAN, PACK, start=51, end=53), {"one_at_a_time.person_taken"}),
    "a person without the skill": (changed(PLAN, PRINT, persons=("boris",)), {"staffed.unskilled"}),
    "a person off shift": (changed(PLAN, PACK, persons=("anna",)), {"staffed.off_shift"}),
    "a person whom nobody knows": (changed(PLAN, PACK, persons=("carol",)), {"staffed.unknown_person"}),
    "nobody named": (changed(PLAN, PACK, persons=()), {"staffed.persons_missing"}),
    "too much power": (
        changed(PLAN, PANELS, mode=0, start=5, end=10, lanes=((0,),), persons=("anna",)),
        {"capacity.exceeded", "stock.overdrawn"},
    ),
    "paste taken before it is there": (
        changed(PLAN, PANELS, mode=0, start=15, end=20, lanes=((0,),), persons=("anna",)),
        {"stock.overdrawn"},
    ),
    "too soon after the task before": (changed(PLAN, PACK, start=24, end=26, persons=("anna",)), {"lags.too_soon"}),
    "too late after what was done before": (changed(PLAN, PANELS, start=24, end=28), {"lags.too_late"}),
    "too long in the oven within a day": (
        changed(PLAN, PANELS, start=12, end=17),
        {"quota.too_long", "open_hours.wrong_length"},
    ),
    "packed by whoever printed": (
        changed(
            changed(PLAN, PANELS, mode=0, start=21, end=26, lanes=((0,),), persons=("anna",)), PACK, persons=("anna",)
        ),
        {"same_choice.same_person", "staffed.off_shift"},
    ),
    "started when it may not be": (changed(PLAN, PANELS, start=18, end=22), {"allowed_starts.off_grid"}),
    "moved from its pin": (changed(PLAN, RUN, start=7), {"pinned.start_moved"}),
}


def test_the_plan_is_valid_before_it_is_spoilt() -> None:
    assert judge(PROBLEM, PLAN) == ()
    assert acceptable(PROBLEM, PLAN)


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_mutation_is_named(name: str) -> None:
    plan, expected = MUTATIONS[name]
    found = judge(PROBLEM, plan)
    assert {f"{violation.rule}.{violation.code}" for violation in found} == expected
    assert all(violation.sentence for violation in found)
    assert not acceptable(PROBLEM, plan)


NEAR_MISSES: dict[str, Plan] = {
    "cured at the deadline": changed(changed(PLAN, CURE, start=6, end=12), PANELS, start=12, end=16),
    "unloaded as late as allowed": changed(PLAN, RUN, end=28),
    "printed as late as the design allows": changed(PLAN, PANELS, start=23, end=27),
    "packed as soon as allowed": changed(PLAN, PACK, start=25, end=27, persons=("anna",)),
    "printed when the paste arrives": changed(
        changed(PLAN, PANELS, mode=0, start=21, end=26, lanes=((0,),), persons=("anna",)), RUN, end=21
    ),
    "packed right after a meeting": changed(PLAN, PACK, start=52, end=54),
    "cured in the other lane": changed(PLAN, CURE, lanes=((1,),)),
    "printed later, up to the most that the cure may wait": changed(PLAN, PRINT, start=1, end=5),
    "started a tick later, when it may be": changed(PLAN, PANELS, start=19, end=23),
    "left out for another reason": leaving_out(PLAN, left="deferred"),
}


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_are_accepted(name: str) -> None:
    assert judge(PROBLEM, NEAR_MISSES[name]) == ()
    assert acceptable(PROBLEM, NEAR_MISSES[name])


CROWD = chamber(burn_in("A", 4), burn_in("B", 4), burn_in("C", 1))
OTHERS: dict[str, tuple[Problem, Plan, set[str]]] = {
    "a shared run with a piece too many": (
        CROWD,
        plan_of(*(at(0, 10, task=f"{name}/burn", lanes=((0,),), persons=("ann",)) for name in "ABC")),
        {"batching.no_room"},
    ),
}
"""Of problems of their own."""


@pytest.mark.parametrize("name", OTHERS)
def test_what_the_sample_does_not_have_is_named(name: str) -> None:
    problem, plan, expected = OTHERS[name]
    assert {f"{violation.rule}.{violation.code}" for violation in judge(problem, plan)} == expected
    assert not acceptable(problem, plan)


def test_nothing_planned_is_not_a_valid_plan() -> None:
    for status in ("unknown", "infeasible", "feasible"):
        found = judge(PROBLEM, Plan(status=status))
        assert [violation.code for violation in found] == ["unaccounted"] * len(PROBLEM.requests)


def test_nonsense_is_judged_and_never_fails() -> None:
    nonsense = Assignment(task=RUN, mode=0, start=10**9, end=-(10**9), lanes=((-7, 99), ()), persons=("", "", ""))
    found = judge(PROBLEM, replace(PLAN, assignments=(*PLAN.assignments[:4], nonsense)))
    assert {violation.rule for violation in found} >= {"within_window", "open_hours", "one_at_a_time", "staffed"}
    empty = Problem(horizon=1, calendar_end=1, commit_until=0, levels=(), requests=())
    assert judge(empty, Plan(status="optimal")) == ()
    assert {violation.code for violation in judge(empty, PLAN)} == {"unknown_task", "unknown_request"}


def test_there_are_enough_mutations_and_every_rule_is_among_them() -> None:
    assert len(MUTATIONS) >= 15
    named = [*(codes for _, codes in MUTATIONS.values()), *(codes for _, _, codes in OTHERS.values())]
    assert {code.split(".")[0] for codes in named for code in codes} == set(RULES)


def test_levels_of_the_plan() -> None:
    assert level_values(PROBLEM, PLAN) == (1, 0, 3, 5 * 2, 10 * 1 + (2 * 11 + 21 + 42) + 42)
    assert level_values(PROBLEM, PLAN) == plan_levels(PROBLEM, PLAN)
