"""Every table, by the room it stands in."""

from models.tables.access import Account, AccountDetail, ApiToken, Attempt, OneTimeLink, RoleGrant, SignInSession
from models.tables.bookings import Booking, Hold, Outage, Override, Run, UsedTime
from models.tables.calendars import Closure, Leave, ReservedPeriod, ShiftBreak, StartRule
from models.tables.imports import Imported
from models.tables.limits import Budget, BudgetGrant, Quota
from models.tables.maintenance import Maintenance, MaintenanceResult, MaintenanceRun, MaintenanceVisit
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
    Setup,
    Stock,
    StockDelivery,
    Unit,
    UnitCapability,
)
from models.tables.plans import Plan, PlanCentre
from models.tables.policies import Policy
from models.tables.record import AuditEvent, DueWork, Notice
from models.tables.work import PassedOver, Recipe, Request

__all__ = [
    "Account",
    "AccountDetail",
    "ApiToken",
    "Attempt",
    "AuditEvent",
    "Booking",
    "Budget",
    "BudgetGrant",
    "Capacity",
    "Centre",
    "Closure",
    "Cluster",
    "DueWork",
    "Entitlement",
    "Hold",
    "Imported",
    "Laboratory",
    "Leave",
    "Maintenance",
    "MaintenanceResult",
    "MaintenanceRun",
    "MaintenanceVisit",
    "Membership",
    "Notice",
    "OneTimeLink",
    "OpeningHours",
    "Organisation",
    "Outage",
    "Override",
    "PassedOver",
    "Person",
    "PersonDetail",
    "PersonSkill",
    "Plan",
    "PlanCentre",
    "Policy",
    "Project",
    "Qualification",
    "Quota",
    "Recipe",
    "Request",
    "ReservedPeriod",
    "Resource",
    "RoleGrant",
    "Run",
    "Setup",
    "Shift",
    "ShiftBreak",
    "SignInSession",
    "StartRule",
    "Stock",
    "StockDelivery",
    "Unit",
    "UnitCapability",
    "UsedTime",
]
