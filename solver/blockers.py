"""What a blocker says, in one sentence.

Knows nothing of how blockers are found; names and lengths of time are the caller's to word.

==================== ================================ ==========================================================
code                 ids                              numbers
==================== ================================ ==========================================================
none_open            task, units                      needed, from, until
no_room_on_unit      task, unit                       needed, longest_gap, open, taken, lanes, from, until, fixed
no_stay_on_unit      task, unit                       needed, longest_gap, window, taken, lanes, from, until, fixed
no_shift             task, skill                      needed, longest_gap, from, until
no_staff             task, skill                      needed, longest_gap, from, until
hours_used_up        task, skill                      needed, left, from, until
capacity_short       task, capacity                   needed, longest_gap, amount, from, until
stock_short          request or task, stock           amount, available, from, until
budget_short         request or task, stock           needed, left, from, until
window_too_short     task                             needed, longest_gap, from, until
quota_hours          task, quota                      needed, most, used, window, from, until
quota_times          task, quota                      times, most_times, used_times, window, from, until
not_shared           task, tasks                      (none)
expired              task, unit, kind                 needed, expires, from, until
expired_until        task, unit, kind                 needed, expires, renewed, from, until
used_up              task, unit, kind                 needed, left, allowed, from, until
cycles_used_up       task, unit, kind                 cycles, cycles_left, cycles_allowed, from, until
lags_cannot_hold     request                          tasks
ends_too_late        request                          soonest, until
routing_too_long     request                          needed, between, from, until
unit_held_too_long   request, unit                    needed, between, from, until
not_in_turn          task, task, unit                 needed, most_apart
no_common_...        request, tasks                   (none; unit, laboratory, person)
no_other_...         request, tasks                   (none; unit, laboratory, person)
has_room             request                          weight, begins, ends, late
outweighed           request, units and capacities    weight, begins, ends
not_together         request                          weight
no_room_with_setup   task, units                      needed, setup, from, until
not_examined         request
no_pausing_room      task, unit                       needed, longest_gap, advancing, taken, lanes, from, until
never_advances       task                             needed, advancing, from, until
not_started_then     task, unit                       needed, from, until
added_to_nothing     request, request                 (none)
==================== ================================ ==========================================================

``needed``, ``longest_gap``, ``open``, ``window``, ``taken`` and ``setup`` (what it needs at most between it and the
work before it) are lengths in ticks, ``from`` and ``until`` the ticks
between which the task would have to lie, ``expires``, ``renewed`` and ``soonest`` moments, too, as
are ``begins`` and ``ends``, a place that was found (beside the plan for ``has_room``, in the empty week for
``outweighed``, whose units and capacities others hold then), ``late`` (beyond its due date), ``left`` and ``allowed``
lengths; of a stock all is told that the request takes, and what is left of it at most before ``until``, or where there
is enough for all of it, the same of the operation that cannot have it when all else is there;
``cycles...``, ``lanes``, ``amount``, ``available``, ``tasks`` and ``weight`` are not ticks.
On a unit that has to be open (no_room) ``taken`` is a part of ``open``; on one that is held through closed hours
(no_stay) of ``window``, the whole time between. The longest gap is never longer than what that leaves. ``fixed`` is the
part of ``taken`` that outages, maintenance and bookings that stay had taken before anything was planned. Of a quota
``used`` and ``used_times`` are what is used without the task in the window, as long as ``window``, in which it would
exceed the most by the least. Of work that pauses all lengths are of advancing ticks; ``advancing`` are all those
between ``from`` and ``until``.
"""

from collections.abc import Callable

from solver.plan import Blocker

