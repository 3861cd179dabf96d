"""Connection pools: several small ones instead of a large one, and one TLS context for all.

httpcore scans its whole pool at every request, and by default keeps 20 connections alive for 5 s:
with more than 20 concurrent calls it reconnects constantly, and so does every burst after the 10 s
of the rate limit. Small pools with a keep-alive of a minute, of which the least busy one is used,
solve both.

A cancelled or interrupted call may leave its connection in httpcore (1.0), which then counts it as
busy forever. So the small pool of such a call gets no more requests, and is closed when its last
request has ended.
"""

import ssl
import threading
from functools import cache
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass
from weakref import WeakKeyDictionary, WeakSet

import httpx

from facade._core.bounds import MAX_BODY, async_read_bounded, limit_reads, read_bounded
from facade._core.forking import reset_after_fork

if TYPE_CHECKING:
    import asyncio

_CONNECTIONS = 10  # in one small pool
_MAX_POOLS = 10
_CLOSE_TIMEOUT = 1.0  # seconds to wait for connections to close after an interrupt
_LIMITS = httpx.Limits(
    max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS, keepalive_expiry=60.0
)

Inner = TypeVar("Inner", httpx.HTTPTransport, httpx.AsyncHTTPTransport)


class Pool(httpx.BaseTransport):
    """The default transport of a blocking client."""

    def __init__(self, base_url: str) -> None:
        self._pools = _SmallPools(httpx.HTTPTransport, proxy_for(base_url))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send through the least busy small pool, and read the whole response."""
        pool = self._pools.acquire(request)
        try:
            limit_reads(request)
            response = pool.transport.handle_request(request)
            # The whole response, so that the connection is free when the pool is released.
            return read_bounded(response, request.extensions.get("max_bytes", MAX_BODY))
        except httpx.HTTPError:
            raise
        except BaseException:  # Ctrl-C, at any line
            self._pools.retire(pool)
            raise
        finally:
            if self._pools.release(pool, request):
                _close_retired(pool.transport)

    def close(self) -> None:
        """Close all connections."""
        for pool in self._pools.members:
            pool.transport.close()


def _close_retired(transport: httpx.HTTPTransport) -> None:
    """Close connections, but do not wait for an httpcore lock that an interrupt left locked."""
    closing = threading.Thread(target=transport.close, name="facade-closing", daemon=True)
    closing.start()
    closing.join(_CLOSE_TIMEOUT)


class AsyncPool(httpx.AsyncBaseTransport):
    """The default transport of an async client; event loops share no connections."""

    def __init__(self, base_url: str) -> None:
        self._proxy = proxy_for(base_url)
        self._by_loop: WeakKeyDictionary[
            asyncio.AbstractEventLoop, _SmallPools[httpx.AsyncHTTPTransport]
        ] = WeakKeyDictionary()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send through the least busy small pool, and read the whole response."""
        pools = self._of_this_loop()
        pool = pools.acquire(request)
        try:
            response = await pool.transport.handle_async_request(request)
            # The whole response, so that the connection is free when the pool is released.
            return await async_read_bounded(response, request.extensions.get("max_bytes", MAX_BODY))
        except httpx.HTTPError:
            raise
        except BaseException:  # cancelled, at any await
            pools.retire(pool)
            raise
        finally:
            if pools.release(pool, request):
                await pool.transport.aclose()

    async def aclose(self) -> None:
        """Close the connections of the running event loop."""
        for pool in self._of_this_loop().members:
            await pool.transport.aclose()

    def _of_this_loop(self) -> "_SmallPools[httpx.AsyncHTTPTransport]":
        import asyncio  # here, because blocking apps do not need it

        loop = asyncio.get_running_loop()
        pools = self._by_loop.get(loop)
        if pools is None:
            pools = self._by_loop[loop] = _SmallPools(httpx.AsyncHTTPTransport, self._proxy)
        return pools


class _SmallPool(Generic[Inner]):
    """A few connections; `requests` are those in flight.

    The set is weak, so that a request whose end was lost to an interrupt is not counted.
    """

    def __init__(self, transport: Inner) -> None:
        self.transport: Inner = transport
        self.requests: WeakSet[httpx.Request] = WeakSet()
        self.is_retired = False

    @property
    def busy(self) -> int:
        return len(self.requests)


class _SmallPools(Generic[Inner]):
    """Creates small pools on demand, and counts the requests in each."""

    def __init__(self, make: type[Inner], proxy: str | None) -> None:
        self.members: list[_SmallPool[Inner]] = []
        self._make: type[Inner] = make
        self._proxy = proxy
        self._lock = threading.Lock()
        reset_after_fork(self)

    def after_fork(self) -> None:
        """Leave the connections to the parent process: neither use nor close them."""
        _PARENTS.append(self.members)
        self.members = []
        self._lock = threading.Lock()
        _tls.cache_clear()  # another thread may have held an OpenSSL lock

    def acquire(self, request: httpx.Request) -> _SmallPool[Inner]:
        with self._lock:
            chosen = min(self.members, key=lambda pool: pool.busy, default=None)
            is_full = chosen is None or chosen.busy >= _CONNECTIONS
            if chosen is None or (is_full and len(self.members) < _MAX_POOLS):
                transport = self._make(verify=_tls(), limits=_LIMITS, proxy=self._proxy)
                chosen = _SmallPool(transport)
                self.members.append(chosen)
            chosen.requests.add(request)
            return chosen

    def retire(self, pool: _SmallPool[Inner]) -> None:
        """Send no more requests through a pool."""
        with self._lock:
            pool.is_retired = True
            if pool in self.members:
                self.members.remove(pool)

    def release(self, pool: _SmallPool[Inner], request: httpx.Request) -> bool:
        """Remove a request that has ended; return whether the pool must be closed."""
        with self._lock:
            pool.requests.discard(request)
            return pool.is_retired and not pool.requests


_PARENTS: list[object] = []  # pools of the parent process, kept so that they are not closed


@cache
def _tls() -> ssl.SSLContext:
    """Return the TLS context of all clients, whose creation takes most of a client's start."""
    return httpx.create_ssl_context()


def proxy_for(base_url: str) -> str | None:
    """Return the proxy that the environment sets for a base URL, as httpx does; None for none."""
    parts = urlsplit(base_url)
    if parts.hostname is None or proxy_bypass(parts.hostname):
        return None
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy
