"""The example uses every rule, docs/planning.md explains each, and each has a picture made from the example."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import solver.rules
from docs.rule_pictures import rules
from docs.rule_pictures.__main__ import FOLDER, draw_all
from docs.rule_pictures.example import FRIDAY, TUESDAY, WEEK, Names, Weeks, break_down, load_the_example, planned_week
from docs.rule_pictures.rules import PICTURES
from docs.rule_pictures.week import Week
from models.database import Database
from models.queries.places import every_centre
from models.queries.world import read_world
from scheduler.documents import PlanDocument, read_document, write_document
from scheduler.scopes import scope_of
from scheduler.translate import translate
from scheduler.translate.clock import Clock
from solver.plan import Assignment, Changeover, Plan, Relief
from solver.problem import (
    Lag,
    Level,
    Mode,
    Person,
    Problem,
    Request,
    Setup,
    StaffNeed,
    Task,
    Unit,
    UnitUse,
    Window,
)
from solver.rules import RULES, judge

PLANNING = FOLDER.parents[1] / "planning.md"
TEXT = PLANNING.read_text(encoding="utf-8")
LARGEST = 60_000
"""Bytes of one picture."""
SHOWN = sorted(PICTURES)
NAMES = Names(units={}, persons={}, organisations={})
DAY = 288


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('example')}/example.db")
    load_the_example(database)
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def asked(database: Database) -> Problem:
    """What the example's lists ask for, before anything is planned."""
    return problem_of(database, FRIDAY, repair=False)


@pytest.fixture(scope="module")
def planned(database: Database, asked: Problem) -> PlanDocument:
    """The week, planned in haste and published, and the breakdown after it."""
    document = planned_week(database, work=None, limit=6.0)
    break_down(database)
    return document


@pytest.fixture(scope="module")
def broken(database: Database, planned: PlanDocument) -> Problem:
    return problem_of(database, TUESDAY, repair=True)


def problem_of(database: Database, now: datetime, *, repair: bool) -> Problem:
    with database.reading() as session:
        centres = every_centre(session)
        scope = scope_of(centres, week=WEEK, now=now, repair=repair)
        ids = [centre.id for centre in centres if centre.id is not None]
        return translate(read_world(session, centre_ids=ids, since=scope.start), scope).problem


def uses(name: str, problem: Problem) -> bool:
    return next(PICTURES[name].data(problem), None) is not None


@pytest.mark.parametrize("name", [name for name in SHOWN if not PICTURES[name].repaired])
def test_the_example_asks_for_what_each_rule_is_about(asked: Problem, name: str) -> None:
    assert uses(name, asked), f"the example has nothing left for the rule {name}"


@pytest.mark.parametrize("name", [name for name in SHOWN if PICTURES[name].repaired])
def test_the_repair_of_the_example_has_what_the_other_rules_are_about(broken: Problem, name: str) -> None:
    assert uses(name, broken), f"the repair of the example has nothing left for the rule {name}"


def test_every_rule_is_drawn_by_a_module_of_its_name() -> None:
    modules = {module.name for module in iter_modules(rules.__path__)}
    assert modules == set(RULES)
    assert set(RULES) <= set(PICTURES)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_planning_explains_every_rule(rule: str) -> None:
    assert re.search(rf"^\*\*[^*]+\*\* \(`{rule}`\)", TEXT, re.MULTILINE)


@pytest.mark.parametrize("module", [module.name for module in iter_modules(solver.rules.__path__)])
def test_planning_names_every_module_that_finds_violations(module: str) -> None:
    judges = hasattr(import_module(f"solver.rules.{module}"), "violations")
    assert (f"(`{module}`" in TEXT) == judges


def test_planning_shows_every_picture_with_words_for_it() -> None:
    linked = dict(re.findall(r"!\[([^\]]{20,})\]\(pictures/rules/(\w+)\.svg\)", TEXT))
    assert sorted(linked.values()) == SHOWN
    assert sorted(file.stem for file in FOLDER.iterdir()) == SHOWN


@pytest.mark.parametrize("name", SHOWN)
def test_a_picture_is_small_and_has_a_ground_of_its_own(name: str) -> None:
    text = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert len(text.encode()) < LARGEST
    assert 'fill="white"' in text[:400]


def test_the_pictures_are_drawn_from_any_plan_of_the_example(planned: PlanDocument, tmp_path: Path) -> None:
    drawn = set(PICTURES) - set(draw_all(Weeks(planned=planned, repaired=planned, names=NAMES), tmp_path))
    assert drawn >= {"planned_whole", "one_at_a_time", "staffed", "stock", "lags", "same_choice", "maintenance"}
    assert {file.stem for file in tmp_path.iterdir()} == drawn


