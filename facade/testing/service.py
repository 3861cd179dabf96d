"""Responds to requests: faults, the rate limit, the operation, the trace id."""

import itertools
import threading
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from types import SimpleNamespace

from facade._core.routes import Route, route_of
from facade.testing import handlers
from facade.testing.accounts import Accounts
from facade.testing.arguments import AuthorizedRequest
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
    Steps,
    error_body,
    json_response,
)
from facade.testing.oauth import SandboxOAuth

_MAX_RECEIVED = 10_000
# The only Version under which the operation that HighLevel does not publish was seen; that others
# do not have it is an assumption.
_UNPUBLISHED_VERSION = "2021-07-28"


@dataclass(eq=False)
class Service:
    """Responds to one request at a time; `received` has the last requests, oldest first."""

    accounts: Accounts
    oauth: SandboxOAuth
    variants: SimpleNamespace
    limit: RateLimit | None
    lock: threading.RLock

    def __post_init__(self) -> None:
        self.faults: list[ActiveFault] = []
        self.received: deque[Received] = deque(maxlen=_MAX_RECEIVED)
        self._numbers = itertools.count()

    def exchange(self, request: Request) -> Steps:
        """Yield the seconds to wait, and at last the response.

        The caller waits, so that no lock is held meanwhile. Raises DroppedConnectionError if there
        is no response.
        """
        route, body = route_of(request.path, request.method), None
        if not request.path.startswith("/oauth/"):  # token requests contain secrets
            with suppress(Refusal):
                body = request.json
        received = Received(
            method=request.method,
            path=request.path,
            query=request.query,
            body=body,
            version=request.headers.get("version"),
            operation=route[0].id if route else None,
        )
        with self.lock:
            active = next((one for one in self.faults if one.applies_to(received)), None)
            fault = active.fault if active else Fault()
        if fault.wait_before:
            yield fault.wait_before
        with self.lock:
            try:
                response = fault.instead() if fault.instead else self._work(request, route)
                if fault.afterwards:
                    response = fault.afterwards(response)
            except DroppedConnectionError as dropped:
                if dropped.when != "connecting":
                    self.received.append(received)
                raise
            self.received.append(replace(received, status=response.status))
        yield fault.wait_after
        yield response

    def _work(self, request: Request, route: Route | None) -> Response:
        def error(status: int, message: str | list[str]) -> Json:
            is_v3 = request.headers.get("version") == "v3"
            is_nested = is_v3 and self.variants.error_body == "nested"
            return error_body(status, message, is_nested=is_nested)

        headers: Mapping[str, str] = {}
        body: handlers.Body
        name = ""
        try:
            if self.oauth.handles(request):
                status, body = self.oauth.respond(request)
            else:
                if self.limit is not None:
                    admitted, headers = self.limit.charge(self._charged_location(request, route))
                    if not admitted:
                        raise Refusal(429, Ours.LIMIT_REACHED)
                name, status, body = self._perform(request, route)
        except Refusal as refusal:
            name, status = refusal.name, refusal.status
            body = refusal.body or error(status, refusal.message)
        if name in self.variants.answers:
            status, answer = self.variants.answers[name]
            if answer == "" or answer is None:
                return Response(status, b"", headers)
            body = error(status, answer) if isinstance(answer, str) else answer
        if isinstance(body, dict):
            body = body | {"traceId": str(uuid.uuid5(uuid.NAMESPACE_OID, str(next(self._numbers))))}
        return json_response(status, body, headers)

    def _perform(self, request: Request, route: Route | None) -> tuple[str, int, handlers.Body]:
        """Return the id of the operation, the status and the body."""
        version = request.headers.get("version")
        if route is None or not (route[0].is_published or version == _UNPUBLISHED_VERSION):
            raise Refusal(404, f"Cannot {request.method} {request.path}")
        operation = route[0]
        token = self.accounts.authorize(request.headers, operation.scopes)
        handle: Callable[..., handlers.Body] = getattr(handlers, operation.id)
        authorized = AuthorizedRequest(request, self.accounts, token, *route)
        return operation.id, operation.success[-1], handle(authorized, self.variants)

    def _charged_location(self, request: Request, route: Route | None) -> str:
        """Return the location whose limit a request counts towards, even if it is refused.

        It is that of the request, or else the first one of the token, or of all.
        """
        try:
            token = self.accounts.authenticate(request.headers)
            with suppress(Refusal):
                if route:
                    return AuthorizedRequest(request, self.accounts, token, *route).location.id
            return self.accounts.default_location(token).id
        except Refusal:
            return next(iter(self.accounts.locations))
