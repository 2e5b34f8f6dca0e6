"""Why a request is out and what would let it in, in words: names, local times, lengths.

Knows nothing of how it was found. Whose booking it is that stands in the way is told only to those who may know.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from scheduler.delays import tell_whole
from scheduler.naming import Naming
from scheduler.tallies import requests_among
from scheduler.translate.names import is_budget
from scheduler.views import Sentence
from solver.explain.answers import Move, Relaxation, Why, Yielding
from solver.plan import Blocker

COUNTS = frozenset({"moved", "times", "amount", "differ"})
"""Numbers of options that are no lengths of time."""
MOMENTS = frozenset({"from", "until"})
"""Numbers of options that are moments."""
FEW = 2
"""So many moves are told in one breath; more as a list."""
OTHERS_MOVE = " others move: "
"""What comes before such a list, whose moves have semicolons between them."""
MORE = "There may be others that cannot."
"""What is shown is one conflict, not all of them."""
Fact = tuple[str, str | int | float | None]


@dataclass(frozen=True, kw_only=True)
class Explained:
    """Words for one answer on one draft. What whoever reads may not see is "another booking"."""

    naming: Naming

    def verdict(self, why: Why) -> str:
        """The first sentences."""
        name = self.naming.name(why.request)
        if why.verdict == "fits":
            room = f"{name} has room beside the plan{self._there(why)}."
            return f"{room} The plan as a whole is worth more without it, or the search did not come to it."
        if why.verdict == "conflict":
            return _together(f"Even alone, {name} cannot be planned", why)
        if why.verdict == "outweighed":
            return self._outweighed(name, why)
        return f"Why {name} is out was not found out in the time given: allow more."

    def _there(self, why: Why) -> str:
        return "" if why.start is None or why.end is None else f", {self._span(why.start, why.end)}"

    def _outweighed(self, name: str, why: Why) -> str:
        if why.conflict:
            return _together(f"{name} would fit alone, but not together with what is required", why)
        if not why.yields and why.proven:
            return f"{name} would fit alone, but not beside the plan, whoever is left out: others would have to move."
        if not why.yields:
            return f"{name} would fit alone; whether only in place of others, was not found out in the time given."
        weights = {each.request: each.weight for each in why.yields}
        gone, total = len(requests_among(weights)), sum(weights.values())
        kept = len(requests_among(each.request for each in why.yields if each.displacement))
        text = f"{name} (weight {why.weight}) would fit only in place of {_counted(gone, 'other request')}"
        text += f" (weight {'together ' * (len(weights) > 1)}{total})." if all(map(self._open_to, weights)) else "."
        text += f" {kept} of them stand{'s' * (kept == 1)} confirmed." if kept else ""
        if not kept and total < why.weight:
            text += " They weigh less: the search had not come to it, and a longer one may."
        return text + ("" if why.proven else " Whether a cheaper set would do was not proven in the time given.")

    # -- who would have to yield

    def yields(self, why: Why) -> Iterator[Sentence]:
        """One per thing that somebody holds."""
        return map(self._yielding, why.yields)

    def _yielding(self, each: Yielding) -> Sentence:
        seen = self._open_to(each.request)
        more = (
            "" if each.amount else self.naming.length(each.end - each.start),
            f"weight {each.weight}" if seen else "",
            "stands confirmed" if each.displacement else "",
        )
        brackets = ", ".join(filter(None, more))
        text = f"{self._whose(each.request)}{self._holds(each, seen=seen)}" + (f" ({brackets})." if brackets else ".")
        return Sentence(code="yields", text=text[0].upper() + text[1:], facts=self._held(each, seen=seen))

    def _holds(self, each: Yielding, *, seen: bool) -> str:
        """`` on SEM-2, Thu 3 Dec 16:00–18:00``; of a stock so much, which is the owner's business, from when on."""
        name = self.naming.name(each.resource) if each.resource else ""
        on = f" on {name}" if name else ""
        if not each.amount:
            return f"{on}, {self._span(each.start, each.end)}"
        return f"{f', {self._taken(each)} of {name}' if seen else on}, from {self.naming.moment(each.start)} on"

    def _held(self, each: Yielding, *, seen: bool) -> tuple[Fact, ...]:
        moment = self.naming.clock.moment
        return (
            *((("request", self.naming.name(each.request)),) if seen else ()),
            ("resource", self.naming.name(each.resource)),
            ("start", moment(each.start).isoformat()),
            ("end", moment(each.end).isoformat()),
            *((("weight", each.weight),) if seen else ()),
            *((("amount", each.amount),) if seen and each.amount else ()),
        )

    def _taken(self, each: Yielding) -> str:
        """``250 g`` of a stock, ``4 h`` of a budget."""
        if is_budget(each.resource):
            return self.naming.length(each.amount)
        return self.naming.amount(each.resource, each.amount)

    def _open_to(self, id_: str) -> bool:
        return self.naming.sees(id_)

    def _whose(self, id_: str) -> str:
        if not self._open_to(id_):
            return "another booking"
        owner = self.naming.owner(id_)
        return self.naming.name(id_) + (f" ({owner})" if owner else "")

    # -- rules that cannot hold together

    def conflict(self, why: Why) -> Iterator[Sentence]:
        """One per kind of rule and what it is about; units, and runs with equal lags, are told in one."""
        for code, rules in groupby(why.conflict, key=_code):
            yield from self._rules(code, tuple(rules))

    def rules(self, conflict: tuple[Blocker, ...]) -> Iterator[str]:
        """The sentences alone, after one that says what they have to do with each other."""
        if conflict:
            yield "These cannot hold together:"
            yield from (
                each.text for code, rules in groupby(conflict, key=_code) for each in self._rules(code, tuple(rules))
            )

    def _rules(self, code: str, rules: tuple[Blocker, ...]) -> Iterator[Sentence]:
        words = _LISTED.get(code)
        if words is not None:
            names = tuple(dict.fromkeys(self.naming.name(rule.ids[0]) for rule in rules))
            yield Sentence(code=code, text=words.format(_and(names)), facts=(("about", ", ".join(names)),))
            return
        told = dict.fromkeys(_TOLD[code](self.naming, rule) for rule in rules)
        yield from (Sentence(code=code, text=text) for text in told)

    # -- what would let it in

    def options(self, why: Why) -> Iterator[Sentence]:
        """One per relaxation."""
        return map(self._option, why.relaxations)

    def _option(self, each: Relaxation) -> Sentence:
        moment = self.naming.clock.moment
        numbers = dict(each.numbers)
        lengths = {name: value for name, value in each.numbers if name not in COUNTS | MOMENTS}
        minutes = {f"{name}_minutes": self._minutes(value) for name, value in lengths.items()}
        facts: tuple[Fact, ...] = (
            ("start", moment(each.start).isoformat()),
            ("end", moment(each.end).isoformat()),
            *minutes.items(),
            *((name, value) for name, value in each.numbers if name in COUNTS - {"differ"}),
            *((name, moment(value).isoformat()) for name, value in each.numbers if name in MOMENTS),
        )
        text = f"{self._span(each.start, each.end)} {self._if(each, numbers)}."
        return Sentence(code=each.code, text=text, facts=facts)

    def _if(self, each: Relaxation, numbers: dict[str, int]) -> str:
        if each.code in ("later_deadline", "later_due"):
            date = "deadline" if each.code == "later_deadline" else "due date"
            by = tell_whole(self._minutes(numbers["by"]))
            return f"if the {date} moves by {by}, to {self.naming.moment(each.end)}"
        if each.code == "others_move":
            moves = tuple(map(self._move, each.moves))
            return "if " + (_and(moves) if len(moves) <= FEW else f"{len(moves)}{OTHERS_MOVE}" + "; ".join(moves))
        if each.code in _ALLOWED:
            return _ALLOWED[each.code](self.naming, each)
        about, work = self.naming.name(each.ids[0]), self.naming.length(numbers["work"])
        if each.code == "longer_hours":
            between = f"between {self.naming.moment(numbers['from'])} and {self.naming.moment(numbers['until'])}"
            when = self._span(numbers["from"], numbers["until"])
            whole = numbers["until"] - numbers["from"] == numbers["work"]
            return f"if {about} is open {when}" if whole else f"if {about} is open for {work} more {between}"
        who = "one more person" if each.code == "one_more_person" else "a second shift"
        return f"with {who} on {about} ({work} of work)"

    def _move(self, move: Move) -> str:
        name = self.naming.name(move.task) if self._open_to(move.request) else "another booking"
        by = self._minutes(abs(move.to_start - move.from_start))
        to = self._span(move.to_start, move.to_end)
        how = f"moves by {tell_whole(by)}, to {to}" if by else f"changes, to {to}"
        return f"{name} ({self._span(move.from_start, move.from_end)}) {how}"

    def _span(self, start: int, end: int) -> str:
        moment = self.naming.clock.moment
        return self.naming.span(moment(start), moment(end))

    def _minutes(self, ticks: int) -> int:
        return ticks * self.naming.clock.tick_minutes


