"""Which stored run each planned task is in by a draft: those who share one get one, and all keep theirs if they can.

Knows no database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.queries.runs import own_part
from models.queries.world import BookedRun
from models.tables import Run
from scheduler.drafts import Draft
from scheduler.translate.names import part_task_id
from solver.batches import carriers


@dataclass(frozen=True, kw_only=True)
class SharedOut:
    """Runs by the task that carries them in the draft; new ones are added as they are made."""

    carriers: Mapping[str, str] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    used: set[int | None] = field(default_factory=set)

    def of(self, task: str) -> Run | None:
        """The run that the task is in; ``None`` while there is none."""
        return self.runs.get(self.carriers.get(task, task))

    def found(self, task: str, run: Run) -> None:
        """A run was made for the task and for all that share it."""
        self.runs[self.carriers.get(task, task)] = run
        self.used.add(run.id)

    def is_used(self, run: Run) -> bool:
        """Whether anything that is planned, or stays whatever is planned, is in the run."""
        return run.id in self.used


def shared_out(draft: Draft, booked: Mapping[str, BookedRun]) -> SharedOut:
    """The booked runs given to the draft's committed tasks: first to those as whose work they began, then to others
    that were in them."""
    tasks = [task.id for request in draft.committed for task in request.tasks]
    written = [draft.assignments[task] for task in tasks]
    touched = {task.id for request in (*draft.committed, *draft.displaced) for task in request.tasks}
    stays = {each.run.id for task, each in booked.items() if each.shared_by > 1 and task not in touched}
    found = SharedOut(carriers=carriers(draft.document.problem, written), used=stays)
    for own in (True, False):
        for task in tasks:
            stood = booked.get(task)
            if stood is None or found.of(task) is not None or found.is_used(stood.run):
                continue
            if not own or stood.request_id is None or part_task_id(own_part(stood.run)) == task:
                found.found(task, stood.run)
    return found
