"""The transport of the sandbox raises httpx errors for lost and late responses."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator

import httpx
import pytest

from facade.testing import Fault, Response, Sandbox, faults
from tests.facade.testing.conftest import BODY, LOSSES, App, keys

JSON = {"Content-Type": "application/json"}
RESET = faults.drop("connecting", reset=True), httpx.ConnectError, False


@pytest.mark.parametrize(("fault", "error", "is_done"), [*LOSSES, RESET])
def test_a_connection_is_dropped_in_process(
    fault: Fault, error: type[httpx.TransportError], is_done: bool, app: App
) -> None:
    app.sandbox.misbehave(fault, times=1)
    with pytest.raises(error) as caught:
        app.create("pets")
    assert type(caught.value) is error
    assert caught.value.__suppress_context__
    assert caught.value.request.url.path == "/associations/"
    assert keys(app.sandbox) == ["pets"] * is_done
    assert app.create("others", firstObjectLabel="Other").is_success


@pytest.mark.parametrize("is_before_the_work", [False, True])
def test_a_late_response_times_out_and_the_work_is_done(is_before_the_work: bool, app: App) -> None:
    done = threading.Event()

    def signal(response: Response) -> Response:
        done.set()
        return response

    before, after = (0.05, 0.0) if is_before_the_work else (0.0, 0.05)
    app.sandbox.misbehave(Fault(wait_before=before, wait_after=after, afterwards=signal))
    with pytest.raises(httpx.ReadTimeout) as caught:
        app.ask("POST", "", content=iter([json.dumps(BODY).encode()]), headers=JSON, timeout=0.01)
    assert caught.value.request.method == "POST"
    assert done.wait(60)
    assert keys(app.sandbox) == ["pets"]


def test_a_connection_that_is_dropped_after_the_timeout_is_no_error(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[object] = []
    earlier = set(threading.enumerate())
    monkeypatch.setattr(threading, "excepthook", failed.append)
    app.sandbox.misbehave(Fault(wait_before=0.05, afterwards=faults.drop().afterwards))
    with pytest.raises(httpx.ReadTimeout):
        app.ask("GET", "x", timeout=0.01)
    started = set(threading.enumerate()) - earlier
    for timer in [each for each in started if isinstance(each, threading.Timer)]:
        assert timer.daemon
        timer.join(60)
    assert failed == []


def test_a_late_response_does_not_delay_others() -> None:
    sandbox = Sandbox()
    sandbox.misbehave(faults.delay(60), on="create_association")
    url = "https://services.example/associations/"

    async def sent() -> AsyncIterator[bytes]:
        yield json.dumps(BODY).encode()

    async def overtake() -> httpx.Response:
        transport, headers = sandbox.transport(), sandbox.headers | JSON
        async with httpx.AsyncClient(transport=transport, headers=headers) as http:
            late = asyncio.create_task(http.post(url, content=sent(), timeout=None))
            while not sandbox.requests:
                await asyncio.sleep(0)
            found = await http.get(f"{url}x")
            assert late.cancel()  # it is still waiting
            return found

    found = asyncio.run(overtake())
    assert (found.status_code, found.json()["statusCode"]) == (404, 404)
    assert found.headers["content-type"].startswith("application/json")
    assert sandbox.requests[0].status == 201
