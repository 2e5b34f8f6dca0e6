"""Problems whose quotas and rules about shared units, persons and laboratories contradict themselves.

Knows nothing of how that is found.
"""

from dataclasses import replace
from typing import Any

from solver.problem import Fact, Mode, Problem, Quota, Request, SameChoice, StaffNeed, Task
from tests.solver.one_room import FIVE, ROOM, Bad
from tests.solver.sample import one_task, several


def quota(**fields: Any) -> Problem:
    basic = {"id": "Q", "units": ("room",), "measure": "ticks", "length": 9, "most": 4}
    return replace(one_task(FIVE, units=ROOM), quotas=(Quota(**{**basic, **fields}),))


def ruled(*tasks: str) -> Problem:
    return one_task(FIVE, request={"choices": (SameChoice(tasks=tasks, what="unit"),)})


BAD_LIMITS: Bad = {
    "a quota of nobody's unit": (quota(units=("room", "vault")), "quota_unknown_unit", ("Q", "vault"), {}),
    "a quota of nothing": (quota(units=()), "quota_units_unsorted", ("Q",), {"units": 0}),
    "a quota below 0": (quota(most=-1), "quota_negative", ("Q",), {"most": -1}),
    "a quota at no time": (quota(length=None), "quota_without_time", ("Q",), {"buckets": 0}),
    "a quota in no time": (quota(length=0), "quota_too_short", ("Q",), {"length": 0}),
    "a quota counted for ever": (
        replace(quota(), calendar_end=2**30),
        "quota_too_far",
        ("Q",),
        {"calendar_end": 2**30, "most": 1_000_000},
    ),
    "a bucket in another": (
        quota(length=None, buckets=((0, 5, 1), (4, 9, 1))),
        "quota_buckets_overlap",
        ("Q",),
        {"start": 4, "end": 5},
    ),
    "an empty bucket": (
        quota(length=None, buckets=((5, 5, 1),)),
        "window_empty",
        ("Q", "buckets"),
        {"start": 5, "end": 5},
    ),
    "fixed work in no time": (quota(taken=((3, 3),)), "window_empty", ("Q", "taken"), {"start": 3, "end": 3}),
    "fixed work out of order": (quota(taken=((3, 4), (1, 2))), "quota_taken_unsorted", ("Q",), {"spans": 2}),
    "a quota without a name": (quota(id=""), "empty_id", ("quota",), {}),
    "a quota beyond counting": (
        quota(most=2**31),
        "number_too_large",
        ("Q", "most"),
        {"number": 2**31, "limit": 2**31 - 1},
    ),
    "a rule about nobody's task": (ruled("T", "ghost"), "choice_unknown_task", ("R", "ghost"), {}),
    "a fact on nobody's unit": (
        several(
            Request(
                id="R",
                tasks=(Task(id="T", modes=(FIVE,)),),
                facts=(Fact(id="F", start=-3, end=-1, units=("U",)),),
                choices=(SameChoice(tasks=("F", "T"), what="unit"),),
            )
        ),
        "unknown_unit",
        ("F", "U"),
        {},
    ),
    "a rule about one task": (ruled("T"), "choice_of_one", ("R", "unit"), {"tasks": 1}),
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
}
