"""What holders are allotted of a centre, at most and at least: quotas and shares.

Knows nothing of what has been planned for them.
"""

from dataclasses import dataclass

from solver.problem.requests import Request
from solver.problem.terms import Bucket, Measure, Window


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """How much of some units the requests of one holder may use.

    ``units`` are sorted ids. Requests count whose ``owner``, ``cluster`` and ``asker`` are those named here (empty:
    whoever it is). ``measure`` ``ticks``: each use of one of the units counts with the ticks of its part, however many
    lanes it holds, in every window that it overlaps. ``count``: a task that uses one of them counts once, where it
    starts. The most, >= 0, holds in each of ``buckets``, and with ``length`` (>= 1) as ``most`` in every window
    ``[t, t + length)``; one of the two is given. ``taken`` are the spans, sorted, of fixed work that counts, also
    before tick 0: by ``count`` one for each run. Where fixed work alone uses the most or more, nothing may be added.
    """

    id: str
    units: tuple[str, ...]
    measure: Measure
    owner: str = ""
    cluster: str = ""
    asker: str = ""
    buckets: tuple[Bucket, ...] = ()
    length: int | None = None
    most: int = 0
    taken: tuple[Window, ...] = ()

    def counts(self, request: Request) -> bool:
        """Whether the uses of a request count."""
        pairs = ((self.owner, request.owner), (self.cluster, request.cluster), (self.asker, request.asker))
        return all(holder in ("", named) for holder, named in pairs)


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """What a cluster should get of a centre: at least ``target`` (>= 0, weighted ticks), of which ``given`` (>= 0) is
    given already, whatever is planned."""

    id: str
    target: int
    given: int = 0
