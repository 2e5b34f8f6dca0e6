"""Why a request is out of a plan, in names and local times, and the earliest places beside what is booked."""

from datetime import datetime
from typing import Any

import pytest

from models.database import Database
from models.tables import Quota, Recipe
from scheduler.actors import LOCAL_ADMINISTRATOR as ADMIN
from scheduler.errors import NotPossibleNow, Unknown
from scheduler.explaining import SHARING, earliest_of, why_left_out
from scheduler.maintaining import list_maintenance
from scheduler.outages import report_outage
from scheduler.planning import ask_for_plan, draft_plan
from scheduler.plans import show_plan
from scheduler.publishing import publish_plan
from scheduler.translate.upkeep import IN_TIME
from scheduler.why_views import WhyView
from tests.scheduler.actors import engineer
from tests.scheduler.small_centre import NOW, WEEK, at, found, request, store
from tests.scheduler.upkept import calibration, visit

CUT: dict[str, Any] = {
    "operations": [{"name": "cut", "fixed_minutes": 600, "units": [{"capability": "printing"}]}],
}


@pytest.fixture
def here(sqlite_database: Database) -> Database:
    found(sqlite_database)
    return sqlite_database


def cut(database: Database, key: str, *, project: int = 1, until: str = "Mon 20:00", **values: Any) -> None:
    """Ten of the twelve hours that the printer is open a day."""
    dates = {"deadline_at": at(until)} if until else {}
    request(database, key, project=project, recipe_id=None, routing=CUT, **dates, **values)


def drafted(database: Database, now: datetime = NOW) -> int:
    plan_id = ask_for_plan(database, actor=ADMIN, now=now, week=WEEK, limit=None, work=2, workers=1)
    draft_plan(database, actor=ADMIN, now=lambda: now, plan_id=plan_id)
    return plan_id


def why(database: Database, plan_id: int, key: str, **asked: Any) -> WhyView:
    return why_left_out(database, actor=ADMIN, now=NOW, plan_id=plan_id, request=key, **asked)


def test_who_would_have_to_make_room_and_what_would_let_it_in(here: Database) -> None:
    cut(here, "FIRST", priority="urgent")
    cut(here, "SECOND", project=2)
    plan_id = drafted(here)
    view = why(here, plan_id, "SECOND")
    assert (view.request, view.owner, view.verdict, view.proven, view.searched) == (
        "SECOND",
        "Beta",
        "outweighed",
        True,
        True,
    )
    assert "would fit only in place of 1 other request" in view.text
    (yields,) = view.yields
    assert yields.text.startswith("FIRST (Alfa) on PRINTER, Mon 30 Nov 08:00–18:00 (10 h, weight ")
    assert dict(yields.facts)["resource"] == "PRINTER"
    assert {each.code for each in view.options} == {"later_deadline"}
    later = next(each for each in view.options if each.code == "later_deadline")
    assert later.text == "Tue 1 Dec 08:00–18:00 if the deadline moves by 22 h, to Tue 1 Dec 18:00."
    assert view.blockers[0].code == "no_room_on_unit"
    publish_plan(here, actor=ADMIN, now=NOW, plan_id=plan_id)
    other = why_left_out(here, actor=engineer(2), now=NOW, plan_id=plan_id, request="SECOND")
    assert other.yields[0].text == "Another booking on PRINTER, Mon 30 Nov 08:00–18:00 (10 h)."
    assert "would fit only in place of 1 other request." in other.text
    assert "FIRST" not in str(other)
    assert "Alfa" not in str(other)


def test_rules_that_collide_are_named_in_local_times(here: Database) -> None:
    cut(here, "NARROW", until="Mon 17:00")
    view = why(here, drafted(here), "NARROW")
    assert (view.verdict, view.proven) == ("conflict", True)
    assert [each.text for each in view.conflict] == [
        "Its deadline, Mon 30 Nov 17:00.",
        "The opening hours of PRINTER.",
    ]
    assert view.text.startswith("Even alone, NARROW cannot be planned")
    assert (
        next(each.text for each in view.options)
        == "Mon 30 Nov 08:00–18:00 if the deadline moves by 1 h, to Mon 30 Nov 18:00."
    )


def test_the_due_date_is_held_where_that_is_asked(here: Database) -> None:
    cut(here, "DUE", until="", due_at=at("Mon 12:00"))
    plan_id = drafted(here)
    with pytest.raises(NotPossibleNow, match="has DUE"):
        why(here, plan_id, "DUE")
    view = why(here, plan_id, "DUE", in_time=True)
    assert [each.code for each in view.conflict] == ["due", "opening_hours"]
    assert view.options[0].text == "Mon 30 Nov 08:00–18:00 if the due date moves by 6 h, to Mon 30 Nov 18:00."


