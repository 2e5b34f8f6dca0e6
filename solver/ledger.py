"""How long the services and calibrations of units still last while a plan is being built.

Does not know lanes and hours, nor whether maintenance will come in time: only what is put down counts.
"""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence

from solver.plan import Assignment
from solver.problem import Expiry, Mode, Problem, Task, Unit, Window, part_span

NEVER = 1 << 60
Use = tuple[int, int, bool, str]
"""Start, end, whether it is judged, and the task (empty: fixed work)."""


class Account:
    """One expiry of one unit, with the renewals and uses put down so far."""

    def __init__(self, expiry: Expiry) -> None:
        self.kind, self.measure = expiry.kind, expiry.measure
        self.renewals = list(expiry.renewed_at)
        self.uses: list[Use] = [(used.start, used.end, used.judged, "") for used in expiry.used]
        self._left, self._renewed = expiry.left, expiry.renewed

    def delay(self, spans: Sequence[Window], *, judged: bool) -> int:
        """By how much to move a task that would use the unit in ``spans``, before it can be had: 0 where it can be now,
        ``NEVER`` where it cannot be later either."""
        for at, (start, end) in enumerate(spans):
            if not self._bears(start, end, spans[:at], judged=judged):
                return 1 if at else self._until_next(start)
        return 0

    def broken(self) -> list[str]:
        """The tasks, fixed work as the empty text, that are judged and used too late or too much."""
        if self.measure == "date":
            return [task for start, end, judged, task in self.uses if judged and end > self._expires(start)]
        return [
            task
            for stretch, uses in self._stretches().items()
            if sum(map(self._amount, uses)) > self._allowed(stretch) and any(use[2] for use in uses)
            for _, _, _, task in uses
        ]

    def _bears(self, start: int, end: int, pending: Iterable[Window], *, judged: bool) -> bool:
        if self.measure == "date":
            return not judged or end <= self._expires(start)
        stretch = bisect_right(self.renewals, start)
        mine = [(start, end, judged, ""), *((*span, judged, "") for span in pending)]
        uses = [use for use in (*mine, *self.uses) if bisect_right(self.renewals, use[0]) == stretch]
        return sum(map(self._amount, uses)) <= self._allowed(stretch) or not any(use[2] for use in uses)

    def _until_next(self, start: int) -> int:
        """Until the next renewal has ended."""
        following = bisect_right(self.renewals, start)
        return self.renewals[following] - start if following < len(self.renewals) else NEVER

    def _expires(self, start: int) -> int:
        following = bisect_right(self.renewals, start)
        return max(self._left, self.renewals[following - 1] + self._renewed) if following else self._left

    def _stretches(self) -> dict[int, list[Use]]:
        stretches: dict[int, list[Use]] = defaultdict(list)
        for use in self.uses:
            stretches[bisect_right(self.renewals, use[0])].append(use)
        return stretches

    def _allowed(self, stretch: int) -> int:
        return self._renewed if stretch else self._left

    def _amount(self, use: Use) -> int:
        return use[1] - use[0] if self.measure == "use" else 1


class Ledger:
    """The accounts of all units that could run out."""

    def __init__(self, problem: Problem) -> None:
        self._units: dict[str, list[Account]] = defaultdict(list)
        self._renewing: dict[str, list[Account]] = defaultdict(list)
        self._upkeep = {task.id for request in problem.requests if request.maintenance for task in request.tasks}
        for unit in problem.units:
            for expiry in unit.expiries:
                self._open(unit, expiry)

    def delay(self, task: Task, mode: Mode, start: int, end: int) -> int:
        """By how much to move the task, at the least, before its units may be used; 0 where they may be now."""
        if not self._units or task.id in self._upkeep:
            return 0
        return max((self._asked(unit, mode, start, end) for unit in {use.unit for use in mode.units}), default=0)

    def put(self, at: Assignment, mode: Mode) -> None:
        """Count what is put down."""
        for account in self._renewing.get(at.task, ()):
            insort(account.renewals, at.end)
        for account, use in self._uses(at, mode):
            account.uses.append(use)

    def lift(self, at: Assignment, mode: Mode) -> None:
        """Count what was put down no longer."""
        for account in self._renewing.get(at.task, ()):
            account.renewals.remove(at.end)
        for account, use in self._uses(at, mode):
            account.uses.remove(use)

    def hand_on(self, at: Assignment, mode: Mode, heir: str) -> None:
        """Count under the task ``heir`` what was counted under ``at``, which leaves a run that ``heir`` stays in."""
        for account, use in self._uses(at, mode):
            if use in account.uses:
                account.uses[account.uses.index(use)] = (*use[:3], heir)

    def broken(self) -> set[str]:
        """Tasks that may not stand where they do; fixed work as the empty text."""
        return {task for accounts in self._units.values() for account in accounts for task in account.broken()}

    def _open(self, unit: Unit, expiry: Expiry) -> None:
        account = Account(expiry)
        self._units[unit.id].append(account)
        for task in expiry.renewed_by:
            self._renewing[task].append(account)

    def _asked(self, unit: str, mode: Mode, start: int, end: int) -> int:
        spans = _spans(unit, mode, start, end) if unit in self._units else []
        accounts = self._units.get(unit, ()) if spans else ()
        return max((self._asked_of(one, unit, mode, start, spans) for one in accounts), default=0)

    def _asked_of(self, account: Account, unit: str, mode: Mode, start: int, spans: Sequence[Window]) -> int:
        """No more than 1 where it may do before the next renewal: its use may be shorter from a later start, and a tail
        be put off beyond the renewal."""
        judged = account.kind not in mode.waives
        delay = account.delay(spans, judged=judged)
        if delay > 1 and _varies(mode):
            shortest = _spans(unit, mode, start, start + mode.duration)
            put_off = any(use.part == "tail" and use.unit == unit for use in mode.units)
            if put_off or (account.measure == "use" and not account.delay(shortest, judged=judged)):
                return 1
        return delay

    def _uses(self, at: Assignment, mode: Mode) -> Iterable[tuple[Account, Use]]:
        if not self._units or at.task in self._upkeep:
            return
        for unit in {use.unit for use in mode.units} & self._units.keys():
            for start, end in _spans(unit, mode, at.start, at.end):
                for account in self._units[unit]:
                    yield account, (start, end, account.kind not in mode.waives, at.task)


def _varies(mode: Mode) -> bool:
    """Whether it may last longer from one start than from another."""
    return mode.crossing == "pausing" or (mode.crossing == "unattended" and mode.tail > 0)


def _spans(unit: str, mode: Mode, start: int, end: int) -> list[Window]:
    spans = (part_span(use.part, mode, start=start, end=end) for use in mode.units if use.lanes and use.unit == unit)
    return [span for span in spans if span[0] < span[1]]
