"""Fixtures: a served sandbox, and the files of a probe."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from facade.testing import Sandbox
from tests.contract.published import TOP

ServeSandbox = Callable[[Sandbox], None]


@pytest.fixture
def serve_sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServeSandbox]:
    monkeypatch.chdir(TOP)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with ExitStack() as servers:

        def serve(sandbox: Sandbox) -> None:
            server = servers.enter_context(sandbox.serve())
            monkeypatch.setenv("HIGHLEVEL_TOKEN", sandbox.token)
            monkeypatch.setenv("HIGHLEVEL_LOCATION_ID", sandbox.location_id)
            monkeypatch.setenv("HIGHLEVEL_BASE_URL", server.url)

        yield serve


@pytest.fixture
def sandbox(serve_sandbox: ServeSandbox) -> Sandbox:
    sandbox = Sandbox(token="pit-secret-token", location_id="secret-location")
    serve_sandbox(sandbox)
    return sandbox


@pytest.fixture
def probe_files(tmp_path: Path) -> list[str]:
    return ["--output", f"{tmp_path}/observed.jsonl"]


def created(sandbox: Sandbox) -> list[str]:
    """Return the keys of the associations that a probe created and did not delete."""
    return [one["key"] for one in sandbox.associations() if one["key"].startswith("probe_")]
