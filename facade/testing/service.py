"""Responds to requests: faults, the rate limit, the operation, the trace id."""

import itertools
import threading
import uuid
from collections import deque
from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from typing import Any

from facade.testing import handlers
from facade.testing.accounts import Accounts
from facade.testing.arguments import AuthorizedRequest, match
from facade.testing.faults import ActiveFault, Fault
from facade.testing.limits import RateLimit
from facade.testing.messages import (
    DroppedConnectionError,
    Json,
    Ours,
    Received,
    Refusal,
    Request,
    Response,
    as_object,
    error_body,
    json_response,
    nested_error_body,
)
from facade.testing.oauth import SandboxOAuth
from facade.testing.variants import Variants

_MAX_RECEIVED = 10_000
# The only Version under which the operation that HighLevel does not publish was seen; that others
# do not have it is an assumption.
_UNPUBLISHED_VERSION = "2021-07-28"


class Service:
    """Responds to one request at a time; `received` has the last requests, oldest first."""

    def __init__(
        self,
        accounts: Accounts,
        oauth: SandboxOAuth,
        variants: Variants,
        limit: RateLimit | None,
        lock: threading.RLock,
    ) -> None:
        self.faults: list[ActiveFault] = []
        self.received: deque[Received] = deque(maxlen=_MAX_RECEIVED)
        self._accounts = accounts
        self._oauth = oauth
        self._variants = variants
        self._limit = limit
        self._lock = lock
        self._numbers = itertools.count(1)

    def exchange(self, request: Request) -> Generator[float, None, Response]:
        """Yield the seconds to wait, and return the response.

        The caller waits, so that no lock is held meanwhile. Raises DroppedConnectionError if there
        is no response.
        """
        received = _received(request)
        with self._lock:
            active = next((one for one in self.faults if one.applies_to(received)), None)
            fault = active.fault if active else Fault()
        if fault.wait_before:
            yield fault.wait_before
        with self._lock:
            response = self._respond(request, fault, received)
        if fault.wait_after:
            yield fault.wait_after
        return response

    def _respond(self, request: Request, fault: Fault, received: Received) -> Response:
        try:
            response = fault.instead() if fault.instead else self._work(request)
            if fault.afterwards:
                response = fault.afterwards(response)
        except DroppedConnectionError as dropped:
            if dropped.when != "connecting":
                self.received.append(received)
            raise
        self.received.append(replace(received, status=response.status))
        return response

    def _work(self, request: Request) -> Response:
        headers: Mapping[str, str] = {}
        body: handlers.Body
        name = ""
        try:
            if self._oauth.handles(request):
                status, body = self._oauth.respond(request)
            else:
                if self._limit is not None:
                    admitted, headers = self._limit.charge(self._charged_location(request))
                    if not admitted:
                        raise Refusal(429, Ours.LIMIT_REACHED)
                name, status, body = self._perform(request)
        except Refusal as refusal:
            name = refusal.name
            status = refusal.status
            body = self._error_body(request, status, refusal.message)
        if name in self._variants.answers:
            status, replacement = self._variants.answers[name]
            if replacement == "" or replacement is None:
                return Response(status, b"", headers)
            is_message = isinstance(replacement, str)
            body = self._error_body(request, status, replacement) if is_message else replacement
        if isinstance(body, dict):
            body = body | {"traceId": str(uuid.uuid5(uuid.NAMESPACE_OID, str(next(self._numbers))))}
        return json_response(status, body, headers)

    def _error_body(self, request: Request, status: int, message: str | list[str]) -> Json:
        is_nested = self._variants.error_body == "nested" and request.headers.get("version") == "v3"
        return (nested_error_body if is_nested else error_body)(status, message)

    def _perform(self, request: Request) -> tuple[str, int, handlers.Body]:
        """Return the id of the operation, the status and the body."""
        matched = match(request.method, request.path)
        version = request.headers.get("version")
        if matched is None or not (matched[0].is_published or version == _UNPUBLISHED_VERSION):
            raise Refusal(404, f"Cannot {request.method} {request.path}")
        operation, argument = matched
        token = self._accounts.authenticate(request.headers)
        self._accounts.check_version(request.headers)
        self._accounts.check_user_type(request.headers)
        if not all(map(token.has_scope, operation.scopes)):
            raise Refusal(401, "The token is not authorized for this scope.")
        handle: Callable[..., handlers.Body] | None = getattr(handlers, operation.id, None)
        if handle is None:
            raise Refusal(501, Ours.NO_HANDLER.format(operation.id))
        authorized = AuthorizedRequest(request, self._accounts, token, argument)
        return operation.id, operation.success[-1], handle(authorized, self._variants)

    def _charged_location(self, request: Request) -> str:
        """Return the location whose limit a request counts towards, even if it is refused.

        It is the location in the request, or that of the association in its path, or the first one
        of the token, or the first one of all.
        """
        locations = self._accounts.locations
        named = _named_location(request)
        if named in locations:
            return named
        try:
            token = self._accounts.authenticate(request.headers)
            matched = match(request.method, request.path)
            if matched and "{associationId}" in matched[0].path:
                return self._accounts.location_of_association(token, matched[1]).id
            return self._accounts.default_location(token).id
        except Refusal:
            return next(iter(locations))


def _named_location(request: Request) -> str:
    """Return the location id in a request, '' if it has none."""
    named = (as_object(_body_or_none(request)) or {}).get("locationId")
    values = request.query.get("locationId", [])
    return named if isinstance(named, str) else (values[0] if values else "")


def _body_or_none(request: Request) -> Any:
    try:
        return request.json
    except Refusal:
        return None


def _received(request: Request) -> Received:
    matched = match(request.method, request.path)
    return Received(
        method=request.method,
        path=request.path,
        query=request.query,
        # Token requests contain secrets.
        body=None if request.path.startswith("/oauth/") else _body_or_none(request),
        version=request.headers.get("version"),
        operation=matched[0].id if matched else None,
    )
