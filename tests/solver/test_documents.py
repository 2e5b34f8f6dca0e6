"""JSON in and out is exact, strict, and refuses formats that it does not know."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from solver.documents import (
    FORMAT,
    PLAN_READERS,
    PROBLEM_READERS,
    UnknownFormat,
    plan_from_json,
    plan_to_json,
    problem_from_json,
    problem_to_json,
)
from solver.plan import Blocker, LeftOut, LevelValue, Plan
from tests.solver.sample import PLAN, PROBLEM


def document() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(problem_to_json(PROBLEM))
    return loaded


def test_a_problem_comes_back_as_it_went() -> None:
    assert problem_from_json(problem_to_json(PROBLEM)) == PROBLEM
    assert problem_from_json(problem_to_json(PROBLEM).encode()) == PROBLEM
    assert hash(problem_from_json(problem_to_json(PROBLEM))) == hash(PROBLEM)


def test_a_plan_comes_back_as_it_went() -> None:
    blocker = Blocker(code="no_room_on_unit", ids=("Печь №1", "soak/run"), numbers=(("needed", 12), ("gap", -1)))
    plan = Plan(
        status="optimal",
        assignments=PLAN.assignments,
        left_out=(LeftOut(request="left", absence="deferred", last_start=2**40, blockers=(blocker,)),),
        levels=(LevelValue(name="weight", value=3, bound=2), LevelValue(name="late", value=0)),
    )
    assert plan_from_json(plan_to_json(plan)) == plan
    assert plan_from_json(plan_to_json(Plan(status="unknown"))) == Plan(status="unknown")


def test_documents_say_their_format() -> None:
    assert document()["format"] == json.loads(plan_to_json(PLAN))["format"] == FORMAT
    assert FORMAT in PROBLEM_READERS
    assert FORMAT in PLAN_READERS


@pytest.mark.parametrize("found", [0, 3, -1, 1.0, "1", None, True, [1]])
def test_other_formats_are_refused(found: object) -> None:
    for good in (problem_to_json(PROBLEM), plan_to_json(PLAN)):
        text = json.dumps({**json.loads(good), "format": found})
        with pytest.raises(UnknownFormat) as refusal:
            (problem_from_json if "problem" in text[:40] else plan_from_json)(text)
        assert refusal.value.found == found
        assert "known are 1, 2" in str(refusal.value)


def test_the_first_format_is_still_read() -> None:
    loaded = document()
    loaded["format"] = 1
    for unit in loaded["problem"]["units"]:
        del unit["laboratory"]
    for request in loaded["problem"]["requests"]:
        del request["owner"], request["cluster"]
    assert problem_from_json(json.dumps(loaded)) == PROBLEM
    assert plan_from_json(json.dumps({**json.loads(plan_to_json(PLAN)), "format": 1})) == PLAN


def test_a_document_without_a_format_is_refused() -> None:
    loaded = document()
    del loaded["format"]
    with pytest.raises(UnknownFormat):
        problem_from_json(json.dumps(loaded))


@pytest.mark.parametrize("text", ["", "{", "[]", "1", '{"format": 1}', '{"format": 1, "problem": null}'])
def test_what_is_no_problem_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        problem_from_json(text)


@pytest.mark.parametrize("value", [1.5, 10.0, "10", True, None, [10], {"ticks": 10}])
def test_numbers_are_integers(value: object) -> None:
    loaded = document()
    loaded["problem"]["horizon"] = value
    with pytest.raises(ValidationError, match="horizon"):
        problem_from_json(json.dumps(loaded))


def test_unknown_and_missing_keys_are_refused_wherever_they_are() -> None:
    loaded = document()
    mode = loaded["problem"]["requests"][0]["tasks"][0]["modes"][0]
    mode["minutes"] = 5
    del mode["duration"]
    loaded["problem"]["units"][0]["colour"] = "red"
    loaded["author"] = "nobody"
    with pytest.raises(ValidationError) as refusal:
        problem_from_json(json.dumps(loaded))
    places = {".".join(map(str, error["loc"])) for error in refusal.value.errors()}
    assert places == {
        "author",
        "problem.units.0.colour",
        "problem.requests.0.tasks.0.modes.0.minutes",
        "problem.requests.0.tasks.0.modes.0.duration",
    }


def test_words_are_those_of_the_problem() -> None:
    loaded = document()
    loaded["problem"]["requests"][0]["tasks"][0]["modes"][0]["crossing"] = "hovering"
    with pytest.raises(ValidationError, match="crossing"):
        problem_from_json(json.dumps(loaded))


def test_a_plan_is_no_problem() -> None:
    with pytest.raises(ValidationError):
        problem_from_json(plan_to_json(PLAN))
    with pytest.raises(ValidationError):
        plan_from_json(problem_to_json(PROBLEM))
