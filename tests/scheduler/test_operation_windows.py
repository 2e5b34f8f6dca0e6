"""When single operations may be done: while a visitor is there, or once their parts have come."""

from datetime import datetime, timedelta
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
from scheduler.plans import show_plan
from scheduler.requesting import list_requests, request_bookings, submit_request
from scheduler.routing import expand
from scheduler.views import OperationWindow, RequestView
from tests.scheduler.small_centre import BOARD_ROUTING, NOW, at, found, request
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


MINUTE, LATEST = timedelta(minutes=1), at("+Fri 12:00")


@pytest.mark.parametrize(
    ("window", "error"),
    [
        ({"operation": "bake", "start": at("Wed 09:00")}, OperationOfNoStep),
        ({"operation": "soak"}, WindowOutOfOrder),
        ({"operation": "soak", "start": at("Wed 09:00"), "end": at("Wed 09:00")}, WindowOutOfOrder),
        ({"operation": "print", "start": at("Wed 09:00"), "end": at("Wed 09:40") - MINUTE}, WindowTooShort),
        ({"operation": "print", "end": at("Mon 08:00")}, WindowOutOfReach),
        ({"operation": "print", "start": at("Fri 18:00")}, WindowOutOfReach),
        ({"operation": "print", "start": at("Wed 09:02"), "end": at("Wed 09:42")}, WindowTooShort),
        ({"operation": "print", "start": at("Wed 09:06"), "end": at("Wed 09:49")}, WindowTooShort),
    ],
)
def test_nonsense_is_refused_by_name(window: dict[str, Any], error: type[BadValue]) -> None:
    with pytest.raises(error) as refused:
        check_windows(
            [OperationWindow(**window)],
            RUNS,
            release=at("Mon 08:00"),
            deadline=at("Fri 18:00"),
            latest=LATEST,
            zone="Europe/Moscow",
            tick_minutes=5,
        )
    assert refused.value.field == "windows"


def test_just_long_enough_and_just_in_reach_will_do() -> None:
    near = (
        OperationWindow(operation="print", start=at("Wed 09:00"), end=at("Wed 09:40")),
        OperationWindow(operation="print", start=at("Wed 09:04"), end=at("Wed 09:45")),
        OperationWindow(operation="print", end=at("Mon 08:00") + MINUTE),
        OperationWindow(operation="print", start=at("Fri 18:00") - MINUTE),
    )
    span: dict[str, Any] = {"release": at("Mon 08:00"), "deadline": at("Fri 18:00"), "latest": LATEST}
    check_windows(near, RUNS, zone="Europe/Moscow", tick_minutes=5, **span)
    assert windows_of(written(near)) == near


@pytest.mark.parametrize(("late", "refused"), [(timedelta(0), False), (MINUTE, True)])
def test_a_window_that_no_plan_reaches_is_refused(late: timedelta, refused: bool) -> None:
    def check() -> None:
        window = OperationWindow(operation="print", start=LATEST + late)
        span: dict[str, Any] = {"release": NOW, "deadline": None, "latest": LATEST}
        check_windows([window], RUNS, zone="Europe/Moscow", tick_minutes=5, **span)

    if not refused:
        check()
        return
    with pytest.raises(WindowOutOfReach, match="nothing is planned later than"):
        check()


def test_the_grid_counts_head_and_tail_each_by_itself() -> None:
    """Two parts of seven minutes are two ticks of five each: twenty minutes, where one of fourteen would be fifteen."""
    parts = {"crossing": "unattended", "fixed_minutes": 0, "head_minutes": 7, "tail_minutes": 7}
    operation = {"name": "rinse", **parts, "units": [{"capability": "oven"}]}
    runs = expand(Routing.model_validate({"operations": [operation]}, strict=False), quantity=1, parameters={}).runs
    span: dict[str, Any] = {"release": NOW, "deadline": None, "latest": LATEST, "zone": "Europe/Moscow"}
    window: dict[str, Any] = {"operation": "rinse", "start": at("Wed 09:00")}
    check_windows([OperationWindow(end=at("Wed 09:20"), **window)], runs, tick_minutes=5, **span)
    with pytest.raises(WindowTooShort, match="15 min lie on it, and it takes 20 min"):
        check_windows([OperationWindow(end=at("Wed 09:15"), **window)], runs, tick_minutes=5, **span)


@pytest.mark.parametrize(
    ("start", "end", "error"),
    [(NOW + timedelta(days=500), None, WindowOutOfReach), (at("Tue 09:02"), at("Tue 09:42"), WindowTooShort)],
)
def test_asking_refuses_what_no_plan_could_hold(
    sqlite_database: Database, start: datetime, end: datetime | None, error: type[BadValue]
) -> None:
    found(sqlite_database)
    window = OperationWindow(operation="print", start=start, end=end)
    with pytest.raises(error):
        ask(sqlite_database, window)
    assert list_requests(sqlite_database, actor=ME, now=NOW) == []


def test_a_stored_window_beyond_the_horizon_waits_for_its_week(sqlite_database: Database) -> None:
    """It is not said to be too short, nor to contradict anything."""
    found(sqlite_database)
    start = NOW + timedelta(days=500)
    request(sqlite_database, "R-1", windows=written([OperationWindow(operation="soak", start=start)]))
    view = show_plan(sqlite_database, actor=ME, now=NOW, plan_id=draft(sqlite_database, work=1))
    (out,) = view.left_out
    assert out.absence == "deferred"
    assert not any("grid" in reason.text for reason in out.reasons)
