"""Why a request is out of a plan, in names and local times, and the earliest places beside what is booked."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from models.database import Database
from models.tables import Capacity, Quota, Recipe, Stock
from scheduler.access import sight
from scheduler.actors import LOCAL_ADMINISTRATOR as ADMIN
from scheduler.errors import NotPossibleNow, Unknown
from scheduler.explained import _ALLOWED, _LISTED, _TOLD, Explained
from scheduler.explaining import SHARING, earliest_of, why_left_out
from scheduler.maintaining import list_maintenance
from scheduler.outages import report_outage
from scheduler.planning import ask_for_plan, draft_plan
from scheduler.plans import show_plan
from scheduler.publishing import publish_plan
from scheduler.translate.upkeep import IN_TIME
from scheduler.why_views import WhyView
from solver.explain.allowing import CODES
from solver.explain.answers import Move, Relaxation, Why, Yielding
from solver.explain.named import NAMED
from solver.plan import Blocker
from tests.scheduler.actors import engineer
from tests.scheduler.small_centre import NOW, WEEK, at, found, request, store
from tests.scheduler.test_naming import naming
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


def test_moves_and_people_are_told(sqlite_database: Database) -> None:
    words = Explained(naming=naming(sqlite_database))
    moves = (Move(request="R1", task="R1/1/1", from_start=0, from_end=4, to_start=24, to_end=28),)

    def option(code: str, *ids: str, moved: tuple[Move, ...] = (), **numbers: int) -> str:
        each = Relaxation(
            code=code, ids=ids, numbers=tuple(numbers.items()), cost=1, start=0, end=4, assignments=(), moves=moved
        )
        return next(words.options(Why(request="R1", verdict="outweighed", weight=1, relaxations=(each,)))).text

    told = option("others_move", "R1", moved=moves, by=24)
    assert "print (" in told
    assert " moves by 2 h, to " in told
    many = option("others_move", "R1", moved=moves * 3, by=24)
    assert many.split(" others move: ")[1].count("; ") == 2
    assert " 3 others move: " in many
    assert " with one more person on smt (" in option("one_more_person", "1:smt", work=4)
    assert " with a second shift on smt (" in option("second_shift", "1:smt", work=4)
    hidden = Explained(naming=replace(words.naming, sight=sight(engineer(9))))
    held = Yielding(request="R1", resource="U1", start=0, end=4, weight=9, displacement=1)
    text = next(hidden.yields(Why(request="R1", verdict="outweighed", weight=1, yields=(held,)))).text
    assert text.startswith("Another booking on PRINTER, ")
    assert text.endswith("stands confirmed).")


def test_a_change_is_told_whole_and_until_when(sqlite_database: Database) -> None:
    """Whoever allows what is told has allowed enough: nothing of it is rounded away."""
    words = Explained(naming=naming(sqlite_database))
    late = Relaxation(
        code="later_deadline", ids=("R1",), numbers=(("by", 834),), cost=834, start=800, end=834, assignments=()
    )
    moved = (Move(request="R1", task="R1/1/1", from_start=0, from_end=4, to_start=29, to_end=33),)
    others = Relaxation(code="others_move", ids=("R1",), numbers=(("by", 29),), cost=29, start=0, end=4, assignments=())
    asked = Why(request="R1", verdict="outweighed", weight=1, relaxations=(late, replace(late, code="later_due")))
    told = [each.text.partition(" if ")[2] for each in words.options(asked)]
    assert told == [f"the {date} moves by 2 d 21 h 30 min, to Wed 2 Dec 21:30." for date in ("deadline", "due date")]
    (text,) = (each.text for each in words.options(replace(asked, relaxations=(replace(others, moves=moved),))))
    assert " moves by 2 h 25 min, to " in text


def test_stock_and_power_that_would_do_have_their_measure(sqlite_database: Database) -> None:
    paste = Stock(id=4, centre_id=1, key="paste", name="Solder paste", measure="g")
    power = Capacity(id=3, centre_id=1, key="power", name="Power", measure="kW", level=9)
    named = naming(sqlite_database)
    words = Explained(naming=replace(named, world=replace(named.world, stocks=(paste,), capacities=(power,))))
    more = Relaxation(
        code="more_stock", ids=("S4",), numbers=(("amount", 250), ("from", 96)), cost=1, start=0, end=4, assignments=()
    )
    drawn = Relaxation(
        code="more_capacity", ids=("C3",), numbers=(("amount", 2),), cost=1, start=0, end=4, assignments=()
    )
    asked = Why(request="R1", verdict="outweighed", weight=1, relaxations=(more, drawn))
    stock, capacity = words.options(asked)
    assert stock.text.endswith("with 250 g more of Solder paste by Mon 30 Nov 08:00.")
    assert (dict(stock.facts)["amount"], dict(stock.facts)["from"]) == (250, "2026-11-30T05:00:00+00:00")
    assert capacity.text.endswith("with 2 kW more of Power then.")
    held = Yielding(request="R1", resource="S4", start=96, end=97, weight=9, amount=300)
    (told,) = words.yields(Why(request="R1", verdict="outweighed", weight=1, yields=(held,)))
    assert told.text == "R-1 (Alfa), 300 g of Solder paste, from Mon 30 Nov 08:00 on (weight 9)."
    assert dict(told.facts)["amount"] == 300
    others = Explained(naming=replace(words.naming, sight=sight(engineer(9))))
    (told,) = others.yields(Why(request="R1", verdict="outweighed", weight=1, yields=(held,)))
    assert told.text == "Another booking on Solder paste, from Mon 30 Nov 08:00 on."
    assert "amount" not in dict(told.facts)


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
    """Its visitor stays for an hour, and it takes two; what needs it is told so, too."""
    visit(here, calibration(here, expires="Tue 09:00"), "Mon 12:00", "Mon 13:00")
    bake = {"operations": [{"name": "bake", "fixed_minutes": 240, "units": [{"unit": "OVEN-1"}]}]}
    request(here, "BAKE", recipe_id=None, routing=bake, release_at=at("Wed 08:00"), deadline_at=at("Wed 20:00"))
    plan = show_plan(here, actor=ADMIN, now=NOW, plan_id=drafted(here))
    short = "It takes 2 h; of the visits to come the longest lasts 1 h."
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


def test_whatever_is_named_or_offered_has_words(sqlite_database: Database) -> None:
    words = Explained(naming=naming(sqlite_database))

    def rule(code: str, *ids: str, **numbers: int) -> str:
        told = (Blocker(code=code, ids=ids, numbers=tuple(numbers.items())),)
        return next(words.conflict(Why(request="R1", verdict="conflict", weight=1, conflict=told))).text

    def option(code: str, *ids: str, **numbers: int) -> str:
        each = Relaxation(
            code=code, ids=ids, numbers=tuple(numbers.items()), cost=1, start=0, end=4, assignments=(), moves=()
        )
        text = next(words.options(Why(request="R1", verdict="outweighed", weight=1, relaxations=(each,)))).text
        return text.partition("00:20 ")[2]

    tasks = ("R1/1/1", "R1/2/1")
    assert rule("same_choice", "R1", "person", *tasks, differ=1) == "R-1 print and R-1 soak by different persons."
    assert rule("expiry", "U2", "calibration", measure=0) == "No use of OVEN-1 beyond its calibration."
    assert rule("allowed_starts", "U2", needs=1) == "The times at which OVEN-1 may be started."
    assert rule("kept_for_others", "U2", barred=9) == "The times at which OVEN-1 is kept for others."
    assert rule("hours", "1:smt", persons=1) == "The greatest hours of those who do smt."
    assert rule("room", "U2", room=3) == "No more pieces at once in OVEN-1 than there is room for."
    assert rule("addition", "R1", "R1") == "R-1 only together with R-1."
    assert option("more_stock", "S9", amount=3, **{"from": 96}) == "with 3 more of S9 by Mon 30 Nov 08:00."
    assert option("more_capacity", "C9", amount=2) == "with 2 more of C9 then."
    assert option("longer_hours", "U2", work=6, **{"from": 0, "until": 6}) == (
        "if OVEN-1 is open Mon 30 Nov 00:00–00:30."
    )
    assert option("longer_hours", "U2", work=6, **{"from": 0, "until": 96}) == (
        "if OVEN-1 is open for 30 min more between Mon 30 Nov 00:00 and Mon 30 Nov 08:00."
    )
    assert option("other_starts", "U2", times=1) == "if OVEN-1 may be started then."
    assert option("kept_hours", "U2", work=24) == "if 2 h of OVEN-1 that are kept for others are given."
    assert option("overtime", "1:smt", work=6) == "with 30 min of overtime on smt."
    assert option("later_service", "U2", "calibration", by=12, times=2) == (
        "if the calibration of OVEN-1 may wait for 1 h and 2 uses more."
    )
    assert option("share_less", "R1", "unit", *tasks, differ=0) == (
        "if R-1 print and R-1 soak need not be on the same unit."
    )
    told = set(_LISTED) | set(_TOLD)
    assert set(NAMED) <= told
    assert set(CODES.values()) <= set(_ALLOWED)


def test_that_only_moving_others_would_do_is_said(sqlite_database: Database) -> None:
    words = Explained(naming=naming(sqlite_database))
    assert words.verdict(Why(request="R1", verdict="outweighed", weight=1, proven=True)) == (
        "R-1 would fit alone, but not beside the plan, whoever is left out: others would have to move."
    )


def test_required_work_without_a_plan_is_told_in_words(sqlite_database: Database) -> None:
    words = Explained(naming=naming(sqlite_database))
    assert list(words.rules(())) == []
    rules = (
        Blocker(code="required", ids=("R1",)),
        Blocker(code="deadline", ids=("R1",), numbers=(("tick", 204),)),
        Blocker(code="lag", ids=("R1/1/1", "R1/2/1"), numbers=(("at", 0), ("least", 12), ("most", 24))),
        Blocker(code="task_window", ids=("R1/1/1",), numbers=(("windows", 2), ("from", 0), ("until", 12))),
        Blocker(code="pin", ids=("R1/1/1",), numbers=(("start", 96),)),
        Blocker(code="pin", ids=("R1/2/1",)),
        Blocker(code="release", ids=("R1",), numbers=(("tick", 96),)),
        Blocker(code="skill", ids=("1:smt",), numbers=(("needs", 2),)),
        Blocker(code="one_at_a_time", ids=("U2",)),
        Blocker(code="one_at_a_time", ids=("U3",)),
    )
    assert list(words.rules(rules)) == [
        "These cannot hold together:",
        "All of R-1.",
        "Its deadline, Mon 30 Nov 17:00.",
        "At least 1 h and at most 2 h from R-1 print to R-1 soak.",
        "R-1 print between Mon 30 Nov 00:00 and Mon 30 Nov 01:00, in its 2 windows.",
        "R-1 print pinned to Mon 30 Nov 08:00.",
        "R-1 soak on the units that it is pinned to.",
        "Not before Mon 30 Nov 08:00.",
        "Somebody for smt is there and free.",
        "One thing at a time on OVEN-1 and OVEN-2.",
    ]
