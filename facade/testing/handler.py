"""One request to one answer: the limit, the work, the refusal, the trace id."""

import itertools
import uuid
from collections.abc import Mapping
from typing import Any

from facade.testing.accounts import Accounts
from facade.testing.limits import RateLimit
from facade.testing.oauth import OAuthDesk
from facade.testing.operations import Answer, Shapes, perform
from facade.testing.routes import match
from facade.testing.wire import (
    Received,
    Refusal,
    Request,
    Response,
    as_object,
    error_body,
    json_response,
)


class Handler:
    """Answer requests one at a time; it knows neither threads nor connections."""

    def __init__(
        self, accounts: Accounts, shapes: Shapes, limit: RateLimit | None, oauth: OAuthDesk
    ) -> None:
        self._accounts = accounts
        self._shapes = shapes
        self._limit = limit
        self._oauth = oauth
        self._numbers = itertools.count(1)

    def answer(self, request: Request) -> Response:
        headers: Mapping[str, str] = {}
        admitted = True
        if self._limit is not None and not self._oauth.knows(request):
            admitted, headers = self._limit.charge(self._charged_location(request))
        status, body = self._work(request) if admitted else _refused(429, "The limit is reached.")
        if isinstance(body, dict):
            body = body | {"traceId": str(uuid.uuid5(uuid.NAMESPACE_OID, str(next(self._numbers))))}
        return json_response(status, body, headers)

    def _work(self, request: Request) -> Answer:
        try:
            if self._oauth.knows(request):
                return self._oauth.answer(request)
            return perform(request, self._accounts, self._shapes)
        except Refusal as refusal:
            return _refused(refusal.status, refusal.message)

    def _charged_location(self, request: Request) -> str:
        """Find the location whose budget a call spends, even one that will be refused.

        It is the location that the call names, else the one that holds the association in its
        path, else the token's own, else the first.
        """
        locations = self._accounts.locations
        named = _named_location(request)
        if named in locations:
            return named
        try:
            grant = self._accounts.grant_of(request.headers)
            matched = match(request.method, request.path)
            if matched and matched[0].path == "/associations/{}":
                return self._accounts.holding(grant, matched[1]).id
            return self._accounts.home(grant).id
        except Refusal:
            return next(iter(locations))


def _named_location(request: Request) -> str:
    """Read the location that a call names; '' when it names none."""
    named = (as_object(_body_or_none(request)) or {}).get("locationId")
    values = request.query.get("locationId", [])
    return named if isinstance(named, str) else (values[0] if values else "")


def _refused(status: int, message: str | list[str]) -> Answer:
    return status, error_body(status, message)


def _body_or_none(request: Request) -> Any:
    try:
        return request.json
    except Refusal:
        return None


def received(request: Request, status: int | None = None) -> Received:
    """Note what a test may ask about."""
    matched = match(request.method, request.path)
    return Received(
        method=request.method,
        path=request.path,
        query=request.query,
        body=_body_or_none(request),
        version=request.headers.get("version"),
        operation=matched[0].operation if matched else None,
        status=status,
    )
