"""The HTTP library: httpx or httpx2, what is passed of them, and what their errors mean."""

import threading
import zlib
from typing import Any

import httpx
import httpx2
import pytest

from facade import AssociationsClient, AsyncAssociationsClient
from facade._core.http import (
    async_check_senders,
    async_new_transport,
    check_senders,
    error_kind,
    library_of,
    new_transport,
)
from facade._core.network import AsyncNetwork, Network
from facade._core.reading import BodyTooLargeError, DeadlinePassedError
from facade.testing import Sandbox


class OwnTransport(httpx2.MockTransport):
    """An app's own class."""


@pytest.mark.parametrize(
    ("value", "library"),
    [
        (httpx.Request("GET", "https://api.test"), httpx),
        (httpx2.Request("GET", "https://api.test"), httpx2),
        (httpx2.Response(200), httpx2),
        (OwnTransport(lambda request: httpx2.Response(200)), httpx2),
        (httpx.MockTransport(lambda request: httpx.Response(200)), httpx),
        (object(), httpx),
        (None, httpx),
    ],
)
def test_the_library_of_a_value_is_that_of_its_class_or_of_a_base(
    value: object, library: Any
) -> None:
    assert library_of(value) is library


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


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (BodyTooLargeError(5), "size"),
        (DeadlinePassedError(), "timeout"),
        (zlib.error(), "lost"),
        (TimeoutError(), ""),
        (ValueError(), ""),
        (type("ConnectError", (Exception,), {})(), ""),  # of the app, by chance of this name
    ],
)
def test_of_other_errors_only_our_own_have_a_meaning(error: Exception, kind: str) -> None:
    assert error_kind(error) == kind


def test_a_client_of_httpx_of_the_other_kind_is_refused() -> None:
    other: Any = httpx.AsyncClient()
    with pytest.raises(TypeError, match=r"http_client must be an httpx\.Client, not AsyncClient"):
        AssociationsClient("pit-t", "loc", http_client=other)
    blocking: Any = httpx.Client()
    with pytest.raises(TypeError, match=r"http_client must be an httpx\.AsyncClient, not Client"):
        AsyncAssociationsClient("pit-t", "loc", http_client=blocking)


def test_a_transport_and_an_http_client_together_are_refused(sandbox: Sandbox) -> None:
    with (
        httpx.Client() as http_client,
        pytest.raises(TypeError, match="pass transport or http_client, not both"),
    ):
        AssociationsClient("pit-t", "loc", transport=sandbox.transport(), http_client=http_client)


BLOCKING, ASYNC = httpx.BaseTransport(), httpx.AsyncBaseTransport()


def test_a_transport_of_the_other_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="transport must have handle_request, as an httpx"):
        check_senders(ASYNC, None)
    with pytest.raises(TypeError, match="must have handle_async_request, as an httpx"):
        async_check_senders(BLOCKING, None)
    check_senders(BLOCKING, None)
    async_check_senders(ASYNC, None)


@pytest.mark.parametrize("given", [5, "client", BLOCKING, httpx.Request("GET", "https://a.test")])
def test_what_is_no_client_of_httpx_is_refused(given: object) -> None:
    with pytest.raises(TypeError, match=r"http_client must be an httpx\.Client, not"):
        check_senders(None, given)


def test_the_default_transport_has_our_network_and_a_lock_that_no_interrupt_leaves_locked() -> None:
    transport = new_transport(1, 60.0, None)
    assert type(transport._pool._network_backend) is Network
    assert type(transport._pool._optional_thread_lock) is type(threading.Lock())
    transport.close()
    async_transport = async_new_transport(1, 60.0, None)
    assert type(async_transport._pool._network_backend) is AsyncNetwork
