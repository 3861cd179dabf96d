"""A process that uses tokens, for tests of several: it does what the lines on its input say.

`token LOCATION` makes a new OAuth and prints the digests of the token that each of its threads
got. With a fifth argument the process dies at that point of its next renewal, as by kill -9.
"""

import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Never

import httpx

from facade import AssociationsClient
from facade.oauth import Grant, OAuth, SqliteTokenStore, TokenStore
from facade.oauth.grant import digest_of
from facade.redis import RedisTokenStore

LEASE = 0.5  # seconds, of the Redis lock of one that will die: what the next has to wait


def store_at(where: str, point: str) -> TokenStore:
    if not where.startswith("redis:"):
        return SqliteTokenStore(where)
    return RedisTokenStore(where, lease=LEASE) if point else RedisTokenStore(where)


def die() -> Never:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


class DyingStore:
    """A store whose process dies at a point."""

    def __init__(self, inner: TokenStore, point: str) -> None:
        self._inner = inner
        self._point = point

    def load(self, key: str, /) -> Grant | None:
        self._reach("before reading")
        found = self._inner.load(key)
        self._reach("after reading")
        return found

    def save(self, key: str, grant: Grant, /) -> None:
        self._reach("before saving")
        if self._point.startswith("saving, "):
            self._die_inside(int(self._point.split()[-1]))
        self._inner.save(key, grant)
        self._reach("after saving")

    @contextmanager
    def lock(self, key: str, /) -> Generator[None]:
        self._reach("before the lock")
        with self._inner.lock(key):
            self._reach("with the lock")
            yield
            self._reach("before letting go")
        self._reach("after letting go")

    def _reach(self, point: str) -> None:
        if point == self._point:
            die()

    def _die_inside(self, step: int) -> None:
        """Die within SQLite's own work, after so many steps of its machine."""
        connect, count = sqlite3.connect, iter(range(1, step + 1))

        def connect_to_die(*args: Any, **options: Any) -> sqlite3.Connection:
            made: sqlite3.Connection = connect(*args, **options)
            made.set_progress_handler(lambda: 0 if next(count, None) else die(), 1)
            return made

        sqlite3.connect = connect_to_die  # type: ignore[assignment]


class DyingTransport(httpx.HTTPTransport):
    """A transport whose process dies around a token operation."""

    def __init__(self, point: str) -> None:
        super().__init__()
        self._point = point

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._point == "before asking":
            die()
        response = super().handle_request(request)
        if self._point == "asked, nothing read":
            die()
        response.read()
        if self._point == "answered":
            die()
        return response


def main(url: str, where: str, threads: int, point: str) -> None:
    store = store_at(where, point)
    print("ready", flush=True)  # noqa: T201 - its parent listens
    for line in sys.stdin:
        if point:
            oauth = oauth_of(url, DyingStore(store, point), DyingTransport(point))
        else:
            oauth = oauth_of(url, store, None)
        print(*digests(url, oauth, line.strip(), threads), flush=True)  # noqa: T201 - as above


def digests(url: str, oauth: OAuth, location_id: str, threads: int) -> set[str]:
    """Make a call in many threads at once; tell which tokens they went with."""
    barrier, got = threading.Barrier(threads), list[str]()

    def work() -> None:
        barrier.wait()
        client.associations.list()
        got.append(digest_of(oauth.token(location_id)))

    with AssociationsClient(oauth, location_id, base_url=url, pace=None) as client:
        at_once = [threading.Thread(target=work) for _ in range(threads)]
        for thread in at_once:
            thread.start()
        for thread in at_once:
            thread.join()
    assert len(got) == threads
    return set(got)


def oauth_of(url: str, store: TokenStore, transport: httpx.BaseTransport | None) -> OAuth:
    return OAuth("sandbox-app", "sandbox-secret", store=store, base_url=url, transport=transport)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] if len(sys.argv) > 4 else "")
