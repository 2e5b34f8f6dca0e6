"""Which clock a centre or a unit goes by.

Knows nothing else of them.
"""

from api.cli.terminal import now
from models.database import Database
from scheduler.actors import LOCAL_ADMINISTRATOR
from scheduler.catalogue import list_centres, show_unit
from scheduler.errors import Unknown


def centre_zones(database: Database, keys: tuple[str, ...] = ()) -> dict[str, str]:
    """Zones by key, of these centres in this order, of all for none. Raises ``Unknown``."""
    known = {centre.key: centre.zone for centre in list_centres(database, actor=LOCAL_ADMINISTRATOR, now=now())}
    unknown = [key for key in keys if key not in known]
    if unknown:
        raise Unknown("centre", *unknown)
    return {key: known[key] for key in keys or known}


def unit_zone(database: Database, unit: str) -> str:
    """The zone of the unit's centre. Raises ``Unknown``."""
    found = show_unit(database, actor=LOCAL_ADMINISTRATOR, now=now(), unit=unit)
    return centre_zones(database)[found.centre]
