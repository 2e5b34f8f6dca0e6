"""Rows for tests of the store: a centre with a laboratory and units, a project, and runs.

Knows nothing of what a test does with them.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, SQLModel

from models.tables import (
    Booking,
    Centre,
    Cluster,
    Laboratory,
    Organisation,
    Project,
    Resource,
    Run,
    Unit,
)

MONDAY = datetime(2026, 11, 30, tzinfo=UTC)


def at(hours: float) -> datetime:
    """So many hours after the week's start."""
    return MONDAY + timedelta(hours=hours)


def stored(session: Session, row: SQLModel) -> int:
    """Adds the row; its id."""
    session.add(row)
    session.flush()
    row_id = row.id  # type: ignore[attr-defined]
    assert isinstance(row_id, int)
    return row_id


def centre(session: Session, key: str = "C1") -> int:
    return stored(session, Centre(key=key, name=f"Centre {key}", zone="Europe/Moscow"))


def centres(session: Session, number: int) -> list[int]:
    return [centre(session, f"C{position}") for position in range(number)]


def laboratory(session: Session, centre_id: int, key: str = "L1") -> int:
    return stored(session, Laboratory(centre_id=centre_id, key=key, name=f"Laboratory {key}"))


def unit(session: Session, centre_id: int, laboratory_id: int, key: str, *, lanes: int = 1) -> int:
    resource_id = stored(session, Resource(centre_id=centre_id, kind="unit", lanes=lanes))
    return stored(session, Unit(id=resource_id, laboratory_id=laboratory_id, key=key, name=key, type="chamber"))


def project(session: Session, key: str = "P1") -> int:
    cluster_id = stored(session, Cluster(key=f"K-{key}", name="A cluster"))
    organisation_id = stored(session, Organisation(cluster_id=cluster_id, key=f"O-{key}", name="An organisation"))
    return stored(
        session,
        Project(organisation_id=organisation_id, cluster_id=cluster_id, key=key, name="A project", stage="prototype"),
    )


def run(session: Session, centre_id: int, start: float = 0, end: float = 1) -> int:
    return stored(session, Run(centre_id=centre_id, kind="maintenance", start_at=at(start), end_at=at(end)))


def booking(session: Session, run_id: int, project_id: int, state: str = "confirmed") -> int:
    owner, booked = session.get_one(Project, project_id), session.get_one(Run, run_id)
    return stored(
        session,
        Booking(
            run_id=run_id,
            project_id=project_id,
            organisation_id=owner.organisation_id,
            cluster_id=owner.cluster_id,
            stage=owner.stage,
            state=state,
            booked_start=booked.start_at,
            booked_end=booked.end_at,
            made_at=MONDAY,
            made_by="tester",
        ),
    )


def two_units(session: Session) -> tuple[int, int, int, int]:
    """``(centre, one unit of four lanes, another of one, a run)``."""
    centre_id = centre(session)
    laboratory_id = laboratory(session, centre_id)
    first = unit(session, centre_id, laboratory_id, "CH-1", lanes=4)
    second = unit(session, centre_id, laboratory_id, "SEM-1")
    return centre_id, first, second, run(session, centre_id)


def ids(rows: Iterable[SQLModel]) -> list[int]:
    return [row.id for row in rows]  # type: ignore[attr-defined]
