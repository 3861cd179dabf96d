"""Fixtures of the facade's tests: a sandbox, and clients of both kinds."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from facade import transport
from facade.testing import Sandbox
from tests.facade.driving import MODES, Clients


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note how long the facade would wait before it tries again, and do not wait."""
    noted: list[float] = []

    async def note(seconds: float) -> None:
        noted.append(seconds)

    monkeypatch.setattr(transport, "sleep", noted.append)
    monkeypatch.setattr(transport, "async_sleep", note)
    return noted


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()


@pytest.fixture(params=MODES)
def clients(request: pytest.FixtureRequest) -> Iterator[Clients]:
    made = Clients(request.param)
    yield made
    made.close()


@pytest.fixture
def client(clients: Clients, sandbox: Sandbox) -> Any:
    return clients(sandbox.token, sandbox.location_id, transport=sandbox.transport())


@pytest.fixture
def answering(clients: Clients) -> Callable[[Any], Any]:
    """Make a client of a server that always answers the same."""

    def make(answer: httpx.Response | Exception, **options: Any) -> Any:
        def handle(request: httpx.Request) -> httpx.Response:
            if isinstance(answer, Exception):
                raise answer
            return httpx.Response(
                answer.status_code, headers=answer.headers, content=answer.content
            )

        return clients("pit-test", "loc", transport=httpx.MockTransport(handle), **options)

    return make
