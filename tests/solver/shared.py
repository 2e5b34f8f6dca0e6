"""A burn-in chamber that several organisations may share: 8 places on each of two racks.

Knows nothing of the rules.
"""

from typing import Any

from solver.problem import Capacity, Consumption, Demand, Mode, Person, Problem, Request, StaffNeed, Task, Unit, UnitUse
from tests.solver.sample import several

POWER = Capacity(id="power", steps=((0, 3),))


def soak(*, gas: int = 0, **changes: Any) -> Mode:
    """Ten ticks in the chamber, loaded by somebody."""
    from_stock = (Consumption(stock="gas", amount=gas),) if gas else ()
    fields: dict[str, Any] = {
        "duration": 10,
        "head": 1,
        "units": (UnitUse(unit="chamber", room=8),),
        "staff": (StaffNeed(skill="load", part="head"),),
        "demands": (Demand(capacity="power", amount=3),),
        "consumptions": from_stock,
    }
    return Mode(**{**fields, **changes})


def burn_in(id_: str, size: int, *modes: Mode, batch: str = "burn", **fields: Any) -> Request:
    """A request of one task of the class."""
    task = Task(id=f"{id_}/burn", modes=modes or (soak(),), batch=batch, size=size)
    return Request(id=id_, tasks=(task,), **fields)


def chamber(*requests: Request, lanes: int = 1, **fields: Any) -> Problem:
    """The requests at the chamber, which is always open, with Ann to load it."""
    return several(
        *requests,
        **{
            "units": (Unit(id="chamber", lanes=lanes, open=((0, 120),)),),
            "persons": (Person(id="ann", skills=("load",), on_shift=((0, 120),)),),
            "capacities": (POWER,),
            **fields,
        },
    )
