"""What the tests of OAuth share: an app and its location, a grant, the stores of processes."""

import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from facade.oauth import Grant, MemoryTokenStore, OAuth, SqliteTokenStore, TokenStore
from facade.oauth.grant import token_digest
from facade.redis import RedisTokenStore

ROOT = Path(__file__).parents[3]
APP = ("sandbox-app", "sandbox-secret")
LOCATION, COMPANY = "sandbox-location", "sandbox-company"
KEY = "sandbox-app:location:sandbox-location"
DAY = 86_399  # seconds that a token lives
# The stores that processes share, each opened at a place: a path, or the URL of a Redis.
SHARED: dict[str, Callable[..., TokenStore]] = {
    "sqlite": SqliteTokenStore,
    "redis": partial(RedisTokenStore, app="app"),
}
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


AGENCY: dict[str, Any] = {"user_type": "Company", "location_id": ""}


class OldStore:
    """A store with the methods of TokenStore only."""

    def __init__(self) -> None:
        store = MemoryTokenStore()
        self.load, self.save, self.lock = store.load, store.save, store.lock


def new_location() -> str:
    return f"loc{uuid.uuid4().hex[:12]}"


# Here, because a process that is started for it imports its module, too.
def digest_of(url: str, kind: str, place: str, location_id: str) -> str:
    """Return the digest of a token that a new process finds or renews."""
    oauth = OAuth(*APP, store=SHARED[kind](place), base_url=url)
    return token_digest(oauth.token(location_id))
