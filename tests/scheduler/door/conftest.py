"""Passwords that are hashed in no time."""

import pytest

from scheduler.door import passwords
from tests.quick_passwords import QUICK


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hasher", QUICK)