_SAME = {"unit": "on the same unit", "laboratory": "in the same laboratory", "person": "by the same person"}
_APART = {"unit": "on different units", "laboratory": "in different laboratories", "person": "by different persons"}
_SENTENCES = {
    "none_open": "{0} has a window that holds no opening hours of {rest}.",
    "no_room_on_unit": "{0} has no room on {1}: it needs {needed} at a stretch, the longest gap is {longest_gap}; "
    "of the {open} that {1} is open in its window, {taken} are taken.",
    "no_stay_on_unit": "{0} has no room on {1}: it holds it for {needed} at a stretch, the longest gap is "
    "{longest_gap}; of the {window} of its window, closed hours included, {taken} are taken.",
    "no_shift": "{0} has nobody for {1}: it needs somebody for {needed} at a stretch, and from {from} to {until} those "
    "who have the skill are on shift for {longest_gap} at most.",
    "hours_used_up": "{0} has nobody for {1}: it needs somebody for {needed}, and of the greatest hours of those who "
    "are free at most {left} are left.",
    "no_staff": "{0} has nobody for {1}: it needs somebody for {needed} at a stretch, and the longest time that one "
    "person is free is {longest_gap}.",
    "capacity_short": "{0} has too little of {1}: it needs {amount} for {needed} at a stretch, and so much is there "
    "for {longest_gap} at most.",
    "stock_short": "{0} has too little of {1}: it takes {amount} in all, and at most {available} are left by {until}.",
    "budget_short": "{0} takes {needed} of {1} in all, of which at most {left} are left by {until}.",
    "window_too_short": "{0} does not fit its dates: it needs {needed} at a stretch, and there are {longest_gap}.",
    "quota_hours": "{0} is beyond {1}: {used} of {most} in {window} are used, and it takes {needed}.",
    "quota_times": "{0} is beyond {1}: used {used_times} of {most_times} times in {window}.",
    "not_shared": "{0} finds nothing that goes with what {rest} had, with which it has to share or must not.",
    "expired": "{0} cannot use {1}: its {2} expires {expires}, and none is planned after that.",
    "expired_until": "{0} cannot use {1}: its {2} expires {expires}; the next is done {renewed}.",
    "used_up": "{0} cannot use {1}: it has {left} of {allowed} left before its {2}, and {needed} are needed.",
    "cycles_used_up": "{0} cannot use {1}: it has {cycles_left} of {cycles_allowed} uses left before its {2}, and "
    "{cycles} are needed.",
    "lags_cannot_hold": "The operations of {0} ({tasks}) each have room, but not in the order and at the distances "
    "that they must keep.",
    "ends_too_late": "{0} cannot end before {soonest}, with its operations in order and at the distances that they "
    "must keep; it has to end by {until}.",
    "routing_too_long": "{0} takes {needed} from its first operation to its last, by their lengths and distances "
    "alone; from {from} to {until} there are {between}.",
    "unit_held_too_long": "{0} holds {1} for {needed} in all, one operation after the other; from {from} to {until} "
    "there are {between}.",
    "not_in_turn": "{0} and {1} can only be done one after the other, on {2}: they would begin {needed} apart at "
    "least, and by the distances that they must keep may begin {most_apart} apart at most.",
    **{
        f"no_common_{what}": f"{{rest}} have to be done {how}, and none can do them all." for what, how in _SAME.items()
    },
    **{f"no_other_{what}": f"{{rest}} have to be done {how}, and there is only one." for what, how in _APART.items()},
    "has_room": "{0} has room beside the plan, from {begins} to {ends}: the plan as a whole is worth more without it, "
    "or the search did not come to it.",
    "outweighed": "{0} would fit alone, from {begins} to {ends}; beside the plan each of its operations has room by "
    "itself, but no place for all at once was found.",
    "not_together": "Each operation of {0} has room by itself beside the plan; a place for all of them at once was not "
    "found, nor one in the empty week.",
    "no_pausing_room": "{0} has no room on {1}: it stays there until it has advanced for {needed}, and between others "
    "it could advance for {longest_gap} at most; of the {advancing} in which it could, {taken} are taken.",
    "never_advances": "{0} has to advance for {needed}, but all that drives it is open together for only {advancing} "
    "within its dates.",
    "not_started_then": "{0} finds no time on {1} at which {1} may be started and is not kept for others, and at which "
    "all else that it needs is free.",
    "added_to_nothing": "{0} is planned only where {1} is, which is out.",
    "no_room_with_setup": "{0} would have room for its {needed} on {rest}, but not together with what lies between it "
    "and its neighbours there: up to {setup} of setup or cleaning, its hold times, and the buffer between owners.",
    "not_examined": "What stood in the way of {0} was not looked into: the time was up. A longer time limit tells.",
}
_NEVER_TOGETHER = ", but never when all else that it needs is free too."
_NOT_TOGETHER = "{0} finds {1} free for up to {longest_gap}, which is enough for the {needed} that it needs"
_NOT_TOGETHER += _NEVER_TOGETHER
_ENOUGH = "{0} takes {amount} of {1}, of which up to {available} are left by {until}" + _NEVER_TOGETHER
_ENOUGH_TIME = "{0} takes {needed} of {1}, of which up to {left} are left by {until}" + _NEVER_TOGETHER
_LATE = " That is {late} after it is due."
_HELD_BY_OTHERS = " Others hold {rest} then."
_NOT_ON_SHIFT = "{0} has nobody for {1}: no technician with {1} is on shift from {from} to {until}."
_FIXED = " {fixed} of that by outages, upkeep or bookings that stay."
_DATES_PINNED = "{0} needs {needed}, and its dates leave {longest_gap}, but not where it is pinned or may start."

