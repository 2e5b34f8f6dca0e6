"""What pydantic finds wrong with a value, told as what would be right; validators of ours say it the same way.

Knows nothing of where the value came from.
"""

from collections.abc import Mapping
from typing import Any

_MOMENT = "a moment that the clock shows, with seconds from 00 to 59, such as 2026-12-03T16:00:00+03:00"
_PHRASES: Mapping[str, str] = {
    "missing": "a value here",
    "extra_forbidden": "no field of this name",
    "string_type": "a text",
    "string_too_long": "a text of at most {max_length} characters",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number with fewer digits",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "greater_than": "a number above {gt:g}",
    "greater_than_equal": "a number of at least {ge:,}",
    "less_than": "a number below {lt:g}",
    "less_than_equal": "a number of at most {le:,}",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "names with their values",
    "model_type": "names with their values",
    "model_attributes_type": "names with their values",
    "string_unicode": "a text without lone surrogates",
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "timezone_aware": "a moment with its offset, such as 2026-12-03T16:00:00+03:00",
}
_OTHERWISE = "another value"


def wanted(error: Mapping[str, Any]) -> str:
    """A noun phrase for one of the ``errors()`` of a ``ValidationError``: "a whole number", "one of low, high"."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        return "one of " + str(context["expected"]).replace("'", "").replace(" or ", ", ")
    if kind == "union_tag_invalid":
        return "one of " + str(context["expected_tags"]).replace("'", "")
    if kind == "union_tag_not_found":
        return f"a value of {context['discriminator']}"
    if kind == "string_too_short":
        least = context["min_length"]
        return "a text that is not empty" if least == 1 else f"a text of at least {least} characters"
    if kind in ("too_short", "too_long"):
        least = kind == "too_short"
        count = context["min_length" if least else "max_length"]
        return f"{'at least' if least else 'at most'} {count} {'entry' if count == 1 else 'entries'}"
    return _PHRASES.get(kind, _OTHERWISE).format(**context)
