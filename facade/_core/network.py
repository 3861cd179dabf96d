"""The network of the default transports: each wait ends with the deadline of its call.

httpcore looks a name up without a timeout, gives each address of a name the whole timeout to
connect, and each part of a response the whole timeout to come. These are its own backends, with
timeouts that are computed anew before each wait.
"""

from __future__ import annotations

import socket
import threading
import time
from typing import Any
from weakref import WeakSet

from facade._core.bounds import TimeLeft


class Network:
    """The network of blocking code; `core` is httpcore, or httpcore2."""

    def __init__(self, core: Any) -> None:
        self._core = core
        self._backend = core.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> _Stream:
        """Connect to one of a host's addresses; the timeout is for all of them."""
        started = time.monotonic()
        addresses = self._addresses(host, port, timeout)
        failure: Exception | None = None
        for number, address in enumerate(addresses):
            share = timeout
            if timeout is not None:  # what is left is shared by the addresses that are left
                left = timeout - (time.monotonic() - started)
                share = max(0.001, left / (len(addresses) - number))
            try:
                stream = self._backend.connect_tcp(
                    address, port, share, local_address, socket_options
                )
            except (self._core.ConnectError, self._core.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(self._core, stream)
        raise failure or self._core.ConnectError(f"{host} has no address")

    def _addresses(self, host: str, port: int, timeout: float | None) -> list[str]:
        """Look a host up in a thread, because the system does it without a timeout."""
        if _is_address(host):
            return [host]
        look_up = _LookUp(host, port)
        if not look_up.ended.wait(timeout):
            raise self._core.ConnectTimeout(f"the look-up of {host} did not end in time")
        try:
            return look_up.found()
        except Exception as error:  # its context, because httpcore removes the cause of an error
            raise self._core.ConnectError(str(error)) from error

    def connect_unix_socket(self, path: str, timeout: float | None = None, *rest: Any) -> _Stream:
        """Connect to a socket file."""
        return _Stream(self._core, self._backend.connect_unix_socket(path, timeout, *rest))

    def sleep(self, seconds: float) -> None:
        """Sleep between attempts to connect."""
        self._backend.sleep(seconds)


def _is_address(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except OSError:
            continue
        return True
    return False


class _LookUp:
    """The look-up of a host, in a thread of its own."""

    def __init__(self, host: str, port: int) -> None:
        self._addresses: list[str] = []
        self._error: Exception | None = None
        self.ended = threading.Event()
        thread = threading.Thread(target=self._run, args=(host, port), daemon=True)
        thread.name = "facade-lookup"
        thread.start()

    def _run(self, host: str, port: int) -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            self._addresses = [*dict.fromkeys(str(each[4][0]) for each in found)]
        except Exception as error:  # such as a name that is not valid; `found` raises it
            self._error = error
        self.ended.set()

    def found(self) -> list[str]:
        """Return the addresses, or raise the error of the look-up, which has ended."""
        if self._error is not None:
            raise self._error
        return self._addresses


class _Stream:
    """A connection whose timeouts shrink with the deadline of the call that uses it."""

    def __init__(self, core: Any, stream: Any) -> None:
        self._core = core
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> Any:
        if isinstance(timeout, TimeLeft):
            timeout = timeout.now()
            if timeout <= 0:
                raise self._core.ReadTimeout("the deadline of the call has passed")
        return self._stream.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if isinstance(timeout, TimeLeft):
            timeout = timeout.now()
            if timeout <= 0:
                raise self._core.WriteTimeout("the deadline of the call has passed")
        self._stream.write(buffer, timeout)

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> _Stream:
        if isinstance(timeout, TimeLeft):
            timeout = max(0.001, timeout.now())
        return _Stream(self._core, self._stream.start_tls(ssl_context, server_hostname, timeout))

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class AsyncNetwork:
    """The network of one event loop, which ends its waits itself; it keeps the sockets."""

    def __init__(self, core: Any) -> None:
        self._backend = core.AnyIOBackend()
        self._sockets: WeakSet[socket.socket] = WeakSet()

    async def connect_tcp(self, *args: Any, **kwargs: Any) -> Any:
        """Connect to a host."""
        stream = await self._backend.connect_tcp(*args, **kwargs)
        # asyncio shows the socket in a wrapper that cannot close it; uvloop closes its own.
        raw: object = getattr(stream.get_extra_info("socket"), "_sock", None)
        if isinstance(raw, socket.socket):
            self._sockets.add(raw)
        return stream

    async def connect_unix_socket(self, *args: Any, **kwargs: Any) -> Any:
        """Connect to a socket file."""
        return await self._backend.connect_unix_socket(*args, **kwargs)

    async def sleep(self, seconds: float) -> None:
        """Sleep between attempts to connect."""
        await self._backend.sleep(seconds)

    def close_sockets(self) -> None:
        """Close the sockets of a loop that is closed, in which nothing can be awaited."""
        for each in self._sockets:
            each.close()
