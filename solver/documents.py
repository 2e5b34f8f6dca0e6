"""Problems and plans as JSON text, in and out, with a reader for every format that has landed.

Knows nothing of files, and does not judge what it reads: types only.
"""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter

from solver.plan import Plan
from solver.problem import Problem

T = TypeVar("T")

FORMAT = 2
"""The format that is written: ``{"format": 2, "problem": {...}}`` or ``{"format": 2, "plan": {...}}``.

Format 1 lacks what came later (owners, laboratories and the like), which then has its default."""


class UnknownFormat(ValueError):
    """The document is not of a format that can be read."""

    def __init__(self, found: object) -> None:
        self.found = found
        super().__init__(f"format {found!r} is unknown; known are {', '.join(map(str, sorted(PROBLEM_READERS)))}")


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _ProblemDocument(_Strict):
    format: Literal[1, 2]
    problem: Problem


class _PlanDocument(_Strict):
    format: Literal[1, 2]
    plan: Plan


class _Head(BaseModel):
    """Whatever is read first, to know how to read the rest."""

    format: Any = None


_PROBLEM = TypeAdapter(_ProblemDocument)
_PLAN = TypeAdapter(_PlanDocument)
_HEAD = TypeAdapter(_Head)


def problem_to_json(problem: Problem) -> str:
    """The problem as a JSON object in the current format."""
    return _PROBLEM.dump_json(_ProblemDocument.model_construct(format=FORMAT, problem=problem)).decode()


def plan_to_json(plan: Plan) -> str:
    """The plan as a JSON object in the current format."""
    return _PLAN.dump_json(_PlanDocument.model_construct(format=FORMAT, plan=plan)).decode()


def problem_from_json(text: str | bytes) -> Problem:
    """The problem in a JSON text of any known format.

    Raises ``UnknownFormat``, and pydantic's ``ValidationError`` (a ``ValueError``) that lists every wrong type, missing
    field and unknown key.
    """
    return _reader(PROBLEM_READERS, text)(text)


def plan_from_json(text: str | bytes) -> Plan:
    """The plan in a JSON text of any known format. Raises as ``problem_from_json``."""
    return _reader(PLAN_READERS, text)(text)


def _reader(readers: dict[int, Callable[[str | bytes], T]], text: str | bytes) -> Callable[[str | bytes], T]:
    found = _HEAD.validate_json(text).format
    if type(found) is not int or found not in readers:
        raise UnknownFormat(found)
    return readers[found]


def _problem(text: str | bytes) -> Problem:
    return _PROBLEM.validate_json(text).problem


def _plan(text: str | bytes) -> Plan:
    return _PLAN.validate_json(text).plan


PROBLEM_READERS: dict[int, Callable[[str | bytes], Problem]] = {1: _problem, 2: _problem}
PLAN_READERS: dict[int, Callable[[str | bytes], Plan]] = {1: _plan, 2: _plan}
