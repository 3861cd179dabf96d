"""What an app passes may be of httpx or of httpx2: calls, errors and waits are the same."""

from types import ModuleType
from typing import Any

import httpx
import httpx2
import pytest

import facade
from facade.testing import Sandbox, faults
from tests.facade.driving import Clients


def passing(name: str, library: ModuleType, sandbox: Sandbox, mode: str) -> dict[str, Any]:
    """Return options: a transport of the library, which asks the sandbox, or a client of it."""

    def handle(request: Any) -> Any:
        assert isinstance(request, library.Request)
        with library.Client(transport=sandbox.transport()) as inner:
            return inner.send(request)

    if name == "transport":
        return {name: library.MockTransport(handle)}
    kind = library.Client if mode == "blocking" else library.AsyncClient
    return {name: kind(transport=sandbox.transport()), "timeout": library.Timeout(0.01, connect=2)}


@pytest.mark.both
@pytest.mark.parametrize("library", [httpx, httpx2])
@pytest.mark.parametrize("name", ["transport", "http_client"])
def test_calls_and_failures_are_the_same_whatever_is_passed(
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
        options = {"timeout": 0.01, **passing(name, library, sandbox, clients.mode)}
        client = clients(sandbox.token, sandbox.location_id, retries=2, **options)
        assert len(client.associations.list()) == 4
        sandbox.misbehave(fault)
        with pytest.raises(error) as raised:
            client.associations.list()
        assert (raised.value.attempts, len(waits)) == (repeats + 1, repeats)
