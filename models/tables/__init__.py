"""Every table, by the room it stands in."""

from models.tables.bookings import Booking, Hold, Outage, Run
from models.tables.people import (
    Cluster,
    Entitlement,
    Membership,
    Organisation,
    Person,
    PersonDetail,
    PersonSkill,
    Project,
    Qualification,
    Shift,
)
from models.tables.places import (
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
    "Membership",
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
    "Qualification",
    "Recipe",
    "Request",
    "Resource",
    "Run",
    "Shift",
    "Stock",
    "StockDelivery",
    "Unit",
    "UnitCapability",
]
