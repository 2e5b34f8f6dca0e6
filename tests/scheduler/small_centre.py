"""A small centre in the database: two ovens, a printer, a microscope with two lanes, two technicians, two firms.

Week 2026-W49 is Monday 30 November; Moscow is UTC+3 all year.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, SQLModel

from models.database import Database
from models.tables import (
    Capacity,
    Centre,
    Cluster,
    Entitlement,
    Laboratory,
    OpeningHours,
    Organisation,
    Person,
    PersonDetail,
    PersonSkill,
    Project,
    Recipe,
    Request,
    Resource,
    Shift,
    Stock,
    StockDelivery,
    Unit,
    UnitCapability,
)

WEEK = "2026-W49"
NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
"""Friday noon in Moscow, the week before."""


def at(text: str) -> datetime:
    """``Tue 10:00``: local (Moscow) in the week, as UTC; ``+Tue 10:00`` in the week after."""
    later = text.startswith("+")
    day, _, clock = text.lstrip("+").partition(" ")
    hours, minutes = (int(part) for part in clock.split(":"))
    days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].index(day) + (7 if later else 0)
    start = datetime(2026, 11, 29, 21, 0, tzinfo=UTC)
    return datetime.fromtimestamp(start.timestamp() + days * 86_400 + hours * 3_600 + minutes * 60, tz=UTC)


BOARD_ROUTING: dict[str, Any] = {
    "parameters": [{"name": "soak_hours", "default": 10, "low": 1, "high": 72}],
    "operations": [
        {
            "name": "print",
            "fixed_minutes": 30,
            "per_piece_seconds": 60,
            "units": [{"capability": "printing"}],
            "staff": [{"skill": "smt"}],
            "stocks": [{"stock": "PASTE", "per_piece": 1}],
        },
        {
            "name": "soak",
            "crossing": "unattended",
            "head_minutes": 30,
            "hours_parameter": "soak_hours",
            "tail_minutes": 30,
            "units": [{"capability": "oven", "numbers": [{"quantity": "temp_c", "low": 20, "high": 120}]}],
            "staff": [{"skill": "smt", "part": "head"}, {"skill": "smt", "part": "tail"}],
            "capacities": [{"capacity": "POWER", "amount": 4}],
        },
    ],
    "lags": [{"before": "print", "after": "soak", "least_minutes": 0, "most_minutes": 240}],
}


def store(database: Database, *rows: SQLModel) -> list[int]:
    """Stores rows; returns their ids (0 where a table has none)."""

    def command(session: Session) -> list[int]:
        for row in rows:
            session.add(row)
            session.flush()
        return [getattr(row, "id", 0) or 0 for row in rows]

    return database.write(command)


def found(database: Database) -> None:
    """Founds the centre: rows have ids 1.. in the order written here."""
    store(
        database,
        Centre(id=1, key="EL", name="Electronics", zone="Europe/Moscow", settings={"freeze_hours": 24}),
        Laboratory(id=1, centre_id=1, key="SMT", name="Assembly"),
        Cluster(id=1, key="IT", name="Information technologies"),
        Cluster(id=2, key="PH", name="Pharmaceutics"),
        Entitlement(cluster_id=1, centre_id=1, share=700),
        Entitlement(cluster_id=2, centre_id=1, share=300),
        Organisation(id=1, cluster_id=1, key="ALFA", name="Alfa"),
        Organisation(id=2, cluster_id=2, key="BETA", name="Beta"),
        Project(id=1, organisation_id=1, cluster_id=1, key="A-1", name="Sensor", stage="prototype"),
        Project(id=2, organisation_id=2, cluster_id=2, key="B-1", name="Pump", stage="pilot lot"),
        Capacity(id=1, centre_id=1, key="POWER", name="Power", measure="kW", level=8),
        Stock(id=1, centre_id=1, key="PASTE", name="Solder paste", measure="g"),
        StockDelivery(id=1, stock_id=1, at=at("Mon 00:00"), quantity=500),
        *(OpeningHours(laboratory_id=1, weekday=day, opens=8 * 60, closes=20 * 60) for day in range(5)),
        *_unit(1, "PRINTER", "printer", "printing"),
        *_unit(2, "OVEN-1", "oven", "oven", ("temp_c", 20, 150)),
        *_unit(3, "OVEN-2", "oven", "oven", ("temp_c", 20, 130)),
        *_unit(4, "SEM", "microscope", "imaging", lanes=2),
        *_technician(5, "Anna Orlova"),
        *_technician(6, "Boris Lebedev"),
        Recipe(id=1, laboratory_id=1, key="BOARDS", name="Boards", routing=BOARD_ROUTING),
    )


def _unit(
    number: int,
    key: str,
    kind: str,
    capability: str,
    numbers: tuple[str, float, float] = ("", 0, 0),
    lanes: int = 1,
) -> Iterator[SQLModel]:
    yield Resource(id=number, centre_id=1, kind="unit", lanes=lanes)
    yield Unit(id=number, laboratory_id=1, key=key, name=key.title(), type=kind)
    yield UnitCapability(unit_id=number, capability=capability)
    quantity, low, high = numbers
    if quantity:
        yield UnitCapability(unit_id=number, capability=capability, quantity=quantity, low=low, high=high)


def _technician(number: int, name: str) -> Iterator[SQLModel]:
    yield Resource(id=number, centre_id=1, kind="person")
    yield Person(id=number, key=f"T{number}")
    yield PersonDetail(person_id=number, name=name)
    yield PersonSkill(person_id=number, skill="smt")
    yield from (Shift(person_id=number, weekday=day, starts=8 * 60, ends=20 * 60) for day in range(5))


def request(database: Database, key: str, *, project: int = 1, **values: Any) -> int:
    """Stores a request of the recipe for a project; returns its id."""
    row = {
        "key": key,
        "centre_id": 1,
        "project_id": project,
        "recipe_id": 1,
        "quantity": 30,
        "submitted_at": NOW,
        "release_at": NOW,
        **values,
    }
    return store(database, Request(**row))[0]
