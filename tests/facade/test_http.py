"""The HTTP library: httpx or httpx2, what is passed of them, and what their errors mean."""

import socket
import ssl
import sys
import threading
import zlib
from types import SimpleNamespace
from typing import Any

import httpx
import httpx2
import pytest

from facade import AssociationsClient, AsyncAssociationsClient
from facade._core.http import (
    async_new_transport,
    close_sockets,
    error_kind,
    library_of,
    new_transport,
)
from facade._core.network import AsyncNetwork, Network
from facade._core.reading import BodyTooLargeError, DeadlinePassedError


class OwnTransport(httpx2.MockTransport):
    """An app's own class."""


def test_the_library_of_a_value_is_that_of_its_class_or_of_a_base() -> None:
    assert library_of(httpx.Response(200)) is library_of(object()) is httpx
    own = OwnTransport(lambda request: httpx2.Response(200))
    assert library_of(httpx2.Response(200)) is library_of(own) is httpx2


KINDS = {
    "connect": "ConnectError ConnectTimeout PoolTimeout ProxyError",
    "timeout": "ReadTimeout WriteTimeout",
    "lost": "ReadError WriteError RemoteProtocolError DecodingError UnsupportedProtocol",
}


@pytest.mark.parametrize("library", [httpx, httpx2])
def test_an_error_of_each_library_means_the_same(library: Any) -> None:
    for kind, names in KINDS.items():
        for name in names.split():
            assert error_kind(getattr(library, name)("no")) == kind, name
    assert error_kind(library.StreamClosed()) == "lost"


def test_of_other_errors_only_our_own_have_a_meaning() -> None:
    own = (BodyTooLargeError(5), DeadlinePassedError(), zlib.error())
    assert [error_kind(one) for one in own] == ["size", "timeout", "lost"]
    by_chance = type("ConnectError", (Exception,), {})  # of the app
    assert error_kind(TimeoutError()) == error_kind(by_chance()) == ""


BLOCKING, ASYNC = httpx.BaseTransport(), httpx.AsyncBaseTransport()


@pytest.mark.parametrize(
    ("kind", "options", "says"),
    [
        (AssociationsClient, {"transport": ASYNC}, "have handle_request, as an httpx.BaseTr"),
        (AsyncAssociationsClient, {"transport": BLOCKING}, "handle_async_request, as an httpx.As"),
        (AssociationsClient, {"http_client": httpx.AsyncClient()}, "httpx.Client, not AsyncClient"),
        (AsyncAssociationsClient, {"http_client": httpx.Client()}, "httpx.AsyncClient, not Client"),
        (AssociationsClient, {"http_client": BLOCKING}, "httpx.Client, not BaseTransport"),
        (AssociationsClient, {"http_client": SimpleNamespace(send=print)}, "not SimpleNamespace"),
        (
            AssociationsClient,
            {"http_client": httpx.Client(), "transport": BLOCKING},
            "pass transport or http_client, not both",
        ),
    ],
)
def test_what_cannot_send_is_refused(kind: Any, options: dict[str, Any], says: str) -> None:
    with pytest.raises(TypeError, match=says):
        kind("pit-t", "loc", **options)


@pytest.mark.parametrize(
    ("make", "network"), [(new_transport, Network), (async_new_transport, AsyncNetwork)]
)
def test_the_default_transports_have_our_network_limits_and_tls(
    make: Any, network: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = make(3, 60.0, None)
    pool = transport._pool
    assert type(pool._network_backend) is network
    assert (pool._max_connections, pool._max_keepalive_connections) == (3, 3)
    assert pool._keepalive_expiry == 60.0
    assert isinstance(pool._ssl_context, ssl.SSLContext)
    if network is Network:  # no interrupt leaves it locked
        assert type(pool._optional_thread_lock) is type(threading.Lock())
        return
    monkeypatch.setitem(sys.modules, "socksio", None)
    for proxy in ("ftp://a.test:1", "socks5://a.test:1"):  # of no use
        with pytest.raises(httpx.ConnectError, match="the environment variables SSL_C") as caught:
            make(3, 60.0, proxy)
        assert caught.value.__context__ is None  # which would be taken for that of the connection
    kept = socket.socket()
    backend: Any = pool._network_backend
    backend._sockets.add(kept)
    close_sockets(transport)
    assert kept.fileno() == -1
