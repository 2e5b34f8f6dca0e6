"""The interface keeps to its own description whatever is sent, by whomever: no answer is undeclared, none is a defect.

What is sent is made from the description: values that it allows, and values that it does not. Each role comes in by the
real door with a token, and every check is made; where a call is let in, it is sent again with no token and with a wrong
one, which are not (``ignored_auth``). What the description allows is not refused (``positive_data_acceptance``), but
for two things that no JSON Schema can say:

* rules between values and with what is stored, which a use case refuses by a name of their own, never as ``bad_input``:
  an end before its start, a unit named twice, a week that its year does not have, what is past by now;
* a routing that is drawn by hand (``POST /requests``): its parts name each other, and what stands in it is bounded at
  whatever depth.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from api.app import create_app
from api.calls import as_local_administrator
from api.door import identify
from models.database import Database
from models.tables import ApiToken
from scheduler.actors import LOCAL_ADMINISTRATOR as ME
from scheduler.door.people import RoleAsked, invite
from scheduler.door.tokens import make_token
from tests.databases import opened
from tests.scheduler.small_centre import NOW
from tests.scheduler.small_centre import store as put
from tests.sizes import count

OFTEN = count(short=1, full=40)
"""How often each operation is called, by each role, with what is allowed and with what is not."""
ADDRESS = "http://127.0.0.1"
ROLES: Mapping[str, RoleAsked | None] = {
    "nobody": None,
    "engineer": RoleAsked(role="engineer", organisation="ALFA"),
    "engineer of Beta": RoleAsked(role="engineer", organisation="BETA"),
    "technician": RoleAsked(role="technician", centre="EL"),
    "manager": RoleAsked(role="manager", centre="EL"),
    "administrator": RoleAsked(role="administrator"),
    "auditor": RoleAsked(role="auditor"),
}
PATIENCE = 300
"""Seconds: how long an answer takes is not looked at here."""
DRAWN = "POST /api/v1/requests"
PROVEN: dict[str, set[str]] = {}
"""Operations by role that were looked at with no token and with a wrong one: once is enough."""

FIRST, DAYS = datetime(2000, 1, 10, tzinfo=UTC), 36_000
_MINUTES = st.integers(0, DAYS * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
_OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_MOMENTS = st.builds(datetime.astimezone, _MINUTES, _OFFSETS)
# The pattern that the description has for them leaves one year in a hundred, too few to be found by trying.
schemathesis.openapi.format("date-time", _MOMENTS.map(datetime.isoformat))
schemathesis.openapi.format("date", _MINUTES.map(lambda moment: str(moment.date())))


@pytest.fixture(scope="module")
def store(both_firms: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    file = shutil.copy(both_firms, tmp_path_factory.mktemp("contract") / "both.sqlite")
    with opened(f"sqlite:///{file}") as database:
        yield database


@pytest.fixture(scope="module")
def tokens(store: Database) -> dict[str, dict[str, str]]:
    """By role, the header to come in with. What is numbered from 1 on is called, and may be revoked."""
    put(
        store,
        ApiToken(
            id=900_000,
            account_id=999,
            token_hash="x",
            shown="x",
            name="x",
            scope="read",
            made_at=NOW,
            ends_at=NOW,
        ),
    )
    return {name: {} if asked is None else _token(store, name, asked) for name, asked in ROLES.items()}


def _token(database: Database, name: str, asked: RoleAsked) -> dict[str, str]:
    email = f"{name.replace(' ', '.')}@example.org"
    account_id = invite(database, actor=ME, now=NOW, email=email, roles=(asked,)).account_id
    made = make_token(database, actor=ME, now=NOW, account_id=account_id, name="contract", scope="write")
    return {"Authorization": f"Bearer {made.token}"}


@pytest.fixture(scope="module")
def operations(store: Database) -> list[Any]:
    application = create_app(store, timetable=False, clock=lambda: NOW, identify=identify)
    schema = schemathesis.openapi.from_dict(application.openapi())
    schema.app = application
    return [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("role", ROLES)
def test_every_operation_answers_as_it_says(
    operations: list[Any], tokens: dict[str, dict[str, str]], role: str, mode: GenerationMode
) -> None:
    headers = tokens[role]
    proven = PROVEN.setdefault(role, set())
    for operation in operations:
        if mode is GenerationMode.POSITIVE or operation.body or any(operation.iter_parameters()):
            _call_often(operation, mode, headers, proven=proven)
    assert _comes_in(operations[0].app, headers) == bool(headers), "a call took the token that the others came with"


def _comes_in(application: Any, headers: dict[str, str]) -> bool:
    answer = TestClient(application, base_url=ADDRESS).get("/api/v1/account", headers=headers)
    return answer.status_code == 200


def _call_often(
    operation: Any, mode: GenerationMode, headers: dict[str, str], *, often: int = OFTEN, proven: set[str] | None = None
) -> None:
    """``proven``: operations of which it is known that nobody comes in without a token."""
    known = set() if proven is None else proven

    @settings(
        max_examples=often,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def calls(case: Any) -> None:
        assume(mode is GenerationMode.NEGATIVE or not _ends_a_line(case))
        sent: dict[str, Any] = {"base_url": ADDRESS, "headers": dict(headers), "timeout": PATIENCE}
        response = case.call(**sent)
        told = response.json() if response.status_code == 422 else None
        left_out: list[Any] = (
            [positive_data_acceptance] if told is not None and _no_schema_says(operation, told) else []
        )
        left_out += [ignored_auth] if operation.label in known else []
        case.validate_response(
            response,
            headers=dict(headers),
            transport_kwargs={**sent, "headers": dict(headers)},
            excluded_checks=left_out,
        )
        if response.status_code < 300:
            known.add(operation.label)
        if told is not None:
            assert told["mistakes"] or told["detail"]

    calls()


def _no_schema_says(operation: Any, told: dict[str, Any]) -> bool:
    """Whether a rule was broken that the description cannot have."""
    if told["type"] != "urn:pilotline:problem:bad_input":
        return True
    return operation.label == DRAWN and any(each["place"].startswith("body.routing") for each in told["mistakes"])


def _ends_a_line(case: Any) -> bool:
    """Whether a text ends with a line's end: to Python alone, a pattern's ``$`` matches before it."""
    sent = [case.path_parameters, case.query, case.body]
    return '\\n"' in json.dumps(sent, default=str)


def test_control_a_door_that_lets_everybody_in_is_found(store: Database, tokens: dict[str, dict[str, str]]) -> None:
    application = create_app(store, timetable=False, clock=lambda: NOW, identify=as_local_administrator)
    with pytest.raises(FailureGroup, match="without authentication"):
        _call_often(_operation(application, application.openapi()), GenerationMode.POSITIVE, tokens["auditor"])


def test_control_a_description_that_leaves_something_out_is_found(
    store: Database, tokens: dict[str, dict[str, str]]
) -> None:
    application = create_app(store, timetable=False, clock=lambda: NOW, identify=identify)
    document = deepcopy(application.openapi())
    (asked,) = document["paths"]["/api/v1/laboratories"]["get"]["parameters"]
    asked["schema"] = {"type": "string"}
    with pytest.raises(FailureGroup, match="Valid data should have been accepted"):
        _call_often(_operation(application, document), GenerationMode.POSITIVE, tokens["auditor"], often=30)


def _operation(application: Any, document: dict[str, Any]) -> Any:
    schema = schemathesis.openapi.from_dict(document)
    schema.app = application
    return schema["/api/v1/laboratories"]["GET"]
