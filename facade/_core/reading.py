"""Reads responses, within bounds of size and time, also of what is decoded."""

import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from facade._core.bounds import CallDeadline

MAX_BODY = 32_000_000  # bytes of a decoded response; a page of 100 relations has 40,000
_STEP = 65_536  # bytes that are decoded at once, so that memory grows step by step
_CODINGS = frozenset({"gzip", "x-gzip", "deflate"})
_ANY_HEADER = zlib.MAX_WBITS | 32  # that of gzip or of zlib


class RawResponse(NamedTuple):
    """A response that was read to its end, and decoded; the names of its headers are lower-case."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.status_code})"  # a server may repeat the token


class UnexpectedBodyError(ValueError):
    """A body does not contain the requested model."""


def read_bounded(response: Any, max_bytes: int, deadline: CallDeadline) -> RawResponse:
    """Read a response to its end, and close it; raise the errors of Body beyond its bounds."""
    body = Body(max_bytes, deadline)
    if response.is_closed:  # read already
        return _read(response, response.content)
    try:
        for part in response.stream:
            body.add(part)
    finally:
        response.close()
    return _read(response, body.content(response.headers.get("content-encoding", "")))


async def async_read_bounded(response: Any, max_bytes: int, deadline: CallDeadline) -> RawResponse:
    body = Body(max_bytes, deadline)
    if response.is_closed:  # read already
        return _read(response, response.content)
    try:
        async for part in response.stream:
            body.add(part)
    finally:
        await response.aclose()
    return _read(response, body.content(response.headers.get("content-encoding", "")))


def _read(response: Any, content: bytes) -> RawResponse:
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers.raw:
        name = raw_name.decode("latin-1").lower()
        try:
            value = raw_value.decode()
        except UnicodeDecodeError:
            value = raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    if headers.pop("content-encoding", ""):  # they describe the body before it was decoded
        headers.pop("content-length", None)
    return RawResponse(response.status_code, headers, content)


class BodyTooLargeError(Exception):
    pass


class DeadlinePassedError(Exception):
    pass


class Body:
    """The parts of a body, added as they come; the errors above are raised beyond its bounds."""

    def __init__(self, max_bytes: int, deadline: CallDeadline) -> None:
        self._max_bytes = max_bytes
        self._deadline = deadline
        self._parts: list[bytes] = []
        self._size = 0

    def _check_size(self, size: int) -> None:
        if size > self._max_bytes:
            raise BodyTooLargeError(f"the response is larger than {self._max_bytes:,} bytes")

    def add(self, part: bytes) -> None:
        self._size += len(part)
        self._check_size(self._size)
        if self._deadline.seconds_left <= 0:
            raise DeadlinePassedError("the body did not come in time")
        self._parts.append(part)

    def content(self, codings: str) -> bytes:
        """Return the body, decoded from its Content-Encoding, whose last coding is the outermost.

        Another coding than gzip and deflate, which the client does not offer, is left as it is.
        """
        content = b"".join(self._parts)
        for coding in reversed([each.strip().lower() for each in codings.split(",")]):
            if coding in _CODINGS and content:
                content = self._decoded(content)
        return content

    def _decoded(self, content: bytes) -> bytes:
        decoder, decoded = zlib.decompressobj(_ANY_HEADER), bytearray()
        for start in range(0, len(content), _STEP):
            pending = content[start : start + _STEP]
            while pending and not decoder.eof:
                decoded += decoder.decompress(pending, _STEP)
                self._check_size(len(decoded))
                pending = decoder.unconsumed_tail
        decoded += decoder.flush()
        self._check_size(len(decoded))
        return bytes(decoded)
