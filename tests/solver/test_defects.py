"""Problems that contradict themselves are refused whole, and everything that is wrong is named."""

import pickle
from dataclasses import replace
from string import Formatter
from typing import Any

import pytest

from solver.costs import worst_value
from solver.defects import BadProblem, Defect, check_problem, find_defects
from solver.defects.defect import SENTENCES
from solver.problem import (
    Booked,
    Capacity,
    Consumption,
    Demand,
    Expiry,
    Fact,
    HourLimit,
    Lag,
    Level,
    Mode,
    Person,
    Pin,
    Problem,
    Request,
    SameChoice,
    Share,
    StaffNeed,
    Stock,
    Task,
    Unit,
    UnitUse,
    Used,
)
from tests.solver.bad_limits import BAD_LIMITS
from tests.solver.bad_setups import BAD_SETUPS
from tests.solver.sample import PROBLEM, one_task, several

OPEN = ((0, 50),)
FIVE = Mode(duration=5)
ROOM = (Unit(id="room", lanes=2, open=OPEN),)


def in_room(**mode: Any) -> Problem:
    return one_task(Mode(**{"duration": 5, "units": (UnitUse(unit="room"),), **mode}), units=ROOM)


def shared_mode(**use: Any) -> Mode:
    return Mode(duration=5, head=1, units=(UnitUse(unit="room", **use),))


def at_level(*terms: tuple[str, int], **fields: Any) -> Problem:
    level = Level(name="goal", terms=terms, **{"tolerance": 20, **fields})
    return one_task(FIVE, levels=(level,))


def chain(*lags: Lag, modes: tuple[Mode, ...] = (FIVE,), facts: tuple[Fact, ...] = ()) -> Problem:
    tasks = tuple(Task(id=name, modes=modes) for name in ("A", "B", "C"))
    return several(Request(id="R", tasks=tasks, lags=lags, facts=facts))


def pinned(pin: Pin, **task: Any) -> Problem:
    return one_task(FIVE, Mode(duration=9, units=(UnitUse(unit="room"),)), units=ROOM, pin=pin, **task)


def expiring(upkeep: bool = True, waits: Mode | None = None, **fields: Any) -> Problem:
    """The room expires, and one task renews it."""
    made = Expiry(**{"kind": "service", "measure": "cycles", "left": 2, "renewed": 3, "renewed_by": ("T",), **fields})
    mode = waits or Mode(duration=5, units=(UnitUse(unit="room"),))
    return one_task(mode, request={"maintenance": upkeep}, units=(replace(ROOM[0], expiries=(made,)),))


def working(limit: HourLimit) -> Person:
    return Person(id="ann", skills=(), on_shift=OPEN, limits=(limit,))


