"""Send paced and recorded requests through the facade's transport, without exposing the token."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import quote

from facade import APIConnectionError, APIStatusError, AssociationsClient, LocalPace
from facade._core.http import Transport
from facade._core.operations import OPERATIONS
from facade.observe import Recorder
from scripts.contract.errors import CannotRunError

_RETRIES = 2  # few, because a person waits
_CALLS = 80  # in ten seconds, of the allowed 100: leaves room for a running app


@dataclass(frozen=True)
class Target:
    """The API to probe: its address, a location and the location's token."""

    token: str = field(repr=False)
    location_id: str
    base_url: str
    transport: Transport | None = None  # for tests


@dataclass(frozen=True)
class Reply:
    """The response to a probe's request; the body is None if it is not JSON."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    def get(self, name: str) -> Any:
        """Return a field of the body; None if absent."""
        return self.body.get(name) if isinstance(self.body, dict) else None


class ProbeClient:
    """One client per Version; all share a pace and a recorder.

    A request without a Version uses the first one.
    """

    def __init__(self, target: Target, recorder: Recorder, versions: Sequence[str]) -> None:
        self.versions = tuple(versions)
        self.location_id = target.location_id
        self.sent = 0

        def client(
            version: str, pace: LocalPace | None, retries: int = _RETRIES
        ) -> AssociationsClient:
            return AssociationsClient(
                target.token,
                target.location_id,
                base_url=target.base_url,
                transport=target.transport,
                on_event=recorder,
                pace=pace,
                retries=retries,
                version=version,
            )

        pace = LocalPace(calls=_CALLS)
        self._clients = {version: client(version, pace) for version in self.versions}
        # No pace and no retries: this client is to exceed the rate limit.
        self._unlimited = client(self.versions[0], None, retries=0)

    def call(
        self,
        operation_id: str,
        argument: str = "",
        *,
        version: str | None = None,
        params: dict[str, Any] | None = None,
        json: Any = None,
    ) -> Reply:
        """Call an operation of the contract; `argument` is the path parameter."""
        operation = OPERATIONS[operation_id]
        path = re.sub(r"\{\w+\}", lambda _: quote(argument, safe=""), operation.path)
        return self.send(operation.method, path, version=version, params=params, json=json)

    def send(
        self,
        method: str,
        path: str,
        *,
        version: str | None = None,
        params: dict[str, Any] | None = None,
        json: Any = None,
        unlimited: bool = False,
    ) -> Reply:
        """Send one request and return the reply, whatever its status.

        Raises CannotRunError if there is no response.
        """
        self.sent += 1
        client = self._unlimited if unlimited else self._clients[version or self.versions[0]]
        http = client.api.get_httpx_client()
        try:
            response = http.request(method, path, params=params, json=json)
        except APIStatusError as error:
            body = None if isinstance(error.body, str) else error.body
            return Reply(error.status_code, body, dict(error.headers))
        except APIConnectionError as error:
            raise CannotRunError(f"no response: {type(error).__name__}; run it again") from error
        try:
            body = response.json()
        except ValueError:
            body = None
        return Reply(response.status_code, body, dict(response.headers))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for client in (*self._clients.values(), self._unlimited):
            client.close()
