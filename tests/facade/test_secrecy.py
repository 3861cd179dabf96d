"""No traceback with local variables shows a secret.

Those of requests and responses are looked through in every test: see the fixture `secrecy`.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from traceback import TracebackException
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from facade import AssociationsClient, AsyncAssociationsClient, ContractError
from facade.oauth import OAuth, SqliteTokenStore, TokenStoreError
from facade.redis import RedisPace, RedisReplayStore, RedisTokenStore

SECRET = "pit-0123-secret-4567"
TOKENS = {
    "access_token": SECRET,
    "refresh_token": f"{SECRET}-refresh",
    "expires_in": 86400,
    "userType": "Location",
    "locationId": "l",
    "companyId": "c",
}


def fail(*_: object) -> None:
    raise OSError("the disk is full")


FULL = SimpleNamespace(load=lambda key: None, save=fail, lock=lambda key: nullcontext())
# A token source whose repr shows the token.
SHOWING = SimpleNamespace(token=lambda _: SECRET, renew=lambda *_: False, shown=SECRET)


def truncated() -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "tokens.db")
        store = SqliteTokenStore(path)
        with closing(sqlite3.connect(path)) as database, database:
            grant = f'{{"a": "{SECRET}'
            database.execute("INSERT INTO grants VALUES ('app:location:l', ?)", (grant,))
        OAuth("app", SECRET, store=store).token("l")


def elsewhere(location_id: str) -> None:
    with AssociationsClient("t", "l") as client:
        client.for_location(location_id)


def exchanged(store: Any = None, **body: Any) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, **body))
    options = {"transport": transport, "redirect_uri": "https://a.test", "store": store}
    OAuth("app", SECRET, **options).exchange(f"{SECRET}-code", unsolicited=True)


new = partial(partial, AssociationsClient)
AT_REDIS = f"redis://:{SECRET}@127.0.0.1:"
REDIS: tuple[type, ...] = (RedisTokenStore, RedisPace, RedisReplayStore)
FAILURES: dict[str, tuple[type[Exception], Callable[[], object]]] = {
    "a bad option": (ValueError, new(SECRET, "loc", retries=-1)),
    "a timeout that is none": (TypeError, new(SECRET, "loc", timeout="soon")),
    "a bad option beside a source": (ValueError, new(SHOWING, "loc", retries=-1)),
    "an unknown option": (TypeError, new(SECRET, "loc", retry=1)),
    "a token of bytes": (TypeError, new(SECRET.encode(), "loc")),
    "a token with a line end": (ValueError, new(f"{SECRET}\n", "loc")),
    "swapped arguments": (ValueError, new("location", SECRET)),
    "a token as another location": (ValueError, lambda: elsewhere(SECRET)),
    **{
        f"a token in {url}": (ValueError, new("t", "l", base_url=url.format(SECRET)))
        for url in ("https://{}@a.test", "https://a?t={}", "https://a:{}", "{}")
    },
    "no grant": (ContractError, lambda: exchanged(text=f"not json {SECRET}")),
    "a store that is full": (OSError, lambda: exchanged(json=TOKENS, store=FULL)),
    "a truncated grant in a store": (TokenStoreError, truncated),
    "an environment without a location": (ValueError, AssociationsClient.from_env),
    "Redis": (TokenStoreError, lambda: RedisTokenStore(f"{AT_REDIS}1", app="app").load("k")),
    **{
        f"a bad URL of {kind.__name__}": (ValueError, partial(kind, f"{AT_REDIS}port", app="app"))
        for kind in REDIS
    },
}


def seen_in(error: TracebackException | None) -> Iterator[str]:
    """Yield what a traceback and those that it is chained to print, with local variables."""
    if error is None:
        return
    yield str(error)
    for frame in error.stack:
        if "/tests/" not in frame.filename:  # this file has the secret by intention
            yield from (frame.locals or {}).values()
    yield from seen_in(error.__cause__)
    yield from seen_in(error.__context__)


@pytest.mark.parametrize(("kind", "failure"), FAILURES.values(), ids=FAILURES)
def test_a_traceback_with_local_variables_shows_no_secret(
    kind: type[Exception], failure: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIGHLEVEL_TOKEN", SECRET)
    monkeypatch.delenv("HIGHLEVEL_LOCATION_ID", raising=False)
    with pytest.raises(kind) as raised:
        failure()
    shown = TracebackException.from_exception(raised.value, capture_locals=True)
    assert [text for text in seen_in(shown) if SECRET in text] == []


def parts_of(whole: object) -> Iterator[object]:
    """Yield the facade's own objects that a client consists of."""
    pending, seen = [whole], set[int]()
    while pending:
        one = pending.pop()
        if id(one) in seen or not type(one).__module__.startswith("facade."):
            continue
        seen.add(id(one))
        yield one
        pending += one if isinstance(one, tuple) else [*getattr(one, "__dict__", {}).values()]


@pytest.mark.parametrize("kind", [AssociationsClient, AsyncAssociationsClient])
def test_no_attribute_of_a_part_of_a_client_is_the_token(kind: Any) -> None:
    client = kind(SECRET, "loc")
    parts = list(parts_of(client))
    assert len(parts) > 3
    for part in parts:
        assert SECRET not in repr(part) + repr(getattr(part, "__dict__", ""))
