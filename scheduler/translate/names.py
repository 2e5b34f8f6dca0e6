"""Text ids of the solver's things, made from stored rows and the same in every problem.

Knows nothing of what stands in the rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from models.queries.runs import BookedRun, Part


def unit_id(row_id: int) -> str:
    return f"U{row_id}"


def person_id(row_id: int) -> str:
    return f"P{row_id}"


def capacity_id(row_id: int) -> str:
    return f"C{row_id}"


def stock_id(row_id: int) -> str:
    return f"S{row_id}"


def laboratory_id(row_id: int) -> str:
    return f"L{row_id}"


def organisation_id(row_id: int) -> str:
    return f"O{row_id}"


def cluster_id(row_id: int) -> str:
    return f"K{row_id}"


def quota_id(row_id: int, holder: str) -> str:
    """A quota of one holder (the id of an organisation or cluster, or a person's key)."""
    return f"Q{row_id}/{holder}"


def budget_id(row_id: int) -> str:
    return f"B{row_id}"


def is_budget(text_id: str) -> bool:
    """Whether a stock of the problem is a budget of hours."""
    return text_id.startswith("B")


def share_id(cluster_row_id: int, centre_row_id: int) -> str:
    """What was agreed for a cluster counts at one centre."""
    return f"{cluster_id(cluster_row_id)}@{centre_row_id}"


def share_rows(text_id: str) -> tuple[int, int]:
    """The cluster and the centre of a share."""
    cluster, _, centre = text_id.partition("@")
    return row_id(cluster), int(centre)


def request_id(row_id: int) -> str:
    return f"R{row_id}"


def portion_id(request_row_id: int, portion: int) -> str:
    """Portion ``portion`` of a lot that accepts fewer pieces; 0 is the request itself, the others add to it."""
    return portion_id_of(request_id(request_row_id), portion)


def portion_id_of(first: str, number: int) -> str:
    """What comes on top of a request, by its number; 0 is the request itself."""
    return first if number == 0 else f"{first}/+{number}"


def task_id(request_row_id: int, operation: int, number: int, visit: int = 0) -> str:
    """Run ``number`` of operation ``operation`` (both from 1) of a request, or a visit (from 1) inside it."""
    return f"R{request_row_id}/{operation}/{number}" + (f"/v{visit}" if visit else "")


def part_key(part: Part) -> tuple[int, ...] | None:
    """Operation and number of a request's run, and of a visit the visit's number; ``None`` for one of no request."""
    request_row_id, operation, number, visit = part
    if request_row_id is None or operation is None or number is None:
        return None
    return (operation, number, visit) if visit else (operation, number)


def key_of(task: str) -> tuple[int, ...]:
    """The same of a task's id."""
    return tuple(int(part.removeprefix("v")) for part in task.split("/")[1:])


def hand_id(run_row_id: int) -> str:
    """Units booked by hand, as a request of its own; its one task is ``H…/1/1``."""
    return f"H{run_row_id}"


def maintenance_id(row_id: int, number: int = 1) -> str:
    """A maintenance of a unit, each time that it is planned as a request of its own, whatever became of those before;
    its one task is ``M…/1/1``, of the second time ``M…/1/2``."""
    return portion_id_of(f"M{row_id}", number - 1)


def time_of(text_id: str) -> int:
    """Which of the times that a maintenance was ever planned a request, or its task, is, from 1."""
    last = text_id.split("/")[-1]
    return int(last) + 1 if last.startswith("+") else int(last) if "/" in text_id else 1


def is_maintenance(text_id: str) -> bool:
    """Whether a request, or a task of it, is a maintenance."""
    return text_id.startswith("M")


def maintenance_task_id(row_id: int, number: int = 1) -> str:
    return f"{maintenance_id(row_id)}/1/{number}"


def standing_task_id(booked: BookedRun) -> str:
    """The task that a run, of work or of maintenance, is in every problem."""
    if booked.maintenance is not None:
        return maintenance_task_id(booked.maintenance.maintenance_id, booked.time)
    return booked_task_id(booked)


def booked_task_id(booked: BookedRun) -> str:
    """The task that a booked run, or one part of a shared one, is in every problem."""
    assert booked.run.id is not None
    return part_task_id(booked.part) or f"{hand_id(booked.run.id)}/1/1"


def part_task_id(part: Part) -> str | None:
    """The task of a request's run; ``None`` for units booked by hand."""
    request_row_id, key = part[0], part_key(part)
    return None if request_row_id is None or key is None else task_id(request_row_id, *key)


def skill_id(centre_row_id: int, skill: str, level: int = 1, own: str = "") -> str:
    """A skill counts at its centre only. ``1:reflow`` at level 1, ``1:reflow#2`` above; ``1:reflow@O5/U17`` does as
    well who is an operator of organisation 5 and may run unit 17 (``own``, made by ``own_operators``)."""
    return f"{centre_row_id}:{skill}" + (f"#{level}" if level > 1 else "") + (f"@{own}" if own else "")


def own_operators(organisation: int, units: Iterable[int]) -> str:
    """Operators of an organisation who may run all of these units."""
    return f"{organisation_id(organisation)}/" + "+".join(map(unit_id, sorted(set(units))))


@dataclass(frozen=True, slots=True)
class SkillText:
    """What a skill's text says: ``organisation`` and ``units`` (row ids) of own operators who do as well, else 0 and
    none."""

    centre: int
    skill: str
    level: int = 1
    organisation: int = 0
    units: frozenset[int] = frozenset()


def read_skill(text: str) -> SkillText:
    """What ``skill_id`` has written; skills have neither ``#`` nor ``@`` in their names."""
    centre, _, rest = text.partition(":")
    rest, _, own = rest.partition("@")
    skill, _, level = rest.partition("#")
    organisation, _, units = own.partition("/")
    return SkillText(
        centre=int(centre),
        skill=skill,
        level=int(level or 1),
        organisation=row_id(organisation) if organisation else 0,
        units=frozenset(map(row_id, units.split("+") if units else ())),
    )


def row_id(text_id: str) -> int:
    """The stored row behind a text id (for tasks: that of the request)."""
    return int(text_id[1:].split("/")[0])
