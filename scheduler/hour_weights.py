"""What an hour of each unit counts towards the share agreed for a cluster, said once for plans and reports.

Knows nothing of weeks, nor of who holds what.
"""

from collections import defaultdict
from collections.abc import Mapping

from models.queries.world import World
from scheduler.settings import CentreSettings

PLAIN = 100
"""Percent that an hour counts where the centre says nothing else."""


def hour_percents(world: World) -> Mapping[int, int]:
    """By unit (row id): what its dearest capability says, in percent."""
    settings = {centre.id: CentreSettings.read(centre.settings).fairness.hour_weights for centre in world.centres}
    found: dict[int, list[int]] = defaultdict(list)
    for row in world.capabilities:
        weights = settings[world.resources[row.unit_id].centre_id]
        found[row.unit_id].append(weights.get(row.capability, PLAIN))
    return {unit: max(found[unit], default=PLAIN) for unit in world.units}