BAD: dict[str, tuple[Problem, str, tuple[str, ...], dict[str, int]]] = {
    "no time": (several(horizon=0, commit_until=0), "no_horizon", (), {"horizon": 0}),
    "work of the same person that is handed over": (
        one_task(
            Mode(duration=5, staff=(StaffNeed(skill="", handover=True),)),
            request={
                "choices": (SameChoice(tasks=("T", "F"), what="person"),),
                "facts": (Fact(id="F", start=-3, end=-1),),
            },
        ),
        "choice_handed_over",
        ("T",),
        {},
    ),
    "a unit for the head of work that pauses": (
        one_task(Mode(duration=5, crossing="pausing", head=1, units=(UnitUse(unit="room", part="head"),)), units=ROOM),
        "pausing_unit_part",
        ("T", "room", "head"),
        {"mode": 0},
    ),
    "work that pauses and is handed over": (
        one_task(Mode(duration=5, crossing="pausing", staff=(StaffNeed(skill="", handover=True),))),
        "pausing_handover",
        ("T", ""),
        {"mode": 0},
    ),
    **BAD_LIMITS,
    "no calendar": (several(calendar_end=99), "calendar_too_short", (), {"calendar_end": 99, "horizon": 100}),
    "late commit": (several(commit_until=101), "commit_outside_horizon", (), {"commit_until": 101, "horizon": 100}),
    "early commit": (several(commit_until=-1), "commit_outside_horizon", (), {"commit_until": -1, "horizon": 100}),
    "empty id": (several(units=(Unit(id="", open=OPEN),)), "empty_id", ("unit",), {}),
    "units of one name": (several(units=ROOM * 2), "duplicate_id", ("unit", "room"), {"times": 2}),
    "persons of one name": (
        several(persons=(Person(id="anna", skills=(), on_shift=OPEN),) * 3),
        "duplicate_id",
        ("person", "anna"),
        {"times": 3},
    ),
    "requests of one name": (
        several(*(Request(id="R", tasks=(Task(id=name, modes=(FIVE,)),)) for name in ("A", "B"))),
        "duplicate_id",
        ("request", "R"),
        {"times": 2},
    ),
    "tasks of one name": (
        several(*(Request(id=name, tasks=(Task(id="T", modes=(FIVE,)),)) for name in ("Q", "R"))),
        "duplicate_id",
        ("task or fact", "T"),
        {"times": 2},
    ),
    "a fact named as a task": (
        one_task(FIVE, request={"facts": (Fact(id="T", start=0, end=1),)}),
        "duplicate_id",
        ("task or fact", "T"),
        {"times": 2},
    ),
    "unknown unit": (one_task(Mode(duration=1, units=(UnitUse(unit="X"),))), "unknown_unit", ("T", "X"), {}),
    "unknown capacity": (
        one_task(Mode(duration=1, demands=(Demand(capacity="X", amount=1),))),
        "unknown_capacity",
        ("T", "X"),
        {},
    ),
    "unknown stock": (
        one_task(Mode(duration=1, consumptions=(Consumption(stock="X", amount=1),))),
        "unknown_stock",
        ("T", "X"),
        {},
    ),
    "starts at no step": (
        several(units=(replace(ROOM[0], starts=((0, 9, 0),)),)),
        "starts_impossible",
        ("room",),
        {"first": 0, "end": 9, "step": 0, "calendar_end": 120},
    ),
    "starts after the calendar": (
        several(units=(replace(ROOM[0], starts=((0, 9, 1), (30, 121, 1))),)),
        "starts_impossible",
        ("room",),
        {"first": 30, "end": 121, "step": 1, "calendar_end": 120},
    ),
    "starts out of order": (
        several(units=(replace(ROOM[0], starts=((8, 9, 1), (0, 20, 5))),)),
        "starts_out_of_order",
        ("room",),
        {"first": 0, "before": 8},
    ),
    "barred for no time": (
        in_room(units=(UnitUse(unit="room", barred=((4, 4),)),)),
        "window_empty",
        ("T", "barred (room)"),
        {"start": 4, "end": 4},
    ),
    "unknown lag end": (chain(Lag(before="A", after="X")), "unknown_lag_end", ("R", "X"), {}),
    "unknown base": (
        several(Request(id="R", tasks=(Task(id="T", modes=(FIVE,)),), after="S")),
        "unknown_base",
        ("R", "S"),
        {},
    ),
    "unknown cost": (at_level(("beauty", 1)), "unknown_cost", ("goal", "beauty"), {}),
    "no levels": (one_task(FIVE, levels=()), "no_levels", (), {}),
    "negative factor": (at_level(("makespan", -1)), "negative_factor", ("goal", "makespan"), {"factor": -1}),
    "negative tolerance": (at_level(tolerance=-1), "negative_tolerance", ("goal",), {"tolerance": -1}),
    "empty window": (
        several(units=(Unit(id="room", open=((3, 3),)),)),
        "window_empty",
        ("room", "open"),
        {"start": 3, "end": 3},
    ),
    "overlapping windows": (
        several(persons=(Person(id="anna", skills=(), on_shift=((0, 5), (4, 9))),)),
        "windows_out_of_order",
        ("anna", "on_shift"),
        {"start": 4, "end": 5},
    ),
    "touching windows": (
        one_task(FIVE, windows=((0, 5), (5, 10))),
        "windows_out_of_order",
        ("T", "windows"),
        {"start": 5, "end": 5},
    ),
    "unsorted windows": (
        several(units=(Unit(id="room", open=OPEN, taken=(((7, 9), (0, 2)),)),)),
        "windows_out_of_order",
        ("room", "taken (lane 0)"),
        {"start": 0, "end": 9},
    ),
    "taken lanes miscounted": (
        several(units=(Unit(id="room", lanes=2, open=OPEN, taken=((),)),)),
        "taken_lanes_miscounted",
        ("room",),
        {"lanes": 2, "lists": 1},
    ),
    "no lanes": (several(units=(Unit(id="room", lanes=0, open=OPEN),)), "no_lanes", ("room",), {"lanes": 0}),
    "steps out of order": (
        several(capacities=(Capacity(id="power", steps=((0, 1), (0, 2))),)),
        "steps_out_of_order",
        ("power",),
        {"tick": 0, "before": 0},
    ),
    "negative level": (
        several(capacities=(Capacity(id="power", steps=((4, -1),)),)),
        "negative_level",
        ("power",),
        {"level": -1, "tick": 4},
    ),
    "changes out of order": (
        several(stocks=(Stock(id="paste", changes=((5, 1), (4, 1))),)),
        "changes_out_of_order",
        ("paste",),
        {"tick": 4, "before": 5},
    ),
    "no tasks": (several(Request(id="R", tasks=())), "no_tasks", ("R",), {}),
    "no modes": (one_task(), "no_modes", ("T",), {}),
    "no duration": (in_room(duration=0), "duration_too_short", ("T",), {"mode": 0, "duration": 0}),
    "negative duration": (in_room(duration=-4), "duration_too_short", ("T",), {"mode": 0, "duration": -4}),
    "negative head": (in_room(head=-1), "negative_part", ("T",), {"mode": 0, "head": -1, "tail": 0}),
    "negative tail": (in_room(tail=-1), "negative_part", ("T",), {"mode": 0, "head": 0, "tail": -1}),
    "long parts": (
        in_room(head=3, tail=3),
        "parts_too_long",
        ("T",),
        {"mode": 0, "head": 3, "tail": 3, "duration": 5},
    ),
    "negative wait": (
        in_room(crossing="unattended", max_wait=-1),
        "negative_wait",
        ("T",),
        {"mode": 0, "max_wait": -1},
    ),
    "too many lanes": (
        in_room(units=(UnitUse(unit="room", lanes=3),)),
        "lanes_out_of_range",
        ("T", "room"),
        {"mode": 0, "needed": 3, "lanes": 2},
    ),
    "less than no lane": (
        in_room(units=(UnitUse(unit="room", lanes=-1),)),
        "lanes_out_of_range",
        ("T", "room"),
        {"mode": 0, "needed": -1, "lanes": 2},
    ),
    "less than no hours": (
        replace(in_room(), persons=(working(HourLimit(start=0, end=9, most=-1)),)),
        "negative_hours",
        ("ann",),
        {"most": -1, "start": 0},
    ),
    "hours of no time": (
        replace(in_room(), persons=(working(HourLimit(start=9, end=9, most=1)),)),
        "window_empty",
        ("ann", "limits"),
        {"start": 9, "end": 9},
    ),
    "handed over while it waits": (
        in_room(crossing="unattended", tail=1, staff=(StaffNeed(skill="load", handover=True),)),
        "handover_while_waiting",
        ("T", "load", "whole"),
        {"mode": 0},
    ),
    "no amount": (
        replace(
            in_room(demands=(Demand(capacity="power", amount=0),)), capacities=(Capacity(id="power", steps=((0, 9),)),)
        ),
        "amount_too_small",
        ("T", "power"),
        {"mode": 0, "amount": 0},
    ),
    "negative amount": (
        replace(in_room(consumptions=(Consumption(stock="gas", amount=-2),)), stocks=(Stock(id="gas", changes=()),)),
        "amount_too_small",
        ("T", "gas"),
        {"mode": 0, "amount": -2},
    ),
    "negative size": (
        several(Request(id="R", tasks=(Task(id="T", modes=(FIVE,), size=-1),))),
        "negative_size",
        ("T",),
        {"size": -1},
    ),
    "a batch over capacity": (
        several(Request(id="R", tasks=(Task(id="T", modes=(shared_mode(room=4),), batch="burn", size=5),)), units=ROOM),
        "batch_over_room",
        ("T", "room"),
        {"mode": 0, "size": 5, "room": 4},
    ),
    "no room": (
        one_task(shared_mode(room=0), units=ROOM),
        "batch_over_room",
        ("T", "room"),
        {"room": 0, "size": 0, "mode": 0},
    ),
    "the room of a part": (
        one_task(shared_mode(room=4, part="head"), units=ROOM),
        "room_of_part",
        ("T", "room", "head"),
        {"mode": 0},
    ),
    "booked for no time": (
        one_task(FIVE, booked=Booked(start=5, end=5)),
        "booked_reversed",
        ("T",),
        {"start": 5, "end": 5},
    ),
    "booked units unsorted": (
        one_task(FIVE, booked=Booked(start=5, end=9, units=("b", "a"))),
        "units_unsorted",
        ("T", "booked"),
        {},
    ),
    "pinned units twice": (
        one_task(Mode(duration=1, units=(UnitUse(unit="room"),)), units=ROOM, pin=Pin(units=("room", "room"))),
        "units_unsorted",
        ("T", "pinned"),
        {},
    ),
    "pin names no mode": (pinned(Pin(units=("hall",))), "pin_names_no_mode", ("T",), {"modes": 2}),
    "pin before the horizon": (pinned(Pin(start=-1)), "pin_outside_horizon", ("T",), {"start": -1, "horizon": 100}),
    "pin after the horizon": (pinned(Pin(start=100)), "pin_outside_horizon", ("T",), {"start": 100, "horizon": 100}),
    "pin outside the windows": (
        pinned(Pin(start=4), windows=((0, 8), (20, 40))),
        "pin_outside_windows",
        ("T",),
        {"start": 4, "windows": 2},
    ),
    "pinned mode outside the windows": (
        pinned(Pin(start=0, units=("room",)), windows=((0, 8), (20, 40))),
        "pin_outside_windows",
        ("T",),
        {"start": 0, "windows": 2},
    ),
    "fact reversed": (
        one_task(FIVE, request={"facts": (Fact(id="F", start=0, end=-1),)}),
        "fact_reversed",
        ("F",),
        {"start": 0, "end": -1},
    ),
    "negative weight": (one_task(FIVE, request={"weight": -1}), "negative_weight", ("R", "weight"), {"weight": -1}),
    "negative tardiness weight": (
        one_task(FIVE, request={"tardiness_weight": -2}),
        "negative_weight",
        ("R", "tardiness_weight"),
        {"weight": -2},
    ),
    "unknown share": (one_task(FIVE, request={"share": "K1"}), "unknown_share", ("R", "K1"), {}),
    "negative worth": (one_task(FIVE, request={"worth": -1}), "negative_worth", ("R",), {"worth": -1}),
    "negative share": (
        one_task(FIVE, shares=(Share(id="K1", target=-1),)),
        "negative_share",
        ("K1",),
        {"target": -1, "given": 0},
    ),
    "too large a share": (
        one_task(FIVE, shares=(Share(id="K1", target=2**53),)),
        "share_too_large",
        ("K1",),
        {"most": 1000 * 2**53, "limit": 2**62 - 1},
    ),
    "lag reversed": (
        chain(Lag(before="A", after="B", least=3, most=2)),
        "lag_reversed",
        ("R", "A", "B"),
        {"least": 3, "most": 2},
    ),
    "maintenance that shares a run": (
        one_task(Mode(duration=5), request={"maintenance": True}, batch="oven"),
        "maintenance_batched",
        ("T", "oven"),
        {},
    ),
    "an expiry without a kind": (expiring(kind=""), "nameless_expiry", ("room",), {}),
    "renewed for nothing": (
        expiring(left=0, renewed=0),
        "renewal_gives_nothing",
        ("room", "service"),
        {"renewed": 0},
    ),
    "renewed for less": (
        expiring(left=4, renewed=3),
        "renewal_gives_less",
        ("room", "service"),
        {"renewed": 3, "left": 4},
    ),
    "renewed by nobody": (expiring(renewed_by=("X",)), "unknown_renewal", ("room", "service", "X"), {}),
    "renewed by work": (expiring(upkeep=False), "renewal_no_maintenance", ("room", "service", "T"), {}),
    "renewed elsewhere": (expiring(waits=FIVE), "renewal_elsewhere", ("room", "service", "T"), {}),
    "renewed twice by one": (expiring(renewed_by=("T", "T")), "renewal_twice", ("room", "service", "T"), {}),
    "renewals out of order": (
        expiring(renewed_at=(9, 7)),
        "renewals_out_of_order",
        ("room", "service"),
        {"tick": 7, "before": 9},
    ),
    "fixed use reversed": (
        expiring(used=(Used(start=5, end=5),)),
        "used_reversed",
        ("room", "service"),
        {"start": 5, "end": 5},
    ),
    "too large a tick": (
        one_task(FIVE, windows=((0, 2**31),)),
        "number_too_large",
        ("T", "windows"),
        {"number": 2**31, "limit": 2**31 - 1},
    ),
    "too large a weight": (
        one_task(FIVE, request={"weight": 2**62}, levels=(Level(name="goal", terms=(("makespan", 1),)),)),
        "number_too_large",
        ("R", "weight"),
        {"number": 2**62, "limit": 2**62 - 1},
    ),
    **BAD_SETUPS,
}


