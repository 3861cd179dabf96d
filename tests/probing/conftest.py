"""Fixtures of the tests of the probe."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from facade._core.operations import VERSIONS
from facade.observe import Recorder
from facade.testing import Sandbox
from scripts.probing.client import ProbeClient, Target
from scripts.probing.journal import CleanupJournal

Connect = Callable[[Sandbox], ProbeClient]
Reopen = Callable[[], CleanupJournal]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Create probe clients for sandboxes; all are closed at the end."""
    with ExitStack() as clients:

        def connect(sandbox: Sandbox) -> ProbeClient:
            target = Target(
                sandbox.token, sandbox.location_id, "https://api.example", sandbox.transport()
            )
            return clients.enter_context(ProbeClient(target, Recorder(1), VERSIONS))

        yield connect


@pytest.fixture
def reopen(tmp_path: Path) -> Reopen:
    """Read the test's journal from its file."""
    path = tmp_path / "journal.jsonl"
    return lambda: CleanupJournal(path, "https://api.example", "sandbox-location")
