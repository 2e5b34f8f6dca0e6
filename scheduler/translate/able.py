"""Which units could do what is asked for, and which of them matter to whoever looks after a run.

Knows nothing of when they are free.
"""

from collections.abc import Callable, Hashable, Iterable

from models.queries.world import World
from models.routing import Operation, UnitNeed
from models.tables import Unit


def candidates(world: World, centre_id: int, need: UnitNeed) -> list[Unit]:
    """The centre's units that have the capability and cover every number, by key; only the one that the need names."""
    numbers = [(number.quantity, number.low, number.high) for number in need.numbers]
    return [
        row
        for row in sorted(world.units.values(), key=lambda unit: unit.key)
        if world.resources[row.id].centre_id == centre_id
        and need.unit in ("", row.key)
        and (not need.capability or unit_covers(world, unit=row.id, capability=need.capability, numbers=numbers))
    ]


def unit_covers(world: World, *, unit: int, capability: str, numbers: Iterable[tuple[str, float, float]]) -> bool:
    """Whether a unit has the capability and its ranges contain every ``(quantity, low, high)``."""
    rows = {row.quantity: row for row in world.capabilities if row.unit_id == unit and row.capability == capability}
    if not rows:
        return False
    return all(
        quantity in rows and rows[quantity].low <= low and high <= rows[quantity].high
        for quantity, low, high in numbers
    )


def visited_units(world: World, centre_id: int, operation: Operation, hours: Callable[[Unit], Hashable]) -> list[Unit]:
    """What has to be open when somebody looks after a run: a unit for each need of which all units that could be used
    have the same ``hours``. The run holds one of them, and which it is matters to nobody here."""
    choices = [candidates(world, centre_id, need) for need in operation.units]
    alike = {units[0].id: units[0] for units in choices if len(set(map(hours, units))) == 1}
    return [alike[id_] for id_ in sorted(alike)]