@pytest.mark.parametrize("name", BAD)
def test_every_defect_is_named(name: str) -> None:
    problem, code, ids, numbers = BAD[name]
    with pytest.raises(BadProblem) as refusal:
        check_problem(problem)
    (found,) = refusal.value.defects
    assert (found.code, found.ids, dict(found.numbers)) == (code, ids, numbers)
    assert str(refusal.value) == found.sentence
    assert "{" not in found.sentence


def test_all_defects_are_listed_at_once() -> None:
    bad = replace(PROBLEM, horizon=-1, levels=(), units=PROBLEM.units * 2)
    codes = [found.code for found in find_defects(bad)]
    assert {"no_horizon", "no_levels", "duplicate_id", "commit_outside_horizon", "pin_outside_horizon"} <= set(codes)
    assert codes.count("duplicate_id") == len(PROBLEM.units)


def test_a_sound_problem_passes() -> None:
    check_problem(PROBLEM)
    assert find_defects(PROBLEM) == ()


def test_what_cannot_be_planned_is_no_defect() -> None:
    nobody = Mode(duration=80, units=(UnitUse(unit="room", lanes=2),), staff=(StaffNeed(skill="rare"),))
    check_problem(one_task(nobody, units=ROOM, request={"release": 90, "due": -4, "deadline": 10, "required": True}))
    check_problem(one_task(FIVE, units=(Unit(id="shut", open=()),)))


