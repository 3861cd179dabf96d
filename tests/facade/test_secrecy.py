"""No traceback with local variables shows a secret, whatever went wrong."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from traceback import TracebackException
from typing import Any

import httpx
import pytest

from facade import AssociationsClient
from facade.oauth import Grant, OAuth, SqliteTokenStore
from facade.redis import RedisPace, RedisReplayStore, RedisTokenStore
from facade.testing import Sandbox

SECRET = "pit-0123-secret-4567"
TOKENS = {
    "access_token": SECRET,
    "refresh_token": f"{SECRET}-refresh",
    "expires_in": 86400,
    "userType": "Location",
    "locationId": "l",
    "companyId": "c",
}


class FullStore:
    """A store that cannot save."""

    def load(self, key: str, /) -> Grant | None:
        return None

    def save(self, key: str, grant: Grant, /) -> None:
        raise OSError("the disk is full")

    def lock(self, key: str, /) -> AbstractContextManager[None]:
        return nullcontext()


def answering(status: int, text: str) -> httpx.MockTransport:
    return httpx.MockTransport(lambda request: httpx.Response(status, text=text))


def listed(*arguments: Any, **options: Any) -> None:
    with AssociationsClient(*arguments, retries=0, **options) as client:
        client.associations.list()


def elsewhere(location_id: str) -> None:
    with AssociationsClient("t", "l") as client:
        client.for_location(location_id)


def exchanged(transport: httpx.MockTransport, **options: Any) -> None:
    app = OAuth("app", SECRET, transport=transport, redirect_uri="https://a.test", **options)
    app.exchange(f"{SECRET}-code", unsolicited=True)


def truncated_grant(folder: Path) -> None:
    store = SqliteTokenStore(folder / "tokens.db")
    database = sqlite3.connect(folder / "tokens.db")
    database.execute("INSERT INTO grants VALUES ('app:location:l', ?)", (f'{{"a": "{SECRET}',))
    database.commit()
    database.close()
    OAuth("app", SECRET, store=store).token("l")


echo = httpx.MockTransport(
    lambda request: httpx.Response(200, text=f"you sent {request.headers['authorization']}")
)
new_grant = httpx.MockTransport(lambda request: httpx.Response(200, json=TOKENS))

FAILURES: dict[str, Callable[[], object]] = {
    "a bad option": lambda: AssociationsClient(SECRET, "loc", retries=-1),
    "a timeout that is none": lambda: AssociationsClient(SECRET, "loc", timeout="soon"),  # type: ignore[arg-type]
    "an unknown option": lambda: AssociationsClient(SECRET, "loc", retry=1),  # type: ignore[call-arg]
    "a token of bytes": lambda: AssociationsClient(SECRET.encode(), "loc"),  # type: ignore[arg-type]
    "a token with a line end": lambda: AssociationsClient(f"{SECRET}\n", "loc"),
    "swapped arguments": lambda: AssociationsClient("location", SECRET),
    "swapped and spaced": lambda: AssociationsClient("location", f"{SECRET} "),
    "a token as another location": lambda: elsewhere(SECRET),
    "a token as user": lambda: AssociationsClient("t", "l", base_url=f"https://{SECRET}@a.test"),
    "a token in the query": lambda: AssociationsClient("t", "l", base_url=f"https://a?t={SECRET}"),
    "a token as address": lambda: AssociationsClient("t", "l", base_url=SECRET),
    "a token as port": lambda: AssociationsClient("t", "l", base_url=f"https://a:{SECRET}"),
    "a refused token": lambda: listed(SECRET, "loc", transport=Sandbox().transport()),
    "no connection": lambda: listed(SECRET, "loc", base_url="http://127.0.0.1:1"),
    "a callable's bytes": lambda: listed(SECRET.encode, "loc"),
    "an echo": lambda: listed(SECRET, "loc", transport=echo),
    "a refused code": lambda: exchanged(answering(401, f'{{"error": "{SECRET}-code"}}')),
    "no grant": lambda: exchanged(answering(200, f"not json {SECRET}")),
    "a store that is full": lambda: exchanged(new_grant, store=FullStore()),
    "tokens in Redis": lambda: RedisTokenStore(f"redis://:{SECRET}@127.0.0.1:1").load("k"),
    "a bad URL of tokens": lambda: RedisTokenStore(f"redis://:{SECRET}@127.0.0.1:port"),
    "a bad URL of a pace": lambda: RedisPace(f"redis://:{SECRET}@127.0.0.1:port", app="a"),
    "a bad URL of webhooks": lambda: RedisReplayStore(f"redis://:{SECRET}@127.0.0.1:port"),
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


def require_secrecy(failure: Callable[[], object]) -> None:
    with pytest.raises(Exception) as raised:  # noqa: PT011 - any of them
        failure()
    shown = TracebackException.from_exception(raised.value, capture_locals=True)
    assert [text for text in seen_in(shown) if SECRET in text] == []


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_a_traceback_with_local_variables_shows_no_secret(failure: Callable[[], object]) -> None:
    require_secrecy(failure)


def test_a_truncated_grant_in_a_store_is_not_shown(tmp_path: Path) -> None:
    require_secrecy(lambda: truncated_grant(tmp_path))


def test_an_environment_without_a_location_does_not_show_the_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HIGHLEVEL_TOKEN", SECRET)
    monkeypatch.delenv("HIGHLEVEL_LOCATION_ID", raising=False)
    require_secrecy(AssociationsClient.from_env)
