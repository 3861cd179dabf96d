"""Connection pools: several small ones instead of a large one, and one TLS context for all.

httpcore scans its whole pool at every request, and by default keeps 20 connections alive for 5 s:
with more than 20 concurrent calls it reconnects constantly, and so does every burst after the 10 s
of the rate limit. Small pools with a keep-alive of a minute, of which the least busy one is used,
solve both.

A cancelled or interrupted call may leave its connection in httpcore (1.0), which then counts it as
busy forever. So the small pool of such a call gets no more requests, and is closed when its last
request has ended.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass
from weakref import WeakSet

from facade._core import http
from facade._core.concurrency import Job, ends_within
from facade._core.forking import reset_after_fork
from facade._core.reading import RawResponse, async_read_bounded, read_bounded

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from facade._core.bounds import CallDeadline

_CONNECTIONS = 10  # in one small pool
_MAX_POOLS = 10
_KEEP_ALIVE = 60.0  # seconds
_CLOSE_TIMEOUT = 1.0  # seconds to wait for connections to close after an interrupt


class Pool:
    """The default transport of a blocking client."""

    def __init__(self, base_url: str) -> None:
        self._pools = _SmallPools(http.new_transport, proxy_for(base_url))

    def send(self, request: Any, max_bytes: int, deadline: CallDeadline) -> RawResponse:
        """Send through the least busy small pool, and read the whole response."""
        pool = self._pools.acquire(request)
        try:
            response = pool.transport.handle_request(request)
            # The whole response, so that the connection is free when the pool is released.
            return read_bounded(response, max_bytes, deadline)
        except BaseException as error:
            # Ctrl-C, at any line; an Exception may be an app's, raised by its handler of a signal.
            if not http.error_kind(error):
                self._pools.retire(pool)
            raise
        finally:
            if self._pools.release(pool, request):
                # In a thread: an interrupt may have left a lock of httpcore locked for ever.
                closing = Job(pool.transport.close)
                closing.start()
                ends_within(closing, _CLOSE_TIMEOUT)

    def close(self) -> None:
        for pool in list(self._pools.members):  # a call that is interrupted removes its own
            pool.transport.close()


class AsyncPool:
    """The default transport of an async client; event loops share no connections."""

    def __init__(self, base_url: str) -> None:
        self._proxy = proxy_for(base_url)
        self._by_loop: dict[asyncio.AbstractEventLoop, _SmallPools] = {}

    async def send(self, request: Any, max_bytes: int, deadline: CallDeadline) -> RawResponse:
        pools = self._of_this_loop()
        pool = pools.acquire(request)
        try:
            response = await pool.transport.handle_async_request(request)
            # The whole response, so that the connection is free when the pool is released.
            return await async_read_bounded(response, max_bytes, deadline)
        except BaseException as error:  # cancelled, at any await
            if not http.error_kind(error):
                pools.retire(pool)
            raise
        finally:
            if pools.release(pool, request):
                await pool.transport.aclose()

    async def aclose(self) -> None:
        running = self._of_this_loop()
        self._drop_closed_loops()
        for loop, pools in list(self._by_loop.items()):
            if pools is not running:  # another loop, which does it when it runs
                with suppress(RuntimeError):  # it was closed just now
                    loop.call_soon_threadsafe(pools.close_in, loop)
        for pool in list(running.members):  # a call that is cancelled removes its own
            await pool.transport.aclose()

    def _of_this_loop(self) -> _SmallPools:
        import asyncio  # here, because blocking apps do not need it

        loop = asyncio.get_running_loop()
        pools = self._by_loop.get(loop)
        if pools is None:
            self._drop_closed_loops()
            pools = self._by_loop[loop] = _SmallPools(http.async_new_transport, self._proxy)
        return pools

    def _drop_closed_loops(self) -> None:  # such as those of earlier asyncio.run calls
        for loop in list(self._by_loop):  # a copy, because other threads have loops, too
            pools = self._by_loop.pop(loop, None) if loop.is_closed() else None
            for pool in pools.members if pools else ():
                http.close_sockets(pool.transport)


class _SmallPool:
    """A few connections; `requests` are those in flight.

    The set is weak, so that a request whose end was lost to an interrupt is not counted.
    """

    def __init__(self, transport: Any) -> None:
        self.transport: Any = transport
        self.requests: WeakSet[Any] = WeakSet()
        self.is_retired = False


class _SmallPools:
    """Creates small pools on demand, and counts the requests in each."""

    def __init__(self, make: Callable[..., Any], proxy: str | None) -> None:
        self.members: list[_SmallPool] = []
        self._make = make
        self._proxy = proxy
        self._closing: list[object] = []  # tasks, which asyncio does not keep
        self._lock = threading.Lock()
        reset_after_fork(self)

    def after_fork(self) -> None:
        """Leave the connections to the parent process: neither use nor close them."""
        _PARENTS.append(self.members)
        self.members = []
        self._lock = threading.Lock()
        http.tls_context.cache_clear()  # another thread may have held an OpenSSL lock

    def acquire(self, request: Any) -> _SmallPool:
        with self._lock:
            chosen = min(self.members, key=lambda pool: len(pool.requests), default=None)
            is_full = chosen is None or len(chosen.requests) >= _CONNECTIONS
            if chosen is None or (is_full and len(self.members) < _MAX_POOLS):
                chosen = _SmallPool(self._make(_CONNECTIONS, _KEEP_ALIVE, self._proxy))
                self.members.append(chosen)
            chosen.requests.add(request)
            return chosen

    def retire(self, pool: _SmallPool) -> None:
        with self._lock:
            pool.is_retired = True
            if pool in self.members:
                self.members.remove(pool)

    def release(self, pool: _SmallPool, request: Any) -> bool:
        """Remove a request that has ended; return whether the pool must be closed."""
        with self._lock:
            pool.requests.discard(request)
            return pool.is_retired and not pool.requests

    def close_in(self, loop: asyncio.AbstractEventLoop) -> None:
        for pool in self.members:
            self._closing.append(loop.create_task(pool.transport.aclose()))


_PARENTS: list[object] = []  # pools of the parent process, kept so that they are not closed


def proxy_for(base_url: str) -> str | None:
    """Return the proxy that the environment sets for a base URL, as httpx does; None for none."""
    parts = urlsplit(base_url)
    if parts.hostname is None or proxy_bypass(parts.hostname):
        return None
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy
