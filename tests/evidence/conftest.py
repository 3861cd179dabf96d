"""Fixtures of the tests of the probe."""

from collections.abc import Iterator
from typing import Any

import pytest

from facade.observe import Recorder
from facade.testing import Sandbox
from scripts.evidence.client import ProbeClient
from scripts.evidence.probe import Probe


def probe_of(sandbox: Sandbox, **options: Any) -> Probe:
    account = sandbox.token, sandbox.location_id, "https://api.example"
    return Probe(*account, transport=sandbox.transport(), **options)


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(1)


@pytest.fixture
def client(sandbox: Sandbox, recorder: Recorder) -> Iterator[ProbeClient]:
    with ProbeClient(probe_of(sandbox), recorder) as client:
        yield client