def test_a_level_is_counted_exactly_or_refused() -> None:
    for name in ("unplanned", "completion", "tardiness"):
        problem = one_task(FIVE, request={"weight": 2**40, "tardiness_weight": 2**40, "due": 0})
        unit = worst_value(problem, Level(name="goal", terms=((name, 1),)))
        factor = (2**62 - 1) // unit
        check_problem(replace(problem, levels=(Level(name="goal", terms=((name, factor),)),)))
        (found,) = find_defects(replace(problem, levels=(Level(name="goal", terms=((name, factor + 1),)),)))
        assert (found.code, found.ids) == ("level_too_large", ("goal",))
        assert dict(found.numbers)["worst"] == unit * (factor + 1) >= 2**62


def contradiction(problem: Problem) -> tuple[set[str], int] | None:
    found = find_defects(problem)
    if not found:
        return None
    (only,) = found
    assert only.code == "lags_contradict"
    assert only.ids[0] == "R"
    assert "{" not in only.sentence
    return set(only.ids[1:]), dict(only.numbers)["excess"]


def test_a_circle_of_lags_is_refused() -> None:
    assert contradiction(chain(Lag(before="A", after="B"), Lag(before="B", after="C"))) is None
    around = chain(Lag(before="A", after="B"), Lag(before="B", after="C"), Lag(before="C", after="A", least=2))
    assert contradiction(around) == ({"A", "B", "C"}, 17)
    assert contradiction(chain(Lag(before="A", after="A"))) == ({"A"}, 5)


