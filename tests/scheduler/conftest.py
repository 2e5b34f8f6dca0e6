"""Plans are solved in this process, but where a file says that the solver is a process of its own."""

from collections.abc import Iterator

import pytest

from tests.solved_here import solved_here


@pytest.fixture(autouse=True)
def _solver() -> Iterator[None]:
    with solved_here():
        yield
