"""The shared runs of a plan under construction: who is in each, and which of them a task could join.

Does not know what a run holds.
"""

from collections.abc import Iterator

from solver.batches import Run, by_class, room_of, run_of, shape_of
from solver.plan import Assignment
from solver.problem import Mode, Problem, Task


class SharedRuns:
    """Tasks that are down, by run, of every class in which several could share one."""

    def __init__(self, problem: Problem) -> None:
        self._tasks = {task.id: task for tasks in by_class(problem).values() for task in tasks}
        self._runs: dict[str, dict[Run, dict[str, int]]] = {}

    def knows(self, task: Task, mode: Mode) -> bool:
        """Whether the task could ever share a run in that mode."""
        return task.id in self._tasks and room_of(mode) is not None

    def enter(self, at: Assignment) -> bool:
        """Put a task into its run; whether others are in it already."""
        run = self._run(at)
        if run is None:
            return False
        inside = self._runs.setdefault(run[0], {}).setdefault(run, {})
        inside[at.task] = self._tasks[at.task].size
        return len(inside) > 1

    def leave(self, at: Assignment) -> bool:
        """Take a task out of its run; whether others are still in it."""
        run = self._run(at)
        if run is None:
            return False
        inside = self._runs[run[0]][run]
        del inside[at.task]
        if not inside:
            del self._runs[run[0]][run]
        return bool(inside)

    def carrier(self, at: Assignment) -> str:
        """Of the tasks that are in the run of ``at``, which must hold one, the one that has been in it longest."""
        run = self._run(at)
        return at.task if run is None else next(iter(self._runs[run[0]][run]))

    def open_to(self, task: Task, number: int) -> Iterator[Assignment]:
        """Where the task would share a run in its mode ``number``, by start."""
        mode = task.modes[number]
        room = room_of(mode)
        if room is None or task.id not in self._tasks or task.batch not in self._runs:
            return
        shape = shape_of(mode)
        found = [run for run, inside in self._runs[task.batch].items() if sum(inside.values()) + task.size <= room]
        for _, shape_there, start, end, lanes, persons, reliefs in sorted(found, key=lambda run: run[2:6]):
            if shape_there == shape:
                yield Assignment(
                    task=task.id,
                    mode=number,
                    start=start,
                    end=end,
                    lanes=lanes,
                    persons=persons,
                    reliefs=reliefs,
                )

    def _run(self, at: Assignment) -> Run | None:
        task = self._tasks.get(at.task)
        return None if task is None else run_of(task, at)
