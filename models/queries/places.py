"""Centres, laboratories, units, hours, capacities and stocks.

Knows nothing of weeks: hours are weekly rows, as stored.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from models.tables import (
    Capacity,
    Centre,
    Laboratory,
    OpeningHours,
    Resource,
    Stock,
    StockDelivery,
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


@dataclass(frozen=True, kw_only=True, slots=True)
class StockRow:
    """A stock with its deliveries, the first first."""

    stock: Stock
    deliveries: tuple[StockDelivery, ...]


def every_centre(session: Session) -> list[Centre]:
    """All centres, by id."""
    return list(session.exec(select(Centre).order_by(col(Centre.id))))


def centres_with_keys(session: Session, keys: Collection[str]) -> dict[str, Centre]:
    """Centres by key; unknown keys are missing."""
    return {row.key: row for row in session.exec(select(Centre).where(col(Centre.key).in_(keys)))}


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


def opening_hours_of(session: Session, *, centre_id: int) -> list[OpeningHours]:
    """Hours of the centre's laboratories and of its units that have their own, by weekday and opening."""
    laboratories = select(Laboratory.id).where(Laboratory.centre_id == centre_id)
    units = select(Resource.id).where(Resource.centre_id == centre_id)
    wanted = select(OpeningHours).where(
        or_(col(OpeningHours.laboratory_id).in_(laboratories), col(OpeningHours.unit_id).in_(units))
    )
    order = col(OpeningHours.weekday), col(OpeningHours.opens), col(OpeningHours.id)
    return list(session.exec(wanted.order_by(*order)))


def capacities_of(session: Session, *, centre_id: int) -> list[Capacity]:
    """The centre's shared capacities, by id."""
    return list(session.exec(select(Capacity).where(Capacity.centre_id == centre_id).order_by(col(Capacity.id))))


def stocks_of(session: Session, *, centre_id: int) -> list[StockRow]:
    """The centre's stocks with their deliveries, by id."""
    stocks = session.exec(select(Stock).where(Stock.centre_id == centre_id).order_by(col(Stock.id))).all()
    deliveries: dict[int, list[StockDelivery]] = {}
    wanted = select(StockDelivery).where(col(StockDelivery.stock_id).in_([stock.id for stock in stocks]))
    for row in session.exec(wanted.order_by(col(StockDelivery.at))):
        deliveries.setdefault(row.stock_id, []).append(row)
    return [StockRow(stock=stock, deliveries=tuple(deliveries.get(stock.id or 0, ()))) for stock in stocks]
