"""Problems with impossible modes, batches, bookings, pins, facts or weights.

Knows nothing of how that is found.
"""

from dataclasses import replace
from typing import Any

from solver.problem import (
    Booked,
    Capacity,
    Consumption,
    Demand,
    Fact,
    Mode,
    Pin,
    Problem,
    Request,
    StaffNeed,
    Stock,
    Task,
    UnitUse,
)
from tests.solver.one_room import FIVE, ROOM, Bad, in_room
from tests.solver.sample import one_task, several


def shared_mode(**use: Any) -> Mode:
    return Mode(duration=5, head=1, units=(UnitUse(unit="room", **use),))


def pinned(pin: Pin, **task: Any) -> Problem:
    return one_task(FIVE, Mode(duration=9, units=(UnitUse(unit="room"),)), units=ROOM, pin=pin, **task)


BAD_WORK: Bad = {
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
    "the room of a unit that is not held": (
        one_task(shared_mode(room=4, lanes=0), units=ROOM),
        "room_unheld",
        ("T", "room"),
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
}
