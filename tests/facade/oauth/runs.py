"""Helpers for the tests of OAuth: the stores, expired installations."""

import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import get_args

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
