"""Why a repair moves what it moves: every reason leads back to the outage, and says who takes the place."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from models.database import Database
from models.queries.world import World, read_world
from models.tables import Organisation
from scheduler.access import sight
from scheduler.changes import Changes
from scheduler.delays import tell_late
from scheduler.documents import OutOfOrder, PlanDocument
from scheduler.drafts import Draft
from scheduler.lack_words import unsettled_sentences
from scheduler.naming import Naming, tell_owner
from scheduler.plan_views import ChangeView, EffectView
from scheduler.translate.lacks import Lack
from solver.plan import Assignment, LeftOut, Plan
from solver.problem import Booked, Level, Mode, Person, Problem, Request, StaffNeed, Task, Unit, UnitUse
from tests.scheduler.actors import engineer
from tests.scheduler.small_centre import NOW, at, found, request

TWO_STEPS: dict[str, Any] = {
    "operations": [{"name": "cut", "fixed_minutes": 60}, {"name": "bake", "fixed_minutes": 60}],
}
PRINTER, OVEN_1, OVEN_2, SEM = "U1", "U2", "U3", "U4"
OPEN = ((0, 400),)


@pytest.fixture
def world(sqlite_database: Database) -> World:
    found(sqlite_database)
    for key, project in (("A-REQ", 1), ("B-REQ", 2), ("C-REQ", 1)):
        request(sqlite_database, key, project=project, recipe_id=None, routing=TWO_STEPS)
    with sqlite_database.reading() as session:
        return read_world(session, centre_ids=[1], since=NOW)


def run(id_: str, unit: str, start: int, *others: str, hands: bool = False) -> Task:
    """Booked on ``unit`` for two hours from the start (hours from Monday 00:00); may be done on the others too."""
    staff = (StaffNeed(skill="1:smt"),) if hands else ()
    modes = tuple(Mode(duration=2, units=(UnitUse(unit=each),), staff=staff) for each in (unit, *others))
    return Task(id=id_, modes=modes, booked=Booked(start=start, end=start + 2, units=(unit,)))


def placed(task: str, start: int, mode: int = 0, *persons: str) -> Assignment:
    return Assignment(task=task, mode=mode, start=start, end=start + 2, lanes=((0,),), persons=persons)


def draft(
    requests: tuple[Request, ...],
    assignments: tuple[Assignment, ...],
    *,
    broken: tuple[str, ...] = (OVEN_1,),
    displaced: tuple[str, ...] = (),
) -> Draft:
    """OVEN-1 is out of order on Monday; one person, P5, may do everything at any time."""
    problem = Problem(
        horizon=400,
        calendar_end=400,
        commit_until=168,
        levels=(Level(name="moved", terms=(("moved", 1),)),),
        requests=requests,
        units=tuple(Unit(id=each, open=OPEN) for each in (PRINTER, OVEN_1, OVEN_2, SEM)),
        persons=(Person(id="P5", skills=("1:smt",), on_shift=OPEN),),
    )
    left_out = tuple(LeftOut(request=each, absence="displaced") for each in displaced)
    outages = tuple(OutOfOrder(unit=each, start=at("Mon 00:00"), end=at("Tue 00:00")) for each in broken)
    return Draft(
        PlanDocument(
            week="2026-W49",
            repair=True,
            made_at=NOW,
            clock={"origin": at("Mon 00:00"), "tick_minutes": 60},  # type: ignore[arg-type]
            problem=problem,
            plan=Plan(status="feasible", assignments=assignments, left_out=left_out),
            outages=outages,
        )
    )


def read(drafted: Draft, world: World) -> tuple[dict[str, ChangeView], EffectView]:
    naming = Naming(world=world, clock=drafted.clock, zone="Europe/Moscow")
    changes = Changes(draft=drafted, world=world, naming=naming)
    return {view.run: view for view in changes.all()}, changes.effect()


def reasons(drafted: Draft, world: World) -> dict[str, str]:
    return {id_: view.why for id_, view in read(drafted, world)[0].items()}


A = Request(id="R1", tasks=(run("R1/2/1", OVEN_1, 10, OVEN_2),), due=14)
B = Request(id="R2", tasks=(run("R2/1/1", PRINTER, 8), run("R2/2/1", OVEN_2, 11, SEM)), due=13)
C = Request(id="R3", tasks=(run("R3/2/1", SEM, 20),), due=21)


def test_a_place_that_is_lost_names_who_takes_it_and_what_began_it(world: World) -> None:
    moved = (placed("R1/2/1", 10, 1), placed("R2/1/1", 17), placed("R2/2/1", 20, 1))
    told = reasons(draft((A, B, C), moved, displaced=("R3",)), world)
    assert told["R1/2/1"] == "OVEN-1 is out of order Mon 30 Nov 00:00 to Tue 1 Dec 00:00."
    given = "OVEN-2 Mon 30 Nov 11:00–13:00 is given to A-REQ bake (Alfa), which had to leave OVEN-1 (out of order)."
    assert told["R2/2/1"] == given
    assert told["R2/1/1"] == f"Goes with bake of the same request: {given}"
    assert told["R3/2/1"] == (
        "SEM Mon 30 Nov 20:00–22:00 is given to B-REQ bake (Beta), which had to leave OVEN-2 in its turn "
        "(OVEN-1 is out of order)."
    )


def test_who_takes_the_place_is_another_booking_to_whoever_may_not_see_it(world: World) -> None:
    moved = (placed("R1/2/1", 10, 1), placed("R2/1/1", 17), placed("R2/2/1", 20, 1))
    drafted = draft((A, B, C), moved, displaced=("R3",))
    naming = Naming(world=world, clock=drafted.clock, zone="Europe/Moscow", sight=sight(engineer(2)))
    changes = Changes(draft=drafted, world=world, naming=naming)
    told = {view.run: view.why for view in changes.among(naming.sees)}
    given = "OVEN-2 Mon 30 Nov 11:00–13:00 is given to another booking, which had to leave OVEN-1 (out of order)."
    assert told["R2/2/1"] == given
    assert not any("A-REQ" in why or "Alfa" in why for why in told.values())
    assert "R1/2/1" not in told


def test_two_that_give_way_to_each_other_only_are_not_told_as_each_others_reason(world: World) -> None:
    swapped = (placed("R1/2/1", 11, 1), placed("R2/1/1", 8), placed("R2/2/1", 9))
    told = reasons(draft((A, B), swapped, broken=()), world)
    assert set(told) == {"R1/2/1", "R2/2/1"}
    assert not any("given to" in each or "Goes with" in each for each in told.values())


def test_the_person_who_is_needed_elsewhere_is_a_reason(world: World) -> None:
    first = Request(id="R1", tasks=(run("R1/2/1", OVEN_1, 10, OVEN_2, hands=True),))
    other = Request(id="R2", tasks=(run("R2/2/1", SEM, 14, hands=True),))
    moved = (placed("R1/2/1", 14, 1, "P5"), placed("R2/2/1", 16, 0, "P5"))
    told = reasons(draft((first, other), moved), world)
    assert told["R2/2/1"] == (
        "Nobody is left for smt Mon 30 Nov 14:00–16:00 beside A-REQ bake (Alfa), which had to leave OVEN-1 "
        "(out of order)."
    )


def test_new_work_is_a_reason_in_a_weeks_plan(world: World) -> None:
    new = Request(id="R1", tasks=(dataclasses.replace(run("R1/2/1", SEM, 20), booked=None),))
    told = reasons(draft((new, C), (placed("R1/2/1", 20), placed("R3/2/1", 30)), broken=()), world)
    assert told["R3/2/1"] == "SEM Mon 30 Nov 20:00–22:00 is given to A-REQ bake (Alfa), newly planned."
    assert told["R1/2/1"] == "Newly planned."


def lacking(drafted: Draft, **lack: Any) -> Draft:
    """The same where the first run lacks something at its place."""
    found = Lack(start=at("Mon 10:00"), end=at("Mon 12:00"), **lack)
    return Draft(drafted.document.model_copy(update={"lacks": {"R1/2/1": (found,)}}))


def test_hours_that_have_changed_are_a_reason(world: World) -> None:
    """OVEN-1 is closed now: one run has to leave it, and who follows leads back to that."""
    moved = (placed("R1/2/1", 10, 1), placed("R2/1/1", 8), placed("R2/2/1", 20))
    drafted = draft((dataclasses.replace(A, due=None), B), moved, broken=())
    told = reasons(lacking(drafted, subject=OVEN_1, code="closed", cause="public holiday: Day of it"), world)
    assert told["R1/2/1"] == ("OVEN-1 is no longer open Mon 30 Nov 10:00–12:00 (public holiday: Day of it).")
    assert told["R2/2/1"].endswith("is given to A-REQ bake (Alfa), which had to leave OVEN-1 (closed then).")


def test_whoever_is_away_is_a_reason_and_named_to_those_who_may_know(world: World) -> None:
    moved = (placed("R1/2/1", 10, 1), placed("R2/1/1", 8), placed("R2/2/1", 20))
    drafted = lacking(draft((dataclasses.replace(A, due=None), B), moved, broken=()), subject="P5", code="off_shift")
    told = reasons(drafted, world)
    assert told["R1/2/1"] == "Anna Orlova's shift no longer covers Mon 30 Nov 10:00–12:00."
    assert told["R2/2/1"].endswith("which had to leave OVEN-1 (nobody there who did it).")
    naming = Naming(world=world, clock=drafted.clock, zone="Europe/Moscow", sight=sight(engineer(1)))
    (said,) = unsettled_sentences(drafted.document.lacks, naming)
    assert said.text == (
        "A-REQ bake cannot stay as it is: a technician's shift no longer covers Mon 30 Nov 10:00–12:00."
    )


def test_without_any_other_cause_the_rule_book_says_what_stands_against_staying(world: World) -> None:
    swapped = (placed("R1/2/1", 11, 1), placed("R2/1/1", 8), placed("R2/2/1", 9))
    told = reasons(draft((dataclasses.replace(A, due=None), B), swapped, broken=()), world)
    assert told["R2/2/1"] == "The whole request is done 2 h earlier."
    assert told["R1/2/1"] == "It could stay where it is: the rest of the plan is better for it."


def test_every_unit_that_is_out_is_named(world: World) -> None:
    both = Task(
        id="R1/2/1",
        modes=(Mode(duration=2, units=(UnitUse(unit=OVEN_1), UnitUse(unit=OVEN_2))),),
        booked=Booked(start=10, end=12, units=(OVEN_1, OVEN_2)),
    )
    later = Assignment(task="R1/2/1", mode=0, start=40, end=42, lanes=((0,), (0,)))
    told = reasons(draft((Request(id="R1", tasks=(both,)),), (later,), broken=(OVEN_1, OVEN_2)), world)
    assert "OVEN-1 is out" in told["R1/2/1"]
    assert "OVEN-2 is out" in told["R1/2/1"]


def test_a_change_says_when_it_is_due_and_how_late_it_was_and_becomes(world: World) -> None:
    moved = (placed("R1/2/1", 10, 1), placed("R2/1/1", 17), placed("R2/2/1", 40, 1), placed("R3/2/1", 30))
    changes, effect = read(draft((A, B, C), moved), world)
    assert (changes["R2/1/1"].due, changes["R2/1/1"].late_before, changes["R2/1/1"].late_after) == (
        at("Mon 13:00"),
        0,
        29 * 60,
    )
    assert (changes["R1/2/1"].late_before, changes["R1/2/1"].late_after) == (0, 0)
    assert (changes["R3/2/1"].late_before, changes["R3/2/1"].late_after) == (60, 11 * 60)
    assert (effect.moves, effect.requests, effect.late, effect.worst_minutes) == (4, 3, 2, 29 * 60)
    assert effect.text == (
        "4 bookings of 3 requests move; 2 of the requests end late, or later than before: at worst B-REQ, 29 h after "
        "it is due."
    )


def test_the_sum_says_when_none_is_late_and_when_one_loses_its_place(world: World) -> None:
    only = draft((A, C), (placed("R1/2/1", 10, 1),), displaced=("R3",))
    assert read(only, world)[1].text == (
        "1 booking of 1 request moves; no request ends late by it, or later than before. 1 request loses its place."
    )
    assert read(draft((A,), (placed("R1/2/1", 10),), broken=()), world)[1].text == "No booking moves."


def test_a_deadline_stands_in_for_a_due_date(world: World) -> None:
    bound = dataclasses.replace(A, due=None, deadline=60)
    changes, _ = read(draft((bound,), (placed("R1/2/1", 50, 1),)), world)
    assert changes["R1/2/1"].due == at("Mon 00:00") + timedelta(hours=60)


def test_how_late_is_told_in_fitting_measures() -> None:
    assert [
        tell_late(*each) for each in ((0, 90), (120, 26 * 60), (60, 0), (0, 0), (None, 8 * 24 * 60), (0, None))
    ] == [
        "1 h 30 min late, was in time",
        "26 h late, was 2 h late",
        "in time, was 1 h late",
        "in time",
        "8 d late",
        "",
    ]


def test_namesakes_are_told_apart_by_their_keys() -> None:
    one, two, three = (
        Organisation(id=number, cluster_id=1, key=key, name=name)
        for number, (key, name) in enumerate((("ALFA", "Alfa"), ("ALFA-2", "Alfa"), ("BETA", "Beta")), start=1)
    )
    assert [tell_owner(each, (one, two, three)) for each in (one, two, three)] == [
        "Alfa (ALFA)",
        "Alfa (ALFA-2)",
        "Beta",
    ]
