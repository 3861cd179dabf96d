"""The client, which gives access to all operations."""

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


# Generated operations are loaded on first use, so that importing facade is fast.


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
      or TokenSource that is called for each request.
    - `location_id`: the id of the location (sub-account).
    - `version`: the API's Version, a date, or v and a number.
    - `base_url`: the URL of another server.
    - `timeout`: in seconds, for each part of a request, or an httpx.Timeout; the default is 10 to
      connect and 30 for the rest.
    - `retries`: the maximum number of retries of a request, where that is safe.
    - `deadline`: seconds for a whole call, without its wait for the pace; None for no limit.
    - `pace`: the rate limiter; `"local"` is shared by the clients of this process with the same
      `base_url`, None is no limit.
    - `observe`: receives every exchange, such as a facade.observe.Recorder, which records shapes.
    - `on_event`: is called with the events of each call, for metrics: see facade.observe.
    - `max_response_bytes`: a longer response raises ResponseTooLargeError.
    - `transport`, `http_client`: an httpx transport or client, for a proxy, TLS settings or tests.
      Close an http_client yourself.

    `api` is the generated client, for operations that are not wrapped here. Raises ValueError or
    TypeError for an invalid argument.
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
            del location_id, base_url  # either may be a misplaced secret
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
        """Create a client from HIGHLEVEL_TOKEN, HIGHLEVEL_LOCATION_ID and HIGHLEVEL_BASE_URL.

        The last one is optional. `options` are arguments of the class, and override the variables.
        Raises ValueError for a missing variable.
        """
        return cls(**with_environment(options))

    def for_location(self, location_id: str) -> Self:
        """Return a client for another location that shares these connections.

        Closing it does not close them.
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

    associations = LazyResource(_associations, "Associations between two kinds of object.")
    relations = LazyResource(_relations, "Relations between two records under an association.")

    async def close(self) -> None:
        """Close the connections, except those of a client that for_location returned."""
        if self._owns_transport:
            await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        # getattr, because a traceback may show a client whose creation failed.
        return f"{type(self).__name__}({getattr(self, 'location_id', None)!r})"
