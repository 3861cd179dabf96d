"""Builds requests: headers, token, query, body, and ids that cannot leave their path segment."""

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, cast
from urllib.parse import urlencode

import httpx

from facade._core.call_options import CallOptions
from facade._core.options import ClientOptions
from facade._core.tokens import StaticToken, checked_token
from facade.version import __version__

HEADERS = {
    "Accept": "application/json",
    "User-Agent": f"highlevel-associations/{__version__} httpx/{httpx.__version__}",
}
_MAX_SEGMENT = 1000  # characters; an id has 24. httpx raises an unclear error for a very long path


class CallContext:
    """One call of a method: its location, its options, and its successful response.

    The transport reads it from `CURRENT_CALL`, because generated code does not pass it on.
    """

    def __init__(self, location_id: str, options: CallOptions) -> None:
        self.location_id = location_id
        self.options = options
        self.response: httpx.Response | None = None


CURRENT_CALL: ContextVar[CallContext | None] = ContextVar("facade_call", default=None)


class RequestBuilder:
    """Builds the requests of a client; its token and Version replace those of generated code."""

    def __init__(self, options: ClientOptions) -> None:
        self._base_url = options.base_url
        self._token = options.token
        self._location_id = options.location_id
        self._timeout = options.timeout.as_dict()
        self._headers = httpx.Headers({**HEADERS, "Version": options.version})
        if isinstance(options.token, StaticToken):  # it never changes
            self._authorize(self._headers, options.location_id)

    def build(
        self,
        method: str,
        url: str,
        call: CallContext | None,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Request:
        """Build a request; `call` is None if an app calls the generated client directly."""
        if "/." in url and {".", ".."} & set(url.split("/")):  # httpx would resolve them
            raise ValueError(f"an id or key must not contain a path: {url!r}")
        options: CallOptions = call.options if call else {}
        if extra := options.get("extra_body"):
            json = _merged_body(json, extra, method.upper())
        if extra := options.get("extra_query"):
            params = _merged_query(params or {}, extra)
        address: httpx.URL | str = f"{self._base_url}{url}"
        address = f"{address}?{urlencode(params, doseq=True)}" if params else _parsed(address)
        merged = self._headers.copy()
        for name, value in (headers or {}).items():
            if name.lower() not in ("version", "authorization"):
                merged[name] = value
        for name, value in options.get("extra_headers", {}).items():
            merged[name] = value
        if "Authorization" not in merged:
            self._authorize(merged, call.location_id if call else self._location_id)
        timeout = self._timeout
        if "timeout" in options:
            timeout = httpx.Timeout(options["timeout"]).as_dict()
        return httpx.Request(
            method.upper(),
            address,
            headers=merged,
            json=json,
            extensions={"timeout": timeout},
        )

    def _authorize(self, headers: httpx.Headers, location_id: str) -> None:
        # In one expression, so that no local variable holds the token.
        headers["Authorization"] = "Bearer " + checked_token(self._token.token(location_id))


@lru_cache(128)
def _parsed(address: str) -> httpx.URL:
    """Parse a URL, with a cache: all relations are created at the same URL."""
    return httpx.URL(address)


def _merged_body(body: Any, extra: Mapping[str, Any], method: str) -> dict[str, Any]:
    if method == "GET":
        raise ValueError("extra_body cannot be sent with a GET request: use extra_query")
    given = cast("Mapping[str, Any]", body or {})
    _refuse_overlap("extra_body", given, extra)
    return {**given, **extra}


def _merged_query(params: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    _refuse_overlap("extra_query", params, extra)
    return {**params, **{name: _query_value(name, value) for name, value in extra.items()}}


def _refuse_overlap(option: str, given: Iterable[str], extra: Iterable[str]) -> None:
    twice = sorted({*given} & {*extra})
    if twice:
        raise ValueError(f"{option} cannot set {', '.join(twice)}: the method sends it")


def _query_value(name: str, value: object) -> object:
    """Return a value for urlencode; a list becomes a repeated parameter."""
    if isinstance(value, list | tuple):
        return [_single_value(name, each) for each in cast("Iterable[object]", value)]
    return _single_value(name, value)


def _single_value(name: str, value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return value
    raise TypeError(
        f"{name} in extra_query must be text, a number or a list of these, not {value!r:.40}"
    )


def token_of(request: httpx.Request) -> str:
    """Return the token of a request; empty text if it has none."""
    authorization: str = request.headers.get("Authorization", "")
    return authorization.removeprefix("Bearer ")


def path_of(request: httpx.Request) -> str:
    """Return the path as it was sent: percent-encoded, so that it cannot forge a log line."""
    return request.url.raw_path.decode("ascii").partition("?")[0]


def path_segment(value: object) -> str:
    """Return an id or key unchanged.

    Raises TypeError if it is not text, ValueError if it would leave its path segment.
    """
    if not isinstance(value, str):
        raise TypeError(f"an id or key must be text, not {type(value).__name__}")
    if value in ("", ".", "..") or len(value) > _MAX_SEGMENT:  # httpx would resolve the dots
        raise ValueError(f"not a valid id or key: {value!r:.60}")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"an id or key is not valid Unicode: {value!r:.60}") from error
    return value


def id_list(association_ids: object) -> tuple[str, ...] | None:
    """Return ids from any iterable; None means no filter. Raises TypeError for a single id."""
    if association_ids is None:
        return None
    if isinstance(association_ids, str) or not isinstance(association_ids, Iterable):
        raise TypeError("association_ids must be a list of ids; for one id write [id]")
    return tuple(path_segment(one) for one in cast("Iterable[object]", association_ids))
