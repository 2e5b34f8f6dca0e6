"""The rule book and a second opinion that shares no code with it agree on every plan of random small problems.

Knows nothing of CP-SAT, whose optimum is compared with the brute force elsewhere.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

import pytest

from solver.costs import level_values, worst_value
from solver.defects import find_defects
from solver.documents import plan_from_json, plan_to_json, problem_from_json, problem_to_json
from solver.plan import Absence, Assignment, LeftOut, Plan
from solver.problem import Problem
from solver.rules import RULES, judge
from tests.sizes import count
from tests.solver.brute import best_levels, best_plan, some_plans
from tests.solver.by_tick import acceptable, plan_levels
from tests.solver.small import small_problem
from tests.solver.varieties import VARIETIES

PROBLEMS = count(short=150, full=5000)
BATCH = 50
ABSENCES: tuple[Absence, ...] = ("deferred", "unplanned", "displaced")
batches = pytest.mark.parametrize("first", range(0, PROBLEMS, BATCH))


def problems(first: int) -> list[tuple[int, Problem]]:
    return [(seed, small_problem(seed)) for seed in range(first, first + BATCH)]


@batches
def test_the_rule_book_accepts_what_the_brute_force_allows(first: int) -> None:
    for seed, problem in problems(first):
        for plan in some_plans(problem, Random(seed), 5):
            assert judge(problem, plan) == (), seed
            assert level_values(problem, plan) == plan_levels(problem, plan), seed


@batches
def test_no_allowed_plan_beats_the_brute_force(first: int) -> None:
    for seed, problem in problems(first):
        best = best_plan(problem)
        plans = some_plans(problem, Random(seed), 5)
        if best is None:
            assert plans == [], seed
            continue
        assert judge(problem, best) == (), seed
        values = level_values(problem, best)
        assert values == best_levels(problem) == tuple(level.value for level in best.levels), seed
        worst = tuple(worst_value(problem, level) for level in problem.levels)
        for plan in plans:
            assert values <= level_values(problem, plan), seed
            assert all(value <= most for value, most in zip(level_values(problem, plan), worst, strict=True)), seed


@batches
def test_both_agree_on_spoilt_plans(first: int) -> None:
    verdicts: Counter[bool] = Counter()
    for seed, problem in problems(first):
        random = Random(f"spoilt {seed}")
        for plan in some_plans(problem, random, 4):
            for _ in range(8):
                spoilt = spoil(problem, plan, random)
                accepted = acceptable(problem, spoilt)
                assert (judge(problem, spoilt) == ()) == accepted, (seed, spoilt, judge(problem, spoilt))
                verdicts[accepted] += 1
                if accepted:
                    assert level_values(problem, spoilt) == plan_levels(problem, spoilt), seed
    assert min(verdicts[True], verdicts[False]) >= 50


@batches
def test_documents_come_back_as_they_went(first: int) -> None:
    for seed, problem in problems(first):
        assert problem_from_json(problem_to_json(problem)) == problem, seed
        for plan in some_plans(problem, Random(seed), 1):
            assert plan_from_json(plan_to_json(plan)) == plan, seed


def test_every_rule_is_broken_somewhere() -> None:
    broken: Counter[str] = Counter()
    for seed in (*range(100), *seeds_of_varieties()):
        problem, random = small_problem(seed), Random(f"spoilt {seed}")
        for plan in some_plans(problem, random, 3):
            for _ in range(4 if seed < 100 else 60):
                broken.update({violation.rule for violation in judge(problem, spoil(problem, plan, random))})
    assert all(broken[rule] >= 3 for rule in RULES), broken


def seeds_of_varieties() -> list[int]:
    """Enough seeds, from 100 on, of problems with each variety."""
    found: Counter[str] = Counter()
    seeds = []
    for seed in range(100, 500):
        problem = small_problem(seed)
        wanted = {variety.name for variety in VARIETIES if variety.has(problem) and found[variety.name] < 50}
        found.update(wanted)
        seeds += [seed] if wanted else []
    return seeds


def features(problem: Problem, one: Assignment) -> Iterator[str]:
    """What an optimal assignment has to do with."""
    (task,) = (task for request in problem.requests for task in request.tasks if task.id == one.task)
    mode = task.modes[one.mode]
    yield from (["staff"] if mode.staff else [])
    yield from (["demand"] if mode.demands else [])
    yield from (["consumption"] if mode.consumptions else [])
    yield from (["lanes"] if any(use.lanes > 1 for use in mode.units) else [])
    if one.end - one.start > mode.duration:
        yield "wait for somebody" if any(need.part == "tail" for need in mode.staff) else "wait"
    yield from (["pin"] if task.pin else [])
    yield from (["windows"] if task.windows else [])
    yield from (["booked"] if task.booked else [])
    yield from (["mode"] if one.mode else [])
    yield mode.crossing


def test_optimal_plans_have_to_do_with_everything() -> None:
    seen: Counter[str] = Counter()
    for seed in range(150):
        problem = small_problem(seed)
        best = best_plan(problem)
        if best is None:
            seen["infeasible"] += 1
            continue
        seen.update(left_out.absence for left_out in best.left_out)
        seen.update(feature for one in best.assignments for feature in features(problem, one))
    wanted = {
        "staff",
        "demand",
        "consumption",
        "lanes",
        "wait",
        "wait for somebody",
        "pin",
        "windows",
        "booked",
        "mode",
    }
    wanted |= {"solid", "unattended", "unplanned", "displaced", "infeasible"}
    assert {name for name in wanted if seen[name] < 3} == set(), seen


def test_random_problems_are_sound_and_stay_the_same() -> None:
    for seed in range(30):
        assert find_defects(small_problem(seed)) == ()
        assert small_problem(seed) == small_problem(seed)
    assert len({small_problem(seed) for seed in range(30)}) == 30


def spoil(problem: Problem, plan: Plan, random: Random) -> Plan:
    """The plan with one or two things changed by chance, now and then to something as good."""
    for _ in range(random.choice((1, 1, 2))):
        shared = (_share,) * 6 if any(task.batch for request in problem.requests for task in request.tasks) else ()
        plan = random.choice((*CHANGES, *shared) if plan.assignments else (_leave_out,))(problem, plan, random)
    if any(one.changeovers for one in plan.assignments) and random.randrange(2):
        plan = _other_changeover(problem, plan, random)
    return _rename(problem, plan, random) if plan.assignments and random.randrange(12) == 0 else plan


def _with(plan: Plan, random: Random, change: Callable[[Assignment], Assignment]) -> Plan:
    index = random.randrange(len(plan.assignments))
    assignments = list(plan.assignments)
    assignments[index] = change(assignments[index])
    return replace(plan, assignments=tuple(assignments))


def _shift(_problem: Problem, plan: Plan, random: Random) -> Plan:
    by = random.choice((-3, -2, -1, 1, 2, 3))
    return _with(plan, random, lambda one: replace(one, start=one.start + by, end=one.end + by))


def _stretch(_problem: Problem, plan: Plan, random: Random) -> Plan:
    return _with(plan, random, lambda one: replace(one, end=one.end + random.choice((-1, 1))))


def _other_mode(problem: Problem, plan: Plan, random: Random) -> Plan:
    """Sometimes with the lanes, persons and length of the mode, sometimes without."""
    tasks = {task.id: task for request in problem.requests for task in request.tasks}

    def change(one: Assignment) -> Assignment:
        modes = tasks[one.task].modes
        number = random.randrange(len(modes) + random.randrange(2))
        if number == len(modes) or random.randrange(3) == 0:
            return replace(one, mode=number)
        mode = modes[number]
        lanes = tuple(tuple(range(use.lanes)) for use in mode.units)
        persons = tuple(random.choice(problem.persons).id for _ in mode.staff)
        return replace(one, mode=number, end=one.start + mode.duration, lanes=lanes, persons=persons)

    return _with(plan, random, change)


def _other_lanes(_problem: Problem, plan: Plan, random: Random) -> Plan:
    def change(one: Assignment) -> Assignment:
        lanes = [tuple(lane + random.choice((-1, 0, 0, 1)) for lane in use) for use in one.lanes]
        return replace(one, lanes=tuple(lanes[: -1 if random.randrange(6) == 0 else None]))

    return _with(plan, random, change)


def _other_persons(problem: Problem, plan: Plan, random: Random) -> Plan:
    names = [person.id for person in problem.persons] + ["nobody"]

    def change(one: Assignment) -> Assignment:
        persons = tuple(random.choice(names) if random.randrange(2) else person for person in one.persons)
        return replace(one, persons=persons + ("P0",) * (random.randrange(6) == 0))

    return _with(plan, random, change)


def _share(problem: Problem, plan: Plan, random: Random) -> Plan:
    """A task where another of its class is, whether there is room or not."""
    classes = {task.id: task.batch for request in problem.requests for task in request.tasks}

    def change(one: Assignment) -> Assignment:
        alike = [other for other in plan.assignments if classes[other.task] == classes[one.task]]
        return replace(random.choice(alike), task=one.task, mode=one.mode)

    return _with(plan, random, change)


def _other_changeover(problem: Problem, plan: Plan, random: Random) -> Plan:
    """One of a task that has some is moved, done by somebody else, gone, or there twice."""
    number = random.choice([at for at, one in enumerate(plan.assignments) if one.changeovers])
    one = plan.assignments[number]
    turn, names = random.choice(one.changeovers), [person.id for person in problem.persons] + ["nobody", None]
    by = random.choice((-1, 1, 1))
    changed = random.choice(
        (
            (replace(turn, start=turn.start + by, end=turn.end + by),),
            (replace(turn, end=turn.end + by),),
            (replace(turn, person=random.choice(names)),),
            (),
            (turn, turn),
        )
    )
    turns = tuple(other for other in one.changeovers if other != turn) + changed
    assignments = (*plan.assignments[:number], replace(one, changeovers=turns), *plan.assignments[number + 1 :])
    return replace(plan, assignments=assignments)


def _rename(problem: Problem, plan: Plan, random: Random) -> Plan:
    names = [task.id for request in problem.requests for task in request.tasks] + ["ghost"]
    return _with(plan, random, lambda one: replace(one, task=random.choice(names)))


def _drop(problem: Problem, plan: Plan, random: Random) -> Plan:
    """One task goes, or a whole request, under the right name or a wrong one."""
    victim = random.choice(plan.assignments).task
    if random.randrange(3) == 0:
        return replace(plan, assignments=tuple(one for one in plan.assignments if one.task != victim))
    (request,) = (request for request in problem.requests if victim in {task.id for task in request.tasks})
    gone = {task.id for task in request.tasks}
    absent = LeftOut(request=request.id, absence=random.choice(ABSENCES))
    assignments = tuple(one for one in plan.assignments if one.task not in gone)
    return replace(plan, assignments=assignments, left_out=(*plan.left_out, absent))


def _leave_out(problem: Problem, plan: Plan, random: Random) -> Plan:
    absent = LeftOut(request=random.choice(problem.requests).id, absence=random.choice(ABSENCES))
    others = tuple(one for one in plan.left_out if one.request != absent.request)
    return replace(plan, left_out=(*others, absent) if random.randrange(3) else others)


CHANGES = (_shift, _shift, _shift, _stretch, _other_mode, _other_lanes, _other_persons, _drop, _leave_out)
