"""The frame that all families share: required requests, the makespan as the only level, a safe horizon.

Knows no file format.
"""

from solver.problem import Capacity, Level, Problem, Request, Stock, Unit

MAKESPAN = Level(name="makespan", terms=(("makespan", 1),), tolerance=0)


def makespan_problem(
    requests: tuple[Request, ...],
    *,
    machines: tuple[str, ...] = (),
    capacities: tuple[Capacity, ...] = (),
    stocks: tuple[Stock, ...] = (),
) -> Problem:
    """``machines`` have one lane and never close. The horizon is ``longest_serial(requests)``."""
    horizon = longest_serial(requests)
    return Problem(
        horizon=horizon,
        calendar_end=horizon,
        commit_until=horizon,
        levels=(MAKESPAN,),
        requests=requests,
        units=tuple(Unit(id=machine, open=((0, horizon),)) for machine in machines),
        capacities=capacities,
        stocks=stocks,
    )


def longest_serial(requests: tuple[Request, ...]) -> int:
    """Ticks that one task after the other takes, each in its longest mode: where lags are only precedences, any choice
    of modes that fits the stocks has a schedule that ends by then."""
    return sum(max(mode.duration for mode in task.modes) for request in requests for task in request.tasks)
