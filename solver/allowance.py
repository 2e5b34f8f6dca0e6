"""How much time, or how many neighbourhoods, a search may use, and each level of it.

Does not know what is searched.
"""

from dataclasses import dataclass
from time import monotonic

LEVEL_SHARE = 0.6
"""What an unproven level may use of what is left; the last one may use all."""
LEAST_SECONDS = 0.1
"""Less than this is no time to begin anything in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """Until when (``deadline``, on the monotonic clock) or how many neighbourhoods (``jobs``); one of them is ``None``.

    ``job_seconds`` is the longest that one neighbourhood may take, where time is limited.
    """

    deadline: float | None = None
    jobs: int | None = None
    job_seconds: float = 2.0

    def late(self) -> bool:
        """Whether the time is used up."""
        return self.deadline is not None and monotonic() > self.deadline


class Share:
    """How long, or how many neighbourhoods, one level may take of what is left after ``jobs`` neighbourhoods."""

    def __init__(self, allowance: Allowance, jobs: int, *, last: bool) -> None:
        self._job_seconds = allowance.job_seconds
        part = 1.0 if last else LEVEL_SHARE
        self._until: float | None = None
        self._jobs: int | None = None
        if allowance.deadline is not None:
            now = monotonic()
            self._until = now + part * (allowance.deadline - now)
        if allowance.jobs is not None:
            self._jobs = jobs + max(1, int(part * (allowance.jobs - jobs))) if jobs < allowance.jobs else jobs

    def open(self, jobs: int) -> bool:
        """Whether another neighbourhood may begin after ``jobs``."""
        if self._jobs is not None:
            return jobs < self._jobs
        return self._left() > LEAST_SECONDS

    def seconds(self) -> float | None:
        """How long the next neighbourhood may take; ``None`` where the work is limited."""
        return None if self._until is None else max(0.0, min(self._job_seconds, self._left()))

    def part(self, part: float) -> float | None:
        """A part of the time left; ``None`` where the work is limited."""
        return None if self._until is None else part * self._left()

    def _left(self) -> float:
        return 0.0 if self._until is None else max(0.0, self._until - monotonic())
