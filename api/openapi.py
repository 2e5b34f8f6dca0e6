"""The description of the REST interface: what FastAPI writes, with problems under their own media type.

Knows no route.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.door import COOKIE

PROBLEM = "application/problem+json"
WAYS_IN = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token of an account, which begins with plt_."},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "A browser that is signed in."},
}


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, made once."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        for path in document["paths"].values():
            for operation in path.values():
                _rename(operation["responses"])
        document["components"]["securitySchemes"] = WAYS_IN
        document["security"] = [{name: []} for name in WAYS_IN]
        for operation in document["paths"]["/health"].values():
            operation["security"] = []
        app.openapi_schema = document
    return app.openapi_schema


def _rename(responses: dict[str, Any]) -> None:
    for status, answer in responses.items():
        content = answer.get("content", {})
        if status >= "400" and "application/json" in content:
            content[PROBLEM] = content.pop("application/json")
