"""Responses are read within a bound of their size, and decoded."""

import gzip
import zlib
from typing import Any

import httpx
import pytest

import facade
from facade import ResponseTooLargeError
from facade._core.bounds import CallDeadline
from facade._core.reading import (
    Body,
    BodyTooLargeError,
    DeadlinePassedError,
    RawResponse,
    read_bounded,
)
from tests.facade.driving import Clients, Clock
from tests.facade.responding import TOKEN, in_turn

BODY = b'{"relations": [], "total": 0}'


def test_a_body_that_does_not_decode_is_a_lost_connection(clients: Clients) -> None:
    broken = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Stream(b"nope"))
    transport, _ = in_turn(broken)
    with pytest.raises(facade.ConnectionLostError):
        clients(TOKEN, "loc", transport=transport).associations.get("a1", retries=0)


class Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that is decoded when it is read, as from a network."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Any:
        yield self._content

    async def __aiter__(self) -> Any:
        yield self._content


def test_a_body_that_is_packed_is_read(clients: Clients) -> None:
    packed = gzip.compress(b'{"id": "a1"}')
    answer = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Stream(packed))
    transport, _ = in_turn(answer)
    assert clients(TOKEN, "loc", transport=transport).associations.get("a1").id == "a1"


@pytest.mark.parametrize("form", ["plain", "of a declared length", "encoded"])
@pytest.mark.parametrize("size", [1_000_000, 1_000_001])
def test_a_response_that_is_too_large_is_not_read(clients: Clients, form: str, size: int) -> None:
    body = BODY + b" " * (size - len(BODY))
    headers = {
        "plain": {},
        "of a declared length": {"Content-Length": str(size)},
        "encoded": {"Content-Encoding": "gzip"},
    }[form]
    content = gzip.compress(body) if form == "encoded" else body

    class Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
        is_closed = False

        def __iter__(self) -> Any:
            for start in range(0, len(content), 1000):
                yield content[start : start + 1000]

        async def __aiter__(self) -> Any:
            for start in range(0, len(content), 1000):
                yield content[start : start + 1000]

        def close(self) -> None:
            self.is_closed = True

        async def aclose(self) -> None:
            self.is_closed = True

    requests, stream = list[httpx.Request](), Stream()

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, headers=headers, stream=stream)

    transport = httpx.MockTransport(respond)
    client = clients(TOKEN, "loc", transport=transport, max_response_bytes=1_000_000)
    if size == 1_000_000:
        assert client.relations.list("1").items == ()
        return
    with pytest.raises(ResponseTooLargeError, match="larger than 1,000,000 bytes"):
        client.relations.list("1")
    assert len(requests) == 1
    assert stream.is_closed


PLAIN = b'{"id": "a1"}' * 20
RAW_DEFLATE = zlib.compress(PLAIN)[2:-4]  # as some servers send it, without the header of zlib


@pytest.mark.parametrize(
    ("coding", "content"),
    [
        ("", PLAIN),
        ("gzip", gzip.compress(PLAIN)),
        ("x-gzip", gzip.compress(PLAIN)),
        ("GZIP", gzip.compress(PLAIN)),
        ("deflate", zlib.compress(PLAIN)),
        ("deflate", RAW_DEFLATE),
        ("deflate, gzip", gzip.compress(zlib.compress(PLAIN))),
        ("identity", PLAIN),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # gzip has the time in it
)
def test_a_body_is_decoded_from_each_of_its_codings(coding: str, content: bytes) -> None:
    body = Body(10_000, CallDeadline())
    for start in range(0, len(content), 7):
        body.add(content[start : start + 7])
    assert body.content(coding) == PLAIN


def test_a_body_of_a_coding_that_the_client_does_not_offer_stays_as_it_is() -> None:
    body = Body(10_000, CallDeadline())
    body.add(b"\x0b\x02\x80")
    assert body.content("br") == b"\x0b\x02\x80"


def test_a_body_is_too_large_before_it_is_decoded_as_a_whole() -> None:
    bomb = gzip.compress(b" " * 1_000_000)
    body = Body(100_000, CallDeadline())
    body.add(bomb)
    with pytest.raises(BodyTooLargeError, match="larger than 100,000 bytes"):
        body.content("gzip")


def test_no_part_of_a_body_is_accepted_after_the_deadline() -> None:
    clock = Clock()
    body = Body(10_000, CallDeadline(5, clock=clock))
    body.add(b"{")
    clock.now += 5
    with pytest.raises(DeadlinePassedError):
        body.add(b"}")


def test_headers_are_lower_case_and_repeated_ones_are_joined() -> None:
    raw = [(b"X-A", b"1"), (b"x-a", b"2"), (b"X-B", "ä".encode()), (b"X-C", b"\xe4")]
    response = httpx.Response(200, headers=raw, stream=Stream(b"ok"))
    read = read_bounded(response, 100, CallDeadline())
    assert read == RawResponse(200, {"x-a": "1, 2", "x-b": "ä", "x-c": "ä"}, b"ok")


def test_the_repr_of_a_response_shows_nothing_that_a_server_may_repeat() -> None:
    assert repr(RawResponse(401, {"x": TOKEN}, TOKEN.encode())) == "RawResponse(401)"
