"""What stands in a plan, laid into the expiries of the units: renewals and uses that are fixed from then on.

Knows no rule and nothing of how a plan is found.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace

from solver.plan import Assignment
from solver.problem import Expiry, Request, Task, Unit, Used, Window, part_span


class Renewals:
    """Assignments that stay, as what units' expiries need to know of them."""

    def __init__(self) -> None:
        self._ends: dict[str, int] = {}
        self._uses: dict[str, list[tuple[Window, tuple[str, ...]]]] = defaultdict(list)

    def add(self, request: Request, task: Task, at: Assignment) -> None:
        """A task that stays where it is."""
        if request.maintenance:
            self._ends[task.id] = at.end
            return
        mode = task.modes[at.mode]
        for use in mode.units:
            span = part_span(use.part, mode, start=at.start, end=at.end)
            if use.lanes and span[0] < span[1]:
                self._uses[use.unit].append((span, mode.waives))

    def laid(self, unit: Unit, free: Collection[str] = ()) -> Unit:
        """The unit with all of it in its expiries; only the tasks ``free`` are still to renew them."""
        if not unit.expiries:
            return unit
        return replace(unit, expiries=tuple(self._expiry(unit.id, expiry, free) for expiry in unit.expiries))

    def _expiry(self, unit: str, expiry: Expiry, free: Collection[str]) -> Expiry:
        ends = [self._ends[id_] for id_ in expiry.renewed_by if id_ in self._ends]
        uses = [
            Used(start=start, end=end, judged=expiry.kind not in waives)
            for (start, end), waives in self._uses.get(unit, ())
        ]
        return replace(
            expiry,
            renewed_by=tuple(id_ for id_ in expiry.renewed_by if id_ in free),
            renewed_at=tuple(sorted((*expiry.renewed_at, *ends))),
            used=(*expiry.used, *uses),
        )
