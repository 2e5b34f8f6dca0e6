"""What a blocker says, in one sentence.

Knows nothing of how blockers are found; names and lengths of time are the caller's to word.

==================== ================================ ==========================================================
code                 ids                              numbers
==================== ================================ ==========================================================
none_open            task, units                      needed, from, until
no_room_on_unit      task, unit                       needed, longest_gap, open, taken, lanes, from, until
no_stay_on_unit      task, unit                       needed, longest_gap, window, taken, lanes, from, until
no_staff             task, skill                      needed, longest_gap, from, until
capacity_short       task, capacity                   needed, longest_gap, amount, from, until
stock_short          task, stock                      amount, available, from, until
window_too_short     task                             needed, longest_gap, from, until
lags_cannot_hold     request                          tasks
outweighed           request                          weight
no_room_with_setup   task, units                      needed, setup, from, until
not_examined         request
==================== ================================ ==========================================================

``needed``, ``longest_gap``, ``open``, ``window``, ``taken`` and ``setup`` (what it needs at most between it and the
work before it) are lengths in ticks, ``from`` and ``until`` the ticks
between which the task would have to lie; ``lanes``, ``amount``, ``available``, ``tasks`` and ``weight`` are not ticks.
On a unit that has to be open (no_room) ``taken`` is a part of ``open``; on one that is held through closed hours
(no_stay) of ``window``, the whole time between. The longest gap is never longer than what that leaves.
"""

from collections.abc import Callable

from solver.plan import Blocker

_SENTENCES = {
    "none_open": "{0} has a window that holds no opening hours of {rest}.",
    "no_room_on_unit": "{0} has no room on {1}: it needs {needed} at a stretch, the longest gap is {longest_gap}; "
    "of the {open} that {1} is open in its window, {taken} are taken.",
    "no_stay_on_unit": "{0} has no room on {1}: it holds it for {needed} at a stretch, the longest gap is "
    "{longest_gap}; of the {window} of its window, closed hours included, {taken} are taken.",
    "no_staff": "{0} has nobody for {1}: it needs somebody for {needed} at a stretch, and the longest time that one "
    "person is free is {longest_gap}.",
    "capacity_short": "{0} has too little of {1}: it needs {amount} for {needed} at a stretch, and so much is there "
    "for {longest_gap} at most.",
    "stock_short": "{0} has too little of {1}: it takes {amount}, and at most {available} are left in its window.",
    "window_too_short": "{0} does not fit its dates: it needs {needed} at a stretch, and there are {longest_gap}.",
    "lags_cannot_hold": "The operations of {0} ({tasks}) each have room, but not in the order and at the distances "
    "that they must keep.",
    "outweighed": "{0} would have room only in place of others: each operation fits by itself, but not all at once.",
    "no_room_with_setup": "{0} would have room for its {needed} on {rest}, but not together with what lies between it "
    "and its neighbours there: up to {setup} of setup or cleaning, its hold times, and the buffer between owners.",
    "not_examined": "What stood in the way of {0} was not looked into: the time was up. A longer time limit tells.",
}
_NOT_TOGETHER = (
    "{0} finds {1} free for up to {longest_gap}, which is enough for the {needed} that it needs, but never when all "
    "else that it needs is free too."
)
_DATES_PINNED = "{0} needs {needed}, and its dates leave {longest_gap}, but not where it is pinned or may start."

CODES = tuple(_SENTENCES)
PLAIN = frozenset({"lanes", "amount", "available", "tasks", "weight"})
"""Numbers that are no times."""
MOMENTS = frozenset({"from", "until"})
"""Numbers that are moments; the others are lengths of time."""


def sentence(blocker: Blocker, names: Callable[[str], str], ticks: Callable[[int], str]) -> str:
    """The blocker in words. ``names`` words an id, ``ticks`` a length of time."""
    numbers = {name: str(number) if name in PLAIN else ticks(number) for name, number in blocker.numbers}
    shown = tuple(map(names, blocker.ids))
    return _wording(blocker).format(*shown, rest=", ".join(shown[1:]), **numbers)


def _wording(blocker: Blocker) -> str:
    """Where the longest gap is long enough, it is not the gap that is missing."""
    numbers = dict(blocker.numbers)
    if blocker.code == "none_open" or numbers.get("longest_gap", -1) < numbers.get("needed", 0):
        return _SENTENCES[blocker.code]
    return _DATES_PINNED if blocker.code == "window_too_short" else _NOT_TOGETHER
