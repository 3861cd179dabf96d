"""What an app passes may be of httpx or of httpx2: calls, errors and waits are the same."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import httpx
import httpx2
import pytest

import facade
from facade._core.client_options import VERSION
from facade.testing import Sandbox, faults
from tests.facade.driving import Clients
from tests.facade.operations import new_association

LIBRARIES = (httpx, httpx2)


def own_transport(library: ModuleType, sandbox: Sandbox, mode: str) -> dict[str, Any]:
    """Pass a transport of the library, which asks the sandbox."""

    def handle(request: Any) -> Any:
        assert isinstance(request, library.Request)
        with library.Client(transport=sandbox.transport()) as inner:
            return inner.send(request)

    return {"transport": library.MockTransport(handle)}


def own_client(library: ModuleType, sandbox: Sandbox, mode: str) -> dict[str, Any]:
    """Pass an HTTP client of the library."""
    kind = library.Client if mode == "blocking" else library.AsyncClient
    return {"http_client": kind(transport=sandbox.transport())}


def own_timeout(library: ModuleType, sandbox: Sandbox, mode: str) -> dict[str, Any]:
    """Pass a timeout of the library."""
    return {"transport": sandbox.transport(), "timeout": library.Timeout(5, connect=2)}


Pass = Callable[[ModuleType, Sandbox, str], dict[str, Any]]
PASSED = (own_transport, own_client, own_timeout)


@pytest.mark.both
@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("passed", PASSED)
def test_calls_work_with_what_is_passed(
    clients: Clients, sandbox: Sandbox, library: ModuleType, passed: Pass
) -> None:
    options = passed(library, sandbox, clients.mode)
    client = clients(sandbox.token, sandbox.location_id, **options)
    made = new_association(client)
    client.relations.create(made.id, first_record_id="ann", second_record_id="rex")
    (relation,) = client.relations.iterate("ann")
    assert relation.other("ann") == "rex"


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("passed", PASSED[:2])
def test_a_failure_is_the_same_error_and_repeated_alike(
    clients: Clients, waits: list[float], library: ModuleType, passed: Pass
) -> None:
    for fault, error, repeats in (
        (faults.drop("connecting"), facade.ConnectFailedError, 2),
        (faults.drop("during_answer"), facade.ConnectionLostError, 2),
        (faults.delay(60), facade.APITimeoutError, 2),
        (faults.fail(503), facade.ServerError, 2),
        (faults.empty(), facade.ContractError, 0),
    ):
        waits.clear()
        sandbox = Sandbox()
        sandbox.misbehave(fault)
        options = passed(library, sandbox, clients.mode)
        client = clients(sandbox.token, sandbox.location_id, timeout=0.01, retries=2, **options)
        with pytest.raises(error) as raised:
            client.associations.list()
        assert (raised.value.attempts, len(waits)) == (repeats + 1, repeats)


class Closed(httpx.SyncByteStream, httpx.AsyncByteStream):
    async def __aiter__(self) -> Any:
        yield b"{}"


def test_a_response_that_the_hook_of_an_own_client_closed_is_lost(clients: Clients) -> None:
    async def close(response: httpx.Response) -> None:
        await response.aclose()

    transport = httpx.MockTransport(lambda request: httpx.Response(200, stream=Closed()))
    http_client = httpx.AsyncClient(transport=transport, event_hooks={"response": [close]})
    with pytest.raises(facade.ConnectionLostError):
        clients("pit-t", "loc", http_client=http_client, retries=0).associations.get("a1")


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_sandbox_answers_a_client_of_either_library(
    sandbox: Sandbox, library: ModuleType
) -> None:
    headers = {"Authorization": f"Bearer {sandbox.token}", "Version": VERSION}
    with library.Client(transport=sandbox.transport(), headers=headers) as client:
        url = "https://api.test/associations/"
        params = {"locationId": sandbox.location_id, "skip": 0, "limit": 1}
        assert client.get(url, params=params).status_code == 200
        sandbox.misbehave(faults.drop())
        with pytest.raises(library.RemoteProtocolError):
            client.get(url, params=params)
