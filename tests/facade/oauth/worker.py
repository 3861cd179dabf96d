"""A process that uses tokens: for each location on its input, it prints the tokens' digests.

Each time it makes a new OAuth, and several threads use it at once. With a fifth argument the
process kills itself at that point of its next renewal, as by kill -9.
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
from facade.oauth import Grant, OAuth, TokenStore
from facade.oauth.grant import token_digest
from tests.facade.oauth.runs import APP, SHARED, WITH_A_SHORT_LEASE


def die() -> Never:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


class DyingStore:
    """A store that kills its process at a point."""

    def __init__(self, inner: TokenStore, point: str) -> None:
        self._inner = inner
        self._point = point

    def load(self, key: str, /) -> Grant | None:
        self._reach("before loading")
        found = self._inner.load(key)
        self._reach("after loading")
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
            self._reach("before releasing")
        self._reach("after releasing")

    def _reach(self, point: str) -> None:
        if point == self._point:
            die()

    def _die_inside(self, step: int) -> None:
        """Kill the process within SQLite, after so many steps of its virtual machine."""
        connect, count = sqlite3.connect, iter(range(1, step + 1))

        def connect_and_die(*args: Any, **options: Any) -> sqlite3.Connection:
            made: sqlite3.Connection = connect(*args, **options)
            made.set_progress_handler(lambda: 0 if next(count, None) else die(), 1)
            return made

        sqlite3.connect = connect_and_die  # type: ignore[assignment]


class DyingTransport(httpx.HTTPTransport):
    """A transport that kills its process at a point."""

    def __init__(self, point: str) -> None:
        super().__init__()
        self._point = point

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._point == "before the request":
            die()
        response = super().handle_request(request)
        if self._point == "requested, answer unread":
            die()
        response.read()
        if self._point == "answered":
            die()
        return response


def main(url: str, kind: str, place: str, threads: str, point: str) -> None:
    store = SHARED[kind](place, **(WITH_A_SHORT_LEASE[kind] if point else {}))
    print("ready", flush=True)  # noqa: T201 - its parent reads it
    for line in sys.stdin:
        dying = {"store": DyingStore(store, point), "transport": DyingTransport(point)}
        oauth = OAuth(*APP, base_url=url, **(dying if point else {"store": store}))
        print(*digests(url, oauth, line.strip(), int(threads)), flush=True)  # noqa: T201 - as above


def digests(url: str, oauth: OAuth, location_id: str, threads: int) -> set[str]:
    """Make a call in several threads at once; return the digests of their tokens."""
    barrier, found = threading.Barrier(threads), list[str]()

    def work() -> None:
        barrier.wait()
        client.associations.list()
        found.append(token_digest(oauth.token(location_id)))

    with AssociationsClient(oauth, location_id, base_url=url, pace=None) as client:
        at_once = [threading.Thread(target=work) for _ in range(threads)]
        for thread in at_once:
            thread.start()
        for thread in at_once:
            thread.join()
    assert len(found) == threads
    return set(found)


if __name__ == "__main__":
    main(*sys.argv[1:])
