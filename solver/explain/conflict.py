"""Which named rules cannot hold together: shrunk by letting go one after the other, each time solved again.

Knows nothing of single rules (``solver.explain.named``). Deletion filtering (Chinneck and Dravnieks 1991, "Locating
minimal infeasible constraint sets in linear programs"): cores reported by CP-SAT are not minimal and never shown.
"""

from collections.abc import Iterator
from itertools import groupby

from solver.explain.answers import Conflict
from solver.explain.asking import Clock, is_possible
from solver.explain.company import confined
from solver.explain.named import named_rules, without
from solver.plan import Blocker
from solver.problem import Problem

Rules = tuple[Blocker, ...]
DATES = (frozenset({"deadline", "release"}), frozenset({"deadline", "release", "lag", "task_window", "pin"}))
"""Kinds of rules that are tried alone first."""


def conflict_among(problem: Problem, clock: Clock) -> Conflict | None:
    """An irreducible conflict among the required requests of a problem; ``None`` where they have a plan, or nothing
    was proven in time."""
    required = {request.id for request in problem.requests if request.required}
    if not required:
        return None
    search = _Search(confined(problem, required), clock)
    return search.shrunk() if search.impossible(search.all) else None


class _Search:
    """Subsets of the named rules, and whether each has a plan."""

    def __init__(self, problem: Problem, clock: Clock) -> None:
        self.all = named_rules(problem)
        self._problem, self._clock = problem, clock
        self._known: dict[frozenset[Blocker], bool | None] = {}

    def shrunk(self) -> Conflict:
        """Dates and distances alone where these are enough, which tell the most in the fewest; then kinds at a time,
        then one by one until every single one is needed."""
        rules = next(filter(self.impossible, self._by_dates()), self.all)
        for kind in reversed(tuple(_kinds(rules))):
            rules = self._let_go(rules, kind)
        before: Rules | None = None
        while rules != before and not self._clock.over:
            before = rules
            for rule in reversed(before):
                rules = self._let_go(rules, (rule,))
        return Conflict(rules=rules, proven=all(self._known_possible(rules, rule) for rule in rules))

    def _by_dates(self) -> Iterator[Rules]:
        """Not where several requests are asked for, of which those that do not matter are let go first."""
        for codes in () if any(rule.code == "required" for rule in self.all) else DATES:
            some = tuple(rule for rule in self.all if rule.code in codes)
            if some:
                yield some

    def impossible(self, rules: Rules) -> bool:
        """Whether it is proven that these, and nothing else that has a name, have no plan."""
        kept = frozenset(rules)
        if kept not in self._known:
            left = without(self._problem, tuple(rule for rule in self.all if rule not in kept))
            self._known[kept] = is_possible(left, self._clock)
        return self._known[kept] is False

    def _let_go(self, rules: Rules, some: Rules) -> Rules:
        fewer = tuple(rule for rule in rules if rule not in some)
        return fewer if fewer != rules and self.impossible(fewer) else rules

    def _known_possible(self, rules: Rules, rule: Blocker) -> bool:
        return self._known.get(frozenset(rules) - {rule}) is True


def _kinds(rules: Rules) -> Iterator[Rules]:
    return (tuple(group) for _, group in groupby(rules, key=_code))


def _code(rule: Blocker) -> str:
    return rule.code
