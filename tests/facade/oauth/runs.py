"""Helpers for the tests of OAuth: the stores, expired installations, processes that use tokens."""

import subprocess
import sys
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, get_args

from attrs import evolve

from facade.oauth import Grant, OAuth, SqliteTokenStore, TokenStore
from facade.redis import RedisTokenStore
from facade.testing import Sandbox
from facade.testing.oauth import RefusalWording

ROOT = Path(__file__).parents[3]
APP = ("sandbox-app", "sandbox-secret")
KEY = "sandbox-app:location:sandbox-location"
DAY = 86_399  # seconds that a token lives
WORDINGS: tuple[RefusalWording, ...] = get_args(RefusalWording)
# The stores that processes share, each opened at a place: a path, or the URL of a Redis.
SHARED: dict[str, Callable[..., TokenStore]] = {
    "sqlite": SqliteTokenStore,
    "redis": partial(RedisTokenStore, app="app"),
}
# With these options, the next process waits only so long for the lock of a dead one.
WITH_A_SHORT_LEASE = {"sqlite": {}, "redis": {"lease": 0.5}}
GRANT = Grant(
    access_token="access-secret",
    refresh_token="refresh-secret",
    issued_at=1.5,
    renew_at=2.5,
    expires_at=3.5,
    user_type="Location",
    location_id="l1",
    company_id="c1",
    user_id="u1",
    scope="a b",
)


def token_requests(sandbox: Sandbox) -> list[str]:
    """List the paths of the requests for tokens."""
    return [one.path for one in sandbox.requests if one.path.startswith("/oauth/")]


def install(sandbox: Sandbox, store: TokenStore, location_id: str) -> None:
    """Install the app for a new location; its token expires one second after the epoch."""
    sandbox.add_location(location_id)
    oauth = OAuth(*APP, store=store, transport=sandbox.transport())
    grant = oauth.exchange(sandbox.oauth.install(location_id=location_id), unsolicited=True)
    expired = evolve(grant, issued_at=0.0, renew_at=1.0, expires_at=1.0)
    store.save(f"sandbox-app:location:{location_id}", expired)


def new_location() -> str:
    return f"loc{uuid.uuid4().hex[:12]}"


class Worker:
    """A process of tests.facade.oauth.worker, which is killed at the end."""

    def __init__(self, url: str, kind: str, place: str, threads: int, point: str = "") -> None:
        given = [url, kind, place, str(threads), point]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.facade.oauth.worker", *given],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def send(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def receive(self) -> str:
        """Wait for a line; empty if the process was killed, an error if it failed."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        if not line and self.process.wait() != -9:
            raise RuntimeError(self.process.communicate()[1])
        return line

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.communicate()
