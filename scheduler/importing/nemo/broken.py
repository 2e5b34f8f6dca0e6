"""Tools of NEMO that do not work: outages of which nobody knows the end; and those that work.

Knows nothing of storing. Outages that NEMO has planned have an end and are among the facility's.
"""

from collections.abc import Iterator
from datetime import datetime

from models.tables.bookings import NO_END
from scheduler.importing.nemo.document import Document, Record
from scheduler.importing.nemo.facility import PlannedOutage, moment_of

UNEXPLAINED = "not operational in NEMO"


def broken_tools(document: Document, *, now: datetime) -> Iterator[PlannedOutage]:
    """Each since the problem was reported that shuts it down, where the file has one that is open, else since ``now``,
    until further notice. It is known by the problem, so that the next one is another outage; without one by its tool.
    """
    for tool, problem in _shut(document):
        since = None if problem is None else moment_of(problem, "creation_time")
        told = "" if problem is None else problem.text("problem_description")
        yield PlannedOutage(
            reference=named(tool) if problem is None or problem.pk is None else f"task {problem.pk}",
            unit=tool.name or "",
            start=min(since or now, now).replace(second=0, microsecond=0),
            end=NO_END,
            reason=told[:200] or UNEXPLAINED,
            record=tool,
        )


def problems_taken(document: Document) -> set[int]:
    """Numbers of the problems that say why and since when a tool is out of order."""
    return {problem.number for _, problem in _shut(document) if problem is not None}


def _shut(document: Document) -> Iterator[tuple[Record, Record | None]]:
    """Tools that do not work, each with the problem that shuts it down."""
    problems = open_problems(document)
    for tool in document.of("tool"):
        if tool.fields.get("_operational") is False:
            yield tool, problems.get(tool.name or "")


def working_tools(document: Document) -> dict[str, Record]:
    """By each reference that they may have been broken under: their own, where nobody said why, and those of the
    problems that shut them down."""
    working = {tool.name: tool for tool in document.of("tool") if tool.fields.get("_operational") is not False}
    shut = {
        f"task {task.pk}": tool
        for task in document.of("task")
        if task.pk is not None and task.fields.get("force_shutdown")
        if (tool := document.find("tool", task.reference("tool"))) is not None and tool.name in working
    }
    return {named(tool): tool for tool in working.values()} | shut


def named(tool: Record) -> str:
    return f"tool {tool.name}"


def open_problems(document: Document) -> dict[str, Record]:
    """By the name of the tool that they shut down, the last of each that was neither resolved nor cancelled."""
    return {
        tool.name or "": task
        for task in document.of("task")
        if task.fields.get("force_shutdown") and not task.fields.get("resolved") and not task.fields.get("cancelled")
        if (tool := document.find("tool", task.reference("tool"))) is not None
    }
