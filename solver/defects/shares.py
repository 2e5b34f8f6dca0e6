"""Mistakes in shares: unknown, negative, or too large to be compared exactly.

Knows nothing of where shares come from.
"""

from collections.abc import Iterator

from solver.costs.unfairness import WHOLE, gifts
from solver.defects.defect import Defect, defect
from solver.problem import Problem

LIMIT = 2**62


def defects(problem: Problem) -> Iterator[Defect]:
    """Every share that is wrong, and every request whose part in one is."""
    known = {share.id for share in problem.shares}
    for request in problem.requests:
        if request.share and request.share not in known:
            yield defect("unknown_share", request.id, request.share)
        if request.worth < 0:
            yield defect("negative_worth", request.id, worth=request.worth)
    worth = gifts(problem.requests)
    for share in problem.shares:
        if share.target < 0 or share.given < 0:
            yield defect("negative_share", share.id, target=share.target, given=share.given)
        most = WHOLE * (share.target + share.given + worth.get(share.id, 0))
        if most >= LIMIT:
            yield defect("share_too_large", share.id, most=most, limit=LIMIT - 1)
