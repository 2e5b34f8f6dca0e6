"""A client that lets no answer pass that the interface's own description does not declare.

Knows no route.
"""

import re
from datetime import datetime
from typing import Any

from fastapi.testclient import TestClient

from api.calls import Identify, as_local_administrator
from models.database import Database
from scheduler.work import Worker
from tests.api.applications import application_on
from tests.scheduler.small_centre import NOW

HERE = "http://127.0.0.1"


class Declared(TestClient):
    """Calls the application on a database at a fixed moment (``moment``, which may be set)."""

    def __init__(
        self,
        database: Database,
        *,
        moment: datetime = NOW,
        identify: Identify = as_local_administrator,
        base_url: str = HERE,
    ) -> None:
        self.database = database
        self.moment = moment
        self.application = application_on(database, clock=lambda: self.moment, identify=identify)
        super().__init__(self.application, base_url=base_url, raise_server_exceptions=False, follow_redirects=False)

    def request(self, method: Any, url: Any, **asked: Any) -> Any:
        response = super().request(method, url, **asked)
        check_declared(self.application.openapi(), method, response)
        return response

    def work(self) -> bool:
        """Does the next due work, at the client's moment."""
        return Worker(self.database, clock=lambda: self.moment).run_due()


def check_declared(document: dict[str, Any], method: str, response: Any) -> None:
    """That a JSON answer of ours is declared for its operation, with its media type."""
    # As it was sent: what is quoted within a name is no border between names.
    path = response.request.url.raw_path.decode("ascii").partition("?")[0]
    if not path.startswith("/api/v1/") or path.endswith("openapi.json"):
        return
    operations = next((each for template, each in document["paths"].items() if _fits(template, path)), None)
    media = response.headers.get("content-type", "").partition(";")[0]
    if operations is None or method.lower() not in operations:
        assert response.status_code in (400, 403, 404, 405)
        assert media == "application/problem+json"
        return
    answers = operations[method.lower()]["responses"]
    assert str(response.status_code) in answers, f"{method} {path} answers {response.status_code}, undeclared"
    assert media in answers[str(response.status_code)]["content"]


def _fits(template: str, path: str) -> bool:
    pattern = "".join(
        "[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^}]+\})", template)
    )
    return re.fullmatch(pattern, path) is not None


def answer(response: Any, status: int = 200) -> Any:
    """The body of an answer that has this status."""
    assert response.status_code == status, f"{response.status_code}: {response.text[:1000]}"
    return response.json()
