"""Asking for a job: what could never be done is refused by name, and nothing is stored."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from sqlmodel import Session, select

from models.database import Database
from models.queries.requested import request_with_key
from models.routing import Routing
from models.tables import Centre, Laboratory, OpeningHours, Request, Resource, Unit, UnitCapability
from scheduler import requesting
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.doability import (
    LagsContradict,
    LongerThanOpen,
    NoCommonUnit,
    TooFewUnits,
    UnknownCapability,
    UnknownNeed,
    ZeroDuration,
)
from scheduler.errors import BadValue, Refused, Unknown
from scheduler.requesting import list_requests, submit_request
from scheduler.routing import ParameterOutOfRange, UnknownParameter
from scheduler.views import RequestView
from tests.scheduler.small_centre import NOW, at, found, store


@pytest.fixture(autouse=True)
def _found(database: Database) -> None:
    found(database)


def submit(database: Database, **values: Any) -> RequestView:
    given = {"centre": "EL", "project": "A-1", "recipe": "BOARDS", "quantity": 20, **values}
    return submit_request(database, actor=ME, now=NOW, **given)


def drawn(*operations: dict[str, Any], **more: tuple[dict[str, Any], ...]) -> Routing:
    return Routing.model_validate({"operations": operations, **more}, strict=False)


PRINT = {"name": "print", "fixed_minutes": 60, "units": [{"capability": "printing"}]}


def test_a_recipe_with_its_numbers_becomes_an_open_request(database: Database) -> None:
    made = submit(database, parameters={"soak_hours": 48}, due=at("Thu 16:00"))
    assert (made.state, made.organisation, made.recipe, made.parameters) == (
        "open",
        "ALFA",
        "BOARDS",
        {"soak_hours": 48},
    )
    assert list_requests(database, actor=ME, now=NOW) == [made]


def test_a_routing_drawn_by_hand_is_kept_with_the_request(database: Database) -> None:
    assert submit(database, recipe=None, routing=drawn(PRINT)).recipe is None


def _with(**changes: Any) -> Routing:
    return drawn({**PRINT, **changes})


def _sharing(capability: str) -> Routing:
    """Two steps on one unit, the second with this capability."""
    second = {**PRINT, "name": "again", "units": [{"capability": capability}]}
    return drawn(PRINT, second, choices=({"operation": "print", "other": "again", "what": "unit"},))


@pytest.mark.parametrize(
    ("error", "values"),
    [
        (Unknown, {"centre": "NOWHERE"}),
        (Unknown, {"project": "NOBODY"}),
        (Unknown, {"recipe": "NOTHING"}),
        (UnknownParameter, {"parameters": {"colour": 1}}),
        (ParameterOutOfRange, {"parameters": {"soak_hours": 73}}),
        (BadValue, {"quantity": 0}),
        (BadValue, {"priority": "royal"}),
        (BadValue, {"due": at("Tue 10:00"), "deadline": at("Mon 10:00")}),
        (BadValue, {"deadline": datetime.fromisoformat("2026-11-20T10:00:00+03:00")}),
        (BadValue, {"recipe": "BOARDS", "routing": drawn(PRINT)}),
        (UnknownCapability, {"recipe": None, "routing": _with(units=[{"capability": "flying"}])}),
        (UnknownCapability, {"recipe": None, "routing": _with(units=[{"unit": "PRINTER-9"}])}),
        (UnknownCapability, {"recipe": None, "routing": _with(units=[{"unit": "SEM", "capability": "printing"}])}),
        (
            UnknownCapability,
            {
                "recipe": None,
                "routing": _with(
                    units=[{"capability": "oven", "numbers": [{"quantity": "temp_c", "low": 20, "high": 151}]}]
                ),
            },
        ),
        (UnknownNeed, {"recipe": None, "routing": _with(staff=[{"skill": "alchemy"}])}),
        (UnknownNeed, {"recipe": None, "routing": _with(stocks=[{"stock": "GOLD", "per_run": 1}])}),
        (LongerThanOpen, {"recipe": None, "routing": _with(fixed_minutes=12 * 60 + 1)}),
        (LongerThanOpen, {"recipe": None, "routing": _with(crossing="unattended", head_minutes=12 * 60 + 1)}),
        (TooFewUnits, {"recipe": None, "routing": _with(units=[{"capability": "printing"}] * 2)}),
        (ZeroDuration, {"recipe": None, "routing": _with(fixed_minutes=0)}),
        (ZeroDuration, {"recipe": None, "routing": _with(staff=[{"skill": "smt", "part": "head"}])}),
        (NoCommonUnit, {"recipe": None, "routing": _sharing("oven")}),
        (
            LagsContradict,
            {
                "recipe": None,
                "routing": drawn(
                    PRINT,
                    {**PRINT, "name": "again"},
                    lags=({"before": "print", "after": "again"}, {"before": "again", "after": "print"}),
                ),
            },
        ),
    ],
)
def test_what_could_never_be_done_is_named_and_not_stored(
    database: Database, error: type[Refused], values: dict[str, Any]
) -> None:
    with pytest.raises(error):
        submit(database, **values)
    with database.reading() as session:
        assert session.exec(select(Request)).all() == []


def test_work_as_long_as_the_day_is_open_is_not_too_long(database: Database) -> None:
    assert submit(database, recipe=None, routing=_with(fixed_minutes=12 * 60)).state == "open"


def test_steps_that_one_unit_can_both_do_may_share_it(database: Database) -> None:
    assert submit(database, recipe=None, routing=_sharing("printing")).state == "open"


def test_a_key_is_given_once(database: Database) -> None:
    submit(database, key="R-1")
    with pytest.raises(BadValue):
        submit(database, key="R-1")


def test_one_key_asked_for_at_two_centres_at_once_is_given_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock is the centre's and the key is everybody's: both find it free before either has stored it."""
    store(database, Centre(id=2, key="PH", name="Pharmaceutics", zone="Europe/Moscow"))
    store(database, Laboratory(id=2, centre_id=2, key="LAB", name="Laboratory"))
    store(database, OpeningHours(laboratory_id=2, weekday=0, opens=8 * 60, closes=20 * 60))
    store(database, Resource(id=9, centre_id=2, kind="unit"), Unit(id=9, laboratory_id=2, key="P2", name="", type="x"))
    store(database, UnitCapability(unit_id=9, capability="printing"))
    looked = threading.Barrier(2)

    def look(session: Session, key: str) -> Request | None:
        found = request_with_key(session, key)
        # On SQLite the other waits for this one's transaction, and cannot come.
        with suppress(threading.BrokenBarrierError):
            looked.wait(timeout=0.5)
        return found

    monkeypatch.setattr(requesting, "request_with_key", look)

    def ask(centre: str) -> RequestView | BadValue:
        try:
            return submit(database, key="R-1", centre=centre, recipe=None, routing=drawn(PRINT))
        except BadValue as refusal:
            return refusal

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(ask, ("EL", "PH")))
    (lost,) = (answer for answer in answers if isinstance(answer, BadValue))
    assert (lost.text, lost.field) == ("There is a request 'R-1' already.", "key")
    assert len(list_requests(database, actor=ME, now=NOW)) == 1