# -- on small weeks of their own, whatever the example is planned to


def week_of(
    requests: Iterable[Request],
    assignments: Iterable[Assignment],
    *,
    units: Iterable[Unit],
    persons: Iterable[Person] = (),
) -> Week:
    problem = Problem(
        horizon=7 * DAY,
        calendar_end=14 * DAY,
        commit_until=7 * DAY,
        levels=(Level(name="unplanned", terms=(("unplanned", 1),)),),
        requests=tuple(requests),
        units=tuple(units),
        persons=tuple(persons),
    )
    plan = Plan(status="feasible", assignments=tuple(assignments))
    assert not judge(problem, plan)
    text = write_document(
        week=WEEK,
        repair=False,
        made_at=FRIDAY,
        clock=Clock(origin=datetime.fromisoformat("2026-11-30T00:00+03:00"), tick_minutes=5),
        problem=problem,
        plan=plan,
        zone="Europe/Moscow",
    )
    return Week(read_document(text), NAMES)


def small_week(unit: Unit, mode: Mode, *spans: Window) -> Week:
    requests = [
        Request(id=f"R{number}", tasks=(Task(id=f"R{number}/1/1", modes=(mode,)),)) for number in range(len(spans))
    ]
    return week_of(requests, (at(f"R{number}/1/1", span) for number, span in enumerate(spans)), units=(unit,))


def at(task: str, span: Window, *persons: str, lanes: tuple[tuple[int, ...], ...] = ((0,),)) -> Assignment:
    return Assignment(task=task, mode=0, start=span[0], end=span[1], lanes=lanes, persons=persons)


def drawn(name: str, week: Week) -> str:
    """The picture, which the week has something for."""
    assert uses(name, week.problem)
    picture = PICTURES[name].draw(week)
    assert picture is not None
    return picture.svg()


def hours(first: int, last: int, days: int = 7) -> tuple[Window, ...]:
    return tuple((day * DAY + first * 12, day * DAY + last * 12) for day in range(days))


def test_work_that_pauses_is_drawn_in_the_hours_in_which_it_goes_on() -> None:
    mode = Mode(duration=8 * 12, crossing="pausing", units=(UnitUse(unit="U1"),))
    week = small_week(Unit(id="U1", open=hours(8, 20)), mode, (16 * 12, DAY + 12 * 12))
    picture = PICTURES["open_hours_pausing"].draw(week)
    assert picture is not None
    assert picture.svg().count("R0/1/1") >= 2


def test_allowed_starts_are_lines_in_the_day_that_has_the_most_work() -> None:
    unit = Unit(id="U1", open=hours(8, 20), starts=((8 * 12, 7 * DAY, 24),))
    mode = Mode(duration=20, units=(UnitUse(unit="U1"),))
    week = small_week(unit, mode, (96, 116), (DAY + 96, DAY + 116), (DAY + 144, DAY + 164))
    picture = PICTURES["allowed_starts"].draw(week)
    assert picture is not None
    assert picture.window == (DAY + 7 * 12, DAY + 21 * 12)


def test_work_that_a_unit_is_kept_from_is_drawn_beside_the_time_for_which_it_is_kept() -> None:
    barred = UnitUse(unit="U1", barred=((96, 120),))
    modes = (Mode(duration=20, units=(use,)) for use in (barred, UnitUse(unit="U1")))
    week = week_of(
        map(lone, ("R0", "R1"), modes),
        (at("R0/1/1", (120, 140)), at("R1/1/1", (98, 118))),
        units=(Unit(id="U1", open=hours(8, 20)),),
    )
    text = drawn("allowed_starts_kept", week)
    assert "U1 is kept for some work from 08:00 to 10:00" in text
    assert ">R0/1/1<" in text


def person(id_: str, first: int, last: int, skill: str = "1:bioprocess") -> Person:
    return Person(id=id_, skills=(skill,), on_shift=hours(first, last))


def lone(id_: str, mode: Mode) -> Request:
    return Request(id=id_, tasks=(Task(id=f"{id_}/1/1", modes=(mode,)),))


