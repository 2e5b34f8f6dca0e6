"""How far the cluster that is worst off stays behind what it should get.

Knows nothing of why a cluster should get so much, nor of when its requests are planned: planned is given.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from solver.problem import Problem, Request, Share
from solver.rules.reading import Reading

WHOLE = 1000
"""A shortfall is counted in thousandths of the target."""


def cost(reading: Reading) -> int:
    """The largest shortfall of all shares."""
    return worst_shortfall(reading.problem.shares, gifts(reading.planned))


def worst(problem: Problem) -> int:
    """At most as if nothing were planned."""
    return worst_shortfall(problem.shares, {})


def gifts(planned: Iterable[Request]) -> dict[str, int]:
    """What planned requests give to each share, in weighted ticks."""
    given: dict[str, int] = defaultdict(int)
    for request in planned:
        given[request.share] += request.worth
    return given


def worst_shortfall(shares: Iterable[Share], given: Mapping[str, int]) -> int:
    """The largest of ``max(0, target - given) / target`` in thousandths, rounded up.

    ``given`` comes on top of what each share has already.
    """
    return max((shortfall(share, given.get(share.id, 0)) for share in shares), default=0)


def shortfall(share: Share, given: int) -> int:
    """What one share lacks, in thousandths of its target, rounded up; 0 where it has none."""
    if share.target <= 0:
        return 0
    return -(-WHOLE * max(0, share.target - share.given - given) // share.target)
