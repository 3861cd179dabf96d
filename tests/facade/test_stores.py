"""Token stores: the same promise for all three, and what each keeps from strangers."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis

from facade.oauth import (
    Grant,
    MemoryTokenStore,
    SqliteTokenStore,
    TokenStore,
    TokenStoreError,
)
from facade.redis import RedisTokenStore
from tests.facade.token_stores import new_location
from tests.redis_server import RedisServer, require_redis

ROOT = Path(__file__).parents[2]
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


@pytest.fixture(params=["memory", "sqlite", "redis"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., TokenStore]:
    """Open the same store, again and again where it can be."""
    if request.param == "memory":
        return MemoryTokenStore
    if request.param == "sqlite":
        return lambda **options: SqliteTokenStore(tmp_path / "tokens.sqlite", **options)
    url = request.getfixturevalue("redis_server").url
    return lambda **options: RedisTokenStore(url, **options)


@pytest.fixture
def key() -> str:
    return f"app:location:{new_location()}"


def test_a_store_gives_back_what_was_saved_last(make: Callable[..., TokenStore], key: str) -> None:
    store = make()
    assert isinstance(store, TokenStore)
    assert store.load(key) is None
    for grant in (GRANT, Grant(access_token="another")):
        store.save(key, grant)
        assert store.load(key) == grant
    assert store.load(f"{key}x") is None


def test_a_lock_lets_one_in_at_a_time(make: Callable[..., TokenStore], key: str) -> None:
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


def test_a_lock_is_free_again_when_its_holder_failed(
    make: Callable[..., TokenStore], key: str
) -> None:
    store = make()
    with pytest.raises(ZeroDivisionError), store.lock(key):
        raise ZeroDivisionError
    with store.lock(key):
        assert store.load(key) is None


def test_locks_of_different_keys_are_held_at_once(
    make: Callable[..., TokenStore], key: str
) -> None:
    store = make(wait=0.0)
    with store.lock(key), store.lock(f"{key}x"):
        pass


def test_a_lock_that_does_not_come_free_is_an_error(
    make: Callable[..., TokenStore], key: str
) -> None:
    store = make(wait=0.1)
    with (
        store.lock(key),
        pytest.raises(TokenStoreError, match=f"someone has been renewing {key} for"),
        store.lock(key),
    ):
        pass


# SQLite


def test_only_the_owner_can_read_any_of_its_files_even_under_umask_0(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = SqliteTokenStore(tmp_path / "tokens.sqlite")
        # Another connection, so that the companions of the file are there to be looked at.
        reader = sqlite3.connect(tmp_path / "tokens.sqlite")
        reader.execute("SELECT * FROM grants").fetchall()
        with store.lock("app:location:l1"):
            store.save("app:location:l1", GRANT)
            files = {
                str(path.relative_to(tmp_path)): stat.S_IMODE(path.stat().st_mode)
                for path in tmp_path.rglob("*")
            }
        reader.close()
    finally:
        os.umask(before)
    locks = {name: mode for name, mode in files.items() if "/" in name}
    assert {name: mode for name, mode in files.items() if name not in locks} == {
        "tokens.sqlite": 0o600,
        "tokens.sqlite-wal": 0o600,
        "tokens.sqlite-shm": 0o600,
        "tokens.sqlite-locks": 0o700,
    }
    assert set(locks.values()) == {0o600}
    for name in files:
        assert "secret" not in name
        assert "l1" not in name


def test_a_file_that_others_can_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "tokens.sqlite"
    path.touch(mode=0o666)
    path.chmod(0o666)
    SqliteTokenStore(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_is_kept_in_a_write_ahead_log(tmp_path: Path) -> None:
    SqliteTokenStore(tmp_path / "tokens.sqlite")
    database = sqlite3.connect(tmp_path / "tokens.sqlite")
    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    database.close()


@pytest.mark.parametrize("path", ["missing/tokens.sqlite", "."])
def test_a_file_that_cannot_be_opened_is_named(path: str, tmp_path: Path) -> None:
    with pytest.raises(TokenStoreError, match=str(tmp_path)):
        SqliteTokenStore(tmp_path / path)


@pytest.mark.parametrize("text", ["access-secret", "[]", '{"access_token": "access-secret", '])
def test_what_is_no_grant_is_not_shown(text: str, tmp_path: Path) -> None:
    store = SqliteTokenStore(tmp_path / "tokens.sqlite")
    database = sqlite3.connect(tmp_path / "tokens.sqlite")
    with database:
        database.execute("INSERT INTO grants VALUES ('k', ?)", (text,))
    database.close()
    with pytest.raises(TokenStoreError, match="holds something that is no grant"):
        store.load("k")


def test_a_grant_of_a_later_version_is_read() -> None:
    assert Grant.from_json('{"access_token": "a", "colour": "blue"}') == Grant(access_token="a")


SAVING = """
import itertools, sys
from facade.oauth import Grant, SqliteTokenStore

