"""Reading what was sent: addresses and JSON that say each thing once, and the fields of a form.

Knows nothing of what it means.
"""

import json
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from email.message import Message
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute

MOST_FIELDS = 50


class NotJson(HTTPException):
    """The body is not JSON, or not such as can be read in one way only."""

    def __init__(self, detail: str) -> None:
        super().__init__(400, detail)


class NotFinite(HTTPException):
    """A number of the body is none: JSON has neither NaN nor Infinity, though it can be read what was meant."""

    def __init__(self, word: str) -> None:
        super().__init__(422, f"{word} is not a number in JSON.")


class SaidTwice(HTTPException):
    """A name stands in the address twice, and only one of its values could be heeded."""

    def __init__(self, name: str) -> None:
        super().__init__(422, f"{name!r} stands in the address more than once: give it once.")


class StrictRequest(Request):
    """A request whose JSON says each thing once, in numbers that are numbers."""

    async def json(self) -> Any:
        body = await self.body()
        try:
            return json.loads(body, object_pairs_hook=_once, parse_constant=_no_number)
        except json.JSONDecodeError:
            raise
        except (RecursionError, ValueError) as error:
            raise NotJson("The body is not JSON that can be read.") from error


class StrictRoute(APIRoute):
    """A route that reads its body so, and takes each parameter of its address once."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            if self.body_field is not None and _sends_something_else(request):
                raise HTTPException(415, "Send the body as JSON, with Content-Type: application/json.")
            _check_said_once(request)
            return await handle(StrictRequest(request.scope, request.receive))

        return strict


def _check_said_once(request: Request) -> None:
    """Raises ``SaidTwice``."""
    counts = Counter(name for name, _ in request.query_params.multi_items())
    for name, count in counts.items():
        if count > 1:
            raise SaidTwice(name)


def _sends_something_else(request: Request) -> bool:
    """Whether there is a body that does not say it is JSON."""
    if request.headers.get("content-length", "0") == "0" and "transfer-encoding" not in request.headers:
        return False
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json"))


async def form_fields(request: Request) -> dict[str, str]:
    """The fields of an url-encoded form, the last of a name that stands twice."""
    try:
        text = (await request.body()).decode("utf-8")
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"))
    except ValueError as error:
        raise HTTPException(400, "The form cannot be read.") from error


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One field of a form with files; ``file`` is the name that the sender gives one, ``None`` for other fields."""

    content: bytes
    file: str | None

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


async def form_parts(request: Request) -> dict[str, Part]:
    """The fields of a form with files (RFC 7578), the last of a name that stands twice."""
    said = Message()
    said["content-type"] = request.headers.get("content-type", "")
    boundary = said.get_param("boundary")
    if said.get_content_type() != "multipart/form-data" or not isinstance(boundary, str) or not boundary.isascii():
        raise HTTPException(400, "The form cannot be read.")
    sections = (b"\r\n" + await request.body()).split(f"\r\n--{boundary}".encode())
    if len(sections) < 2 or len(sections) > MOST_FIELDS or not sections[-1].startswith(b"--"):
        raise HTTPException(400, "The form cannot be read.")
    return dict(map(_part, sections[1:-1]))


def _part(section: bytes) -> tuple[str, Part]:
    head, gap, content = section.partition(b"\r\n\r\n")
    said = Message()
    for line in head.decode("utf-8", "replace").split("\r\n"):
        field, _, value = line.partition(":")
        if field.strip().lower() == "content-disposition":
            said["content-disposition"] = value.strip()
    name = said.get_param("name", header="content-disposition")
    file = said.get_param("filename", header="content-disposition")
    if not gap or not isinstance(name, str):
        raise HTTPException(400, "The form cannot be read.")
    return name, Part(content=content, file=file if isinstance(file, str) else None)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotJson("A name stands twice in one object of the body.")
    return found


def _no_number(word: str) -> NoReturn:
    raise NotFinite(word)
