"""Problems whose horizon, windows, steps or greatest hours are impossible.

Knows nothing of how that is found.
"""

from dataclasses import replace

from solver.problem import Capacity, HourLimit, Person, Stock, Unit, UnitUse
from tests.solver.one_room import FIVE, OPEN, ROOM, Bad, in_room
from tests.solver.sample import one_task, several


def working(limit: HourLimit) -> Person:
    return Person(id="ann", skills=(), on_shift=OPEN, limits=(limit,))


BAD_CALENDARS: Bad = {
    "no time": (several(horizon=0, commit_until=0), "no_horizon", (), {"horizon": 0}),
    "no calendar": (several(calendar_end=99), "calendar_too_short", (), {"calendar_end": 99, "horizon": 100}),
    "late commit": (several(commit_until=101), "commit_outside_horizon", (), {"commit_until": 101, "horizon": 100}),
    "early commit": (several(commit_until=-1), "commit_outside_horizon", (), {"commit_until": -1, "horizon": 100}),
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
    "starts that nobody can weigh": (
        several(units=(replace(ROOM[0], starts=((0, 2**30, 2),)),), calendar_end=2**30),
        "starts_too_many",
        ("room",),
        {"single": 2**29, "most": 100_000},
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
}
