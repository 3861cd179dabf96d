"""Responses are read within bounds of their size and time, and decoded."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from facade import ResponseTooLargeError
from facade._core import reading
from facade._core.bounds import CallDeadline
from facade._core.reading import Body, RawResponse, async_read_bounded, read_bounded
from tests.facade.driving import Clients, Clock


@pytest.fixture
def read(clients: Clients) -> Callable[..., Any]:
    """Read the list in a response by a client."""

    def read(response: httpx.Response) -> Any:
        client, _ = clients.answering(response, max_response_bytes=100_000, retries=0)
        return client.relations.list("1").items

    return read


def stream_of(content: bytes, **headers: str) -> httpx.Response:
    return httpx.Response(200, headers=headers, stream=httpx.ByteStream(content))


def padded(size: int) -> bytes:
    return b'{"relations": []}'.ljust(size)


@pytest.mark.both
@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_a_response_that_is_too_large_is_refused(read: Callable[..., Any], coding: str) -> None:
    for size in (100_000, 100_001):
        content = gzip.compress(padded(size)) if coding == "gzip" else padded(size)
        response = stream_of(content, **{"Content-Encoding": coding, "Content-Length": "5"})
        if size == 100_000:
            assert read(response) == ()
        else:
            with pytest.raises(ResponseTooLargeError, match="larger than 100,000 bytes"):
                read(response)
        assert response.is_closed


PLAIN = bytes(range(256)) * 1000  # longer than what is decoded at once


@pytest.mark.parametrize(
    ("coding", "content"),
    [
        ("", PLAIN),
        ("x-gzip", gzip.compress(PLAIN)),
        ("GZIP", gzip.compress(PLAIN)),
        ("deflate", zlib.compress(PLAIN, 0)),
        ("deflate, gzip", gzip.compress(zlib.compress(PLAIN))),
        ("br", PLAIN),  # which the client does not offer
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # gzip has the time in it
)
def test_a_body_is_decoded_from_each_of_its_codings(coding: str, content: bytes) -> None:
    body = Body(2 * len(PLAIN), CallDeadline())
    assert body.content(coding) == b""  # of any coding
    for start in range(0, len(content), 7000):
        body.add(content[start : start + 7000])
    assert body.content(coding) == PLAIN


def test_a_few_bytes_that_decode_to_many_take_little_memory() -> None:
    bomb = gzip.compress(gzip.compress(bytes(50_000_000)))
    assert len(bomb) < 3000
    body = Body(1_000_000, CallDeadline())
    body.add(bomb)
    tracemalloc.start()
    with pytest.raises(reading.BodyTooLargeError, match="larger than 1,000,000 bytes"):
        body.content("gzip, gzip")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 3_000_000


def test_no_part_of_a_body_is_accepted_beyond_its_bounds() -> None:
    assert reading.MAX_BODY == 32_000_000
    body = Body(10, CallDeadline(0.5, clock=Clock()))
    body.add(b"x" * 10)
    with pytest.raises(reading.BodyTooLargeError):
        body.add(b"x")
    with pytest.raises(reading.DeadlinePassedError):
        Body(10, CallDeadline(0, clock=Clock())).add(b"x")


def test_headers_are_lower_case_and_repeated_ones_are_joined() -> None:
    raw = [(b"X-A", b"1"), (b"x-a", b"2"), (b"X-B", "ä".encode()), (b"X-C", b"\xe4")]
    response = httpx.Response(200, headers=raw, stream=httpx.ByteStream(b"ok"))
    expected = {"x-a": "1, 2", "x-b": "ä", "x-c": "ä"}
    assert read_bounded(response, 100, CallDeadline()) == RawResponse(200, expected, b"ok")


def test_what_was_read_already_is_returned_without_the_headers_of_its_coding() -> None:
    headers = {"Content-Encoding": "gzip", "Content-Length": "9", "X-A": "1"}
    response = httpx.Response(200, headers=headers, content=iter([gzip.compress(b"ok")]))
    response.read()  # its stream is consumed
    found = read_bounded(response, 100, CallDeadline())
    assert found == asyncio.run(async_read_bounded(response, 100, CallDeadline()))
    assert found == RawResponse(200, {"x-a": "1"}, b"ok")
    assert repr(found) == "RawResponse(200)"  # nothing that a server may repeat
