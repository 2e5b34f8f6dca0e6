"""Every violation can be said, and the table of contents is complete."""

from pathlib import Path
from string import Formatter

import pytest

import solver.rules
from solver.rules import RULES, Violation
from solver.rules.sentences import SENTENCES

ABOUT = {"__init__", "changeovers", "reading", "sentences", "violation"}


def test_a_module_per_rule() -> None:
    modules = {path.stem for path in Path(next(iter(solver.rules.__path__))).glob("*.py")}
    assert modules - ABOUT == set(RULES)
    assert {rule for rule, _ in SENTENCES} == set(RULES)


@pytest.mark.parametrize(("rule", "code"), SENTENCES)
def test_every_sentence_can_be_said(rule: str, code: str) -> None:
    fields = {field for _, field, _, _ in Formatter().parse(SENTENCES[rule, code]) if field}
    names = sorted(field for field in fields if not field.isdigit() and field != "rest")
    violation = Violation(rule=rule, code=code, ids=("one", "two", "three"), numbers=tuple((name, 7) for name in names))
    assert "one" in violation.sentence
    assert "{" not in violation.sentence