def test_what_is_not_there_is_refused_by_name(here: Database) -> None:
    plan_id = ask_for_plan(here, actor=ADMIN, now=NOW, week=WEEK, limit=None, work=1)
    with pytest.raises(Unknown, match="plan 99"):
        why(here, 99, "X")
    with pytest.raises(NotPossibleNow, match="queued"):
        why(here, plan_id, "X")
    draft_plan(here, actor=ADMIN, now=lambda: NOW, plan_id=plan_id)
    with pytest.raises(Unknown, match="request 'X'"):
        why(here, plan_id, "X")
    with pytest.raises(Unknown, match="request 'X'"):
        earliest_of(here, actor=ADMIN, now=NOW, request="X")


def test_the_earliest_places_lie_beside_what_is_booked(here: Database) -> None:
    cut(here, "FIRST")
    plan_id = drafted(here)
    publish_plan(here, actor=ADMIN, now=NOW, plan_id=plan_id)
    cut(here, "SECOND", until="")
    view = earliest_of(here, actor=ADMIN, now=at("Mon 06:00"), request="SECOND", n=3)
    assert (view.complete, view.zone, view.centre) == (True, "Europe/Moscow", "EL")
    assert [(each.start, each.units) for each in view.placements] == [
        (at("Tue 08:00"), ("PRINTER",)),
        (at("Tue 09:00"), ("PRINTER",)),
        (at("Tue 10:00"), ("PRINTER",)),
    ]
    routing = request(here, "BOARDS")
    assert routing
    boards = earliest_of(here, actor=ADMIN, now=at("Mon 06:00"), request="BOARDS")
    assert len(boards.placements) == 5
    assert boards.placements[0].start == at("Mon 18:00")
    assert [step.start for step in boards.placements[0].steps] == sorted(
        step.start for step in boards.placements[0].steps
    )
    assert {step.operation for step in boards.placements[0].steps} >= {"print"}


def test_what_is_booked_is_not_told_to_be_unknown(here: Database) -> None:
    cut(here, "FIRST")
    publish_plan(here, actor=ADMIN, now=NOW, plan_id=drafted(here))
    cut(here, "SECOND", until="")
    later = at("Mon 09:00")
    plan_id = drafted(here, later)
    with pytest.raises(
        NotPossibleNow, match="nothing of FIRST to place: it is booked Mon 30 Nov 08:00–18:00 on PRINTER"
    ):
        why_left_out(here, actor=ADMIN, now=later, plan_id=plan_id, request="FIRST")
    with pytest.raises(Unknown, match="request 'NONE'"):
        why_left_out(here, actor=ADMIN, now=later, plan_id=plan_id, request="NONE")


def test_why_there_is_no_earliest_place_is_told(here: Database) -> None:
    cut(here, "FIRST")
    publish_plan(here, actor=ADMIN, now=NOW, plan_id=drafted(here))
    cut(here, "SECOND")
    view = earliest_of(here, actor=ADMIN, now=at("Mon 06:00"), request="SECOND")
    assert (view.placements, view.complete, view.note) == ((), True, "")
    (blocker,) = view.blockers
    assert blocker.text.startswith(
        "SECOND cut has no room on PRINTER: it needs 10 h at a stretch, the longest gap is 2 h"
    )


def test_work_that_could_share_a_standing_run_is_not_told_to_have_no_other_place(here: Database) -> None:
    soak = {"operations": [{"name": "soak", "fixed_minutes": 60, "room": 4, "units": [{"capability": "printing"}]}]}
    store(here, Recipe(id=8, laboratory_id=1, key="SOAK", name="Soak", routing=soak))
    request(here, "ONE", recipe_id=8, parameters={}, quantity=2)
    assert earliest_of(here, actor=ADMIN, now=at("Mon 06:00"), request="ONE").complete
    publish_plan(here, actor=ADMIN, now=NOW, plan_id=drafted(here))
    assert earliest_of(here, actor=ADMIN, now=NOW, request="ONE").complete, "there is no run but its own"
    request(here, "TWO", recipe_id=8, parameters={}, quantity=2)
    view = earliest_of(here, actor=ADMIN, now=at("Mon 06:00"), request="TWO")
    assert (bool(view.placements), view.complete, view.note) == (True, False, SHARING)