def _together(head: str, why: Why) -> str:
    if not why.conflict:
        return f"{head}: what it needs takes longer than the horizon of the plan."
    if not why.proven:
        return f"{head}: these rules cannot hold together (there was no time to prove that each of them is needed)."
    return f"{head}: these rules cannot hold together, and any one of them let go, the others can. {MORE}"


def _code(rule: Blocker) -> str:
    return rule.code


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'s' * (count != 1)}"


def _and(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


_LISTED = {
    "opening_hours": "The opening hours of {0}.",
    "skill": "Somebody for {0} is there and free.",
    "taken": "{0} stands where outages, upkeep and fixed bookings leave room.",
    "capacity": "No more of {0} than there is.",
    "stock": "No more of {0} than there is by then.",
    "one_at_a_time": "One thing at a time on {0}.",
    "changeovers": "Setup, cleaning and buffers between two works on {0}.",
    "required": "All of {0}.",
    "quota": "No more than {0} allows.",
    "allowed_starts": "The times at which {0} may be started.",
    "kept_for_others": "The times at which {0} is kept for others.",
    "hours": "The greatest hours of those who do {0}.",
    "room": "No more pieces at once in {0} than there is room for.",
}
"""Kinds of rules of which everything that they are about is told in one sentence."""


def _lag(naming: Naming, rule: Blocker) -> str:
    numbers = dict(rule.numbers)
    parts = [f"at {name} {naming.length(numbers[name])}" for name in ("least", "most") if name in numbers]
    between = f"from {naming.name(rule.ids[0])} to {naming.name(rule.ids[1])}"
    return f"{_first_up(' and '.join(parts) or 'any time')} {between}."


def _first_up(text: str) -> str:
    return text[0].upper() + text[1:]


def _windows(naming: Naming, rule: Blocker) -> str:
    numbers = dict(rule.numbers)
    between = f"between {naming.moment(numbers['from'])} and {naming.moment(numbers['until'])}"
    return f"{naming.name(rule.ids[0])} {between}, in its {_counted(numbers['windows'], 'window')}."


def _pin(naming: Naming, rule: Blocker) -> str:
    start = dict(rule.numbers).get("start")
    at = "on the units that it is pinned to" if start is None else f"pinned to {naming.moment(start)}"
    return f"{naming.name(rule.ids[0])} {at}."


def _shared(naming: Naming, rule: Blocker) -> str:
    _, what, *tasks = rule.ids
    return f"{_and(map(naming.name, tasks))} {_SHARED[what][dict(rule.numbers)['differ']]}."


_SHARED = {
    "unit": ("on the same unit", "on different units"),
    "person": ("by the same person", "by different persons"),
    "laboratory": ("in the same laboratory", "in different laboratories"),
}


_TOLD: dict[str, Callable[[Naming, Blocker], str]] = {
    "deadline": lambda naming, rule: f"Its deadline, {naming.moment(dict(rule.numbers)['tick'])}.",
    "due": lambda naming, rule: f"Its due date, {naming.moment(dict(rule.numbers)['tick'])}.",
    "release": lambda naming, rule: f"Not before {naming.moment(dict(rule.numbers)['tick'])}.",
    "lag": _lag,
    "task_window": _windows,
    "pin": _pin,
    "same_choice": _shared,
    "expiry": lambda naming, rule: f"No use of {naming.name(rule.ids[0])} beyond its {rule.ids[1]}.",
    "addition": lambda naming, rule: f"{naming.name(rule.ids[0])} only together with {naming.name(rule.ids[1])}.",
}
"""How one rule is told, by its kind."""


def _allowed(words: str) -> Callable[[Naming, Relaxation], str]:
    return lambda naming, each: words.format(_amount(naming, each), naming.name(each.ids[0]))


def _amount(naming: Naming, each: Relaxation) -> str:
    """``2 h``, ``3``, ``2 h and 3 uses``."""
    numbers = dict(each.numbers)
    told = [naming.length(numbers[name]) for name in ("by", "work") if name in numbers]
    told += [naming.amount(each.ids[0], numbers["amount"])] if "amount" in numbers else []
    told += [_counted(numbers["times"], "use")] if "times" in numbers else []
    return _and(told)


def _more_stock(naming: Naming, each: Relaxation) -> str:
    by = naming.moment(dict(each.numbers)["from"])
    return f"with {_amount(naming, each)} more of {naming.name(each.ids[0])} by {by}"


def _later_service(naming: Naming, each: Relaxation) -> str:
    return f"if the {each.ids[1]} of {naming.name(each.ids[0])} may wait for {_amount(naming, each)} more"


def _share_less(naming: Naming, each: Relaxation) -> str:
    _, what, *tasks = each.ids
    return f"if {_and(map(naming.name, tasks))} need not be {_SHARED[what][dict(each.numbers)['differ']]}"


_ALLOWED: dict[str, Callable[[Naming, Relaxation], str]] = {
    "larger_quota": _allowed("if {1} allows {0} more"),
    "more_stock": _more_stock,
    "more_capacity": _allowed("with {0} more of {1} then"),
    "other_starts": _allowed("if {1} may be started then"),
    "kept_hours": _allowed("if {0} of {1} that are kept for others are given"),
    "overtime": _allowed("with {0} of overtime on {1}"),
    "later_service": _later_service,
    "share_less": _share_less,
}
"""What a laboratory may allow, by its kind."""
