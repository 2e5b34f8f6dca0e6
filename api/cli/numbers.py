"""Numbers as they are typed after an option, within their limits; anything else is wrong use.

Knows no option.
"""

import re
from collections.abc import Callable

import typer

_WHOLE = re.compile(r"[0-9]{1,12}")
_DECIMAL = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")


def whole(low: int, high: int) -> Callable[[object], int]:
    """A whole number from ``low`` to ``high``."""

    def parse(written: object) -> int:
        if not _WHOLE.fullmatch(str(written)) or not low <= int(str(written)) <= high:
            raise typer.BadParameter(f"{str(written)!r} is not a whole number from {low:,} to {high:,}.")
        return int(str(written))

    return parse


def decimal(low: float, high: float) -> Callable[[object], float]:
    """A number with or without a point, from ``low`` to ``high``."""

    def parse(written: object) -> float:
        if not _DECIMAL.fullmatch(str(written)) or not low <= float(str(written)) <= high:
            raise typer.BadParameter(f"{str(written)!r} is not a number from {low:,} to {high:,}.")
        return float(str(written))

    return parse
