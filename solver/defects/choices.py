"""Mistakes in what tasks have to share, or must not: rules about one task, or about tasks that the request lacks.

Knows nothing of who could do them: that nobody can is an answer, not a mistake.
"""

from collections.abc import Iterator

from solver.defects.defect import Defect, defect
from solver.problem import Problem, Request, SameChoice


def defects(problem: Problem) -> Iterator[Defect]:
    """Every rule about shared units, persons or laboratories that is wrong."""
    units = {unit.id for unit in problem.units}
    for request in problem.requests:
        for fact in request.facts if request.choices else ():
            for unit in sorted(set(fact.units or ()) - units):
                yield defect("unknown_unit", fact.id, unit)
        yield from of_request(request)


def of_request(request: Request) -> Iterator[Defect]:
    """The same of one request, but for units that do not exist."""
    known = {task.id for task in request.tasks} | {fact.id for fact in request.facts}
    for choice in request.choices:
        for id_ in sorted(set(choice.tasks) - known):
            yield defect("choice_unknown_task", request.id, id_)
        if len(choice.tasks) < 2 or len(set(choice.tasks)) < len(choice.tasks):
            yield defect("choice_of_one", request.id, choice.what, tasks=len(choice.tasks))
        if choice.what == "person":
            yield from _handed_over(request, choice)


def _handed_over(request: Request, choice: SameChoice) -> Iterator[Defect]:
    """What the same or different persons have to do is done by whoever begins it."""
    for task in request.tasks:
        if task.id in choice.tasks and any(need.handover for mode in task.modes for need in mode.staff):
            yield defect("choice_handed_over", task.id)
