"""Shared runs while a plan is built, improved and taken apart. Knows nothing of CP-SAT."""

from dataclasses import replace

from solver.batches import carriers, energy_of, together
from solver.construct import bases_first, first_come
from solver.decompose import merge, parts, reduce
from solver.neighbourhoods import Chooser
from solver.placing import Bounds
from solver.plan import Plan
from solver.problem import Booked, Capacity, Mode, Problem, StaffNeed, UnitUse
from solver.rules import judge
from solver.site import Site
from solver.unload_soon import unload_soon
from tests.solver.sample import at, plan_of
from tests.solver.shared import burn_in, chamber, soak

WIDE = Bounds(start=0, last_start=99, end=0, last_end=120)


def built(problem: Problem) -> Plan:
    start = first_come(problem)
    assert start is not None
    assert judge(problem, start.plan) == ()
    return start.plan


def test_the_first_plan_shares_runs_while_there_is_room() -> None:
    plan = built(chamber(*(burn_in(name, 3) for name in "ABCD")))
    assert [one.start for one in plan.assignments] == [0, 0, 10, 10]
    assert len(carriers(chamber(*(burn_in(name, 3) for name in "ABCD")), plan.assignments)) == 2


def test_a_run_stays_held_until_the_last_has_left_it() -> None:
    problem = chamber(burn_in("A", 3), burn_in("B", 3), burn_in("C", 3, batch="other"))
    site = Site(problem)
    tasks = {task.id: task for request in problem.requests for task in request.tasks}
    for name in ("A/burn", "B/burn"):
        found = site.first(tasks[name], WIDE, {})
        assert found is not None
        site.put(found)
    other = tasks["C/burn"]
    starts = []
    for name in ("A/burn", "B/burn"):
        found = site.first(other, WIDE, {})
        assert found is not None
        starts.append(found.start)
        site.lift(name)
    last = site.first(other, WIDE, {})
    assert last is not None
    assert (*starts, last.start) == (10, 10, 0)


def test_bookings_of_one_run_stay_in_it() -> None:
    booked = Booked(start=20, end=30, units=("chamber",))
    requests = [burn_in(name, 4) for name in "AB"]
    kept = [replace(each, tasks=(replace(each.tasks[0], booked=booked),)) for each in requests]
    assert [one.start for one in built(chamber(*kept)).assignments] == [20, 20]


def test_what_shares_a_run_is_set_free_together() -> None:
    problem = chamber(*(burn_in(name, 4) for name in "ABCD"))
    plan = built(problem)
    assert together(problem, plan.assignments, ["A/burn"]) == {"A/burn", "B/burn"}
    hood = Chooser(problem)._with_shared(("C",), ("C/burn",), plan)
    assert (hood.requests, hood.free) == (("C", "D"), ("C/burn", "D/burn"))
    small = reduce(problem, plan.assignments, hood.free)
    inside = Plan(status="feasible", assignments=tuple(one for one in plan.assignments if one.task in hood.free))
    assert judge(small, inside) == ()
    assert judge(problem, merge(problem, plan.assignments, hood.free, inside)) == ()


def test_what_a_fixed_run_uses_counts_once() -> None:
    problem = chamber(*(burn_in(name, 4) for name in "ABC"), capacities=(Capacity(id="power", steps=((0, 4),)),))
    plan = built(problem)
    small = reduce(problem, plan.assignments, ["C/burn"])
    assert small.capacities[0].steps == ((0, 1), (10, 4))


def test_a_run_that_waits_is_unloaded_sooner_as_a_whole() -> None:
    bake = Mode(
        duration=10,
        crossing="unattended",
        head=1,
        tail=2,
        units=(UnitUse(unit="chamber", room=8),),
        staff=(StaffNeed(skill="load", part="tail"),),
    )
    problem = chamber(burn_in("A", 4, bake), burn_in("B", 4, bake))
    waits = [at(1, 30, task=f"{name}/burn", lanes=((0,),), persons=("ann",)) for name in "AB"]
    assert judge(problem, plan_of(*waits)) == ()
    sooner = unload_soon(problem, plan_of(*waits))
    assert [one.end for one in sooner.assignments] == [11, 11]
    assert judge(problem, sooner) == ()


def test_a_bound_counts_the_part_of_a_full_run() -> None:
    task = burn_in("A", 3).tasks[0]
    assert energy_of(task, task.modes[0], 10) == 3
    assert energy_of(replace(task, batch=""), task.modes[0], 10) == 10
    assert energy_of(task, soak(units=(UnitUse(unit="chamber"),)), 10) == 10


def lot(*sizes: int) -> Problem:
    """A lot at the chamber whose least is the first size; each takes a run of its own."""
    requests = [burn_in(f"L{number}", size, batch="") for number, size in enumerate(sizes)]
    added = [replace(each, after=f"L{number}") for number, each in enumerate(requests[1:])]
    return chamber(requests[0], *added)


def test_what_adds_to_a_lot_goes_with_it() -> None:
    problem = lot(1, 1, 1)
    plan = built(problem)
    assert together(problem, plan.assignments, ["L2/burn"]) == {"L0/burn", "L1/burn", "L2/burn"}
    assert parts(problem) == (("L0", "L1", "L2"),)
    small = reduce(problem, plan.assignments, ["L1/burn"])
    assert [each.after for each in small.requests] == [""], "what it adds to stays planned"


def test_additions_are_put_down_after_what_they_add_to_whatever_the_order() -> None:
    problem = lot(1, 1, 1)
    assert [each.id for each in bases_first(tuple(reversed(problem.requests)))] == ["L0", "L1", "L2"]
    late = replace(problem.requests[0], deadline=5)
    start = first_come(replace(problem, requests=(late, *problem.requests[1:])))
    assert start is not None
    assert start.plan.assignments == (), "without the least nothing is added"
