"""The client: everything that an app uses starts here."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Literal, Self, Unpack

import httpx

from facade._async.transport import AsyncTransport
from facade._core.bounds import MAX_BODY
from facade._core.lazy import LazyResource
from facade._core.options import (
    BASE_URL,
    TIMEOUT,
    VERSION,
    ClientOptions,
    checked,
    location_mistake,
    mistake_in,
    with_environment,
)
from facade._core.retry import DEADLINE, RETRIES
from facade._core.tokens import Token, token_source
from facade.pace import Pace, local_pace
from generated_client import AuthenticatedClient

if TYPE_CHECKING:
    from facade._async.associations import AsyncAssociations
    from facade._async.relations import AsyncRelations
    from facade._core.events import OnEvent
    from facade._core.options import CommonArguments
    from facade.observe import Observer

    class AsyncClientArguments(CommonArguments, total=False):
        """The arguments of an AsyncAssociationsClient."""

        transport: httpx.AsyncBaseTransport | None
        http_client: httpx.AsyncClient | None


# Generated operations are loaded when they are first used: importing facade stays quick.


def _associations() -> type[AsyncAssociations]:
    from facade._async.associations import AsyncAssociations

    return AsyncAssociations


def _relations() -> type[AsyncRelations]:
    from facade._async.relations import AsyncRelations

    return AsyncRelations


def _transport_class(options: ClientOptions) -> type[AsyncTransport]:
    if options.on_event is None:
        return AsyncTransport
    from facade._async.reporting import AsyncReportingTransport

    return AsyncReportingTransport


class AsyncAssociationsClient:
    """A client for HighLevel's Associations API, bound to one location.

    - `token`: a Private Integration token or an OAuth access token of the location, or a callable
      or TokenSource that is asked for each request.
    - `location_id`: the id of the location (sub-account).
    - `version`: the API's Version, a date, or v and a number.
    - `base_url`: another address than HighLevel's.
    - `timeout`: in seconds, for each part of a request, or an httpx.Timeout; the default is 10 to
      connect and 30 for the rest.
    - `retries`: how often a request is sent again, at most, where that is safe.
    - `deadline`: seconds for a whole call, without its wait for the pace; None sets no bound.
    - `pace`: keeps the client under HighLevel's limit; `"local"` does so together with the other
      clients of this process for the same address, None does not.
    - `observe`: is shown every exchange, such as a facade.observe.Recorder, which keeps their
      shapes.
    - `on_event`: is called with what happens to each call, for metrics: see facade.observe.
    - `max_response_bytes`: a longer response is not read.
    - `transport`, `http_client`: httpx's, to send through: for a proxy or TLS of your own, or a
      test. An http_client stays yours to close.

    `api` is the generated client, for what is not wrapped here. ValueError or TypeError for an
    argument that cannot be.
    """

    def __init__(
        self,
        token: Token,
        location_id: str,
        *,
        version: str = VERSION,
        base_url: str = BASE_URL,
        timeout: float | httpx.Timeout = TIMEOUT,
        retries: int = RETRIES,
        deadline: float | None = DEADLINE,
        pace: Pace | Literal["local"] | None = "local",
        observe: Observer | None = None,
        on_event: OnEvent | None = None,
        max_response_bytes: int = MAX_BODY,
        transport: httpx.AsyncBaseTransport | None = None,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        mistake = mistake_in(token, location_id, base_url)
        source = None if mistake else token_source(token)
        del token  # a traceback that prints local variables must not print it
        if mistake or source is None:
            del location_id, base_url  # a secret in the wrong place is still one
            raise mistake or AssertionError
        given = ClientOptions(
            token=source,
            location_id=location_id,
            base_url=base_url,
            version=version,
            timeout=TIMEOUT,
            retries=retries,
            deadline=deadline,
            max_response_bytes=max_response_bytes,
            pace=local_pace(base_url, transport) if pace == "local" else pace,
            observe=observe,
            on_event=on_event,
        )
        del source  # its repr may show the token
        options = checked(given._replace(timeout=httpx.Timeout(timeout)))
        self.location_id = location_id
        self._options = options
        self._transport = _transport_class(options)(options, transport, http_client)
        self._owns_transport = True
        api = AuthenticatedClient(base_url=options.base_url, token="")
        self.api = api.set_async_httpx_client(self._transport)

    @classmethod
    def from_env(cls, **options: Unpack[AsyncClientArguments]) -> Self:
        """Make a client from HIGHLEVEL_TOKEN, HIGHLEVEL_LOCATION_ID and HIGHLEVEL_BASE_URL, if set.

        `options` are those of the class, and override it. ValueError names a missing variable.
        """
        return cls(**with_environment(options))

    def for_location(self, location_id: str) -> Self:
        """Return a client for another location that shares these connections.

        Closing it leaves them open.
        """
        mistake = location_mistake(location_id)
        if mistake:
            del location_id  # it may be a token
            raise mistake
        other = copy(self)
        for resource in ("associations", "relations"):
            other.__dict__.pop(resource, None)
        other.location_id = location_id
        other._owns_transport = False
        return other

    associations = LazyResource(_associations, "How two kinds of object relate.")
    relations = LazyResource(_relations, "Two records joined under an association.")

    async def close(self) -> None:
        """Close the connections; a client that for_location made leaves them open."""
        if self._owns_transport:
            await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        # A traceback also shows a client that could not be made.
        return f"{type(self).__name__}({getattr(self, 'location_id', None)!r})"
