"""When one operation of a request may be done: a visitor or a witness is there then, or its parts arrive.

Knows nothing of calendars.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from scheduler.errors import BadValue
from scheduler.views import OperationWindow


class OperationOfNoStep(BadValue):
    """A window names an operation that the routing does not have."""

    code = "window_of_no_operation"


class WindowOutOfOrder(BadValue):
    """A window has a start, an end or both, and its end comes after its start."""

    code = "window_out_of_order"


class WindowTooShort(BadValue):
    """A window lasts as long as one run of its operation at least."""

    code = "window_too_short"


class WindowOutOfReach(BadValue):
    """A window leaves time between the request's release and its deadline."""

    code = "window_out_of_reach"


def written(windows: Iterable[OperationWindow]) -> list[dict[str, Any]]:
    """As a request keeps them: moments as text in UTC."""
    return [{"operation": each.operation, "start": _written(each.start), "end": _written(each.end)} for each in windows]


def windows_of(stored: Iterable[dict[str, Any]]) -> tuple[OperationWindow, ...]:
    """What ``written`` wrote."""
    return tuple(
        OperationWindow(operation=each["operation"], start=_read(each["start"]), end=_read(each["end"]))
        for each in stored
    )


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
