"""One line of the table of rights: a route, how it is called, and what it answers to whom.

Knows no route.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

A = "/api/v1"
OPERATIONS = {"EL": "look", "ME": "mill"}
"""Of the request that is at each centre."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A route, how it is called, and what it answers."""

    route: str
    call: str
    own: str
    foreign: str
    body: dict[str, Any] | None = field(default=None)

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0].partition("/")[0].replace("any", "GET")

    def sent(self, names: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Where it goes, and the body if there is one, about what has these names."""
        body = {} if self.body is None else {"body": filled(self.body, names)}
        return self.call.format(**names), body

    @property
    def is_about_something(self) -> bool:
        """Whether anything is filled in, so that own and foreign differ."""
        return "{" in self.call or "'{" in str(self.body)


def row(route: str, call: str, own: str, foreign: str | None = None, body: dict[str, Any] | None = None) -> Row:
    return Row(route=route, call=call, own=own, foreign=own if foreign is None else foreign, body=body)


def filled(value: Any, names: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: filled(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, names) for each in value]
    return str(names[value[1:-1]]) if isinstance(value, str) and value[:1] == "{" else value
