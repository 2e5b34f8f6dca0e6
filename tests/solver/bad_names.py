"""Problems with ids that are empty or given twice, or that name what does not exist.

Knows nothing of how that is found.
"""

from solver.problem import Consumption, Demand, Fact, Lag, Mode, Person, Request, Task, Unit, UnitUse
from tests.solver.one_room import FIVE, OPEN, ROOM, Bad, chain
from tests.solver.sample import one_task, several

BAD_NAMES: Bad = {
    "empty id": (several(units=(Unit(id="", open=OPEN),)), "empty_id", ("unit",), {}),
    "units of one name": (several(units=ROOM * 2), "duplicate_id", ("unit", "room"), {"times": 2}),
    "persons of one name": (
        several(persons=(Person(id="anna", skills=(), on_shift=OPEN),) * 3),
        "duplicate_id",
        ("person", "anna"),
        {"times": 3},
    ),
    "requests of one name": (
        several(*(Request(id="R", tasks=(Task(id=name, modes=(FIVE,)),)) for name in ("A", "B"))),
        "duplicate_id",
        ("request", "R"),
        {"times": 2},
    ),
    "tasks of one name": (
        several(*(Request(id=name, tasks=(Task(id="T", modes=(FIVE,)),)) for name in ("Q", "R"))),
        "duplicate_id",
        ("task or fact", "T"),
        {"times": 2},
    ),
    "a fact named as a task": (
        one_task(FIVE, request={"facts": (Fact(id="T", start=0, end=1),)}),
        "duplicate_id",
        ("task or fact", "T"),
        {"times": 2},
    ),
    "unknown unit": (one_task(Mode(duration=1, units=(UnitUse(unit="X"),))), "unknown_unit", ("T", "X"), {}),
    "unknown capacity": (
        one_task(Mode(duration=1, demands=(Demand(capacity="X", amount=1),))),
        "unknown_capacity",
        ("T", "X"),
        {},
    ),
    "unknown stock": (
        one_task(Mode(duration=1, consumptions=(Consumption(stock="X", amount=1),))),
        "unknown_stock",
        ("T", "X"),
        {},
    ),
    "unknown lag end": (chain(Lag(before="A", after="X")), "unknown_lag_end", ("R", "X"), {}),
    "unknown base": (
        several(Request(id="R", tasks=(Task(id="T", modes=(FIVE,)),), after="S")),
        "unknown_base",
        ("R", "S"),
        {},
    ),
}