def test_an_outage_is_named_and_runs_are_told_at_once(here: Database) -> None:
    report_outage(here, actor=ADMIN, now=NOW, unit="PRINTER", start=at("Mon 00:00"), end=at("Sat 00:00"), reason="fan")
    request(
        here,
        "BOARDS",
        deadline_at=at("Fri 20:00"),
        recipe_id=None,
        routing={
            "operations": [
                {"name": "print", "pieces_per_run": 10, "fixed_minutes": 30, "units": [{"capability": "printing"}]}
            ],
        },
    )
    plan = show_plan(here, actor=ADMIN, now=NOW, plan_id=drafted(here))
    (out,) = plan.left_out
    (reason,) = out.reasons
    assert reason.text.startswith("BOARDS print (3 runs) has no room on PRINTER")
    assert "60 h of that by outages, upkeep or bookings that stay." in reason.text
    assert reason.text.endswith("PRINTER is out of order Mon 30 Nov 00:00 to Sat 5 Dec 00:00.")


def test_who_has_used_up_a_quota_and_how_much_more_would_do(here: Database) -> None:
    """The printer has room on Tuesday, but the quota of 15 h in seven days has none."""
    store(
        here,
        Quota(
            key="PRINTING",
            per="organisation",
            centre_id=1,
            unit_type="printer",
            measure="minutes",
            most=900,
            period="rolling",
            days=28,
        ),
    )
    cut(here, "FIRST", until="", priority="urgent")
    cut(here, "SECOND", until="Tue 20:00")
    view = why(here, drafted(here), "SECOND")
    quota = "Alfa's quota on printer units"
    assert view.verdict == "outweighed"
    assert [each.text.partition(",")[0] for each in view.yields] == [
        "FIRST (Alfa) on PRINTER",
        f"FIRST (Alfa) on {quota}",
    ]
    (larger,) = (each for each in view.options if each.code == "larger_quota")
    assert larger.text == f"Tue 1 Dec 08:00–18:00 if {quota} allows 5 h more."
    assert dict(larger.facts)["by_minutes"] == 300


def test_an_expired_calibration_is_told_with_how_long_it_would_have_to_wait(here: Database) -> None:
    """Its visitor comes on Wednesday only."""
    visit(here, calibration(here, expires="Mon 09:00"), "Wed 08:00", "Wed 12:00")
    oven = {"capability": "oven", "numbers": [{"quantity": "temp_c", "low": 20, "high": 150}]}
    bake = {"operations": [{"name": "bake", "fixed_minutes": 240, "units": [oven]}]}
    request(here, "BAKE", recipe_id=None, routing=bake, deadline_at=at("Mon 20:00"))
    view = why(here, drafted(here), "BAKE")
    assert (view.verdict, view.proven) == ("conflict", True)
    assert [each.text for each in view.conflict] == [
        "The opening hours of OVEN-1.",
        "No use of OVEN-1 beyond its calibration.",
    ]
    assert [each.text for each in view.options] == [
        "Mon 30 Nov 08:00–12:00 if the calibration of OVEN-1 may wait for 3 h more.",
        "Mon 30 Nov 00:00–04:00 if OVEN-1 is open Mon 30 Nov 00:00–04:00.",
    ]


def test_a_calibration_that_no_visit_is_long_enough_for_stays_out_by_name(here: Database) -> None:
    """Its visitor stays for forty minutes, and it takes two hours; what needs it is told so, too."""
    visit(here, calibration(here, expires="Tue 09:00"), "Mon 12:00", "Mon 12:40")
    bake = {"operations": [{"name": "bake", "fixed_minutes": 240, "units": [{"unit": "OVEN-1"}]}]}
    request(here, "BAKE", recipe_id=None, routing=bake, release_at=at("Wed 08:00"), deadline_at=at("Wed 20:00"))
    plan = show_plan(here, actor=ADMIN, now=NOW, plan_id=drafted(here))
    short = "It takes 2 h; of the visits to come the longest lasts 40 min."
    told = {each.request: [reason.text for reason in each.reasons] for each in plan.left_out}
    assert told["calibration of OVEN-1"] == [short.replace("to come", IN_TIME)]
    assert any(text.endswith(f"none is planned after that. Of the calibration: {short}") for text in told["BAKE"])
    assert plan.tally is not None
    assert (plan.tally.left_out, plan.tally.services_left_out) == (1, 1)
    with pytest.raises(NotPossibleNow, match=r"CAL-1 could not even be asked for\. It takes 2 h"):
        why(here, plan.summary.id, "CAL-1")
    (upkeep,) = list_maintenance(here, actor=ADMIN, now=NOW)
    assert (upkeep.planned_start, upkeep.hindrance) == (None, short)


def test_a_calibration_with_a_visit_that_will_do_hinders_nothing(here: Database) -> None:
    visit(here, calibration(here, expires="Tue 09:00"), "Mon 12:00", "Mon 14:00")
    plan = show_plan(here, actor=ADMIN, now=NOW, plan_id=drafted(here))
    assert plan.left_out == ()
    assert [each.hindrance for each in list_maintenance(here, actor=ADMIN, now=NOW)] == [""]
