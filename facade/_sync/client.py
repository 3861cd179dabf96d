# Generated from facade/_async/client.py by `make generate`: edit that file instead.
"""The client, which gives access to all operations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Self, TypedDict, Unpack

from facade._core.call_options import (
    CallSettings,
    NoOthers,
    client_settings,
    refuse_others,
)
from facade._core.client_options import (
    BASE_URL,
    NO_LOCATION,
    TIMEOUT,
    VERSION,
    ClientOptions,
    location_mistake,
    mistake_in,
    with_environment,
)
from facade._core.http import HTTPClient, TimeoutParts, Transport, check_senders
from facade._core.lazy import LazyResource
from facade._core.reading import MAX_BODY
from facade._core.retry import DEADLINE, MAX_BACKOFF, RETRIES
from facade._core.tokens import Token, token_source
from facade.pace import Pace, local_pace
from facade.rate_limits import RateLimits, rate_limit_of

from facade._sync.pipeline import Pipeline

if TYPE_CHECKING:
    from facade._core.events import OnEvent

    from facade._sync.associations import Associations
    from facade._sync.relations import Relations
    from generated_client import AuthenticatedClient
else:  # for typing.get_type_hints: most apps do not load them all
    OnEvent, AuthenticatedClient = Callable[..., object], object
    Associations = Relations = object


class ClientArguments(TypedDict, total=False):
    """The arguments of an AsyncAssociationsClient, whose docstring describes them."""

    token: Token
    location_id: str
    version: str
    base_url: str
    timeout: float | TimeoutParts
    retries: int
    deadline: float | None
    max_backoff: float
    pace: Pace | Literal["local"] | None
    on_event: OnEvent | Sequence[OnEvent] | None
    max_response_bytes: int
    transport: Transport | None
    http_client: HTTPClient | None


class AssociationsClient:
    """A client for HighLevel's Associations API, for one location or for many.

    - `token`: a Private Integration token or an OAuth access token of the location, or a callable
      or TokenSource that is called for each request.
    - `location_id`: the id of the location (sub-account); without it, only the clients that
      `for_location` returns make calls.
    - `version`: the API's Version: a date, v and a number, or legacy.
    - `base_url`: the URL of another server.
    - `timeout`: in seconds, for each part of a request, or an httpx.Timeout; the default is 10 to
      connect and 30 for the rest.
    - `retries`: the maximum number of retries of a call, where that is safe.
    - `deadline`: seconds for a whole call, without its wait for the pace; None for no limit.
    - `max_backoff`: the longest wait before a retry, in seconds, unless the server asks for a
      longer one. A job that must survive an outage sets 20 or more, and a longer deadline.
    - `pace`: the rate limiter; `"local"` is shared by the clients of this process with the same
      `base_url`, None is no limit.
    - `on_event`: is called with the events of each call, for metrics, or several that are: see
      facade.observe.
    - `max_response_bytes`: a longer response raises ResponseTooLargeError.
    - `transport`, `http_client`: a transport or client of httpx or httpx2, for a proxy, TLS
      settings or tests. Close an http_client yourself.

    `api` is the generated client, for operations that are not wrapped here. Raises ValueError or
    TypeError for an invalid argument.
    """

    def __init__(
        self,
        token: Token,
        location_id: str = NO_LOCATION,
        *,
        version: str = VERSION,
        base_url: str = BASE_URL,
        timeout: float | TimeoutParts = TIMEOUT,
        retries: int = RETRIES,
        deadline: float | None = DEADLINE,
        max_backoff: float = MAX_BACKOFF,
        pace: Pace | Literal["local"] | None = "local",
        on_event: OnEvent | Sequence[OnEvent] | None = None,
        max_response_bytes: int = MAX_BODY,
        transport: Transport | None = None,
        http_client: HTTPClient | None = None,
        **others: Unpack[NoOthers],
    ) -> None:
        mistake = mistake_in(token, location_id, base_url)
        source = mistake or token_source(token)
        del token  # a traceback that prints local variables must not print it
        if isinstance(source, Exception):
            del location_id, base_url  # either may be a misplaced secret
            raise source
        refuse_others(others, ClientArguments.__annotations__)
        pace = local_pace(base_url, transport) if pace == "local" else pace
        given = ClientOptions(
            source, base_url, version, pace, on_event, max_response_bytes, transport, http_client
        )
        del source  # its repr may show the token
        options = {"timeout": timeout, "retries": retries, "max_backoff": max_backoff}
        settings = CallSettings({}, RETRIES, MAX_BACKOFF)
        self._settings = client_settings(settings, **options, default_deadline=deadline)
        check_senders(transport, http_client)
        self.location_id = location_id
        self._pipeline = Pipeline(given)
        self._owns_connections = True

    @classmethod
    def from_env(cls, **options: Unpack[ClientArguments]) -> Self:
        """Create a client from HIGHLEVEL_TOKEN and HIGHLEVEL_LOCATION_ID.

        HIGHLEVEL_BASE_URL and HIGHLEVEL_VERSION are optional. `options` are arguments of the class,
        and override the variables. Raises ValueError for a missing variable.
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
        other = self._copy()
        other.location_id = location_id
        return other

    def with_options(
        self,
        *,
        timeout: float | TimeoutParts | None = None,
        retries: int | None = None,
        deadline: float | None = None,
        max_backoff: float | None = None,
    ) -> Self:
        """Return a client with other defaults for its calls, which shares these connections.

        What is not given stays. Closing it does not close the connections.
        """
        options = {"timeout": timeout, "retries": retries, "max_backoff": max_backoff}
        options["default_deadline"] = deadline
        given = {name: value for name, value in options.items() if value is not None}
        other = self._copy()
        other._settings = client_settings(self._settings, **given)
        return other

    def _copy(self) -> Self:
        other = copy(self)
        for made in ("associations", "relations", "api"):
            other.__dict__.pop(made, None)
        other._owns_connections = False
        return other

    @cached_property
    def api(self) -> AuthenticatedClient:
        """The generated client, for operations that are not wrapped here."""
        from facade._sync.api import APIClient  # here, because most apps do not use it
        from generated_client import AuthenticatedClient

        http_client = APIClient(self._pipeline, self.location_id, self._settings)
        # The pipeline has a token of its own.
        api = AuthenticatedClient(base_url=self._pipeline.base_url, token="")
        return api.set_httpx_client(http_client)

    @property
    def rate_limit(self) -> RateLimits | None:
        """What is left of HighLevel's limits after the last response; None before the first one."""
        headers = self._pipeline.limits.get(self.location_id)
        return None if headers is None else rate_limit_of(headers)

    associations: LazyResource[Associations] = LazyResource("Associations")
    relations: LazyResource[Relations] = LazyResource("Relations")

    def close(self) -> None:
        """Close the connections, except those of a client that for_location returned."""
        if self._owns_connections:
            self._pipeline.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        # getattr, because a traceback may show a client whose creation failed.
        return f"{type(self).__name__}({getattr(self, 'location_id', None)!r})"
