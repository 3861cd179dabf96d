"""A recording server for tests."""

from collections.abc import Iterator

import pytest

from tests.benchmarks.recording import Recording, recording


@pytest.fixture
def recorded() -> Iterator[Recording]:
    with recording() as recorded:
        yield recorded