def test_a_changeover_is_drawn_with_how_long_the_unit_stands_dirty_and_clean() -> None:
    row = Setup(frm="mab", to="toxin", length=12, skill="1:bioprocess", release=6, dirty=240, clean=240)
    unit = Unit(id="U1", open=hours(8, 20), setups=(row,))
    modes = (Mode(duration=24, units=(UnitUse(unit="U1", family=family),)) for family in ("mab", "toxin"))
    cleaned = Changeover(unit="U1", start=132, end=144, person="P1")
    text = drawn(
        "one_at_a_time_changeovers",
        week_of(
            map(lone, ("R0", "R1"), modes),
            (at("R0/1/1", (96, 120)), replace(at("R1/1/1", (DAY + 96, DAY + 120)), changeovers=(cleaned,))),
            units=(unit,),
            persons=(person("P1", 8, 16),),
        ),
    )
    assert "cleaning, Mon 30 Nov 11:00" in text
    assert "1 h of at most 20 h" in text
    assert "19 h 30 min of at most 20 h" in text


def test_a_hand_over_is_drawn_at_its_moment() -> None:
    need = StaffNeed(skill="1:bioprocess", handover=True)
    mode = Mode(duration=144, units=(UnitUse(unit="U1"),), staff=(need,))
    run = replace(at("R0/1/1", (96, 240), "P1"), reliefs=(Relief(need=0, tick=168, person="P2"),))
    persons = (person("P1", 8, 14), person("P2", 14, 20))
    week = week_of((lone("R0", mode),), (run,), units=(Unit(id="U1", open=hours(8, 20)),), persons=persons)
    assert "14:00: P2 takes over" in drawn("staffed_handover", week)


def test_visits_are_drawn_below_their_run_with_those_who_make_them() -> None:
    run = Mode(duration=192, crossing="unattended", units=(UnitUse(unit="U1"),))
    visit = Mode(duration=6, units=(UnitUse(unit="U1", lanes=0),), staff=(StaffNeed(skill="1:bioprocess"),))
    names = ("R0/1/1/v1", "R0/1/1/v2")
    lags = tuple(
        Lag(before="R0/1/1", after=name, frm="start", least=96 * number - 12, most=96 * number + 12)
        for number, name in enumerate(names, start=1)
    )
    tasks = (Task(id="R0/1/1", modes=(run,)), *(Task(id=name, modes=(visit,)) for name in names))
    placed = (
        at("R0/1/1", (96, 288)),
        *(at(name, (s, s + 6), who, lanes=((),)) for name, s, who in zip(names, (186, 276), ("P1", "P2"), strict=True)),
    )
    week = week_of(
        (Request(id="R0", tasks=tasks, lags=lags),),
        placed,
        units=(Unit(id="U1", open=((0, 7 * DAY),)),),
        persons=(person("P1", 8, 16), person("P2", 16, 24)),
    )
    text = drawn("staffed_visits", week)
    assert "every 8 h ± 1 h" in text
    assert "2 visits" in text


def test_an_own_operator_is_drawn_above_the_technicians_who_could_do_it_too() -> None:
    skill = "1:bioprocess@O5/U1"
    technician = replace(person("P1", 8, 20), skills=("1:bioprocess", skill))
    mode = Mode(duration=24, units=(UnitUse(unit="U1"),), staff=(StaffNeed(skill=skill),))
    week = week_of(
        (lone("R0", mode),),
        (at("R0/1/1", (96, 120), "P2"),),
        units=(Unit(id="U1", open=hours(8, 20)),),
        persons=(technician, person("P2", 8, 12, skill)),
    )
    text = drawn("staffed_own_operator", week)
    assert text.index(">P2<") < text.index(">P1<")


def test_steps_without_a_wait_are_drawn_with_the_moment_between_them() -> None:
    modes = (Mode(duration=24, units=(UnitUse(unit=unit),)) for unit in ("U1", "U2"))
    tasks = tuple(Task(id=f"R0/{number}/1", modes=(mode,)) for number, mode in enumerate(modes, start=1))
    week = week_of(
        (Request(id="R0", tasks=tasks, lags=(Lag(before="R0/1/1", after="R0/2/1", least=0, most=0),)),),
        (at("R0/1/1", (96, 120)), at("R0/2/1", (120, 144))),
        units=(Unit(id=unit, open=hours(8, 20)) for unit in ("U1", "U2")),
    )
    assert "10:00: no wait" in drawn("lags_no_wait", week)


def test_a_closure_is_what_is_open_in_the_next_week() -> None:
    usual = hours(8, 20, days=14)
    unit = Unit(id="U1", open=(*usual[:3], (3 * DAY + 132, 3 * DAY + 240), *usual[4:]))
    mode = Mode(duration=24, units=(UnitUse(unit="U1"),))
    week = small_week(unit, mode, (3 * DAY + 132, 3 * DAY + 156))
    assert "Thu 3 Dec: a laboratory is closed from 08:00 to 11:00" in drawn("open_hours_closure", week)
