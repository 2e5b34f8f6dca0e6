"""Reasons and violations as people and programs read them."""

from dataclasses import replace

from models.database import Database
from models.queries.world import read_world
from models.tables import Centre, Laboratory, Resource, Stock, Unit
from scheduler.access import sight
from scheduler.folding import told_blockers
from scheduler.naming import Naming
from scheduler.translate.clock import Clock
from solver.plan import Blocker
from solver.rules import Violation
from tests.scheduler.actors import engineer, manager
from tests.scheduler.small_centre import NOW, at, found, request, store


def naming(database: Database) -> Naming:
    """Ticks of five minutes from Monday midnight in Moscow."""
    found(database)
    request(database, "R-1")
    with database.reading() as session:
        world = read_world(session, centre_ids=[1], since=NOW)
    return Naming(world=world, clock=Clock(origin=at("Mon 00:00"), tick_minutes=5), zone="Europe/Moscow")


def test_a_blockers_facts_are_minutes_and_moments(sqlite_database: Database) -> None:
    numbers = (
        ("needed", 30),
        ("longest_gap", 9),
        ("open", 96),
        ("taken", 90),
        ("lanes", 2),
        ("from", 0),
        ("until", 288),
    )
    blocker = Blocker(code="no_room_on_unit", ids=("R1/2/1", "U2"), numbers=numbers)
    (told,) = told_blockers(naming(sqlite_database), [blocker])
    assert told.text == (
        "R-1 soak has no room on OVEN-1: it needs 2 h 30 min at a stretch, the longest gap is 45 min; "
        "of the 8 h that OVEN-1 is open in its window, 7 h 30 min are taken."
    )
    assert dict(told.facts) == {
        "needed_minutes": 150,
        "longest_gap_minutes": 45,
        "open_minutes": 480,
        "taken_minutes": 450,
        "lanes": 2,
        "from": "2026-11-29T21:00:00+00:00",
        "until": "2026-11-30T21:00:00+00:00",
    }


def test_stock_has_its_measure_and_a_quotas_window_its_days(sqlite_database: Database) -> None:
    words = naming(sqlite_database)
    paste = Stock(id=4, centre_id=1, key="paste", name="Solder paste", measure="g")
    words = replace(words, world=replace(words.world, stocks=(paste,)))
    numbers = (("amount", 400), ("available", 300), ("from", 0), ("until", 96))
    (told,) = told_blockers(words, [Blocker(code="stock_short", ids=("R1", "S4"), numbers=numbers)])
    assert told.text == (
        "R-1 has too little of Solder paste: it takes 400 g in all, and at most 300 g are left by Mon 30 Nov 08:00."
    )
    window = (("times", 1), ("most_times", 2), ("used_times", 2), ("window", 7 * 288), ("from", 0), ("until", 96))
    (often,) = told_blockers(words, [Blocker(code="quota_times", ids=("R1/2/1", "Q9"), numbers=window)])
    assert often.text.endswith("in 7 days.")
    assert words.period(288) == "24 h"


def test_what_is_at_several_centres_is_told_by_the_clock_of_each(sqlite_database: Database) -> None:
    found(sqlite_database)
    store(
        sqlite_database,
        Centre(id=2, key="PH", name="Pharmacy", zone="Asia/Yekaterinburg", settings={}),
        Laboratory(id=2, centre_id=2, key="DRY", name="Drying"),
        Resource(id=7, centre_id=2, kind="unit"),
        Unit(id=7, laboratory_id=2, key="DRYER", name="Dryer", type="dryer"),
    )
    request(sqlite_database, "R-1")
    request(sqlite_database, "R-2", centre_id=2)
    with sqlite_database.reading() as session:
        world = read_world(session, centre_ids=[1, 2], since=NOW)
    words = Naming(world=world, clock=Clock(origin=at("Mon 00:00"), tick_minutes=5), zone="Europe/Moscow")
    here, there = "Mon 30 Nov 01:00 (Europe/Moscow)", "Mon 30 Nov 03:00 (Asia/Yekaterinburg)"
    told = {id_: words.by(id_).moment(12) for id_ in ("R1", "U2", "P5", "C1", "S1", "1:smt", "H9/1/1", "Q1/O1")}
    assert set(told.values()) == {here}
    assert {words.by(id_).moment(12) for id_ in ("R2/1/1", "U7", "2:drying")} == {there}
    late = Violation(
        rule="within_window", code="after_deadline", ids=("R2/1/1",), numbers=(("end", 24), ("deadline", 12))
    )
    assert there in words.violation(late).text
    assert words.span(at("Mon 01:00"), at("Mon 02:00")) == "Mon 30 Nov 01:00–02:00 (Europe/Moscow)"


def test_closed_units_are_named_all_together(sqlite_database: Database) -> None:
    blocker = Blocker(code="none_open", ids=("R1/2/1", "U2", "U3"), numbers=(("needed", 30), ("from", 0), ("until", 9)))
    (told,) = told_blockers(naming(sqlite_database), [blocker])
    assert told.text == "R-1 soak has a window that holds no opening hours of OVEN-1, OVEN-2."


def test_what_may_not_be_seen_has_no_name_and_is_nobodys(sqlite_database: Database) -> None:
    words = naming(sqlite_database)
    hidden = replace(words, sight=sight(engineer(9)))
    assert {hidden.name(id_) for id_ in ("R1", "R1/1/1", "R999/1/1", "H7/1/1", "R1/+2")} == {"another booking"}
    assert (hidden.owner("R1"), hidden.organisation("R1"), hidden.cluster("R1/1/1")) == ("", "", "")
    assert (hidden.name("P5"), words.name("P5")) == ("a technician", "Anna Orlova")
    assert hidden.name("U1") == words.name("U1") == "PRINTER"
    for open_to in (sight(engineer(1)), sight(manager(1))):
        assert replace(words, sight=open_to).name("R1/1/1") == words.name("R1/1/1")


def test_what_would_come_ahead_of_what_it_follows_is_told_without_negative_lengths(sqlite_database: Database) -> None:
    ids = ("R1/1/1", "R1/2/1")
    words = naming(sqlite_database)
    told = [
        words.violation(Violation(rule="lags", code="too_soon", ids=ids, numbers=(("gap", gap), ("least", 18)))).text
        for gap in (-12, 6)
    ]
    assert told == [
        "R-1 soak comes 2 h 30 min too soon for R-1 print: it follows that after at least 1 h 30 min.",
        "R-1 soak follows R-1 print after 30 min; at least 1 h 30 min are required.",
    ]
