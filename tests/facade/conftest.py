"""Fixtures for the tests of the facade: a sandbox, and blocking and async clients."""

import logging
import pickle
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from unittest.mock import AsyncMock
from weakref import WeakSet

import pytest

from facade import AssociationsError
from facade._core import concurrency
from facade._core.client_options import VERSION
from facade._core.operations import VERSIONS
from facade._core.tokens import StaticToken
from facade.oauth import Grant, renewal
from facade.oauth.endpoint import Form
from facade.oauth.renewal import Renewals
from facade.observe import CallEvent
from facade.testing import Sandbox
from tests.facade.driving import MODES, Clients, Clock


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note how long the facade would wait before it tries again, and do not wait."""
    noted: list[float] = []
    monkeypatch.setattr(concurrency, "sleep", noted.append)
    monkeypatch.setattr(concurrency, "async_sleep", AsyncMock(side_effect=noted.append))
    return noted


@pytest.fixture(autouse=True)
def renewals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no test save, or tell of, what another one has left unsaved."""
    begun = WeakSet[Renewals]()
    monkeypatch.setattr(renewal, "_all", begun)
    yield
    for each in begun:
        each._unsaved.clear()
        each._ending.set_result(None)  # whoever waits until it saves again ends


@pytest.fixture(autouse=True)
def secrecy(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Find no token and no other secret in any log, error, pickle or local variable of ours."""
    secrets: set[str | None] = set()
    raised: list[AssociationsError] = []

    def watch(kind: type, secrets_of: Callable[..., Iterable[str | None]]) -> None:
        init: Callable[..., None] = vars(kind)["__init__"]

        def noting(self: Any, *args: Any, **kwargs: Any) -> None:
            if isinstance(self, AssociationsError):
                raised.append(self)
            secrets.update(secrets_of(*args, **kwargs))
            init(self, *args, **kwargs)

        monkeypatch.setattr(kind, "__init__", noting)

    watch(AssociationsError, lambda *_, **__: ())
    watch(StaticToken, lambda token: [token] if len(token) > 5 else [])
    watch(Grant, lambda **fields: [fields.get("access_token"), fields.get("refresh_token")])
    watch(Form, lambda url, fields, secrets, token="", **_: [*secrets.values(), token])
    caplog.set_level(logging.DEBUG)
    yield
    # `caplog.text` is of the teardown by now.
    logged = [caplog.handler.format(one) for one in caplog.get_records("call")]
    # One that is only read, to understand a refusal, is never raised.
    said = "".join([*logged, *(everything_of(one) for one in raised if one.__traceback__)])
    raised.clear()
    assert [secret for secret in secrets if secret and secret in said] == []


def everything_of(error: BaseException) -> str:
    """Return all that a person can see of an error, and the local variables of our frames."""
    said = f"{error} {error!r} {vars(error)} {pickle.dumps(error)!r}"
    below = error.__traceback__
    while below is not None:
        code = below.tb_frame.f_code.co_filename
        if "/facade/" in code and "/tests/" not in code and "/testing/" not in code:
            said += repr(below.tb_frame.f_locals)
        below = below.tb_next
    return said


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    """Return a sandbox, with the variants of an indirect parameter."""
    return Sandbox(**getattr(request, "param", {}))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of calls and of their deadlines, which only their waits move."""
    (clock := Clock()).serve_calls(monkeypatch)
    return clock


@pytest.fixture
def events() -> list[CallEvent]:
    """What a client with `on_event=events.append` reports."""
    return []


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test with the async client, and with the blocking one, too, if it is marked `both`.

    The blocking code is generated from the async code, and so has the same bugs. A test that is
    marked `versions` runs under each captured Version.
    """
    modes = MODES if metafunc.definition.get_closest_marker("both") else ("async",)
    if "clients" in metafunc.fixturenames:
        metafunc.parametrize("clients", modes, indirect=True)
    if "mode" in metafunc.fixturenames:
        metafunc.parametrize("mode", modes)
    if metafunc.definition.get_closest_marker("versions") and "version" in metafunc.fixturenames:
        metafunc.parametrize("version", VERSIONS)


@pytest.fixture
def version() -> str:
    """Return the Version of the clients, which is each one under the marker `versions`."""
    return VERSION


@pytest.fixture
def clients(request: pytest.FixtureRequest, version: str) -> Iterator[Clients]:
    made = Clients(request.param, version)
    yield made
    made.close()


@pytest.fixture
def client(clients: Clients, sandbox: Sandbox) -> Any:
    return clients.of(sandbox)