store = SqliteTokenStore(sys.argv[1])
for number in itertools.count():
    store.save("k", Grant(access_token="a" * 5000, scope=str(number)))
    if number == 3:
        print("saving", flush=True)
"""


def test_killing_those_who_save_leaves_the_last_whole_grant(tmp_path: Path) -> None:
    path = tmp_path / "tokens.sqlite"
    for _ in range(4):
        with subprocess.Popen(
            [sys.executable, "-c", SAVING, str(path)], cwd=ROOT, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"saving\n"
            process.send_signal(signal.SIGKILL)
        found = SqliteTokenStore(path).load("k")
        assert found is not None
        assert found.access_token == "a" * 5000
        assert int(found.scope) >= 3
    database = sqlite3.connect(path)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


# Redis


def test_redis_keys_hold_no_secret(redis_server: RedisServer) -> None:
    store = RedisTokenStore(redis_server.url, prefix="mine")
    with Redis.from_url(redis_server.url) as redis, store.lock("app:location:l1"):
        store.save("app:location:l1", GRANT)
        assert sorted(redis.keys("mine:*")) == [
            b"mine:grant:app:location:l1",
            b"mine:lock:app:location:l1",
        ]


@pytest.mark.parametrize("decode", [False, True])
def test_a_client_of_the_apps_own_serves(decode: bool, redis_server: RedisServer, key: str) -> None:
    with Redis(port=redis_server.port, decode_responses=decode) as redis:
        store = RedisTokenStore(redis)
        store.save(key, GRANT)
        assert store.load(key) == GRANT


def test_the_lock_of_a_dead_holder_comes_free(redis_server: RedisServer, key: str) -> None:
    dead = RedisTokenStore(redis_server.url, lease=0.2)
    holding = dead.lock(key)
    holding.__enter__()
    with RedisTokenStore(redis_server.url, wait=30.0).lock(key):
        pass
    # Should it be alive all the same, it does not take the lock from its new holder.
    with RedisTokenStore(redis_server.url).lock(key):
        holding.__exit__(None, None, None)
        with (
            pytest.raises(TokenStoreError, match="someone has been renewing"),
            RedisTokenStore(redis_server.url, wait=0.1).lock(key),
        ):
            pass


def test_a_redis_that_is_away_is_an_error_of_the_store_and_shows_no_password() -> None:
    require_redis()
    with RedisServer() as server:
        store = RedisTokenStore(f"redis://:a-password@127.0.0.1:{server.port}")

    def enter() -> None:
        with store.lock("k"):
            pytest.fail("there is nothing to lock")

    works: list[Callable[[], object]] = [
        lambda: store.load("k"),
        lambda: store.save("k", GRANT),
        enter,
    ]
    for work in works:
        with pytest.raises(TokenStoreError, match="the token store in Redis") as caught:
            work()
        assert "a-password" not in f"{caught.value} {caught.value.__cause__}"
