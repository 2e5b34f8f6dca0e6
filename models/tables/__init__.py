"""Every table, by the room it stands in."""

from models.tables.bookings import Booking, Hold, Outage, Run
from models.tables.people import (
    Cluster,
    Entitlement,
    Organisation,
    Person,
    PersonDetail,
    PersonSkill,
    Project,
    Shift,
)
from models.tables.places import (
    Capacity,
    Centre,
    Laboratory,
    OpeningHours,
    Resource,
    Setup,
    Stock,
    StockDelivery,
    Unit,
    UnitCapability,
)
from models.tables.plans import Plan, PlanCentre
from models.tables.record import AuditEvent, DueWork, Notice
from models.tables.work import Recipe, Request

__all__ = [
    "AuditEvent",
    "Booking",
    "Capacity",
    "Centre",
    "Cluster",
    "DueWork",
    "Entitlement",
    "Hold",
    "Laboratory",
    "Notice",
    "OpeningHours",
    "Organisation",
    "Outage",
    "Person",
    "PersonDetail",
    "PersonSkill",
    "Plan",
    "PlanCentre",
    "Project",
    "Recipe",
    "Request",
    "Resource",
    "Run",
    "Setup",
    "Shift",
    "Stock",
    "StockDelivery",
    "Unit",
    "UnitCapability",
]
