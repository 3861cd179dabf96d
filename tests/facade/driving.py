"""Runs one test with both clients: an async client is called as if it were blocking.

And a clock that only a test moves, and programs in a process of their own.
"""

import asyncio
import inspect
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Literal
from unittest.mock import AsyncMock

import httpx
import pytest

from facade import AssociationsClient, AsyncAssociationsClient
from facade._core import concurrency
from facade._core.bounds import CallDeadline
from facade._core.client_options import VERSION
from facade._core.retry import Attempts
from facade.testing import Sandbox
from tests.facade.responding import TOKEN, Answers, in_turn

Mode = Literal["blocking", "async"]
Work = Callable[[AsyncAssociationsClient], Awaitable[object]]
MODES: tuple[Mode, Mode] = ("blocking", "async")


class Driven:
    """An async client, or a part of one, that awaits each coroutine when it is called."""

    def __init__(self, runner: asyncio.Runner, inner: Any) -> None:
        self._runner = runner
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if inspect.isroutine(found):
            return self._drive(found)
        return Driven(self._runner, found) if name in ("associations", "relations") else found

    def _drive(self, routine: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            result = routine(*args, **kwargs)
            if isinstance(result, AsyncIterator):
                return self._runner.run(_collect(result))
            if isinstance(result, AsyncAssociationsClient):
                return Driven(self._runner, result)
            return self._runner.run(_await(result)) if isinstance(result, Awaitable) else result

        return call


async def _collect(items: AsyncIterator[Any]) -> list[Any]:
    return [item async for item in items]


async def _await(result: Awaitable[Any]) -> Any:
    return await result


class Clients:
    """Makes clients of one kind, and of one Version by default, and closes them all."""

    def __init__(self, mode: Mode, version: str = VERSION) -> None:
        self.mode = mode
        self._version = version
        self._runner = asyncio.Runner()
        self._made: list[Any] = []

    def __call__(self, token: Any, location_id: str, **options: Any) -> Any:
        client: Any
        options = {"version": self._version, **options}
        if self.mode == "blocking":
            client = AssociationsClient(token, location_id, **options)
        else:
            client = Driven(self._runner, AsyncAssociationsClient(token, location_id, **options))
        self._made.append(client)
        return client

    def of(self, sandbox: Sandbox, **options: Any) -> Any:
        """Make a client of a sandbox, in this process."""
        given = {"transport": sandbox.transport(), **options}
        return self(sandbox.token, sandbox.location_id, **given)

    def answering(
        self, *answers: Answers, token: Any = TOKEN, **options: Any
    ) -> tuple[Any, list[httpx.Request]]:
        """Make a client of a server that answers in turn; list the requests, too."""
        transport, requests = in_turn(*answers)
        return self(token, "loc", transport=transport, **options), requests

    def close(self) -> None:
        for client in self._made:
            client.close()
        self._runner.close()


def with_client(token: Any, work: Work, **options: Any) -> None:
    """Do work with an async client in an event loop, in a minute at most."""

    async def main() -> None:
        async with AsyncAssociationsClient(token, "loc", **options) as client:
            await asyncio.wait_for(work(client), 60)

    asyncio.run(main())


class Clock:
    """A clock that stands still unless a test moves it."""

    oversleeps = 1  # how much longer a wait takes than it should

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def serve_waits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let each wait of the client move this clock, and take no time."""

        def sleep(seconds: float) -> None:
            self.now += self.oversleeps * seconds

        monkeypatch.setattr(concurrency, "sleep", sleep)
        monkeypatch.setattr(concurrency, "async_sleep", AsyncMock(side_effect=sleep))

    def serve_calls(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Serve the waits, and measure each call and its deadline by this clock."""
        self.serve_waits(monkeypatch)
        for function in (Attempts.__init__, CallDeadline.__init__):
            monkeypatch.setitem(function.__kwdefaults__ or {}, "clock", self)


def run_program(program: str, *options: str) -> list[str]:
    """Run a program in a process of its own; it must exit with 0 and write nothing to stderr."""
    done = subprocess.run(
        [sys.executable, *options, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout.splitlines()
