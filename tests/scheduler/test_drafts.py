"""What publishing confirms of a draft, where setups and cleanings have to lie between what is confirmed.

Knows no database.
"""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scheduler.documents import PlanDocument
from scheduler.drafts import Draft
from solver.plan import Assignment, Changeover, Plan
from solver.problem import Mode, Problem, Request, Setup, Task, Unit, UnitUse
from solver.sequence import unappointed

WEEK = 20
BEFORE, BETWEEN, AFTER = "R1", "R2", "R3"


def one(request: str, family: str, *more: Task) -> Request:
    mode = Mode(duration=2, units=(UnitUse(unit="U1", family=family),))
    return Request(id=request, tasks=(*more, Task(id=f"{request}/1/1", modes=(mode,))), owner="O1", lot=request)


def placed(request: str, start: int, *cleaned: int) -> Assignment:
    turns = tuple(Changeover(unit="U1", start=tick, end=tick + 1) for tick in cleaned)
    return Assignment(
        task=f"{request}/1/1", mode=0, start=start, end=start + 2, lanes=((0,),), persons=(), changeovers=turns
    )


def draft(*, dirty: int, clean: int) -> Draft:
    """The unit is cleaned between any two."""
    rows = tuple(
        Setup(frm=frm, to=to, length=1, dirty=dirty, clean=clean) for frm, to in (("a", "b"), ("b", "a"), ("a", "a"))
    )
    turns = placed(BEFORE, 10), placed(BETWEEN, 25, 13), placed(AFTER, 40, 28)
    return drafted(Unit(id="U1", open=((0, 100),), setups=rows), *turns)


def set_up(direct: int, *taken: tuple[int, int], as_written: bool = True) -> Draft:
    """The unit is set up by nobody in particular, without the forecast in between for ``direct`` ticks."""
    rows = (
        Setup(frm="a", to="b", length=2),
        Setup(frm="b", to="a", length=1, release=1),
        Setup(frm="a", to="a", length=direct - 2, release=2),
    )
    unit = Unit(id="U1", open=((0, 100),), setups=rows, taken=(taken,) if taken else ())
    return drafted(unit, placed(BEFORE, 10), placed(BETWEEN, 25), placed(AFTER, 40), as_written=as_written)


def drafted(unit: Unit, *planned: Assignment, as_written: bool = True) -> Draft:
    """One run in the planned week, two in the next; the last belongs to a request that begins in the planned week."""
    early = Task(id=f"{AFTER}/0/1", modes=(Mode(duration=1),))
    problem = Problem(
        horizon=100,
        calendar_end=100,
        commit_until=WEEK,
        levels=(),
        requests=(one(BEFORE, "a"), one(BETWEEN, "b"), one(AFTER, "a", early)),
        units=(unit,),
    )
    begun = Assignment(task=early.id, mode=0, start=5, end=6, lanes=(), persons=())
    plan = Plan(
        status="feasible",
        assignments=(*planned, begun),
    )
    clock = {"origin": datetime(2026, 11, 30, tzinfo=UTC), "tick_minutes": 60}
    document = PlanDocument.model_validate(
        {
            "week": "2026-W49",
            "repair": False,
            "made_at": clock["origin"],
            "clock": clock,
            "problem": problem,
            "plan": plan,
        }
    )
    return Draft(document, as_written=as_written)


def test_a_forecast_between_is_confirmed_where_no_single_cleaning_would_keep_the_hold_times() -> None:
    short = draft(dirty=12, clean=12)
    assert [request.id for request in short.committed] == [BEFORE, BETWEEN, AFTER]
    assert short.is_changed_over
    assert [(held.start, held.end) for held in short.changeovers[f"{AFTER}/1/1"]] == [(28, 29)]


def test_else_it_stays_a_forecast_and_the_cleaning_lies_between_what_is_confirmed() -> None:
    long = draft(dirty=30, clean=30)
    assert [request.id for request in long.committed] == [BEFORE, AFTER]
    assert long.is_changed_over
    ((held,),) = (long.changeovers[f"{AFTER}/1/1"],)
    assert 12 <= held.start <= held.end <= 40
    assert f"{BETWEEN}/1/1" not in long.changeovers


@pytest.mark.parametrize("as_written", [False, True])
def test_a_draft_that_is_shown_tells_forecasts_and_their_cleanings(as_written: bool) -> None:
    shown = Draft(draft(dirty=30, clean=30).document, as_written=as_written)
    assert (f"{BETWEEN}/1/1" in shown.changeovers) != as_written


def spans(draft: Draft) -> dict[str, list[tuple[str, int, int]]]:
    return {
        task.partition("/")[0]: [(held.resource, held.start, held.end) for held in found if held.changeover]
        for task, found in draft.changeovers.items()
    }


def test_a_setup_that_nobody_is_appointed_for_takes_the_unit_before_the_later_run_until_its_release() -> None:
    assert spans(set_up(20, as_written=False)) == {BETWEEN: [("U1", 23, 25)], AFTER: [("U1", 38, 40)]}
    assert spans(set_up(20)) == {AFTER: [("U1", 20, 40)]}


def test_it_lies_in_the_last_time_that_is_long_enough() -> None:
    assert spans(set_up(20, (37, 38))) == {AFTER: [("U1", 17, 37)]}
    assert spans(set_up(20, (12, 20), (20, 38), as_written=False))[AFTER] == [("U1", 38, 40)]


def test_a_forecast_between_is_confirmed_where_the_unit_has_no_time_for_the_direct_setup() -> None:
    assert [request.id for request in set_up(28).committed] == [BEFORE, AFTER]
    crowded = set_up(29)
    assert [request.id for request in crowded.committed] == [BEFORE, BETWEEN, AFTER]
    assert crowded.is_changed_over
    assert spans(crowded) == {BETWEEN: [("U1", 23, 25)], AFTER: [("U1", 38, 40)]}


def test_a_setup_lies_beside_a_run_that_needs_the_unit_only_at_its_end() -> None:
    tail = Mode(duration=20, tail=2, units=(UnitUse(unit="U1", family="b", part="tail"),))
    late = Request(id=BETWEEN, tasks=(Task(id=f"{BETWEEN}/1/1", modes=(tail,)),), lot=BETWEEN)
    unit = Unit(id="U1", open=((0, 100),), setups=(Setup(frm="a", to="b", length=3),))
    problem = Problem(
        horizon=100, calendar_end=100, commit_until=WEEK, levels=(), requests=(one(BEFORE, "a"), late), units=(unit,)
    )
    first, second = placed(BEFORE, 5), placed(BETWEEN, 12)
    ((_, _, beside),) = unappointed(problem, (first, replace(second, end=32)))
    assert beside == (9, 12)
    ((_, _, within),) = unappointed(problem, (first, replace(second, start=8, end=28)))
    assert within == (23, 26)
