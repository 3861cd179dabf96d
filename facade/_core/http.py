"""The HTTP library, named in this module only.

It is httpx. An app may pass transports, clients and timeouts of its successor httpx2, which has the
same interface: they are distinguished by their module, and a request is made of the library of what
sends it.
"""

from __future__ import annotations

import ssl
import sys
import threading
import zlib
from functools import cache, partial
from importlib import import_module
from typing import Any, Protocol, cast

import httpx

from facade._core.network import AsyncNetwork, Network
from facade._core.reading import BodyTooLargeError, DeadlinePassedError
from facade.version import __version__

USER_AGENT = f"highlevel-associations/{__version__} httpx/{httpx.__version__}"
_LIBRARIES = ("httpx", "httpx2")

BaseTransport = httpx.BaseTransport
AsyncBaseTransport = httpx.AsyncBaseTransport
Client = httpx.Client
AsyncClient = httpx.AsyncClient
InvalidURL = httpx.InvalidURL
Request = httpx.Request
Response = httpx.Response
Timeout = httpx.Timeout
URL = httpx.URL


def _refuse(request: httpx.Request) -> httpx.Response:
    raise RuntimeError("the HTTP client of the generated client sends with `request` only")


NO_TRANSPORT = httpx.MockTransport(_refuse)  # of generated code: a pipeline sends its requests


class Transport(Protocol):
    """A transport of httpx or httpx2, such as httpx.HTTPTransport(proxy=...)."""

    def handle_request(self, request: Any, /) -> Any: ...
    def close(self) -> None: ...


class AsyncTransport(Protocol):
    async def handle_async_request(self, request: Any, /) -> Any: ...
    async def aclose(self) -> None: ...


class HTTPClient(Protocol):
    """An httpx.Client or httpx2.Client; a transport has no `build_request`."""

    def send(self, request: Any, /, *, stream: bool, auth: None, follow_redirects: bool) -> Any: ...
    def build_request(self, method: str, url: Any, /) -> Any: ...


class AsyncHTTPClient(Protocol):
    async def send(
        self, request: Any, /, *, stream: bool, auth: None, follow_redirects: bool
    ) -> Any: ...
    def build_request(self, method: str, url: Any, /) -> Any: ...


class TimeoutParts(Protocol):
    """An httpx.Timeout or httpx2.Timeout: the seconds for each part of a request."""

    def as_dict(self) -> Any: ...


def library_of(value: object) -> Any:
    """Return the library of a transport, a client, a request or a response: httpx, or httpx2."""
    for kind in type(value).__mro__:
        name = kind.__module__.partition(".")[0]
        if name in _LIBRARIES:
            return sys.modules[name]
    return httpx


def check_senders(
    transport: object, http_client: object, method: str = "handle_request", prefix: str = ""
) -> None:
    """Raise TypeError for both, or for one that a client cannot use; it is a blocking client."""
    if transport is not None and http_client is not None:
        raise TypeError("pass transport or http_client, not both")
    if transport is not None and not hasattr(transport, method):
        given = type(transport).__name__
        raise TypeError(f"transport must have {method}, as an httpx.{prefix}BaseTransport: {given}")
    is_client = hasattr(http_client, "build_request") and hasattr(http_client, "send")
    is_right = is_client and hasattr(http_client, "aclose") is bool(prefix)
    if http_client is not None and not is_right:
        given = type(http_client).__name__
        raise TypeError(f"http_client must be an httpx.{prefix}Client, not {given}")


async_check_senders = partial(check_senders, method="handle_async_request", prefix="Async")


def error_kind(error: BaseException) -> str:
    """Return what an error of the library means; empty text for any other error.

    `connect`: no connection was made; `timeout`: no response in time; `lost`: the connection broke,
    or the response is not valid HTTP; `size`: the response is too large.
    """
    if isinstance(error, BodyTooLargeError):
        return "size"
    if isinstance(error, DeadlinePassedError):
        return "timeout"
    kinds = type(error).__mro__
    names = {kind.__name__ for kind in kinds if kind.__module__.partition(".")[0] in _LIBRARIES}
    if names & {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"}:
        return "connect"
    if "TimeoutException" in names:
        return "timeout"
    is_lost = names & {"RequestError", "StreamError"} or isinstance(error, zlib.error)
    return "lost" if is_lost else ""


def new_transport(
    connections: int, keep_alive: float, proxy: str | None, *, is_async: bool = False
) -> Any:
    """Make a transport whose waits for the network end with the deadline of a call."""
    kind = httpx.AsyncHTTPTransport if is_async else httpx.HTTPTransport
    limits = httpx.Limits(
        max_connections=connections,
        max_keepalive_connections=connections,
        keepalive_expiry=keep_alive,
    )
    transport, why = cast("Any", None), ""
    try:
        transport = kind(verify=tls_context(), limits=limits, proxy=proxy)
    except (ImportError, OSError, ValueError) as error:
        why = f"{error}: check the environment variables SSL_CERT_FILE and HTTPS_PROXY"
    if why:  # not raised from the error, which would be taken for that of a connection
        raise httpx.ConnectError(why)
    # httpx has no argument for the network of its pool. httpcore reads it at each new connection.
    pool = getattr(transport, "_pool", None)
    if pool is not None:
        core = import_module(type(pool).__module__.partition(".")[0])
        pool._network_backend = AsyncNetwork(core) if is_async else Network(core)
        if not is_async:
            # httpcore's own lock is written in Python: an interrupt within its `__enter__` leaves
            # it locked, and then the call that was interrupted waits for it for ever.
            pool._optional_thread_lock = threading.Lock()
    return transport


async_new_transport = partial(new_transport, is_async=True)


def close_sockets(transport: Any) -> None:
    network = getattr(getattr(transport, "_pool", None), "_network_backend", None)
    if isinstance(network, AsyncNetwork):
        network.close_sockets()


@cache
def tls_context() -> ssl.SSLContext:
    """Return the TLS context of all clients, whose creation takes most of a client's start."""
    return httpx.create_ssl_context()
