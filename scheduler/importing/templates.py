"""An empty list of a kind to be filled in: its header, what each column means, and an example.

Knows nothing of files and formats.
"""

from dataclasses import dataclass

from scheduler.errors import Unknown
from scheduler.importing.kinds import KINDS


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """``columns`` in order; ``told`` and ``examples`` beside them."""

    kind: str
    columns: tuple[str, ...]
    told: tuple[str, ...]
    examples: tuple[str, ...]


def template_of(kind: str) -> Template:
    """Raises ``Unknown``."""
    if kind not in KINDS:
        raise Unknown("kind of list", kind)
    chosen = KINDS[kind]
    return Template(
        kind=chosen.name,
        columns=tuple(chosen.columns),
        told=tuple(told for told, _ in chosen.columns.values()),
        examples=tuple(example for _, example in chosen.columns.values()),
    )
