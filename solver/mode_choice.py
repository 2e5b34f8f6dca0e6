"""Which mode each task takes where consumables are too short for everybody's fastest.

Does not know time.
"""

from collections.abc import Mapping
from random import Random

from solver.problem import Mode, Problem, Task

ROUNDS = 40


def choose_modes(problem: Problem, *, seed: int = 0) -> dict[str, int]:
    """A mode number per task whose choice matters to a stock that could run short, empty where none could.

    All required requests together stay within what the stocks ever hold, where a local search finds such a choice.
    """
    supply = {stock.id: sum(quantity for _, quantity in stock.changes) for stock in problem.stocks}
    tasks = [task for request in problem.requests if request.required for task in request.tasks]
    chosen = {task.id: _fastest(task) for task in tasks if _consumes(task)}
    moving = [task for task in tasks if task.id in chosen]
    if not moving or _worst(moving, supply) <= 0:
        return {}
    random = Random(seed)
    for _ in range(ROUNDS):
        if _repair(moving, chosen, supply):
            return chosen
        for task in random.sample(moving, max(1, len(moving) // 5)):
            chosen[task.id] = random.randrange(len(task.modes))
    return chosen


def _consumes(task: Task) -> bool:
    return any(mode.consumptions for mode in task.modes)


def _fastest(task: Task) -> int:
    return min(range(len(task.modes)), key=lambda at: (task.modes[at].duration, at))


def _worst(tasks: list[Task], supply: Mapping[str, int]) -> int:
    """By how much the greediest choice would overdraw some stock."""
    uses = {stock: sum(max(_taken(mode, stock) for mode in task.modes) for task in tasks) for stock in supply}
    return max(uses[stock] - supply[stock] for stock in supply)


def _taken(mode: Mode, stock: str) -> int:
    return sum(consumption.amount for consumption in mode.consumptions if consumption.stock == stock)


def _repair(tasks: list[Task], chosen: dict[str, int], supply: Mapping[str, int]) -> bool:
    """Change single modes as long as the overdraft shrinks, at the least cost in time; whether none is left."""
    short = _overdraft(tasks, chosen, supply)
    while any(over > 0 for over in short.values()):
        best: tuple[float, str, int] | None = None
        for task in tasks:
            for number, mode in enumerate(task.modes):
                rate = _rate(task.modes[chosen[task.id]], mode, short)
                if rate is not None and (best is None or (rate, task.id, number) < best):
                    best = rate, task.id, number
        if best is None:
            return False
        chosen[best[1]] = best[2]
        short = _overdraft(tasks, chosen, supply)
    return True


def _overdraft(tasks: list[Task], chosen: Mapping[str, int], supply: Mapping[str, int]) -> dict[str, int]:
    """Per stock what is taken beyond the supply; negative: what is left."""
    return {
        stock: sum(_taken(task.modes[chosen[task.id]], stock) for task in tasks) - amount
        for stock, amount in supply.items()
    }


def _rate(now: Mode, then: Mode, short: Mapping[str, int]) -> float | None:
    """Ticks lost per unit of overdraft gained; ``None`` where nothing is gained."""
    gained = 0
    for stock, over in short.items():
        change = _taken(then, stock) - _taken(now, stock)
        gained += max(0, over) - max(0, over + change)
    return None if gained <= 0 else (then.duration - now.duration) / gained
