"""Fixtures of the tests of the probe."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from facade._core.operations import VERSIONS
from facade.observe import Recorder
from facade.testing import Sandbox
from scripts.evidence.client import ProbeClient, Target
from scripts.evidence.journal import CleanupJournal

Reopen = Callable[[], CleanupJournal]


def target_of(sandbox: Sandbox) -> Target:
    return Target(sandbox.token, sandbox.location_id, "https://api.example", sandbox.transport())


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[ProbeClient]:
    with ProbeClient(target_of(sandbox), Recorder(1), VERSIONS) as client:
        yield client


@pytest.fixture
def reopen(tmp_path: Path) -> Reopen:
    """Read the test's journal from its file."""
    path = tmp_path / "journal.json"
    return lambda: CleanupJournal(path, "https://api.example", "sandbox-location")
