"""Ask the API through the facade's own transport: paced, observed, the token in no one's sight."""

from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from facade import APIConnectionError, APIStatusError, AssociationsClient, LocalPace
from facade.observe import Recorder
from scripts.contract.errors import CannotRunError

VERSIONS = ("2021-07-28", "v3")
_RETRIES = 2  # a person is waiting
_CALLS = 80  # in ten seconds, of the 100 that are allowed: an app may be running


@dataclass(frozen=True)
class Target:
    """Whom to ask, and as whom."""

    token: str = field(repr=False)
    location_id: str
    base_url: str
    transport: httpx.BaseTransport | None = None  # for tests


@dataclass(frozen=True)
class Reply:
    """What came back: a body is None when it was not JSON."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def worked(self) -> bool:
        """Whether the status means success."""
        return 200 <= self.status < 300

    def get(self, name: str) -> Any:
        """Give a field of the body, None if there is none."""
        return self.body.get(name) if isinstance(self.body, dict) else None


class Asker:
    """One client for each Version; all share a pace and a recorder."""

    def __init__(self, target: Target, recorder: Recorder) -> None:
        self.location_id = target.location_id
        self.sent = 0
        pace = LocalPace(calls=_CALLS)
        self._clients = {
            version: AssociationsClient(
                target.token,
                target.location_id,
                version=version,
                base_url=target.base_url,
                pace=pace,
                retries=_RETRIES,
                observe=recorder,
                transport=target.transport,
            )
            for version in VERSIONS
        }
        # Refusals of the limit are what this one is for: it neither waits nor tries again.
        self._hasty = AssociationsClient(
            target.token,
            target.location_id,
            base_url=target.base_url,
            pace=None,
            retries=0,
            observe=recorder,
            transport=target.transport,
        )

    def ask(
        self,
        method: str,
        path: str,
        *,
        version: str = VERSIONS[0],
        params: dict[str, Any] | None = None,
        json: Any = None,
        hasty: bool = False,
    ) -> Reply:
        """Send one request; every status is a reply, no answer at all is the end."""
        self.sent += 1
        client = self._hasty if hasty else self._clients[version]
        http = client.api.get_httpx_client()
        try:
            answer = http.request(method, path, params=params, json=json)
        except APIStatusError as error:
            return Reply(error.status_code, error.body, dict(error.headers))
        except APIConnectionError as error:
            raise CannotRunError(f"no answer: {type(error).__name__}; run it again") from error
        try:
            return Reply(answer.status_code, answer.json(), dict(answer.headers))
        except ValueError:
            return Reply(answer.status_code, None, dict(answer.headers))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for client in (*self._clients.values(), self._hasty):
            client.close()


def segment(value: str) -> str:
    """Write an id or key as one part of a path."""
    return quote(value, safe="")
