"""The description of the REST interface: what FastAPI writes, with problems under their own media type.

Knows no route.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

PROBLEM = "application/problem+json"


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, made once."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        for path in document["paths"].values():
            for operation in path.values():
                _rename(operation["responses"])
        app.openapi_schema = document
    return app.openapi_schema


def _rename(responses: dict[str, Any]) -> None:
    for status, answer in responses.items():
        content = answer.get("content", {})
        if status >= "400" and "application/json" in content:
            content[PROBLEM] = content.pop("application/json")
