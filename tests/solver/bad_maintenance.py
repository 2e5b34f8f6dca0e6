"""Problems whose expiries and maintenance contradict themselves.

Knows nothing of how that is found.
"""

from dataclasses import replace
from typing import Any

from solver.problem import Expiry, Mode, Problem, UnitUse, Used
from tests.solver.one_room import FIVE, ROOM, Bad
from tests.solver.sample import one_task


def expiring(upkeep: bool = True, waits: Mode | None = None, **fields: Any) -> Problem:
    """The room expires, and one task renews it."""
    made = Expiry(**{"kind": "service", "measure": "cycles", "left": 2, "renewed": 3, "renewed_by": ("T",), **fields})
    mode = waits or Mode(duration=5, units=(UnitUse(unit="room"),))
    return one_task(mode, request={"maintenance": upkeep}, units=(replace(ROOM[0], expiries=(made,)),))


BAD_MAINTENANCE: Bad = {
    "maintenance that shares a run": (
        one_task(Mode(duration=5), request={"maintenance": True}, batch="oven"),
        "maintenance_batched",
        ("T", "oven"),
        {},
    ),
    "an expiry without a kind": (expiring(kind=""), "nameless_expiry", ("room",), {}),
    "renewed for nothing": (
        expiring(left=0, renewed=0),
        "renewal_gives_nothing",
        ("room", "service"),
        {"renewed": 0},
    ),
    "renewed for less": (
        expiring(left=4, renewed=3),
        "renewal_gives_less",
        ("room", "service"),
        {"renewed": 3, "left": 4},
    ),
    "renewed by nobody": (expiring(renewed_by=("X",)), "unknown_renewal", ("room", "service", "X"), {}),
    "renewed by work": (expiring(upkeep=False), "renewal_no_maintenance", ("room", "service", "T"), {}),
    "renewed elsewhere": (expiring(waits=FIVE), "renewal_elsewhere", ("room", "service", "T"), {}),
    "renewed twice by one": (expiring(renewed_by=("T", "T")), "renewal_twice", ("room", "service", "T"), {}),
    "renewals out of order": (
        expiring(renewed_at=(9, 7)),
        "renewals_out_of_order",
        ("room", "service"),
        {"tick": 7, "before": 9},
    ),
    "fixed use reversed": (
        expiring(used=(Used(start=5, end=5),)),
        "used_reversed",
        ("room", "service"),
        {"start": 5, "end": 5},
    ),
}
