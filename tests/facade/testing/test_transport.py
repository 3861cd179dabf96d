"""The transport of the sandbox raises httpx errors for lost and late responses."""

import asyncio
import threading

import httpx
import pytest

from facade.testing import Fault, Response, Sandbox, faults
from tests.facade.testing.app import BODY, LOSSES, App, keys


@pytest.mark.parametrize(("fault", "error", "done"), LOSSES)
def test_a_connection_is_dropped_in_process(
    fault: Fault, error: type[httpx.TransportError], done: bool
) -> None:
    app = App(Sandbox())
    app.sandbox.misbehave(fault, times=1)
    with pytest.raises(error) as caught:
        app.create("pets")
    assert type(caught.value) is error
    assert caught.value.request.url.path == "/associations/"
    assert keys(app.sandbox) == (["pets"] if done else [])
    assert [one.status for one in app.sandbox.requests] == (
        [] if error is httpx.ConnectError else [None]
    )
    assert app.create("others", firstObjectLabel="Other").is_success


def test_a_late_response_times_out_after_the_work() -> None:
    app = App(Sandbox())
    app.sandbox.misbehave(faults.delay(60))
    with pytest.raises(httpx.ReadTimeout):
        app.http.post("/associations/", json=BODY, timeout=0.01)
    assert keys(app.sandbox) == ["pets"]


def test_late_work_is_done_after_the_client_has_timed_out() -> None:
    done = threading.Event()

    def signal(response: Response) -> Response:
        done.set()
        return response

    app = App(Sandbox())
    app.sandbox.misbehave(Fault(wait_before=0.05, afterwards=signal))
    with pytest.raises(httpx.ReadTimeout):
        app.http.post("/associations/", json=BODY, timeout=0.01)
    assert done.wait(60)
    assert keys(app.sandbox) == ["pets"]


def test_a_late_response_does_not_delay_others() -> None:
    sandbox = Sandbox()
    sandbox.misbehave(faults.delay(60), on="create_association")
    url = "https://services.example/associations/"

    async def overtake() -> int:
        transport = sandbox.transport()
        async with httpx.AsyncClient(transport=transport, headers=sandbox.headers) as http:
            late = asyncio.create_task(http.post(url, json=BODY, timeout=None))
            while not sandbox.requests:
                await asyncio.sleep(0)
            status = (await http.get(f"{url}x")).status_code
            late.cancel()
            return status

    assert asyncio.run(overtake()) == 404
