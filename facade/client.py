"""AssociationsClient and AsyncAssociationsClient: the door to everything, bound to one location."""

from __future__ import annotations

import os
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from facade.transport import BASE_URL, TIMEOUT, VERSION, AsyncTransport, Transport, Wire
from generated_client import AuthenticatedClient

if TYPE_CHECKING:
    import httpx

    from facade.associations import Associations, AsyncAssociations
    from facade.relations import AsyncRelations, Relations


class _Bound:
    """What both clients are: generated code with our transport in it, bound to one location."""

    def __init__(self, api: AuthenticatedClient, location_id: object) -> None:
        if not isinstance(location_id, str) or not location_id.strip():
            raise ValueError(f"location_id is the id of a sub-account, not {location_id!r}")
        self.api = api
        self.location_id = location_id

    @classmethod
    def from_env(cls, **options: Any) -> Self:
        """Read HIGHLEVEL_TOKEN, HIGHLEVEL_LOCATION_ID and, if set, HIGHLEVEL_BASE_URL.

        `options` are those of the class and win. ValueError says which variable is missing.
        """
        return cls(**environment(options))

    def for_location(self, location_id: str) -> Self:
        """Give a client for another location that shares this one's connections."""
        other = copy(self)
        for resource in ("associations", "relations"):
            other.__dict__.pop(resource, None)
        _Bound.__init__(other, self.api, location_id)
        return other

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.location_id!r})"


class AssociationsClient(_Bound):
    """Talk to HighLevel's Associations API for one location, blocking.

    `token` is a Private Integration token or an OAuth access token of the location. `version` is
    the API's Version, 2021-07-28 or v3. `timeout` is in seconds, for each of the parts of a
    request, or an httpx.Timeout; the default is 10 to connect and 30 for the rest. `transport` is
    an httpx transport to send through, such as a proxy's or a test's. `api` is the generated
    client, for what is not wrapped here.
    """

    def __init__(
        self,
        token: str,
        location_id: str,
        *,
        version: str = VERSION,
        base_url: str = BASE_URL,
        timeout: float | httpx.Timeout = TIMEOUT,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        wire = Wire(token=token, base_url=base_url, version=version, timeout=timeout)
        self._transport = Transport(wire, transport)
        api = AuthenticatedClient(base_url=wire.base_url, token="")
        super().__init__(api.set_httpx_client(self._transport), location_id)

    # Generated operations are loaded when they are first used: importing facade stays quick.

    @cached_property
    def associations(self) -> Associations:
        """How two kinds of object relate."""
        from facade.associations import Associations

        return Associations(self.api, self.location_id)

    @cached_property
    def relations(self) -> Relations:
        """Two records joined under an association."""
        from facade.relations import Relations

        return Relations(self.api, self.location_id)

    def close(self) -> None:
        """Close the connections, also those of clients made by for_location."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncAssociationsClient(_Bound):
    """Talk to HighLevel's Associations API for one location, async; as AssociationsClient does."""

    def __init__(
        self,
        token: str,
        location_id: str,
        *,
        version: str = VERSION,
        base_url: str = BASE_URL,
        timeout: float | httpx.Timeout = TIMEOUT,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        wire = Wire(token=token, base_url=base_url, version=version, timeout=timeout)
        self._transport = AsyncTransport(wire, transport)
        api = AuthenticatedClient(base_url=wire.base_url, token="")
        super().__init__(api.set_async_httpx_client(self._transport), location_id)

    @cached_property
    def associations(self) -> AsyncAssociations:
        """How two kinds of object relate."""
        from facade.associations import AsyncAssociations

        return AsyncAssociations(self.api, self.location_id)

    @cached_property
    def relations(self) -> AsyncRelations:
        """Two records joined under an association."""
        from facade.relations import AsyncRelations

        return AsyncRelations(self.api, self.location_id)

    async def close(self) -> None:
        """Close the connections, also those of clients made by for_location."""
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


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
