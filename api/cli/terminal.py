"""What goes to the terminal and how: results on stdout, everything else on stderr, JSON where it is asked for.

Knows nothing of what it prints.
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_json
from rich.console import Console

from scheduler.errors import Refused

WIDTH_WITHOUT_TERMINAL = 120

results = Console(
    width=None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL, highlight=False, markup=False, emoji=False
)
remarks = Console(
    stderr=True,
    width=None if sys.stderr.isatty() else WIDTH_WITHOUT_TERMINAL,
    highlight=False,
    markup=False,
    emoji=False,
)


def utc_now() -> datetime:
    return datetime.now(UTC)


clock: Callable[[], datetime] = utc_now
"""What ``now`` asks."""


def now() -> datetime:
    """The moment that commands act at, in UTC."""
    return clock()


def say(text: str) -> None:
    """A result in words, on stdout; one line however long it is."""
    results.print(text, soft_wrap=True)


def remark(text: str) -> None:
    """What is no result, on stderr."""
    remarks.print(text, soft_wrap=True)


def print_json(result: Any) -> None:
    """A result (frozen dataclasses, models, tuples, moments) as indented JSON on stdout."""
    sys.stdout.write(to_json(result, indent=2).decode() + "\n")


def say_refused(refusal: Refused) -> None:
    """The refusal and each of its reasons, on stderr."""
    remark(refusal.text)
    for reason in refusal.reasons:
        remark(f"  - {reason.text}")
