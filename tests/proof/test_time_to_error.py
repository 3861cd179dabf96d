"""The time until a call with default options fails, and the reasons in the log."""

import asyncio
import logging
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from facade import (
    APITimeoutError,
    AssociationsClient,
    AssociationsError,
    AsyncAssociationsClient,
    ConnectFailedError,
    ServerError,
)
from facade.testing import Sandbox, faults
from tests.facade.driving import MODES, Mode

pytestmark = [pytest.mark.proof, pytest.mark.long]


@dataclass
class Failure:
    """The error of a call, after so many seconds."""

    error: AssociationsError
    seconds: float


def fail(mode: Mode, url: str) -> Failure:
    """Make one call that fails."""

    async def in_async() -> None:
        async with AsyncAssociationsClient("pit-x", "location", base_url=url) as client:
            await client.associations.list()

    def blocking() -> None:
        with AssociationsClient("pit-x", "location", base_url=url) as client:
            client.associations.list()

    started = time.monotonic()
    with pytest.raises(AssociationsError) as caught:
        asyncio.run(in_async()) if mode == "async" else blocking()
    return Failure(caught.value, time.monotonic() - started)


@pytest.fixture
def failing(closed_port: int) -> Iterator[dict[str, str]]:
    """Return the addresses of failing servers by kind of failure."""
    sandbox = Sandbox()
    sandbox.misbehave(faults.fail(503))
    with ExitStack() as stack:
        silent = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=64))
        yield {
            "closed port": f"http://127.0.0.1:{closed_port}",
            "unknown host": "https://nowhere.invalid",
            "503 for ever": stack.enter_context(sandbox.serve()).url,
            "black hole": f"http://127.0.0.1:{silent.getsockname()[1]}",
        }


def test_a_call_fails_in_time_and_the_log_has_the_reason(
    failing: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "facade")
    # Half as long again as the deadline, and where no connection is made as the backoffs and a slow
    # resolver: on a busy machine a call ends later, and without a bound it never does.
    wanted: dict[str, tuple[type[AssociationsError], float]] = {
        "closed port": (ConnectFailedError, 30),
        "unknown host": (ConnectFailedError, 60),
        "503 for ever": (ServerError, 90),
        "black hole": (APITimeoutError, 90),
    }
    with ThreadPoolExecutor(8) as threads:
        calls = {
            (name, mode): threads.submit(fail, mode, failing[name])
            for name in wanted
            for mode in MODES
        }
    for (name, mode), call in calls.items():
        failure, (kind, most) = call.result(), wanted[name]
        assert isinstance(failure.error, kind), (name, mode)
        assert failure.seconds <= most, (name, mode)
    lines = [one.message for one in caplog.records if one.levelno == logging.INFO]
    ends = [line for line in lines if " fails after " in line]
    assert len(ends) == len(calls)
    assert len(lines) > len(ends)
