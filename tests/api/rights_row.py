"""One line of the table of rights: a route, how it is called, and what it answers to whom.

Knows no route.
"""

from dataclasses import dataclass, field
from typing import Any

A = "/api/v1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A route, how it is called, and what it answers."""

    route: str
    call: str
    own: str
    foreign: str
    body: dict[str, Any] | None = field(default=None)

    @property
    def is_about_something(self) -> bool:
        """Whether anything is filled in, so that own and foreign differ."""
        return "{" in self.call or "'{" in str(self.body)


def row(route: str, call: str, own: str, foreign: str | None = None, body: dict[str, Any] | None = None) -> Row:
    return Row(route=route, call=call, own=own, foreign=own if foreign is None else foreign, body=body)
