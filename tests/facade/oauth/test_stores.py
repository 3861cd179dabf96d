"""Token stores: the same guarantees for all three."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from facade.oauth import Grant, MemoryTokenStore, SqliteTokenStore, TokenStore, TokenStoreError
from facade.redis import RedisTokenStore
from tests.facade.oauth.runs import GRANT, ROOT, new_location


@pytest.fixture(params=["memory", "sqlite", "redis"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., TokenStore]:
    """Return a function that opens a store, the same one each time unless it is in memory."""
    if request.param == "memory":
        return MemoryTokenStore
    if request.param == "sqlite":
        return lambda **options: SqliteTokenStore(tmp_path / "tokens.sqlite", **options)
    url = request.getfixturevalue("redis_server").url
    return lambda **options: RedisTokenStore(url, app="app", **options)


@pytest.fixture
def key() -> str:
    return f"app:location:{new_location()}"


def test_a_store_returns_the_grant_that_was_saved_last(
    make: Callable[..., TokenStore], key: str
) -> None:
    store = make()
    assert isinstance(store, TokenStore)
    assert store.load(key) is None
    for grant in (GRANT, Grant(access_token="another")):
        store.save(key, grant)
        assert store.load(key) == grant
    assert store.load(f"{key}x") is None


def test_one_thread_at_a_time_holds_a_lock(make: Callable[..., TokenStore], key: str) -> None:
    store, inside, most = make(), [0], [0]
    barrier = threading.Barrier(12)

    def enter() -> None:
        barrier.wait()
        for _ in range(5):
            with store.lock(key):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                store.save(key, GRANT)
                inside[0] -= 1

    threads = [threading.Thread(target=enter) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, inside) == ([1], [0])


def test_a_lock_is_released_when_its_holder_fails(
    make: Callable[..., TokenStore], key: str
) -> None:
    store = make()
    with pytest.raises(ZeroDivisionError), store.lock(key):
        raise ZeroDivisionError
    with store.lock(key):
        assert store.load(key) is None


FORKING = """
import os
from facade.oauth import MemoryTokenStore

store = MemoryTokenStore(wait=0.0)
with store.lock("k"):
    if (child := os.fork()) == 0:
        with store.lock("k"):
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
"""


def test_a_forked_process_does_not_wait_for_a_thread_that_it_has_not() -> None:
    subprocess.run([sys.executable, "-c", FORKING], cwd=ROOT, check=True)


def test_locks_of_different_keys_are_independent(make: Callable[..., TokenStore], key: str) -> None:
    store = make(wait=0.0)
    with store.lock(key), store.lock(f"{key}x"):
        pass


def test_a_lock_that_is_not_free_in_time_is_an_error(
    make: Callable[..., TokenStore], key: str
) -> None:
    store = make(wait=0.1)
    with (
        store.lock(key),
        pytest.raises(TokenStoreError, match=f"the lock of {key} was not free within 0.1 s"),
        store.lock(key),
    ):
        pass
