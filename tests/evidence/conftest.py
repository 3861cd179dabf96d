"""Fixtures of the tests of the probe: a sandbox, and what probes it."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest

from facade.observe import Recorder
from facade.testing import Sandbox
from scripts.evidence.client import ProbeClient, Target

Connect = Callable[..., ProbeClient]


def target_of(sandbox: Sandbox, **options: Any) -> Target:
    account = sandbox.token, sandbox.location_id, "https://api.example"
    return Target(*account, transport=sandbox.transport(), **options)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a probe send all its requests in one window of its pace."""
    monkeypatch.setattr("scripts.evidence.client._CALLS", 1000)


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(1)


@pytest.fixture
def connect(sandbox: Sandbox, recorder: Recorder) -> Any:
    """Return how to make a client; its options are the target's."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(
            ProbeClient(target_of(sandbox, **options), recorder)
        )


@pytest.fixture
def client(connect: Connect) -> ProbeClient:
    return connect()
