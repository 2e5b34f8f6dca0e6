"""Broken rules, and lags that what is done has broken, in the words of the laboratory.

Knows nothing of what the ids of a problem are called.
"""

from collections.abc import Callable

from scheduler.time_words import tell_length
from scheduler.translate.broken import BrokenLag
from scheduler.views import Sentence
from solver.rules.sentences import SENTENCES
from solver.rules.violation import Violation

MOMENTS = {"start", "end", "horizon", "calendar_end", "release", "deadline", "tick", "pinned", "possible", "unloaded"}
MOMENTS |= {"expires", "first", "last", "before", "after", "since", "until", "soonest", "ready"}
LENGTHS = {"taken", "duration", "wait", "max_wait", "gap", "least", "most", "spent", "left", "allowed", "worked"}
LENGTHS |= {"advanced", "length", "longest", "stood", "buffer"}
LENGTHS_USED = {"too_long", "used_up"}
"""Codes of violations in which ``used`` is a length of time."""
COUNTED = {("stock", "taken"), ("too_often", "most")}
"""Numbers that are no lengths of time, by the rule or the code of their violation."""

_AHEAD = "{1} comes {early} too soon for {0}: it follows that after at least {least}."
"""Of a lag that is too short by so much that the one is ahead of the other."""


def violation_in_words(
    violation: Violation, *, name: Callable[[str], str], moment: Callable[[int], str], length: Callable[[int], str]
) -> Sentence:
    """A broken rule in words: ``name`` words an id, ``moment`` a tick, ``length`` a number of ticks."""
    template = SENTENCES[violation.rule, violation.code].replace(" ticks", "")
    known = dict(violation.numbers)
    if violation.code == "too_soon" and known["gap"] < 0:
        template = _AHEAD.replace("{early}", length(known["least"] - known["gap"]))
    numbers = {}
    for number, value in violation.numbers:
        counts = {(violation.rule, number), (violation.code, number)} & COUNTED
        timed = number in LENGTHS or (number == "used" and violation.code in LENGTHS_USED)
        told = moment if number in MOMENTS else length if timed and not counts else str
        numbers[number] = told(value)
    shown = (*map(name, violation.ids), "nothing", "nothing", "nothing", "nothing")
    rest = ", ".join(map(name, violation.ids[2:])) or "nobody else"
    return Sentence(
        code=f"{violation.rule}.{violation.code}",
        text=template.format(*shown, rest=rest, **numbers),
        facts=(("subject", shown[0]), *numbers.items()),
    )


def lag_in_words(lag: BrokenLag, *, name: Callable[[str], str], operation: Callable[[str], str]) -> Sentence:
    """A longest lag that what is done has broken: ``name`` words a run, ``operation`` says what it is a run of."""
    most, soonest = tell_length(lag.most_minutes), tell_length(lag.soonest_minutes)
    again = operation(lag.before)
    then = f"did after {soonest}" if lag.done else f"cannot before {soonest}"
    return Sentence(
        code="lag_broken",
        text=f"{name(lag.before)}: {operation(lag.after)} may follow after {most} at most, but {then}. "
        f"Scrap it, redo it from {again} on, or accept.",
        facts=(
            ("before", lag.before),
            ("after", lag.after),
            ("most_minutes", lag.most_minutes),
            ("soonest_minutes", lag.soonest_minutes),
            ("choices", f"scrap, redo from {again}, accept"),
        ),
    )
