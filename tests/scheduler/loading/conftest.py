"""A small directory without mistakes, to be spoilt."""

from pathlib import Path

import pytest

from tests.scheduler.loading.directory import small_directory


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    path = tmp_path / "lists"
    path.mkdir()
    return small_directory(path)
