"""Two firms at two centres: Alfa works at Electronics, Beta at Mechanics; and doors through which anybody comes.

Ids from 7000 on are Beta's, so that they stand out in an answer. Nobody has the ids and keys in ``MISSING``.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import Session, SQLModel

from models.database import Database
from models.queries.plans import plan_with_id
from models.tables import (
    Account,
    AccountDetail,
    Booking,
    Centre,
    Hold,
    Laboratory,
    Maintenance,
    OpeningHours,
    Outage,
    Plan,
    PlanCentre,
    Resource,
    Run,
    Unit,
    UnitCapability,
)
from scheduler.actors import LOCAL_ADMINISTRATOR, NOBODY, Actor
from scheduler.planning import ask_for_plan, draft_plan
from tests.api.applications import application_on
from tests.api.declared import HERE, check_declared
from tests.scheduler.actors import administrator, auditor, engineer, manager, technician
from tests.scheduler.small_centre import NOW, WEEK, at, found, request, store

ACTORS: Mapping[str, Actor] = {
    "nobody": NOBODY,
    "engineer": engineer(1),
    "engineer of Beta": engineer(2),
    "technician": technician(1),
    "manager": manager(1),
    "administrator": administrator(),
    "auditor": auditor(),
}
OWN: Mapping[str, Any] = {
    "centre": "EL",
    "unit": "OVEN-1",
    "organisation": "ALFA",
    "project": "A-1",
    "request": "R-OWN",
    "booking": 1,
    "asked": 2,
    "outage": 1,
    "draft": 1,
    "published": 2,
    "maintenance": "CAL-OWN",
}
FOREIGN: Mapping[str, Any] = {
    "centre": "ME",
    "unit": "MILL",
    "organisation": "BETA",
    "project": "B-1",
    "request": "R-FOREIGN",
    "booking": 7001,
    "asked": 7002,
    "outage": 7001,
    "draft": 7001,
    "published": 7002,
    "maintenance": "CAL-FOREIGN",
}
PEOPLE = (100, 101, 110, 120, 999)
"""Accounts: those of the actors, and somebody else's."""
MISSING: Mapping[str, Any] = {
    name: 9999 if isinstance(value, int) else f"{value[:3]}-NONE" for name, value in FOREIGN.items()
}
_MILLING: dict[str, Any] = {
    "operations": [
        {"name": "mill", "fixed_minutes": 60, "expected_percent": 50, "units": [{"capability": "milling"}]},
        {"name": "polish", "fixed_minutes": 60, "units": [{"capability": "milling"}]},
    ]
}
_IMAGING: dict[str, Any] = {
    "operations": [
        {"name": "look", "fixed_minutes": 60, "expected_percent": 50, "units": [{"capability": "imaging"}]},
        {"name": "look again", "fixed_minutes": 60, "units": [{"capability": "imaging"}]},
    ]
}


def found_both(database: Database) -> None:
    """Each firm has a request, a booking by hand, and at its centre an outage, a calibration, a draft and a published
    plan."""
    found(database)
    store(
        database,
        Centre(id=2, key="ME", name="Mechanics", zone="Europe/Moscow", settings={}),
        Laboratory(id=2, centre_id=2, key="MILLS", name="Milling"),
        Resource(id=70, centre_id=2, kind="unit", lanes=1),
        Unit(id=70, laboratory_id=2, key="MILL", name="Mill", type="mill"),
        UnitCapability(unit_id=70, capability="milling"),
        *(OpeningHours(laboratory_id=2, weekday=day, opens=0, closes=1440) for day in range(7)),
    )
    for number in PEOPLE:
        store(
            database,
            Account(id=number, made_at=NOW),
            AccountDetail(account_id=number, email=f"somebody{number}@example.org", name=f"Somebody {number}"),
        )
    request(database, "R-OWN", recipe_id=None, routing=_IMAGING)
    request(database, "R-FOREIGN", project=2, centre_id=2, recipe_id=None, routing=_MILLING)
    _things(database, OWN, unit=2, centre=1, project=1)
    _things(database, FOREIGN, unit=70, centre=2, project=2)
    _plans(database, OWN, centre=1)
    _plans(database, FOREIGN, centre=2)


