"""A problem and a valid plan made by hand that touch every rule, and ways to make small ones and to change plans.

Knows nothing of the rules themselves.
"""

from dataclasses import replace
from typing import Any

from solver.plan import Absence, Assignment, LeftOut, Plan
from solver.problem import (
    Booked,
    Capacity,
    Consumption,
    Demand,
    Expiry,
    Fact,
    Lag,
    Level,
    Mode,
    Person,
    Pin,
    Problem,
    Quota,
    Request,
    SameChoice,
    StaffNeed,
    Stock,
    Task,
    Unit,
    UnitUse,
)

LEVELS = (
    Level(name="displaced", terms=(("displaced", 1),)),
    Level(name="freeze", terms=(("moved_in_freeze", 1),)),
    Level(name="weight", terms=(("unplanned", 1),)),
    Level(name="late", terms=(("tardiness", 1),)),
    Level(name="rest", terms=(("moved", 10), ("completion", 1), ("makespan", 1))),
)

BOARDS = Request(
    id="boards",
    tasks=(
        Task(
            id="boards/print",
            modes=(
                Mode(
                    duration=4,
                    units=(UnitUse(unit="printer"),),
                    staff=(StaffNeed(skill="solder"),),
                    consumptions=(Consumption(stock="paste", amount=3),),
                ),
            ),
            booked=Booked(start=0, end=4, units=("printer",), frozen=True),
        ),
        Task(
            id="boards/cure",
            modes=(Mode(duration=6, units=(UnitUse(unit="oven"),), demands=(Demand(capacity="power", amount=3),)),),
            booked=Booked(start=6, end=12, units=("oven",)),
        ),
    ),
    lags=(Lag(before="boards/print", after="boards/cure", least=0, most=4),),
    due=9,
    deadline=12,
    weight=2,
    tardiness_weight=5,
)

SOAK = Request(
    id="soak",
    tasks=(
        Task(
            id="soak/run",
            modes=(
                Mode(
                    duration=12,
                    crossing="unattended",
                    head=2,
                    tail=1,
                    max_wait=8,
                    units=(UnitUse(unit="chamber"),),
                    staff=(StaffNeed(skill="load", part="head"), StaffNeed(skill="load", part="tail")),
                    demands=(Demand(capacity="power", amount=2),),
                ),
            ),
            windows=((5, 30), (40, 60)),
            pin=Pin(start=8, units=("chamber",)),
        ),
    ),
    release=6,
)

PANELS = Request(
    id="panels",
    tasks=(
        Task(
            id="panels/print",
            modes=(
                Mode(
                    duration=5,
                    units=(UnitUse(unit="printer"),),
                    staff=(StaffNeed(skill="solder"),),
                    demands=(Demand(capacity="power", amount=3),),
                    consumptions=(Consumption(stock="paste", amount=2),),
                ),
                Mode(
                    duration=4,
                    units=(UnitUse(unit="oven", lanes=2),),
                    demands=(Demand(capacity="power", amount=3),),
                    consumptions=(Consumption(stock="paste", amount=1),),
                ),
            ),
        ),
        Task(id="panels/pack", modes=(Mode(duration=2, staff=(StaffNeed(skill="load"),)),)),
    ),
    facts=(Fact(id="panels/design", start=-5, end=-3),),
    lags=(
        Lag(before="panels/design", after="panels/print", least=None, most=26),
        Lag(before="panels/print", after="panels/pack", least=10),
    ),
    required=True,
    choices=(SameChoice(tasks=("panels/print", "panels/pack"), what="person", differ=True),),
)

LEFT = Request(
    id="left", weight=3, tasks=(Task(id="left/print", modes=(Mode(duration=9, units=(UnitUse(unit="printer"),)),)),)
)

MOVED_OUT = Request(
    id="out",
    weight=7,
    tasks=(
        Task(
            id="out/print",
            modes=(Mode(duration=4, units=(UnitUse(unit="printer"),)),),
            booked=Booked(start=2, end=6, units=("printer",)),
        ),
    ),
)

