"""A broken rule, as data and as a sentence.

Knows no rule by itself.
"""

from dataclasses import dataclass

from solver.rules.sentences import SENTENCES


@dataclass(frozen=True, kw_only=True, slots=True)
class Violation:
    """``rule`` and ``code`` say what is broken, ``ids`` by whom (what is at fault first), ``numbers`` are named
    amounts, in ticks where they are times."""

    rule: str
    code: str
    ids: tuple[str, ...]
    numbers: tuple[tuple[str, int], ...] = ()

    @property
    def sentence(self) -> str:
        """The violation in words; times are ticks."""
        shown = (*self.ids, "nothing", "nothing", "nothing", "nothing")
        template = SENTENCES[self.rule, self.code]
        return template.format(*shown, rest=", ".join(self.ids[2:]) or "nobody else", **dict(self.numbers))
