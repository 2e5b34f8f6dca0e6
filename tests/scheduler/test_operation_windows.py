"""When single operations may be done: while a visitor is there, or once their parts have come."""

from datetime import timedelta
from typing import Any

import pytest

from models.database import Database
from models.routing import Routing
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.doability import check_windows
from scheduler.errors import BadValue
from scheduler.explaining import why_left_out
from scheduler.operation_windows import (
    OperationOfNoStep,
    WindowOutOfOrder,
    WindowOutOfReach,
    WindowTooShort,
    windows_of,
    written,
)
from scheduler.requesting import request_bookings, submit_request
from scheduler.routing import expand
from scheduler.views import OperationWindow, RequestView
from tests.scheduler.small_centre import BOARD_ROUTING, NOW, at, found
from tests.scheduler.test_planning import draft, publish

SOAK = OperationWindow(operation="soak", start=at("Wed 09:00"), end=at("Thu 18:00"))
RUNS = expand(Routing.model_validate(BOARD_ROUTING, strict=False), quantity=10, parameters={}).runs


def ask(database: Database, *windows: OperationWindow, **more: Any) -> RequestView:
    return submit_request(
        database,
        actor=ME,
        now=NOW,
        key="R-1",
        centre="EL",
        project="A-1",
        recipe="BOARDS",
        quantity=10,
        windows=windows,
        **more,
    )


def places(database: Database) -> dict[str, tuple[Any, Any]]:
    publish(database, draft(database))
    return {
        str(each.operation): (each.start, each.end)
        for each in request_bookings(database, actor=ME, now=NOW, key="R-1")
        if each.state == "confirmed"
    }


def test_an_operation_is_done_within_its_window_and_the_others_around_it(database: Database) -> None:
    found(database)
    assert ask(database, SOAK).windows == (SOAK,)
    planned = places(database)
    assert SOAK.start is not None
    assert SOAK.end is not None
    assert SOAK.start <= planned["soak"][0]
    assert planned["soak"][1] <= SOAK.end
    assert planned["print"][1] > at("Wed 00:00"), "it is soaked at most four hours after it was printed"


def test_without_it_the_same_work_is_done_sooner(sqlite_database: Database) -> None:
    found(sqlite_database)
    ask(sqlite_database)
    assert places(sqlite_database)["soak"][0] < at("Wed 09:00")


@pytest.mark.parametrize("day", ["Tue", "Thu"])
def test_one_of_several_windows_does(sqlite_database: Database, day: str) -> None:
    found(sqlite_database)
    other = OperationWindow(operation="print", start=at(f"{day} 09:00"), end=at(f"{day} 17:00"))
    ask(sqlite_database, other, OperationWindow(operation="print", start=at("Fri 17:00"), end=at("Fri 18:00")))
    start, end = places(sqlite_database)["print"]
    assert at(f"{day} 09:00") <= start
    assert end <= at(f"{day} 17:00")


def test_parts_that_arrive_bound_one_end_only(sqlite_database: Database) -> None:
    found(sqlite_database)
    ask(sqlite_database, OperationWindow(operation="print", start=at("Thu 11:00")))
    assert places(sqlite_database)["print"][0] >= at("Thu 11:00")


def test_a_window_in_which_nobody_is_there_is_why_it_stays_out(sqlite_database: Database) -> None:
    found(sqlite_database)
    ask(sqlite_database, OperationWindow(operation="print", start=at("Sun 02:00"), end=at("Sun 04:00")))
    told = why_left_out(sqlite_database, actor=ME, now=NOW, plan_id=draft(sqlite_database), request="R-1")
    assert told.verdict == "conflict"
    assert any(
        "R-1 print between Sun 6 Dec 02:00 and Sun 6 Dec 04:00, in its 1 window." in each.text for each in told.conflict
    ), [each.text for each in told.conflict]


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("window", "error"),
    [
        ({"operation": "bake", "start": at("Wed 09:00")}, OperationOfNoStep),
        ({"operation": "soak"}, WindowOutOfOrder),
        ({"operation": "soak", "start": at("Wed 09:00"), "end": at("Wed 09:00")}, WindowOutOfOrder),
        ({"operation": "print", "start": at("Wed 09:00"), "end": at("Wed 09:40") - MINUTE}, WindowTooShort),
        ({"operation": "print", "end": at("Mon 08:00")}, WindowOutOfReach),
        ({"operation": "print", "start": at("Fri 18:00")}, WindowOutOfReach),
    ],
)
def test_nonsense_is_refused_by_name(window: dict[str, Any], error: type[BadValue]) -> None:
    with pytest.raises(error) as refused:
        check_windows(
            [OperationWindow(**window)],
            RUNS,
            release=at("Mon 08:00"),
            deadline=at("Fri 18:00"),
            zone="Europe/Moscow",
        )
    assert refused.value.field == "windows"


def test_just_long_enough_and_just_in_reach_will_do() -> None:
    near = (
        OperationWindow(operation="print", start=at("Wed 09:00"), end=at("Wed 09:40")),
        OperationWindow(operation="print", end=at("Mon 08:00") + MINUTE),
        OperationWindow(operation="print", start=at("Fri 18:00") - MINUTE),
    )
    check_windows(near, RUNS, release=at("Mon 08:00"), deadline=at("Fri 18:00"), zone="Europe/Moscow")
    assert windows_of(written(near)) == near