PROBLEM = Problem(
    horizon=60,
    calendar_end=80,
    commit_until=30,
    levels=LEVELS,
    requests=(BOARDS, SOAK, PANELS, LEFT, MOVED_OUT),
    units=(
        Unit(id="printer", open=((0, 30), (40, 70))),
        Unit(
            id="oven",
            lanes=2,
            open=((0, 30), (40, 70)),
            taken=(((0, 5),), ()),
            expiries=(Expiry(kind="calibration", measure="date", left=28, renewed=90),),
            starts=((0, 18, 1), (19, 60, 1)),
        ),
        Unit(id="chamber", open=((0, 10), (20, 30), (40, 50), (60, 70))),
    ),
    persons=(
        Person(id="anna", skills=("solder", "load"), on_shift=((0, 30),)),
        Person(id="boris", skills=("load",), on_shift=((0, 20), (40, 60)), taken=((10, 12), (50, 52))),
    ),
    capacities=(Capacity(id="power", steps=((0, 5), (30, 3))),),
    stocks=(Stock(id="paste", changes=((0, 4), (20, 3))),),
    quotas=(Quota(id="oven hours", units=("oven",), measure="ticks", length=20, most=10, taken=((-12, -8),)),),
)

PLAN = Plan(
    status="feasible",
    assignments=(
        Assignment(task="boards/cure", mode=0, start=5, end=11, lanes=((0,),)),
        Assignment(task="boards/print", mode=0, start=0, end=4, lanes=((0,),), persons=("anna",)),
        Assignment(task="panels/pack", mode=0, start=40, end=42, persons=("boris",)),
        Assignment(task="panels/print", mode=1, start=11, end=15, lanes=((0, 1),)),
        Assignment(task="soak/run", mode=0, start=8, end=21, lanes=((0,),), persons=("boris", "anna")),
    ),
    left_out=(LeftOut(request="left", absence="unplanned"), LeftOut(request="out", absence="displaced")),
)


def one_task(*modes: Mode, request: dict[str, Any] | None = None, **fields: Any) -> Problem:
    """A problem of one request ``R`` with one task ``T``; what is not given is roomy. ``fields`` of the task are
    ``windows``, ``booked``, ``pin``, ``batch`` and ``size``, the others are the problem's."""
    task = {name: fields.pop(name) for name in ("windows", "booked", "pin", "batch", "size") if name in fields}
    only = Request(id="R", tasks=(Task(id="T", modes=modes, **task),), **(request or {}))
    return several(only, **fields)


def several(*requests: Request, **fields: Any) -> Problem:
    """A problem of these requests; what is not given is roomy."""
    roomy = {"horizon": 100, "calendar_end": 120, "commit_until": 50, "levels": LEVELS}
    return Problem(requests=requests, **{**roomy, **fields})


def at(start: int, end: int, *, task: str = "T", mode: int = 0, **rest: Any) -> Assignment:
    """An assignment."""
    return Assignment(task=task, mode=mode, start=start, end=end, **rest)


def plan_of(*assignments: Assignment, **left_out: Absence) -> Plan:
    """A plan of these assignments, less the requests named."""
    absent = tuple(LeftOut(request=request, absence=absence) for request, absence in left_out.items())
    return Plan(status="feasible", assignments=assignments, left_out=absent)


def changed(plan: Plan, task: str, **changes: Any) -> Plan:
    """The plan with one assignment changed."""
    assignments = tuple(replace(one, **changes) if one.task == task else one for one in plan.assignments)
    return replace(plan, assignments=assignments)


def without(plan: Plan, *tasks: str) -> Plan:
    """The plan without these tasks."""
    return replace(plan, assignments=tuple(one for one in plan.assignments if one.task not in tasks))


def leaving_out(plan: Plan, **absences: Absence | None) -> Plan:
    """The plan with other requests left out; ``None``: no longer."""
    kept = [one for one in plan.left_out if one.request not in absences]
    kept += [LeftOut(request=name, absence=absence) for name, absence in absences.items() if absence is not None]
    return replace(plan, left_out=tuple(kept))
