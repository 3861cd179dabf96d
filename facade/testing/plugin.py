"""The pytest plugin: fixtures for a sandbox and its clients, without a conftest.

pytest loads it after `pip install "highlevel-associations[pytest]"`; `-p no:facade.testing.plugin`
disables it. It imports nothing else of facade until a test uses a fixture.

| fixture | value |
|---|---|
| `highlevel_sandbox` | an empty `facade.testing.Sandbox` |
| `highlevel_client` | an `AssociationsClient` of that sandbox |
| `async_highlevel_client` | an `AsyncAssociationsClient` of that sandbox |
| `highlevel_env` | a server of that sandbox; sets the environment variables of `from_env()` |

| marker or setting | effect |
|---|---|
| `@pytest.mark.highlevel_sandbox(strict_records=True, ...)` | the sandbox has these options |
| `@pytest.mark.highlevel_client(version="v3", retries=0, ...)` | both clients have these options |
| `@pytest.mark.highlevel_fault(faults.fail(502), times=1, ...)` | calls `Sandbox.misbehave` |
| `highlevel_strict_records = true`, a pytest setting | each sandbox has strict records |
| `highlevel_version = v3`, a pytest setting | each client sends this Version |

Markers of a test override those of its class and module, which override the settings. Clients have
no pace, because a sandbox has no limit unless a marker sets one.

`async_highlevel_client` is a synchronous fixture, which needs no event loop: use it with
pytest-asyncio, with anyio on asyncio, or in `asyncio.run`.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from facade import AssociationsClient, AsyncAssociationsClient
    from facade.testing import Sandbox, Server

_STRICT, _VERSION = "highlevel_strict_records", "highlevel_version"
_MARKERS = (
    "highlevel_sandbox(**options): options of the test's facade.testing.Sandbox",
    "highlevel_client(**options): options of the test's clients of the sandbox",
    "highlevel_fault(fault, *, on, times, ...): arguments of misbehave of the test's sandbox",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    add = parser.addini
    help_text = "highlevel_sandbox: only declared and seeded records exist"
    add(_STRICT, help_text, type="bool", default=False)
    help_text = "highlevel_client: the API's Version, a date, or v and a number"
    add(_VERSION, help_text, type="string", default="")


def pytest_configure(config: pytest.Config) -> None:
    for line in _MARKERS:
        config.addinivalue_line("markers", line)


@pytest.fixture
def highlevel_sandbox(request: pytest.FixtureRequest) -> Sandbox:
    """Return an empty sandbox, with the options of the test's markers and of pytest's settings."""
    from facade.testing import Sandbox

    strict = {"strict_records": request.config.getini(_STRICT)}
    sandbox = Sandbox(**(strict | _options(request, "highlevel_sandbox")))
    for marker in request.node.iter_markers("highlevel_fault"):
        sandbox.misbehave(*marker.args, **marker.kwargs)
    return sandbox


@pytest.fixture
def highlevel_client(
    request: pytest.FixtureRequest, highlevel_sandbox: Sandbox
) -> Iterator[AssociationsClient]:
    """Yield a client of the sandbox, and close it after the test."""
    from facade import AssociationsClient

    with _client(AssociationsClient, request, highlevel_sandbox) as client:
        yield client


@pytest.fixture
def async_highlevel_client(
    request: pytest.FixtureRequest, highlevel_sandbox: Sandbox
) -> Iterator[AsyncAssociationsClient]:
    """Yield an async client of the sandbox, for any asyncio event loop."""
    from facade import AsyncAssociationsClient

    client: AsyncAssociationsClient = _client(AsyncAssociationsClient, request, highlevel_sandbox)
    yield client
    # One step is enough, because the transport of a sandbox has no connections to wait for.
    with suppress(StopIteration):
        client.close().send(None)


@pytest.fixture
def highlevel_env(
    request: pytest.FixtureRequest, highlevel_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    """Serve the sandbox on loopback, and set the environment variables of `from_env()`."""
    with highlevel_sandbox.serve() as server:
        monkeypatch.setenv("HIGHLEVEL_TOKEN", highlevel_sandbox.token)
        monkeypatch.setenv("HIGHLEVEL_LOCATION_ID", highlevel_sandbox.location_id)
        monkeypatch.setenv("HIGHLEVEL_BASE_URL", server.url)
        monkeypatch.setenv("HIGHLEVEL_VERSION", _version(request, highlevel_sandbox))
        direct = os.environ.get("no_proxy") or os.environ.get("NO_PROXY", "")
        monkeypatch.setenv("no_proxy", f"127.0.0.1,{direct}")  # a proxy does not reach loopback
        yield server


def _client(kind: Any, request: pytest.FixtureRequest, sandbox: Sandbox) -> Any:
    options = {"pace": None, "version": _version(request, sandbox)}
    options |= _options(request, "highlevel_client")
    transport = sandbox.transport()
    return kind(sandbox.token, sandbox.location_id, transport=transport, **options)


def _version(request: pytest.FixtureRequest, sandbox: Sandbox) -> str:
    return str(request.config.getini(_VERSION)) or sandbox.headers["Version"]


def _options(request: pytest.FixtureRequest, name: str) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for marker in request.node.iter_markers(name):  # the test's own first
        if marker.args:
            raise pytest.UsageError(f"@pytest.mark.{name}: pass keyword arguments only")
        options = {**marker.kwargs, **options}
    return options
