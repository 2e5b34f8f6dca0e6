"""What is to be planned: requests and their tasks, resources, lags and levels, in integer ticks.

Knows no dates, no database, no names of people and no solver library.

A tick is the caller's unit of time, counted from the start of the horizon. Windows are half-open, ``(start, end)``
with ``start < end``; lists of windows are sorted and neither overlap nor touch. Ids are text, unique within their kind.
"""

from solver.problem.allotments import Quota, Share
from solver.problem.modes import Consumption, Demand, Mode, StaffNeed, UnitUse, attended_spans, part_span
from solver.problem.requests import BEGUN, Booked, Fact, Lag, Pin, Request, SameChoice, Task
from solver.problem.resources import Capacity, Expiry, FixedUse, HourLimit, Person, Setup, Stock, Unit, Used
from solver.problem.terms import Bucket, Choice, Crossing, Edge, ExpiryMeasure, Measure, Part, Starts, Window
from solver.problem.whole import Level, Problem

__all__ = [
    "BEGUN",
    "Booked",
    "Bucket",
    "Capacity",
    "Choice",
    "Consumption",
    "Crossing",
    "Demand",
    "Edge",
    "Expiry",
    "ExpiryMeasure",
    "Fact",
    "FixedUse",
    "HourLimit",
    "Lag",
    "Level",
    "Measure",
    "Mode",
    "Part",
    "Person",
    "Pin",
    "Problem",
    "Quota",
    "Request",
    "SameChoice",
    "Setup",
    "Share",
    "StaffNeed",
    "Starts",
    "Stock",
    "Task",
    "Unit",
    "UnitUse",
    "Used",
    "Window",
    "attended_spans",
    "part_span",
]
