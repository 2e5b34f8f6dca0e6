"""One room, problems around it, and the shape of the tables of mistakes that are made of them.

Knows no mistake itself.
"""

from typing import Any

from solver.problem import Fact, Lag, Mode, Problem, Request, Task, Unit, UnitUse
from tests.solver.sample import one_task, several

OPEN = ((0, 50),)
FIVE = Mode(duration=5)
ROOM = (Unit(id="room", lanes=2, open=OPEN),)

Bad = dict[str, tuple[Problem, str, tuple[str, ...], dict[str, int]]]
"""Problems by the mistake in them, with the code, ids and numbers that name it."""


def in_room(**mode: Any) -> Problem:
    """One task of five ticks that needs the room, unless told otherwise."""
    return one_task(Mode(**{"duration": 5, "units": (UnitUse(unit="room"),), **mode}), units=ROOM)


def chain(*lags: Lag, modes: tuple[Mode, ...] = (FIVE,), facts: tuple[Fact, ...] = ()) -> Problem:
    """The tasks ``A``, ``B`` and ``C`` of one request, with lags between them."""
    tasks = tuple(Task(id=name, modes=modes) for name in ("A", "B", "C"))
    return several(Request(id="R", tasks=tasks, lags=lags, facts=facts))
