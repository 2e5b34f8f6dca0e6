"""What the solver explains, in words: who would make room, what rules collide, and what would let a request in."""

from dataclasses import replace

from models.database import Database
from models.tables import Capacity, Stock
from scheduler.access import sight
from scheduler.explained import _ALLOWED, _LISTED, _TOLD, Explained
from solver.explain.allowing import CODES
from solver.explain.answers import Move, Relaxation, Why, Yielding
from solver.explain.named import NAMED
from solver.plan import Blocker
from tests.scheduler.actors import engineer
from tests.scheduler.test_naming import naming


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
