"""The REST interface for people: its routes, what they take and what they answer, read from the OpenAPI document.

Knows no route.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response

from api.calls import OpenCalling
from api.pages.drawing import draw
from api.pages.shape import new_page_router
from api.permission import OPEN

router = new_page_router()
_LIMITS = {
    "minimum": "at least {:,g}",
    "exclusiveMinimum": "above {:,g}",
    "maximum": "at most {:,.10g}",
    "maxLength": "up to {} characters",
    "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A parameter or a field of a body: its name, what may stand there, and whether it must."""

    name: str
    kind: str
    needed: bool
    about: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """One method of one address. ``answers``: the status, what it means, and what the body is."""

    method: str
    path: str
    summary: str
    asked: tuple[Field, ...]
    body: str
    fields: tuple[Field, ...]
    answers: tuple[tuple[str, str, str], ...]


@router.get("/docs", dependencies=[OPEN])
def show(request: Request, _: OpenCalling) -> Response:
    document = request.app.openapi()
    groups: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            groups.setdefault(told["tags"][0], []).append(_operation(method, path, told, document))
    return draw(request, "reference.html", groups=groups, about=document["info"]["description"])


def _operation(method: str, path: str, told: Mapping[str, Any], document: Mapping[str, Any]) -> Operation:
    sent = _schema(told.get("requestBody", {}))
    body = _named(sent, document)
    return Operation(
        method=method.upper(),
        path=path,
        summary=told["summary"],
        asked=tuple(_field(each["name"], each["schema"], each.get("required", False)) for each in _asked(told)),
        body=body.get("description", ""),
        fields=tuple(
            _field(name, schema, name in body.get("required", ()))
            for name, schema in body.get("properties", {}).items()
        ),
        answers=tuple(_answers(told)),
    )


def _asked(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(told.get("parameters", ()))


def _answers(told: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for status, answer in sorted(told["responses"].items()):
        told_as = answer["description"]
        phrase = HTTPStatus(int(status)).phrase
        yield status, phrase if told_as == "Successful Response" else told_as, _kind(_schema(answer))


def _schema(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of a body, of whatever media type."""
    media: Mapping[str, Any] = next(iter(part.get("content", {}).values()), {})
    schema: Mapping[str, Any] = media.get("schema", {})
    return schema


def _named(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in schema:
        return schema
    found: Mapping[str, Any] = document["components"]["schemas"][_last(schema["$ref"])]
    return found


def _field(name: str, schema: Mapping[str, Any], needed: bool) -> Field:
    kind = _kind(schema)
    return Field(
        name=name, kind=kind if needed else kind.removesuffix(" or nothing"), needed=needed, about=_limits(schema)
    )


def _kind(schema: Mapping[str, Any]) -> str:
    """What may stand there, in a few words."""
    if "$ref" in schema:
        return _last(schema["$ref"])
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    either = schema.get("anyOf", ())
    if either:
        return " or ".join(_kind(each) for each in either)
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    words = {"string": "text", "integer": "whole number", "null": "nothing", "object": "names with values"}
    if schema.get("format") == "date-time":
        return "moment"
    kind = str(schema.get("type", ""))
    return words.get(kind, kind)


def _limits(schema: Mapping[str, Any]) -> str:
    every = [schema, *schema.get("anyOf", ())]
    found = [word.format(round(each[name], 3)) for each in every for name, word in _LIMITS.items() if name in each]
    default = schema.get("default")
    return ", ".join([*found, *([f"{default} unless given"] if default not in (None, "", []) else [])])


def _last(reference: str) -> str:
    return reference.rpartition("/")[2]
