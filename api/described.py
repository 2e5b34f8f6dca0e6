"""What texts and numbers that come in may be beside their bounds, and how the description of the interface says it.

Knows no field.
"""

import re
from dataclasses import dataclass
from typing import Any

from pydantic import GetJsonSchemaHandler, JsonValue
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

_CONTROL = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
PLAIN = f"^[^{_CONTROL}]*$"
"""Without control characters."""
ONE_WAY = f"^[^{_CONTROL}\u202a-\u202e\u2066-\u2069]*$"
"""As ``PLAIN``, and without characters that turn the direction of writing."""
_EDGE = rf"\s{_CONTROL}" + "\u0085\ufeff"
"""Control characters, and what one language or another takes for a space: ECMAScript not U+0085, Python not U+FEFF."""
NEITHER_BLANK_NOR_PADDED = rf"^[^{_EDGE}]([^{_CONTROL}]*[^{_EDGE}])?$"
IN_OUR_TIME = "^20[0-9]{2}-"
"""Of the years 2000 to 2099."""


@dataclass(frozen=True, slots=True)
class Described:
    """Beside a type: the ``pattern`` that its texts follow."""

    pattern: str

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        told: dict[str, Any] = handler(core)
        return told | {"pattern": self.pattern}


def only(given: str, other: str) -> dict[str, JsonValue]:
    """The description of an object with the one and without the other."""
    return {"required": [given], "properties": {given: {"not": {"type": "null"}}, other: {"type": "null"}}}


def both(one: str, other: str) -> dict[str, JsonValue]:
    """The description of an object with both numbers."""
    return {"required": [one, other], "properties": {one: {"type": "number"}, other: {"type": "number"}}}


def not_blank(text: str) -> str:
    if not re.fullmatch(NEITHER_BLANK_NOR_PADDED, text):
        raise ValueError("a text that is not blank and neither begins nor ends with a space")
    return text


def digits(value: object) -> object:
    if isinstance(value, bool) or (isinstance(value, str) and not re.fullmatch(r"[0-9]{1,10}", value)):
        raise ValueError("a whole number, written in at most ten digits")
    return value


def whole(value: object) -> object:
    """JSON has one kind of number: 2.0 is the whole number 2."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
