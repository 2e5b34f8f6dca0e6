"""The interface keeps to its own description whatever is sent, by whomever: no answer is undeclared, none is a defect.

What is sent is made from the description: values that it allows, and values that it does not. Every check is made but
two: what a description cannot say (an end before its start, a date of another century) is refused too, by name; and who
asks is given here, so that what is shown at the door counts for nothing (``tests.api.test_signing_in`` tries that).
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from models.database import Database
from tests.api.two_firms import ACTORS, Doors
from tests.databases import opened
from tests.sizes import count

OFTEN = count(short=1, full=40)
"""How often each operation is called, by each role, with what is allowed and with what is not."""
ADDRESS = "http://127.0.0.1"


@pytest.fixture(scope="module")
def store(both_firms: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    file = shutil.copy(both_firms, tmp_path_factory.mktemp("contract") / "both.sqlite")
    with opened(f"sqlite:///{file}") as database:
        yield database


@pytest.fixture(scope="module")
def doors(store: Database) -> Doors:
    return Doors(store)


@pytest.fixture(scope="module")
def operations(doors: Doors) -> list[Any]:
    schema = schemathesis.openapi.from_dict(doors.application.openapi())
    schema.app = doors.application
    return [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("role", ACTORS)
def test_every_operation_answers_as_it_says(doors: Doors, operations: list[Any], role: str, mode: Any) -> None:
    doors.actor = ACTORS[role]
    for operation in operations:
        if mode is GenerationMode.POSITIVE or operation.body or any(operation.iter_parameters()):
            _call_often(operation, mode)


def _call_often(operation: Any, mode: GenerationMode) -> None:
    @settings(
        max_examples=OFTEN,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def calls(case: Any) -> None:
        response = case.call_and_validate(base_url=ADDRESS, excluded_checks=[positive_data_acceptance, ignored_auth])
        if response.status_code == 422:
            told = response.json()
            assert told["mistakes"] or told["detail"]

    calls()
