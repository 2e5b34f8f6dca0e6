"""A request of which every operation has room by itself is told more only as far as it was found out."""

from dataclasses import replace

from solver.construct import first_come
from solver.explain import explain, sentence
from solver.explain.asking import Clock, alone, beside, is_possible
from solver.plan import Assignment, Blocker, LeftOut, Plan
from solver.problem import Mode, Problem, Request, Task, Unit, UnitUse
from tests.sizes import count
from tests.solver.bare import UNPLANNED, bare
from tests.solver.small import small_problem


def lot(id_: str, tasks: int) -> Request:
    mode = Mode(duration=5, units=(UnitUse(unit="U"),))
    return Request(id=id_, tasks=tuple(Task(id=f"{id_}/{number}", modes=(mode,)) for number in range(tasks)), weight=3)


def week(*requests: Request) -> Problem:
    return replace(bare(*requests, level=UNPLANNED, end=20), units=(Unit(id="U", open=((0, 20),)),))


def at(task: str, start: int) -> Assignment:
    return Assignment(task=task, mode=0, start=start, end=start + 5, lanes=((0,),))


def judged(problem: Problem, *placed: Assignment) -> Blocker:
    left = LeftOut(request="R", absence="unplanned")
    (blocker,) = explain(problem, Plan(status="feasible", assignments=placed, left_out=(left,))).left_out[0].blockers
    return blocker


def test_what_has_room_beside_the_plan_is_not_told_to_have_none() -> None:
    blocker = judged(week(lot("O", 1), lot("R", 2)), at("O/0", 8))
    assert (blocker.code, blocker.ids, blocker.numbers) == (
        "has_room",
        ("R",),
        (("weight", 3), ("begins", 0), ("ends", 18)),
    )


def test_room_after_the_due_date_is_told_to_be_late() -> None:
    blocker = judged(week(lot("O", 1), replace(lot("R", 1), due=8)), at("O/0", 4))
    assert blocker.numbers == (("weight", 3), ("begins", 9), ("ends", 14), ("late", 6))
    assert sentence(blocker, str, str).endswith("did not come to it. That is 6 after it is due.")


def test_what_fits_alone_names_what_others_hold_there() -> None:
    blocker = judged(week(lot("O", 1), lot("R", 3)), at("O/0", 7))
    assert (blocker.code, blocker.ids) == ("outweighed", ("R", "U"))
    assert blocker.numbers == (("weight", 3), ("begins", 0), ("ends", 15))
    assert sentence(blocker, str, str).endswith("no place for all at once was found. Others hold U then.")


def test_what_does_not_even_fit_alone_is_not_told_to_be_in_place_of_others() -> None:
    halves = (Unit(id="U", open=((0, 9), (11, 20))),)
    assert judged(replace(week(lot("O", 1), lot("R", 3)), units=halves), at("O/0", 11)).code == "not_together"


def test_what_is_told_of_small_weeks_is_so() -> None:
    told = set()
    for seed in range(count(short=150, full=2000)):
        problem = small_problem(seed)
        start = first_come(problem)
        requests = {request.id: request for request in problem.requests}
        for out in explain(problem, start.plan).left_out if start else ():
            for blocker in out.blockers:
                if start is not None and blocker.code in ("has_room", "outweighed"):
                    request = requests[out.request]
                    told.add(blocker.code)
                    asked = (
                        alone(problem, request)
                        if blocker.code == "outweighed"
                        else beside(problem, start.plan, request)
                    )
                    assert is_possible(asked, Clock(None)), (seed, blocker)
    assert "outweighed" in told
