"""The example uses every rule, docs/planning.md explains each, and each has a picture made from the example."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from pkgutil import iter_modules

import pytest

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
from solver.plan import Assignment, Plan
from solver.problem import Level, Mode, Problem, Request, Task, Unit, UnitUse, Window
from solver.rules import RULES, judge

PLANNING = FOLDER.parents[1] / "planning.md"
TEXT = PLANNING.read_text(encoding="utf-8")
LARGEST = 60_000
"""Bytes of one picture."""
NOT_IN_THE_EXAMPLE = {"allowed_starts", "open_hours_pausing"}
"""Pictures of data that the example does not have. With the data they leave this list: the tests below say so."""
SHOWN = sorted(set(PICTURES) - NOT_IN_THE_EXAMPLE)
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


@pytest.mark.parametrize("name", sorted(NOT_IN_THE_EXAMPLE))
def test_what_the_example_has_is_shown(asked: Problem, name: str) -> None:
    assert not uses(name, asked), f"the example has it now: `make pictures`, link {name}.svg, take it off the list"


def test_every_rule_is_drawn_by_a_module_of_its_name() -> None:
    modules = {module.name for module in iter_modules(rules.__path__)}
    assert modules == set(RULES)
    assert set(RULES) <= set(PICTURES)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_planning_explains_every_rule(rule: str) -> None:
    assert re.search(rf"^\*\*[^*]+\*\* \(`{rule}`\)", TEXT, re.MULTILINE)


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


# -- what the example does not have yet, on a small week of its own


def small_week(unit: Unit, mode: Mode, *spans: Window) -> Week:
    requests = tuple(
        Request(id=f"R{number}", tasks=(Task(id=f"R{number}/1/1", modes=(mode,)),)) for number in range(len(spans))
    )
    problem = Problem(
        horizon=7 * DAY,
        calendar_end=10 * DAY,
        commit_until=7 * DAY,
        levels=(Level(name="unplanned", terms=(("unplanned", 1),)),),
        requests=requests,
        units=(unit,),
    )
    plan = Plan(
        status="feasible",
        assignments=tuple(
            Assignment(task=f"R{number}/1/1", mode=0, start=start, end=end, lanes=((0,),))
            for number, (start, end) in enumerate(spans)
        ),
    )
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
