"""The HTTP library: httpx or httpx2, what is passed of them, and what their errors mean."""

import logging
import socket
import ssl
import sys
import threading
import zlib
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import httpx
import httpx2
import pytest

import facade
from facade import AssociationsClient, AsyncAssociationsClient
from facade._core import http
from facade._core.http import (
    NO_TRANSPORT,
    async_new_transport,
    close_sockets,
    error_kind,
    library_of,
    new_transport,
)
from facade._core.network import AsyncNetwork, Network
from facade._core.reading import BodyTooLargeError, DeadlinePassedError
from facade.testing import Sandbox, faults
from tests.facade.driving import Clients
from tests.facade.serving import serving, write_certificate


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
    with pytest.raises(RuntimeError, match="sends with `request` only"):
        NO_TRANSPORT.handle_request(httpx.Request("GET", "https://a.test"))


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


def passing(name: str, library: ModuleType, sandbox: Sandbox, mode: str) -> dict[str, Any]:
    """Return options: a transport of the library, which asks the sandbox, or a client of it."""

    def handle(request: Any) -> Any:
        assert isinstance(request, library.Request)
        with library.Client(transport=sandbox.transport()) as inner:
            return inner.send(request)

    if name == "transport":
        return {name: library.MockTransport(handle)}
    kind = library.Client if mode == "blocking" else library.AsyncClient
    return {name: kind(transport=sandbox.transport()), "timeout": library.Timeout(0.01, connect=2)}


@pytest.mark.both
@pytest.mark.parametrize("library", [httpx, httpx2])
@pytest.mark.parametrize("name", ["transport", "http_client"])
def test_calls_and_failures_are_the_same_whatever_is_passed(
    clients: Clients, waits: list[float], library: ModuleType, name: str
) -> None:
    for fault, error, repeats in (
        (faults.drop("connecting"), facade.ConnectFailedError, 2),
        (faults.drop("during_answer"), facade.ConnectionLostError, 2),
        (faults.delay(60), facade.APITimeoutError, 2),
        (faults.fail(503), facade.ServerError, 2),
        (faults.empty(), facade.ContractError, 0),
    ):
        waits.clear()
        sandbox = Sandbox()
        options = {"timeout": 0.01, **passing(name, library, sandbox, clients.mode)}
        client = clients(sandbox.token, sandbox.location_id, retries=2, **options)
        assert len(client.associations.list()) == 4
        sandbox.misbehave(fault)
        with pytest.raises(error) as raised:
            client.associations.list()
        assert (raised.value.attempts, len(waits)) == (repeats + 1, repeats)


@pytest.mark.parametrize("is_trusted", [False, True])
def test_a_certificate_that_cannot_be_trusted_is_told_at_once(
    clients: Clients,
    is_trusted: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(http, "tls_context", http.tls_context.__wrapped__)  # sets TLS up anew
    path = tmp_path / "server.pem"
    write_certificate(path, days=-1)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
    why = "has expired" if is_trusted else "self-signed certificate"
    caplog.set_level(logging.INFO, "facade")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(path)
    with serving(lambda *_: pytest.fail("sent"), tls) as address:
        url = f"https://{address.replace('127.0.0.1', 'localhost')}"
        with pytest.raises(facade.ConnectFailedError, match=why) as caught:
            clients("pit-x", "location", base_url=url).associations.list()
    assert caught.value.attempts == 1
    (line,) = (one.message for one in caplog.records if one.levelno == logging.INFO)
    assert line.startswith("GET /associations/ fails after 1 attempt in")
    assert why in line