def _booking(id_: int, day: str, state: str, *, unit: int, centre: int, project: int, purpose: str) -> list[SQLModel]:
    start, end = at(f"{day} 10:00"), at(f"{day} 12:00")
    holds = state == "confirmed"
    return [
        Run(id=id_, centre_id=centre, start_at=start, end_at=end),
        Hold(id=id_, run_id=id_, resource_id=unit, start_at=start, end_at=end, in_force=holds),
        Booking(
            id=id_,
            run_id=id_,
            project_id=project,
            organisation_id=project,
            cluster_id=project,
            stage="prototype",
            purpose=purpose,
            state=state,
            booked_start=start,
            booked_end=end,
            made_at=NOW,
            made_by="account:1",
        ),
    ]


def _things(database: Database, names: Mapping[str, Any], *, unit: int, centre: int, project: int) -> None:
    of: dict[str, Any] = {"unit": unit, "centre": centre, "project": project}
    store(
        database,
        *_booking(names["booking"], "Thu", "confirmed", **of, purpose=f"secret of {names['organisation']}"),
        *_booking(names["asked"], "Fri", "asked", **of, purpose=f"secret wish of {names['organisation']}"),
        Outage(
            id=names["outage"],
            unit_id=unit,
            start_at=at("Sat 10:00"),
            end_at=at("Sat 12:00"),
            reason=f"broken by {names['organisation']}",
            reported_by="account:1",
            reported_at=NOW,
        ),
        Maintenance(
            key=names["maintenance"],
            unit_id=unit,
            kind="calibration",
            every_days=365,
            minutes=60,
            last_done_at=NOW - timedelta(days=10),
        ),
    )


def _plans(database: Database, names: Mapping[str, Any], *, centre: int) -> None:
    """A draft under its id, and the same as if it had been published under the other."""
    made = ask_for_plan(
        database, actor=LOCAL_ADMINISTRATOR, now=NOW, week=WEEK, centres=(names["centre"],), limit=None, work=1
    )
    draft_plan(database, actor=LOCAL_ADMINISTRATOR, now=lambda: NOW, plan_id=made)

    def command(session: Session) -> None:
        plan = plan_with_id(session, made)
        assert plan is not None
        told = plan.model_dump(exclude={"id"})
        copies = {names["published"]: told | {"state": "published", "published_at": NOW}}
        if made != names["draft"]:
            copies[names["draft"]] = told
        for id_, values in copies.items():
            session.add(Plan(id=id_, **values))
            session.flush()
            session.add(PlanCentre(plan_id=id_, centre_id=centre, revision=session.get_one(Centre, centre).revision))

    database.write(command)


class Doors(TestClient):
    """The application, through which anybody comes, on a database that may be changed for another."""

    def __init__(self, database: Database, *, moment: datetime = NOW) -> None:
        self.actor: Actor = NOBODY
        self.moment = moment
        self.application = application_on(database, clock=lambda: self.moment, identify=lambda *_: self.actor)
        super().__init__(self.application, base_url=HERE, raise_server_exceptions=False, follow_redirects=False)

    def of(self, database: Database) -> "Doors":
        self.application.state.database = database
        return self

    def come(self, actor: Actor, method: str, address: str, **sent: Any) -> Any:
        """The answer to a call of this actor, which is declared. What is sent to pages comes as a form."""
        self.actor = actor
        body = sent.get("body")
        as_what = {} if body is None else {"json" if address.startswith("/api/") else "data": body}
        response = self.request(method, address, **as_what)
        check_declared(self.application.openapi(), method, response)
        return response
