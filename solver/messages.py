"""What the solving child and its parent tell each other: one JSON object per line.

Does not know processes.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter

from solver.documents import plan_from_json, plan_to_json, problem_from_json, problem_to_json
from solver.explain.answers import Why
from solver.plan import Plan
from solver.problem import Problem
from solver.progress import Progress

STOP = "stop"
_WHY = TypeAdapter(Why)


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """Why ``request`` is not in ``plan``, of the order's problem; ``in_time``: its due date held as a deadline. An
    empty ``request`` asks why the required ones have no plan together."""

    plan: Plan
    request: str
    in_time: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What is to be solved, and how; the first line that a child reads. ``parent`` is the process that waits for it.
    With a ``question`` nothing is solved: it is answered within ``limit`` seconds."""

    problem: Problem
    limit: float | None
    work: int | None
    workers: int
    seed: int
    memory_mb: int
    parent: int
    question: Question | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One line of a child. ``kind``: "read" (the time limit counts from now), "better" (``plan`` and ``progress``),
    "answer" (``plan``, or ``why`` to a question), "rejected" and "failed" (``text`` says why)."""

    kind: str
    plan: Plan | None = None
    progress: Progress | None = None
    text: str = ""
    why: Why | None = None


def order_line(order: Order) -> str:
    """The order as one line."""
    fields = {name: getattr(order, name) for name in ("limit", "work", "workers", "seed", "memory_mb", "parent")}
    if order.question is not None:
        asked = order.question
        fields["question"] = {"plan": plan_to_json(asked.plan), "request": asked.request, "in_time": asked.in_time}
    return json.dumps({**fields, "problem": problem_to_json(order.problem)}) + "\n"


def read_order(line: str) -> Order:
    """The reverse of ``order_line``."""
    fields: dict[str, Any] = json.loads(line)
    problem = problem_from_json(fields.pop("problem"))
    asked = fields.pop("question", None)
    question = None if asked is None else Question(**{**asked, "plan": plan_from_json(asked["plan"])})
    return Order(problem=problem, question=question, **fields)


def said_line(said: Said) -> str:
    """What a child says, as one line."""
    fields: dict[str, Any] = {"kind": said.kind, "text": said.text}
    if said.plan is not None:
        fields["plan"] = plan_to_json(said.plan)
    if said.progress is not None:
        fields["progress"] = asdict(said.progress)
    if said.why is not None:
        fields["why"] = _WHY.dump_json(said.why).decode()
    return json.dumps(fields) + "\n"


def read_said(line: str) -> Said:
    """The reverse of ``said_line``. Raises ``ValueError`` for any other line."""
    fields: dict[str, Any] = json.loads(line)
    try:
        plan, progress, why = fields.get("plan"), fields.get("progress"), fields.get("why")
        return Said(
            kind=fields["kind"],
            text=fields["text"],
            plan=None if plan is None else plan_from_json(plan),
            progress=None if progress is None else _progress(progress),
            why=None if why is None else _WHY.validate_json(why),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"not a line of a child: {line[:100]}") from error


def _progress(fields: dict[str, Any]) -> Progress:
    return Progress(**{**fields, "levels": tuple(fields["levels"]), "bounds": tuple(fields["bounds"])})
