"""What one rule says of a plan, for the tests of that rule.

Knows nothing of the other rules.
"""

from solver.plan import Plan
from solver.problem import Problem
from solver.rules import RULES, Reading, Violation


def broken(rule: str, problem: Problem, plan: Plan) -> list[Violation]:
    """The violations of one rule; each can say itself in words."""
    found = list(RULES[rule](Reading(problem, plan)))
    assert all(violation.rule == rule and violation.sentence for violation in found)
    return found


def codes(rule: str, problem: Problem, plan: Plan) -> list[str]:
    """The codes of the violations of one rule."""
    return [violation.code for violation in broken(rule, problem, plan)]


def numbers(rule: str, problem: Problem, plan: Plan) -> dict[str, int]:
    """The numbers of the only violation of one rule."""
    (violation,) = broken(rule, problem, plan)
    return dict(violation.numbers)
