"""``pilotline check`` judges a plan document by itself: no database, no solver."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from scheduler.documents import write_document
from scheduler.translate.clock import Clock
from solver.plan import Assignment, LevelValue, Plan
from solver.problem import Level, Mode, Problem, Request, Task, Unit, UnitUse
from tests.api.commanded import Commanded

MONDAY = datetime(2026, 11, 29, 21, tzinfo=UTC)


@pytest.fixture
def pilotline(capsys: pytest.CaptureFixture[str]) -> Commanded:
    return Commanded(capsys)


def _document(tmp_path: Path, *, start: int = 0, value: int = 4) -> Path:
    """One task of 4 ticks on a unit that is open for 10."""
    task = Task(id="R1/1/1", modes=(Mode(duration=4, units=(UnitUse(unit="oven"),)),))
    problem = Problem(
        horizon=10,
        calendar_end=20,
        commit_until=10,
        levels=(Level(name="makespan", terms=(("makespan", 1),)),),
        requests=(Request(id="R1", tasks=(task,)),),
        units=(Unit(id="oven", open=((0, 10),)),),
    )
    plan = Plan(
        status="optimal",
        assignments=(Assignment(task="R1/1/1", mode=0, start=start, end=start + 4, lanes=((0,),)),),
        levels=(LevelValue(name="makespan", value=value, bound=4),),
    )
    file = tmp_path / "plan.json"
    clock = Clock(origin=MONDAY, tick_minutes=5)
    text = write_document(week="2026-W49", repair=False, made_at=MONDAY, clock=clock, problem=problem, plan=plan)
    file.write_text(text, encoding="utf-8")
    return file


def test_plan_that_holds_has_no_violation_and_the_same_levels(pilotline: Commanded, tmp_path: Path) -> None:
    ended = pilotline("check", _document(tmp_path))
    assert (ended.status, ended.err) == (0, "")
    assert "0 violations" in ended.out
    assert "level makespan: 4, the same" in ended.out


def test_result_as_json(pilotline: Commanded, tmp_path: Path) -> None:
    ended = pilotline("check", _document(tmp_path), "--json")
    assert ended.status == 0
    assert ended.json["holds"] is True
    assert ended.json["violations"] == []
    assert ended.json["recomputed"] == [4]
    assert ended.json["stored"][0]["value"] == 4


def test_plan_that_breaks_a_rule_is_refused_by_name(pilotline: Commanded, tmp_path: Path) -> None:
    ended = pilotline("check", _document(tmp_path, start=8, value=12))
    assert ended.status == 1
    assert "1 violation;" in ended.out
    assert "oven" in ended.out


def test_plan_that_claims_another_value_is_refused(pilotline: Commanded, tmp_path: Path) -> None:
    ended = pilotline("check", _document(tmp_path, value=3))
    assert ended.status == 1
    assert "level makespan: 3, but recomputed 4" in ended.out
    again = pilotline("check", _document(tmp_path, value=3), "--json")
    assert (again.status, again.json["holds"]) == (1, False)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"format": 99}', '{"format": 1}', "not json"])
def test_what_is_no_plan_is_refused_in_words(pilotline: Commanded, tmp_path: Path, text: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(text, encoding="utf-8")
    ended = pilotline("check", file)
    assert ended.status == 1
    assert ended.out == ""
    assert "document" in ended.err
    assert "Traceback" not in ended.err


def test_file_that_is_no_text_is_wrong_use(pilotline: Commanded, tmp_path: Path) -> None:
    file = tmp_path / "picture.json"
    file.write_bytes(b"\x89PNG\xff\xfe")
    assert pilotline("check", file).status == 2
