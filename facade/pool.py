"""Connections: several small pools instead of one large one, and one TLS setup for all.

httpcore looks through its whole pool at every request, and by default keeps 20 connections alive
for 5 s: beyond 20 concurrent calls it reconnects all the time, and so does every burst after the
limit's 10 s. Small pools, the least busy one chosen, kept alive for a minute, cure both.
"""

import ssl
import threading
from functools import cache
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass
from weakref import WeakKeyDictionary

import httpx

if TYPE_CHECKING:
    import asyncio

_CONNECTIONS = 10  # of one small pool
_POOLS = 10  # at most
_LIMITS = httpx.Limits(
    max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS, keepalive_expiry=60.0
)

Inner = TypeVar("Inner", httpx.HTTPTransport, httpx.AsyncHTTPTransport)


@cache
def tls() -> ssl.SSLContext:
    """Set up TLS once for all clients: it is what makes a client expensive."""
    return httpx.create_ssl_context()


def proxy_for(base_url: str) -> str | None:
    """Find the proxy that the environment names for an address, as httpx does for itself."""
    parts = urlsplit(base_url)
    if parts.hostname is None or proxy_bypass(parts.hostname):
        return None
    proxies = getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")


class _Small(Generic[Inner]):
    def __init__(self, transport: Inner) -> None:
        self.transport: Inner = transport
        self.busy = 0


class _Pools(Generic[Inner]):
    """Small pools, made as they are needed; counts how busy each is."""

    def __init__(self, make: type[Inner], proxy: str | None) -> None:
        self.members: list[_Small[Inner]] = []
        self._make: type[Inner] = make
        self._proxy = proxy
        self._lock = threading.Lock()

    def enter(self) -> _Small[Inner]:
        with self._lock:
            chosen = min(self.members, key=lambda one: one.busy, default=None)
            full = chosen is None or chosen.busy >= _CONNECTIONS
            if chosen is None or (full and len(self.members) < _POOLS):
                made = self._make(verify=tls(), limits=_LIMITS, proxy=self._proxy)
                chosen = _Small(made)
                self.members.append(chosen)
            chosen.busy += 1
            return chosen

    def leave(self, member: _Small[Inner]) -> None:
        with self._lock:
            member.busy -= 1


class Pool(httpx.BaseTransport):
    """The blocking transport that a client sends through unless it is given one."""

    def __init__(self, base_url: str) -> None:
        self._pools = _Pools(httpx.HTTPTransport, proxy_for(base_url))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send through the least busy of the small pools, and read the answer to its end."""
        chosen = self._pools.enter()
        try:
            response = chosen.transport.handle_request(request)
            response.read()  # so that leaving says when the connection is free again
            return response
        finally:
            self._pools.leave(chosen)

    def close(self) -> None:
        """Close all connections."""
        for member in self._pools.members:
            member.transport.close()


class AsyncPool(httpx.AsyncBaseTransport):
    """The async transport that a client sends through; each event loop has its own connections."""

    def __init__(self, base_url: str) -> None:
        self._proxy = proxy_for(base_url)
        self._loops: WeakKeyDictionary[
            asyncio.AbstractEventLoop, _Pools[httpx.AsyncHTTPTransport]
        ] = WeakKeyDictionary()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send through the least busy of the small pools, and read the answer to its end."""
        pools = self._of_this_loop()
        chosen = pools.enter()
        try:
            response = await chosen.transport.handle_async_request(request)
            await response.aread()  # so that leaving says when the connection is free again
            return response
        finally:
            pools.leave(chosen)

    async def aclose(self) -> None:
        """Close the connections of the loop this runs in."""
        for member in self._of_this_loop().members:
            await member.transport.aclose()

    def _of_this_loop(self) -> _Pools[httpx.AsyncHTTPTransport]:
        from asyncio import get_running_loop  # here, because blocking apps start without it

        loop = get_running_loop()
        pools = self._loops.get(loop)
        if pools is None:
            pools = self._loops[loop] = _Pools(httpx.AsyncHTTPTransport, self._proxy)
        return pools