def test_a_circle_that_leaves_room_is_fine() -> None:
    back = Lag(before="B", after="A", least=-10)
    assert contradiction(chain(Lag(before="A", after="B"), back)) is None
    assert contradiction(chain(Lag(before="A", after="B", least=1), back)) == ({"A", "B"}, 1)


def test_maximum_lags_and_durations_may_contradict_each_other() -> None:
    within = Lag(before="A", after="C", frm="start", to="end", least=None, most=15)
    steps = (Lag(before="A", after="B"), Lag(before="B", after="C"))
    assert contradiction(chain(*steps, within)) is None
    assert contradiction(chain(*steps, replace(within, most=14))) == ({"A", "B", "C"}, 1)


def test_the_shortest_mode_counts_for_the_least_and_the_longest_for_the_most() -> None:
    modes = (FIVE, Mode(duration=8))
    length = Lag(before="A", after="A", frm="start", to="end")
    assert contradiction(chain(replace(length, least=8), modes=modes)) is None
    assert contradiction(chain(replace(length, least=9), modes=modes)) == ({"A"}, 1)
    assert contradiction(chain(replace(length, least=None, most=5), modes=modes)) is None
    assert contradiction(chain(replace(length, least=None, most=4), modes=modes)) == ({"A"}, 1)


def test_unattended_work_may_wait() -> None:
    long = Lag(before="A", after="A", frm="start", to="end", least=12)
    waits = Mode(duration=5, crossing="unattended", tail=1)
    assert contradiction(chain(long, modes=(waits,))) is None
    assert contradiction(chain(long, modes=(replace(waits, max_wait=7),))) is None
    assert contradiction(chain(long, modes=(replace(waits, max_wait=6),))) == ({"A"}, 1)
    assert contradiction(chain(long, modes=(replace(waits, tail=0),))) == ({"A"}, 7)


def test_pausing_work_may_take_any_time() -> None:
    long = Lag(before="A", after="A", frm="start", to="end", least=12)
    pausing = Mode(duration=5, crossing="pausing")
    assert contradiction(chain(long, modes=(pausing,))) is None
    assert contradiction(chain(replace(long, least=None, most=4), modes=(pausing,))) == ({"A"}, 1)


def test_what_reality_has_broken_is_no_contradiction() -> None:
    facts = (Fact(id="F", start=-9, end=-5), Fact(id="G", start=-8, end=-4))
    broken = (Lag(before="F", after="G", least=50), Lag(before="G", after="F", least=50))
    assert contradiction(chain(*broken, facts=facts)) is None


def test_every_sentence_can_be_said() -> None:
    for code, sentence in SENTENCES.items():
        fields = {field for _, field, _, _ in Formatter().parse(sentence) if field}
        names = sorted(field for field in fields if not field.isdigit() and field != "rest")
        said = Defect(code=code, ids=("one", "two", "three"), numbers=tuple((name, 7) for name in names)).sentence
        assert said.endswith(".")
        assert "{" not in said
    assert {code for _, code, _, _ in BAD.values()} | {"level_too_large", "lags_contradict"} == set(SENTENCES)


def test_the_error_survives_the_way_between_processes() -> None:
    with pytest.raises(BadProblem) as refusal:
        check_problem(several(horizon=-1, levels=()))
    again = pickle.loads(pickle.dumps(refusal.value))
    assert again.defects == refusal.value.defects
    assert str(again) == str(refusal.value)
