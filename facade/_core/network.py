"""The network of the default transports: each wait ends with the deadline of its call.

httpcore looks a name up without a timeout, gives each address of a name the whole timeout to
connect, and each part of a response the whole timeout to come. These are its own backends, with
timeouts that are computed anew before each wait; they do what the default transports need, which
have no socket file and let httpcore repeat nothing.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from math import inf
from typing import Any
from weakref import WeakSet

from facade._core.bounds import TimeLeft
from facade._core.concurrency import Job, ends_within


class Network:
    """The network of blocking code; `core` is httpcore, or httpcore2."""

    def __init__(self, core: Any) -> None:
        self._core = core
        self._backend = core.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **options: Any
    ) -> _Stream:
        """Connect to one of a host's addresses; the timeout is for all of them."""
        ends = time.monotonic() + (inf if timeout is None else timeout)
        addresses = self._addresses(host, port, timeout)
        failure: Exception | None = None
        for number, address in enumerate(addresses):
            # What is left is shared by the addresses that are left.
            share = max(0.001, (ends - time.monotonic()) / (len(addresses) - number))
            seconds = None if share == inf else share
            try:
                stream = self._backend.connect_tcp(address, port, seconds, **options)
                return _Stream(self._core, stream)
            except (self._core.ConnectError, self._core.ConnectTimeout) as error:
                failure = error
        raise failure or self._core.ConnectError(f"{host} has no address")

    def _addresses(self, host: str, port: int, timeout: float | None) -> list[str]:
        """Look a host up in a thread, because the system does it without a timeout."""
        with suppress(ValueError):
            ip_address(host)
            return [host]
        job = Job(partial(socket.getaddrinfo, host, port))
        job.start()
        if not ends_within(job, inf if timeout is None else timeout):
            raise self._core.ConnectTimeout(f"the look-up of {host} did not end in time")
        try:
            job.raise_for_failure()
        except Exception as error:  # its context, because httpcore removes the cause of an error
            raise self._core.ConnectError(str(error)) from error
        return [*dict.fromkeys(str(each[4][0]) for each in job.result)]


class _Stream:
    """A connection whose timeouts shrink with the deadline of the call that uses it."""

    def __init__(self, core: Any, stream: Any) -> None:
        self._core = core
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> Any:
        return self._stream.read(max_bytes, _left(timeout, self._core.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, self._core.WriteTimeout))

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> _Stream:
        timeout = _left(timeout, self._core.ConnectTimeout)
        return _Stream(self._core, self._stream.start_tls(ssl_context, server_hostname, timeout))

    def __getattr__(self, name: str) -> Any:  # close and get_extra_info
        return getattr(self._stream, name)


def _left(timeout: float | None, error: Callable[[str], Exception]) -> float | None:
    if not isinstance(timeout, TimeLeft):
        return timeout
    left = timeout.now()
    if left <= 0:
        raise error("the deadline of the call has passed")
    return left


class AsyncNetwork:
    """The network of one event loop, which ends its waits itself; it keeps the sockets."""

    def __init__(self, core: Any) -> None:
        self._backend = core.AnyIOBackend()
        self._sockets: WeakSet[socket.socket] = WeakSet()

    async def connect_tcp(self, *args: Any, **kwargs: Any) -> Any:
        stream = await self._backend.connect_tcp(*args, **kwargs)
        # asyncio shows the socket in a wrapper that cannot close it; uvloop closes its own.
        raw: object = getattr(stream.get_extra_info("socket"), "_sock", None)
        if isinstance(raw, socket.socket):
            self._sockets.add(raw)
        return stream

    def close_sockets(self) -> None:
        """Close the sockets of a loop that is closed, in which nothing can be awaited."""
        for each in self._sockets:
            each.close()
