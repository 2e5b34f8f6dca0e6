"""What is booked and lacks something where it stands by today's calendars: open units, people who are there and able.

Week of Monday 30 November, Moscow: an oven, a printer and a bench, open from eight to eight on weekdays; Anna (5) and
Boris (6), on shift then; Vera (7), Beta's own operator.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from models.queries.world import BookedRun, World
from models.tables import (
    Booking,
    Centre,
    Closure,
    Hold,
    Laboratory,
    Leave,
    Maintenance,
    MaintenanceRun,
    OpeningHours,
    Organisation,
    Person,
    PersonSkill,
    Project,
    Request,
    Resource,
    Run,
    Shift,
    ShiftBreak,
    Unit,
    UnitCapability,
)
from scheduler.translate.hits import unsettled
from tests.scheduler.small_centre import NOW, at

PRINTER, OVEN, BENCH, OTHER_OVEN, ANNA, BORIS, VERA = 1, 2, 3, 4, 5, 6, 7
Change = dict[str, Any]

PRINT = {"name": "print", "fixed_minutes": 120, "staff": [{"skill": "smt"}], "units": [{"unit": "U1"}]}
SOAK = {
    "name": "soak",
    "crossing": "unattended",
    "head_minutes": 30,
    "fixed_minutes": 600,
    "tail_minutes": 30,
    "staff": [{"skill": "smt", "part": "head"}, {"skill": "smt", "part": "tail"}],
    "units": [{"unit": "U2"}],
    "visits": {"name": "sampling", "skill": "smt", "minutes": 30, "every_minutes": 240},
}
SOLDER = {
    "name": "solder",
    "crossing": "pausing",
    "fixed_minutes": 12 * 60,
    "staff": [{"skill": "smt"}],
    "units": [{"unit": "U3"}],
}
OWN = {"name": "own", "fixed_minutes": 60, "staff": [{"skill": "smt", "own_operator": True}], "units": [{"unit": "U1"}]}


def weekly(
    table: type[Any], columns: tuple[str, str], days: Sequence[int], low: int, high: int, **of: int
) -> list[Any]:
    return [table(weekday=day, **dict(zip(columns, (60 * low, 60 * high), strict=True)), **of) for day in days]


def opening(low: int, high: int, days: Sequence[int] = range(5), **of: int) -> list[OpeningHours]:
    place = of or {"laboratory_id": 1}
    return [OpeningHours(weekday=day, opens=60 * low, closes=60 * high, **place) for day in days]


def shifts(person: int, low: int, high: int, days: Sequence[int] = range(5)) -> list[Shift]:
    return [Shift(person_id=person, weekday=day, starts=60 * low, ends=60 * high) for day in days]


def world(operation: dict[str, Any], *runs: BookedRun, **values: Any) -> World:
    """Request 1 is for Alfa; people have the skill, and Vera may run the printer for Beta."""
    people = (ANNA, BORIS, VERA)
    units = (PRINTER, OVEN, BENCH, OTHER_OVEN)
    empty: dict[str, Any] = dict.fromkeys(("capacities", "stocks", "deliveries", "earlier", "outages"), ())
    known: dict[str, Any] = {
        **empty,
        "centres": (Centre(id=1, key="EL", name="Electronics", zone="Europe/Moscow", settings={}),),
        "laboratories": {1: Laboratory(id=1, centre_id=1, key="SMT", name="Assembly")},
        "resources": {
            **{id_: Resource(id=id_, centre_id=1, kind="unit") for id_ in units},
            **{id_: Resource(id=id_, centre_id=1, kind="person") for id_ in people},
        },
        "units": {id_: Unit(id=id_, laboratory_id=1, key=f"U{id_}", name="", type="") for id_ in units},
        "capabilities": tuple(UnitCapability(unit_id=id_, capability="heat") for id_ in (OVEN, OTHER_OVEN)),
        "opening_hours": tuple(opening(8, 20)),
        "persons": {id_: Person(id=id_, key=f"T{id_}") for id_ in people},
        "person_names": {},
        "skills": tuple(PersonSkill(person_id=id_, skill="smt") for id_ in (ANNA, BORIS)),
        "shifts": tuple(shift for id_ in people for shift in shifts(id_, 8, 20)),
        "memberships": {VERA: 2},
        "qualifications": {VERA: frozenset((PRINTER,))},
        "clusters": {},
        "organisations": {id_: Organisation(id=id_, cluster_id=1, key=f"O{id_}", name="") for id_ in (1, 2)},
        "projects": {
            id_: Project(id=id_, organisation_id=id_, cluster_id=1, key=f"P{id_}", name="", stage="idea")
            for id_ in (1, 2)
        },
        "recipes": {},
        "routings": {},
        "requests": {
            id_: Request(
                id=id_,
                key=f"R-{id_}",
                centre_id=1,
                project_id=id_,
                routing={"operations": [operation]},
                quantity=1,
                submitted_at=NOW,
                release_at=NOW,
            )
            for id_ in (1, 2)
        },
        "runs": runs,
    }
    return World(**{**known, **values})


def run(
    start: str,
    end: str,
    *holds: tuple[int, str, str],
    state: str = "confirmed",
    request: int | None = 1,
    visit: int = 0,
) -> BookedRun:
    one = None if request is None else 1
    part: dict[str, Any] = {"request_id": request, "operation": one, "number": one, "visit": visit}
    row = Run(id=9, centre_id=1, start_at=at(start), end_at=at(end), **part)
    booking = Booking(
        id=3, run_id=9, project_id=1, organisation_id=1, cluster_id=1, stage="idea", state=state, quantity=1,
        booked_start=at(start), booked_end=at(end), made_at=NOW, made_by="",
    )  # fmt: skip
    held = tuple(Hold(run_id=9, resource_id=id_, lane=0, start_at=at(low), end_at=at(high)) for id_, low, high in holds)
    return BookedRun(run=row, holds=held, bookings=(booking,))


PRINTED = run("Tue 10:00", "Tue 12:00", (PRINTER, "Tue 10:00", "Tue 12:00"), (ANNA, "Tue 10:00", "Tue 12:00"))
SOAKED = run(
    "Tue 19:00",
    "Wed 08:30",
    (OVEN, "Tue 19:00", "Wed 08:30"),
    (ANNA, "Tue 19:00", "Tue 19:30"),
    (BORIS, "Wed 08:00", "Wed 08:30"),
)
SOLDERED = run(
    "Tue 14:00",
    "Wed 14:00",
    (BENCH, "Tue 14:00", "Wed 14:00"),
    (ANNA, "Tue 14:00", "Tue 20:00"),
    (ANNA, "Wed 08:00", "Wed 14:00"),
)


def told(found: World, now: datetime = NOW) -> list[tuple[str, str, datetime, datetime]]:
    return [(each.code, each.subject, each.start, each.end) for _, lacks in unsettled(found, now=now) for each in lacks]


def lack(code: str, subject: str, start: str, end: str) -> tuple[str, str, datetime, datetime]:
    return code, subject, at(start), at(end)


def leave(start: str, end: str, person: int = ANNA) -> Change:
    return {"leaves": (Leave(person_id=person, start_at=at(start), end_at=at(end)),)}


def closure(start: str, end: str, **of: Any) -> Change:
    return {"closures": (Closure(start_at=at(start), end_at=at(end), reason="coating", **(of or {"unit_id": OVEN})),)}


def working(low: int, high: int) -> Change:
    return {"shifts": (*shifts(ANNA, low, high), *shifts(BORIS, 8, 20), *shifts(VERA, 8, 20))}


def holidays(**more: Any) -> Change:
    """In Romania the first of December, a Tuesday, is a holiday."""
    centre = Centre(id=1, key="EL", name="", zone="Europe/Moscow", settings={"holidays": "RO", **more})
    return {"centres": (centre,)}


def pause(low: int, high: int) -> Change:
    return {"breaks": (ShiftBreak(person_id=ANNA, weekday=1, starts=60 * low, ends=60 * high, name="lunch"),)}


CHANGES: list[tuple[dict[str, Any], BookedRun, Change, list[tuple[str, str, datetime, datetime]]]] = [
    (PRINT, PRINTED, {}, []),
    (PRINT, PRINTED, {"opening_hours": tuple(opening(8, 11))}, [lack("closed", "U1", "Tue 11:00", "Tue 12:00")]),
    (PRINT, PRINTED, {"opening_hours": tuple(opening(10, 12))}, []),
    (PRINT, PRINTED, {"opening_hours": (*opening(8, 20), *opening(8, 11, unit_id=PRINTER))},
     [lack("closed", "U1", "Tue 11:00", "Tue 12:00")]),
    (PRINT, PRINTED, {"opening_hours": (*opening(8, 20), *opening(8, 11, unit_id=OVEN))}, []),
    (PRINT, PRINTED, {"opening_hours": ()}, [lack("closed", "U1", "Tue 10:00", "Tue 12:00")]),
    (PRINT, PRINTED, holidays(),
     [lack("closed", "U1", "Tue 10:00", "Tue 12:00"), lack("off_shift", "P5", "Tue 10:00", "Tue 12:00")]),
    (PRINT, PRINTED, holidays(open_on_holidays=["U1", "T5"]), []),
    (PRINT, PRINTED, working(8, 11), [lack("off_shift", "P5", "Tue 11:00", "Tue 12:00")]),
    (PRINT, PRINTED, working(10, 12), []),
    (PRINT, PRINTED, leave("Tue 11:30", "Tue 18:00"), [lack("off_shift", "P5", "Tue 11:30", "Tue 12:00")]),
    (PRINT, PRINTED, leave("Tue 12:00", "Tue 18:00"), []),
    (PRINT, PRINTED, leave("Tue 10:00", "Tue 18:00", BORIS), []),
    (PRINT, PRINTED, pause(11, 12), [lack("off_shift", "P5", "Tue 11:00", "Tue 12:00")]),
    (PRINT, PRINTED, pause(12, 13), []),
    (PRINT, PRINTED, {"skills": (PersonSkill(person_id=BORIS, skill="smt"),)},
     [lack("unable", "P5", "Tue 10:00", "Tue 12:00")]),
    (SOAK, SOAKED, {}, []),
    (SOAK, SOAKED, {"opening_hours": tuple(opening(8, 19))}, [lack("closed", "U2", "Tue 19:00", "Tue 19:30")]),
    (SOAK, SOAKED, leave("Tue 19:30", "Thu 08:00"), []),
    (SOAK, SOAKED, leave("Tue 19:00", "Wed 08:15", BORIS), [lack("off_shift", "P6", "Wed 08:00", "Wed 08:15")]),
    (SOLDER, SOLDERED, {}, []),
    (SOLDER, SOLDERED, leave("Tue 16:00", "Wed 12:00"), []),
    (SOLDER, SOLDERED, leave("Wed 12:00", "Wed 18:00"), [lack("off_shift", "P5", "Wed 13:59", "Wed 14:00")]),
    (SOLDER, SOLDERED, {"opening_hours": tuple(opening(9, 20))}, [lack("too_little", "U3", "Tue 14:00", "Wed 14:00")]),
    (SOLDER, SOLDERED, {"opening_hours": tuple(opening(8, 22))}, []),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "booked", "change", "lacks"), CHANGES)
def test_what_is_booked_lacks_what_calendars_take_away(
    operation: dict[str, Any], booked: BookedRun, change: Change, lacks: list[Any]
) -> None:
    assert told(world(operation, booked, **change)) == lacks


def test_work_that_somebody_drives_needs_them_all_along() -> None:
    driven = {**SOLDER, "staff": [{"skill": "smt", "drives": True}]}
    away = leave("Tue 16:00", "Wed 12:00")
    assert [each[2:] for each in told(world(driven, SOLDERED, **away))] == [
        (at("Tue 16:00"), at("Tue 20:00")),
        (at("Wed 08:00"), at("Wed 12:00")),
    ]


def test_a_level_that_is_lost_makes_unable() -> None:
    needs_two = {**PRINT, "staff": [{"skill": "smt", "level": 2}]}
    able = (PersonSkill(person_id=ANNA, skill="smt", level=2),)
    assert told(world(needs_two, PRINTED, skills=able)) == []
    assert told(world(needs_two, PRINTED)) == [lack("unable", "P5", "Tue 10:00", "Tue 12:00")]


OWNED = run("Tue 10:00", "Tue 11:00", (PRINTER, "Tue 10:00", "Tue 11:00"), (VERA, "Tue 10:00", "Tue 11:00"), request=2)


@pytest.mark.parametrize(
    ("change", "is_able"),
    [
        ({}, True),
        ({"qualifications": {VERA: frozenset((OVEN,))}}, False),
        ({"qualifications": {VERA: frozenset((PRINTER, OVEN))}}, True),
        ({"memberships": {VERA: 1}}, False),
    ],
)
def test_own_operators_have_to_be_qualified_still(change: Change, is_able: bool) -> None:
    assert bool(told(world(OWN, OWNED, **change))) != is_able


VISIT = run("Tue 23:00", "Tue 23:30", (ANNA, "Tue 23:00", "Tue 23:30"), visit=1)
ALL_DAY: Change = {
    "opening_hours": tuple(opening(0, 24, range(7))),
    "shifts": tuple(shift for id_ in (ANNA, BORIS, VERA) for shift in shifts(id_, 0, 24, range(7))),
}


@pytest.mark.parametrize(
    ("span", "of", "is_hit"),
    [
        (("Tue 23:15", "Wed 01:00"), {"unit_id": OVEN}, True),
        (("Tue 23:15", "Wed 01:00"), {"laboratory_id": 1}, True),
        (("Tue 23:30", "Wed 01:00"), {"unit_id": OVEN}, False),
        (("Tue 23:15", "Wed 01:00"), {"unit_id": PRINTER}, False),
    ],
)
def test_a_visit_needs_open_what_it_looks_after(span: tuple[str, str], of: Change, is_hit: bool) -> None:
    assert bool(told(world(SOAK, VISIT, **ALL_DAY, **closure(*span, **of)))) == is_hit


def test_a_visit_is_bound_to_no_unit_where_those_that_could_be_used_differ_in_hours() -> None:
    """As in a plan, which does not know which of them is used."""
    either = {**SOAK, "units": [{"capability": "heat"}]}
    assert told(world(either, VISIT, **ALL_DAY, **closure("Tue 23:00", "Wed 01:00"))) == []
    both = closure("Tue 23:00", "Wed 01:00", centre_id=1)
    assert [each[1] for each in told(world(either, VISIT, **ALL_DAY, **both))] == ["U2", "P5"]


def test_whoever_changes_a_unit_over_has_to_be_there() -> None:
    cleaned = replace(
        PRINTED,
        holds=(*PRINTED.holds, Hold(run_id=9, resource_id=BORIS, start_at=at("Tue 09:00"), end_at=at("Tue 10:00"))),
    )
    away = leave("Tue 08:00", "Tue 09:30", BORIS)
    assert told(world(PRINT, cleaned, **away)) == [lack("off_shift", "P6", "Tue 09:00", "Tue 09:30")]


def test_whoever_changes_a_unit_over_is_there_all_along_also_where_the_work_pauses() -> None:
    cleaning = Hold(run_id=9, resource_id=BORIS, start_at=at("Tue 13:00"), end_at=at("Tue 14:00"))
    cleaned = replace(SOLDERED, holds=(*SOLDERED.holds, cleaning))
    away = leave("Tue 12:00", "Tue 13:30", BORIS)
    assert told(world(SOLDER, cleaned, **away)) == [lack("off_shift", "P6", "Tue 13:00", "Tue 13:30")]


def test_whoever_sees_to_the_end_of_work_that_pauses_is_there_when_that_part_begins_and_ends() -> None:
    operation = {**SOLDER, "fixed_minutes": 11 * 60, "tail_minutes": 60, "staff": [{"skill": "smt", "part": "tail"}]}
    unloaded = run(
        "Tue 14:00", "Wed 14:00", (BENCH, "Tue 14:00", "Wed 14:00"), (ANNA, "Wed 13:00", "Wed 14:00")
    )  # fmt: skip
    for start, end, lacks in (
        ("Wed 12:00", "Wed 13:00", []),
        ("Wed 12:00", "Wed 13:30", [lack("off_shift", "P5", "Wed 13:00", "Wed 13:01")]),
        ("Wed 13:15", "Wed 13:45", []),
        ("Wed 13:30", "Wed 18:00", [lack("off_shift", "P5", "Wed 13:59", "Wed 14:00")]),
    ):
        assert told(world(operation, unloaded, **leave(start, end))) == lacks


def test_maintenance_needs_hours_and_its_technician() -> None:
    row = Maintenance(
        id=1, key="CAL", unit_id=OVEN, kind="calibration", every_days=180, minutes=60, skill="smt", last_done_at=NOW
    )
    planned = replace(
        run("Tue 10:00", "Tue 11:00", (OVEN, "Tue 10:00", "Tue 11:00"), (ANNA, "Tue 10:00", "Tue 11:00"), request=None),
        bookings=(),
        maintenance=MaintenanceRun(run_id=9, maintenance_id=1, state="planned", made_at=NOW, made_by=""),
    )

    def here(**change: Any) -> World:
        return world(PRINT, planned, maintenance=(row,), **change)

    assert told(here()) == []
    assert [each[0] for each in told(here(skills=(), **closure("Tue 10:30", "Tue 12:00")))] == ["closed", "unable"]


def test_what_has_begun_is_not_confirmed_or_was_let_break_rules_is_spared() -> None:
    gone = {"opening_hours": (), "shifts": ()}
    assert told(world(PRINT, PRINTED, **gone), at("Tue 10:00")) != []
    assert told(world(PRINT, PRINTED, **gone), at("Tue 10:05")) == []
    assert (
        told(world(PRINT, run("Tue 10:00", "Tue 12:00", (PRINTER, "Tue 10:00", "Tue 12:00"), state="asked"), **gone))
        == []
    )
    assert told(world(PRINT, PRINTED, **gone, overridden={3: NOW})) == []


def test_what_lacked_it_before_as_well_is_not_told_of_a_change() -> None:
    shut = world(PRINT, PRINTED, opening_hours=tuple(opening(8, 11)))
    other = replace(shut, leaves=(Leave(person_id=BORIS, start_at=at("Tue 08:00"), end_at=at("Tue 18:00")),))
    assert unsettled(other, now=NOW, before=shut) == []
    more = replace(shut, **leave("Tue 08:00", "Tue 18:00"))
    ((_, lacks),) = unsettled(more, now=NOW, before=shut)
    assert [each.code for each in lacks] == ["off_shift"]
