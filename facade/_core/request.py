"""Builds requests: address, headers, token, body, and ids that cannot leave their path segment."""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, cast
from urllib.parse import urlencode

from facade._core import http
from facade._core.call_options import CallSettings
from facade._core.calls import Action, Call, Lookup, Model
from facade._core.client_options import ClientOptions, require_location
from facade._core.reading import RawResponse
from facade._core.tokens import StaticToken, checked_token

_Headers = list[tuple[bytes, bytes]]
_Authorize = Callable[[str], tuple[bytes, bytes]]  # by location id

HEADERS = {"Accept": "application/json", "User-Agent": http.USER_AGENT}
_OWN = frozenset({b"version", b"authorization"})  # of generated code, which the client replaces
_OF_GENERATED_CODE = frozenset({"Version", "Content-Type"})
_ACTIONS = {"GET": Action.READ, "PUT": Action.UPDATE, "DELETE": Action.DELETE}
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class RequestBuilder:
    """Builds the requests of a client; its token and Version replace those of generated code."""

    def __init__(self, options: ClientOptions) -> None:
        self._token = options.token
        self._base_url = options.base_url
        library = http.library_of(options.http_client or options.transport)
        self._new_url, self._new_request = library.URL, library.Request
        self._new_stream = library.ByteStream
        self._url = lru_cache(128)(library.URL)  # all relations are created at the same URL
        host = self._url(options.base_url).netloc
        self._headers: _Headers = [(b"Host", host)]
        for name, value in {**HEADERS, "Version": options.version}.items():
            self._headers.append((name.encode(), value.encode()))
        self._authorization: _Authorize = self._current
        if isinstance(options.token, StaticToken):  # checked now, and kept where no repr shows it
            self._authorization = _constant(self._authorization(""))

    def call(
        self,
        operation: str,
        location_id: str,
        request: Mapping[str, Any],
        read: Callable[[RawResponse], Model],
        settings: CallSettings,
        lookup: Lookup[Model] | None = None,
        action: Action | None = None,
    ) -> Call[Model]:
        """Build a call; `request` are the arguments that generated code builds."""
        require_location(location_id)
        method: str = request["method"].upper()
        path: str = request["url"]
        if "/." in path and {".", ".."} & set(path.split("/")):  # httpx would resolve them
            raise ValueError(f"an id or key must not contain a path: {path!r}")
        fields: Any = request.get("json")
        params: Mapping[str, Any] = request.get("params") or {}
        if settings.extra_body:
            if method == "GET":
                raise ValueError("extra_body cannot be sent with a GET request: use extra_query")
            fields = _merged("extra_body", fields or {}, settings.extra_body)
        if settings.extra_query:
            extra = {name: _query_value(name, each) for name, each in settings.extra_query.items()}
            params = _merged("extra_query", params, extra)
        address, query = f"{self._base_url}{path}", urlencode(params, doseq=True)
        url = self._new_url(f"{address}?{query}") if query else self._url(address)
        body = b"" if fields is None else _ENCODER.encode(fields).encode()
        given = {**request.get("headers", {}), **settings.extra_headers}
        headers = self._all_headers(given, method, body)
        if action is None:
            is_once = method == "POST" and lookup is not None
            action = Action.CREATE_ONCE if is_once else _ACTIONS.get(method, Action.CREATE)
        what = operation, action, location_id, settings
        return Call(*what, method, url, headers, body, read, lookup)

    def _all_headers(self, given: Mapping[str, str], method: str, body: bytes) -> _Headers:
        headers = [*self._headers]
        if not given.keys() <= _OF_GENERATED_CODE:
            replaced = {name.lower().encode() for name in given} - _OWN
            headers = [each for each in headers if each[0].lower() not in replaced]
        for name, value in given.items():
            if name.lower().encode() not in _OWN:
                headers.append((name.encode(), value.encode()))
        if body and "Content-Type" not in given:
            headers.append((b"Content-Type", b"application/json"))
        if body or method in ("POST", "PUT", "PATCH"):
            headers.append((b"Content-Length", b"%d" % len(body)))
        return headers

    def build(self, call: Call[Any]) -> Any:
        """Build the request of one attempt, with the token that is valid now.

        Its headers are complete: the library adds none.
        """
        # In one expression, so that no local variable holds the token.
        request = self._new_request(
            call.method,
            call.url,
            headers=[*call.headers, self._authorization(call.location_id)],
            stream=self._new_stream(call.body),
        )
        request.read()  # as the library's own requests are, for a transport that reads the content
        return request

    def _current(self, location_id: str) -> tuple[bytes, bytes]:
        # In one expression, so that no local variable holds the token.
        return b"Authorization", b"Bearer " + checked_token(self._token.token(location_id)).encode()


def _constant(header: tuple[bytes, bytes]) -> _Authorize:
    return lambda location_id: header


def _merged(option: str, given: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    if twice := sorted(given.keys() & extra.keys()):
        raise ValueError(f"{option} cannot set {', '.join(twice)}: the method sends it")
    return {**given, **extra}


def _query_value(name: str, value: object, *, in_list: bool = False) -> object:
    """Return a value for urlencode; a list becomes a repeated parameter."""
    if isinstance(value, list | tuple) and not in_list:
        items = cast("Iterable[object]", value)
        return [_query_value(name, each, in_list=True) for each in items]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return value
    form = "text, a number or a list of these"
    raise TypeError(f"{name} in extra_query must be {form}, not {value!r:.40}")


def token_of(request: Any) -> str:
    """Return the token of a request; empty text if it has none."""
    authorization: str = request.headers.get("Authorization", "")
    return authorization.removeprefix("Bearer ")
