"""What has begun or stands confirmed stays planned; it may leave only as displaced.

Knows nothing of where it stays. A request left out is named displaced when the plan is read, and costs are the
objective's: nothing is left to constrain here but what is required.
"""

from solver.plan import Absence
from solver.problem import Request


def absence(request: Request) -> Absence:
    """What a request that is left out is called until it is explained."""
    return "displaced" if request.kept else "unplanned"
