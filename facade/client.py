"""AssociationsClient and AsyncAssociationsClient: the door to everything, bound to one location."""

from __future__ import annotations

import os
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Self

from facade.pace import LocalPace, Pace
from facade.retry import RETRIES
from facade.tokens import Token, is_header_text, source_of
from facade.transport import AsyncTransport, Transport
from facade.wire import BASE_URL, TIMEOUT, VERSION, Observer, Wire
from generated_client import AuthenticatedClient

if TYPE_CHECKING:
    import httpx

    from facade.associations import Associations, AsyncAssociations
    from facade.relations import AsyncRelations, Relations


class _Bound:
    """What both clients are: generated code with our transport in it, bound to one location."""

    def __init__(self, api: AuthenticatedClient, wire: Wire) -> None:
        self.api = api
        self.location_id = wire.location_id
        self._retries = wire.retries
        self._made_here = True  # the connections, so that they are closed here too

    @classmethod
    def from_env(cls, **options: Any) -> Self:
        """Read HIGHLEVEL_TOKEN, HIGHLEVEL_LOCATION_ID and, if set, HIGHLEVEL_BASE_URL.

        `options` are those of the class and win. ValueError says which variable is missing.
        """
        return cls(**environment(options))

    def for_location(self, location_id: str) -> Self:
        """Give a client for another location, through these connections; closing it leaves them."""
        other = copy(self)
        for resource in ("associations", "relations"):
            other.__dict__.pop(resource, None)
        other.location_id = checked(location_id)
        other._made_here = False
        return other

    def __repr__(self) -> str:
        # One that could not be made is still shown in tracebacks.
        return f"{type(self).__name__}({getattr(self, 'location_id', None)!r})"


class AssociationsClient(_Bound):
    """Talk to HighLevel's Associations API for one location, blocking.

    `token` is a Private Integration token or an OAuth access token of the location, or a callable
    or TokenSource that is asked for each request. `version` is the API's Version, 2021-07-28 or v3.
    `timeout` is in seconds, for each part of a request, or an httpx.Timeout; the default is 10 to
    connect and 30 for the rest. A request is sent again up to `retries` times where that is safe.
    `pace` keeps under HighLevel's limit; None does not. `observe` is shown every exchange, as a
    facade.observe.Recorder is, which keeps its shape. `transport` and `http_client` are httpx's,
    to send through: for a proxy or TLS of your own, or a test; a client that you bring you close.
    `api` is the generated client, for what is not wrapped here.
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
        pace: Pace | Literal["local"] | None = "local",
        observe: Observer | None = None,
        transport: httpx.BaseTransport | None = None,
        http_client: httpx.Client | None = None,
    ) -> None:
        source = source_of(token)
        del token  # whoever prints our locals in a traceback must not print it
        wire = Wire(
            token=source,
            location_id=checked(location_id),
            base_url=base_url,
            version=version,
            timeout=timeout,
            retries=retries,
            pace=LocalPace() if pace == "local" else pace,
            observe=observe,
        )
        self._transport = Transport(wire, transport, http_client)
        api = AuthenticatedClient(base_url=wire.base_url, token="")
        super().__init__(api.set_httpx_client(self._transport), wire)

    # Generated operations are loaded when they are first used: importing facade stays quick.

    @cached_property
    def associations(self) -> Associations:
        """How two kinds of object relate."""
        from facade.associations import Associations

        return Associations(self.api, self.location_id, self._retries)

    @cached_property
    def relations(self) -> Relations:
        """Two records joined under an association."""
        from facade.relations import Relations

        return Relations(self.api, self.location_id, self._retries)

    def close(self) -> None:
        """Close the connections; clients made by for_location use them too."""
        if self._made_here:
            self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncAssociationsClient(_Bound):
    """Talk to HighLevel's Associations API for one location, async; as AssociationsClient does."""

    def __init__(
        self,
        token: Token,
        location_id: str,
        *,
        version: str = VERSION,
        base_url: str = BASE_URL,
        timeout: float | httpx.Timeout = TIMEOUT,
        retries: int = RETRIES,
        pace: Pace | Literal["local"] | None = "local",
        observe: Observer | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        source = source_of(token)
        del token  # whoever prints our locals in a traceback must not print it
        wire = Wire(
            token=source,
            location_id=checked(location_id),
            base_url=base_url,
            version=version,
            timeout=timeout,
            retries=retries,
            pace=LocalPace() if pace == "local" else pace,
            observe=observe,
        )
        self._transport = AsyncTransport(wire, transport, http_client)
        api = AuthenticatedClient(base_url=wire.base_url, token="")
        super().__init__(api.set_async_httpx_client(self._transport), wire)

    @cached_property
    def associations(self) -> AsyncAssociations:
        """How two kinds of object relate."""
        from facade.associations import AsyncAssociations

        return AsyncAssociations(self.api, self.location_id, self._retries)

    @cached_property
    def relations(self) -> AsyncRelations:
        """Two records joined under an association."""
        from facade.relations import AsyncRelations

        return AsyncRelations(self.api, self.location_id, self._retries)

    async def close(self) -> None:
        """Close the connections; clients made by for_location use them too."""
        if self._made_here:
            await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def checked(location_id: object) -> str:
    """Refuse what cannot be a location before anything is sent for it."""
    if not isinstance(location_id, str) or not location_id or not is_header_text(location_id):
        raise ValueError(f"location_id is the id of a sub-account, not {location_id!r}")
    return location_id


def environment(options: dict[str, Any]) -> dict[str, Any]:
    """Complete a client's options from the environment; what is given there already stays."""
    found = dict(options)
    for option, name in (("token", "HIGHLEVEL_TOKEN"), ("location_id", "HIGHLEVEL_LOCATION_ID")):
        if option not in found:
            if not os.environ.get(name):
                raise ValueError(f"the environment variable {name} is not set")
            found[option] = os.environ[name]
    if "base_url" not in found and os.environ.get("HIGHLEVEL_BASE_URL"):
        found["base_url"] = os.environ["HIGHLEVEL_BASE_URL"]
    return found