CODES = tuple(_SENTENCES)
PLAIN = frozenset({"lanes", "amount", "available", "tasks", "weight", "times", "most_times", "used_times"})
PLAIN |= {"cycles", "cycles_left", "cycles_allowed"}
"""Numbers that are no times."""
AMOUNTS = frozenset({"amount", "available"})
"""Of these, those that are counted in the measure of what is second among the ids."""
MOMENTS = frozenset({"from", "until", "expires", "renewed", "begins", "ends", "soonest"})
"""Numbers that are moments; the others are lengths of time."""


def sentence(
    blocker: Blocker,
    names: Callable[[str], str],
    ticks: Callable[[int], str],
    moment: Callable[[int], str] = "tick {}".format,
    amount: Callable[[str, int], str] = lambda _, number: str(number),
    period: Callable[[int], str] | None = None,
) -> str:
    """The blocker in words. ``names`` words an id, ``ticks`` a length of time, ``moment`` a tick, ``amount`` so much of
    the stock or capacity with an id, ``period`` the window of a quota (``None``: as any length of time)."""

    def told(name: str, number: int) -> str:
        if name in AMOUNTS:
            return amount(blocker.ids[1], number)
        if period is not None and name == "window" and blocker.code in ("quota_hours", "quota_times"):
            return period(number)
        return str(number) if name in PLAIN else moment(number) if name in MOMENTS else ticks(number)

    numbers = {name: told(name, number) for name, number in blocker.numbers}
    shown = tuple(map(names, blocker.ids))
    wording = _wording(blocker) + (_HELD_BY_OTHERS if blocker.code == "outweighed" and shown[1:] else "")
    wording += _LATE if "late" in numbers else ""
    wording += _FIXED if "{taken}" in wording and dict(blocker.numbers).get("fixed") else ""
    return wording.format(*shown, rest=", ".join(shown[1:]), **numbers)


def _wording(blocker: Blocker) -> str:
    """Where the longest gap is long enough, it is not the gap that is missing; and where enough of a stock is left, it
    is not that."""
    numbers = dict(blocker.numbers)
    if blocker.code == "stock_short" and numbers["amount"] <= numbers["available"]:
        return _ENOUGH
    if blocker.code == "budget_short" and numbers["needed"] <= numbers["left"]:
        return _ENOUGH_TIME
    if blocker.code == "no_shift" and not numbers["longest_gap"]:
        return _NOT_ON_SHIFT
    if blocker.code in ("none_open", "hours_used_up") or numbers.get("longest_gap", -1) < numbers.get("needed", 0):
        return _SENTENCES[blocker.code]
    return _DATES_PINNED if blocker.code == "window_too_short" else _NOT_TOGETHER
