"""Our httpx clients: a request is built, sent and judged by its status here and nowhere else.

Generated code parses only what passed. It never sees a 520, an HTML page or a token.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from attrs import define, field

from facade import errors

BASE_URL = "https://services.leadconnectorhq.com"
VERSION = "2021-07-28"
TIMEOUT = httpx.Timeout(30.0, connect=10.0)


@define
class Call:
    """One call through the facade: what it overrides, and the answer it got."""

    response: httpx.Response | None = None


CALL: ContextVar[Call | None] = ContextVar("facade_call", default=None)


@define(kw_only=True)
class Wire:
    """What every request has in common, and how every answer is judged; it sends nothing itself."""

    token: str = field(repr=False)
    base_url: str
    version: str
    timeout: httpx.Timeout = field(converter=httpx.Timeout)
    _headers: httpx.Headers = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError(f"base_url is no http(s) address: {self.base_url!r}")
        self.base_url = self.base_url.rstrip("/")
        self._headers = httpx.Headers(
            {
                "Accept": "application/json",
                "Authorization": f"Bearer {header_text(self.token, 'the token')}",
                "User-Agent": f"highlevel-associations python-httpx/{httpx.__version__}",
                "Version": header_text(self.version, f"the version {self.version!r}"),
            }
        )

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Request:
        """Build a request; the token and the Version of the client win over the caller's."""
        if params:
            url = f"{url}?{urlencode(params, doseq=True)}"
        mine = self._headers.copy()
        for name, value in (headers or {}).items():
            if name.lower() not in ("version", "authorization"):
                mine[name] = value
        return httpx.Request(
            method.upper(),
            f"{self.base_url}{url}",
            headers=mine,
            json=json,
            extensions={"timeout": self.timeout.as_dict()},
        )


def header_text(text: str, what: str) -> str:
    """Check a text that goes into a header, and never repeat it: it may be a secret."""
    if not text or not text.isascii() or any(character <= " " for character in text):
        raise ValueError(f"{what} must be visible ASCII text without spaces or line ends")
    return text


def judge(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    """Pass a success on, to be parsed; raise the error that any other status means."""
    if not response.is_success:
        raise errors.status_error(
            response.status_code,
            method=request.method,
            path=request.url.path,
            headers=response.headers,
            content=response.content,
        )
    call = CALL.get()
    if call is not None:
        call.response = response
    return response


@contextmanager
def reaching(request: httpx.Request) -> Generator[None]:
    """Turn httpx's errors of one exchange into ours."""
    where = {"method": request.method, "path": request.url.path}
    what = f"{request.method} {request.url.path}"
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        why = str(error) or "no connection in time"
        raise errors.ConnectFailedError(f"{what}: cannot connect: {why}", **where) from error
    except httpx.TimeoutException as error:
        raise errors.APITimeoutError(f"{what}: no answer in time", **where) from error
    except httpx.TransportError as error:
        why = str(error) or type(error).__name__
        raise errors.ConnectionLostError(f"{what}: connection lost: {why}", **where) from error


class Transport(httpx.Client):
    """The blocking client that generated code is handed."""

    def __init__(self, wire: Wire, transport: httpx.BaseTransport | None) -> None:
        super().__init__(transport=transport)
        self._wire = wire

    def request(  # type: ignore[override]  # only what generated code uses
        self, method: str, url: str, **parts: Any
    ) -> httpx.Response:
        """Build, send, judge."""
        request = self._wire.request(method, url, **parts)
        with reaching(request):
            response = self.send(request)
        return judge(request, response)


class AsyncTransport(httpx.AsyncClient):
    """The async client that generated code is handed."""

    def __init__(self, wire: Wire, transport: httpx.AsyncBaseTransport | None) -> None:
        super().__init__(transport=transport)
        self._wire = wire

    async def request(  # type: ignore[override]  # only what generated code uses
        self, method: str, url: str, **parts: Any
    ) -> httpx.Response:
        """Build, send, judge."""
        request = self._wire.request(method, url, **parts)
        with reaching(request):
            response = await self.send(request)
        return judge(request, response)
