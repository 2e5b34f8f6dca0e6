"""Centres, laboratories and units with their capabilities.

Knows nothing of when they are open.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.tables import (
    Centre,
    Laboratory,
    Resource,
    Unit,
    UnitCapability,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitRow:
    """A unit with its resource, laboratory and capabilities."""

    unit: Unit
    resource: Resource
    laboratory: Laboratory
    capabilities: tuple[UnitCapability, ...]


def every_centre(session: Session) -> list[Centre]:
    """All centres, by id."""
    return list(session.exec(select(Centre).order_by(col(Centre.id))))


def laboratories_of(session: Session, *, centre_id: int | None = None) -> list[Laboratory]:
    """Laboratories of a centre, or all, by id."""
    wanted = select(Laboratory).order_by(col(Laboratory.id))
    if centre_id is not None:
        wanted = wanted.where(Laboratory.centre_id == centre_id)
    return list(session.exec(wanted))


def units_of(
    session: Session,
    *,
    centre_id: int | None = None,
    laboratory_id: int | None = None,
    capability: str | None = None,
    after_id: int = 0,
    limit: int | None = None,
) -> list[UnitRow]:
    """Units with an id above ``after_id`` that pass every filter given, by id, at most ``limit``."""
    wanted = (
        select(Unit, Resource, Laboratory)
        .join(Resource, col(Resource.id) == col(Unit.id))
        .join(Laboratory, col(Laboratory.id) == col(Unit.laboratory_id))
        .where(col(Unit.id) > after_id)
        .order_by(col(Unit.id))
        .limit(limit)
    )
    if centre_id is not None:
        wanted = wanted.where(Resource.centre_id == centre_id)
    if laboratory_id is not None:
        wanted = wanted.where(Unit.laboratory_id == laboratory_id)
    if capability is not None:
        having = select(UnitCapability.unit_id).where(UnitCapability.capability == capability)
        wanted = wanted.where(col(Unit.id).in_(having))
    found = session.exec(wanted).all()
    capabilities = _capabilities(session, [unit.id for unit, _, _ in found])
    return [
        UnitRow(unit=unit, resource=resource, laboratory=laboratory, capabilities=tuple(capabilities.get(unit.id, ())))
        for unit, resource, laboratory in found
    ]


def _capabilities(session: Session, unit_ids: Collection[int]) -> dict[int, list[UnitCapability]]:
    rows: dict[int, list[UnitCapability]] = {}
    wanted = select(UnitCapability).where(col(UnitCapability.unit_id).in_(unit_ids))
    for row in session.exec(wanted.order_by(col(UnitCapability.capability), col(UnitCapability.quantity))):
        rows.setdefault(row.unit_id, []).append(row)
    return rows
