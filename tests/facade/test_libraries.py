"""What an app passes may be of httpx or of httpx2: calls, errors and waits are the same."""

from types import ModuleType
from typing import Any

import httpx
import httpx2
import pytest

import facade
from facade.testing import Sandbox, faults
from tests.facade.driving import Clients
from tests.facade.operations import new_association

LIBRARIES = (httpx, httpx2)
PASSED = ("transport", "http_client")


def passing(name: str, library: ModuleType, sandbox: Sandbox, mode: str) -> dict[str, Any]:
    """Pass a transport of the library, which asks the sandbox, or a client of the library."""

    def handle(request: Any) -> Any:
        assert isinstance(request, library.Request)
        with library.Client(transport=sandbox.transport()) as inner:
            return inner.send(request)

    kind = library.Client if mode == "blocking" else library.AsyncClient
    makers = {"transport": library.MockTransport, "http_client": lambda x: kind(transport=x)}
    given = {"transport": handle, "http_client": sandbox.transport()}
    return {name: makers[name](given[name])}


@pytest.mark.both
@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("name", PASSED)
def test_calls_work_with_what_is_passed(
    clients: Clients, sandbox: Sandbox, library: ModuleType, name: str
) -> None:
    options = passing(name, library, sandbox, clients.mode)
    timeout = library.Timeout(5, connect=2)
    client = clients(sandbox.token, sandbox.location_id, timeout=timeout, **options)
    made = new_association(client)
    client.relations.create(made.id, first_record_id="ann", second_record_id="rex")
    (relation,) = client.relations.iterate("ann")
    assert relation.other("ann") == "rex"


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("name", PASSED)
def test_a_failure_is_the_same_error_and_repeated_alike(
    clients: Clients, waits: list[float], library: ModuleType, name: str
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
        options = passing(name, library, sandbox, clients.mode)
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
    url = f"https://api.test/associations/?locationId={sandbox.location_id}&skip=0&limit=1"
    with library.Client(transport=sandbox.transport(), headers=sandbox.headers) as client:
        assert client.get(url).status_code == 200
        sandbox.misbehave(faults.drop())
        with pytest.raises(library.RemoteProtocolError):
            client.get(url)
