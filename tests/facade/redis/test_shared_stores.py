"""Stores in Redis: keys without secrets, locks with a lease, clear errors, encryption."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from cryptography.fernet import Fernet
from redis import Redis

from facade.oauth import TokenStoreError
from facade.redis import RedisReplayStore, RedisTokenStore, shared_stores
from facade.redis.connection import key_of, release
from facade.testing.contracts import (
    REPLAY_STORE_CHECKS,
    SHARED_TOKEN_STORE_CHECKS,
    TOKEN_STORE_CHECKS,
    OpenReplayStore,
    OpenTokenStore,
)
from facade.webhooks import Guard, RelationCreated, RepeatedError, ReplayStoreError
from scripts.programs import RedisServer
from tests.facade.conftest import everything_of
from tests.facade.oauth.runs import GRANT, new_location
from tests.facade.redis.conftest import LossyRedis
from tests.facade.webhooks.parsing import parsed


@pytest.fixture
def key() -> str:
    return f"app:location:{new_location()}"


def test_no_secret_is_in_a_key(redis_server: RedisServer) -> None:
    store = RedisTokenStore(redis_server.url, app="mine")
    with Redis.from_url(redis_server.url) as redis, store.lock("app:location:l1"):
        store.save("app:location:l1", GRANT)
        names = [key_of("mine", kind, "app:location:l1").encode() for kind in ("grant", "lock")]
        assert redis.exists(*names) == len(names)
        assert redis.keys("*mine*") == []
        assert 15_000 < redis.pttl(names[1]) <= 20_000


def test_the_lock_of_a_dead_holder_is_free_after_its_lease(
    redis_server: RedisServer, key: str
) -> None:
    dead = RedisTokenStore(redis_server.url, app="app", lease=0.2)
    holding = dead.lock(key)
    holding.__enter__()
    with RedisTokenStore(redis_server.url, app="app", wait=30.0).lock(key):
        pass
    # If its holder is alive after all, it does not release the lock of the new one.
    with RedisTokenStore(redis_server.url, app="app").lock(key):
        holding.__exit__(None, None, None)
        with (
            pytest.raises(TokenStoreError, match="was not free within"),
            RedisTokenStore(redis_server.url, app="app", wait=0.1).lock(key),
        ):
            pass


@pytest.mark.parametrize(("lost", "retries"), [("SET", 1), ("EVAL", 1), ("EVAL", 0)])
def test_a_lock_whose_answer_is_lost_keeps_nobody_out(
    lost: str, retries: int, redis_server: RedisServer, key: str
) -> None:
    with LossyRedis(redis_server, retries=retries) as client:
        client.losses[lost] = 1
        store = RedisTokenStore(client, app="app", wait=0.0)
        with store.lock(key):
            pass
        with store.lock(key):
            pass
        assert client.losses == {lost: 0}


def test_a_lock_whose_release_is_interrupted_is_free(
    redis_server: RedisServer, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, interrupts = RedisTokenStore(redis_server.url, app="app", wait=0.0), [True]

    def interrupted(*given: Any) -> None:
        if interrupts and interrupts.pop():
            raise KeyboardInterrupt
        release(*given)

    monkeypatch.setattr(shared_stores, "release", interrupted)
    with pytest.raises(KeyboardInterrupt), store.lock(key):
        pass
    with store.lock(key):
        pass


@pytest.mark.parametrize("check", TOKEN_STORE_CHECKS + SHARED_TOKEN_STORE_CHECKS)
def test_tokens_keep_the_contract(
    check: Callable[[OpenTokenStore], None], redis_server: RedisServer
) -> None:
    # The next process waits for the lease of a dead one.
    check(partial(RedisTokenStore, redis_server.url, app="app", lease=0.5))


def test_the_error_without_redis_is_the_stores_and_shows_no_password() -> None:
    store = RedisTokenStore("redis://:a-password@127.0.0.1:1", app="app")

    def enter() -> None:
        with store.lock("k"):
            pytest.fail("there is nothing to lock")

    replays = RedisReplayStore("redis://:a-password@127.0.0.1:1", app="app")
    tokens: list[Any] = [lambda: store.load("k"), lambda: store.save("k", GRANT), enter]
    tokens += [lambda: store.delete("k"), lambda: store.keys("")]
    deliveries: list[Any] = [lambda: replays.begin("id", "claim", 1.0)]
    deliveries += [lambda: replays.finish("id", "claim", 1.0)]
    deliveries += [lambda: replays.release("id", "claim")]
    for call in tokens + deliveries:
        kind, name = (TokenStoreError, "token") if call in tokens else (ReplayStoreError, "replay")
        with pytest.raises(kind, match=f"the {name} store in Redis: ") as caught:
            call()
        assert "a-password" not in f"{caught.value} {caught.value.__cause__}"


@pytest.mark.parametrize("decode", [False, True])
def test_the_first_key_encrypts_all_decrypt_and_what_is_in_clear_is_read(
    decode: bool, redis_server: RedisServer, key: str
) -> None:
    old, new = Fernet.generate_key(), Fernet.generate_key().decode()
    with Redis(port=redis_server.port, decode_responses=decode) as redis:

        def store(keys: Any = None) -> RedisTokenStore:
            return RedisTokenStore(redis, app="app", encryption_key=keys)

        store().save(key, GRANT)
        assert store().load(key) == store(old).load(key) == GRANT
        for keys in (old, [new, old]):
            store(keys).save(key, GRANT)
            assert GRANT.access_token not in str(redis.get(key_of("app", "grant", key)))
            assert store([new, old]).load(key) == GRANT
        assert store(new).load(key) == GRANT
        with pytest.raises(TokenStoreError, match="none of the given keys can decrypt"):
            store(old).load(key)
        with pytest.raises(TokenStoreError, match="not a grant"):
            store().load(key)
        for stored in (b"", b"not encrypted"):
            redis.set(key_of("app", "grant", key), stored)
            with pytest.raises(TokenStoreError, match="none of the given keys can decrypt"):
                store(new).load(key)


@pytest.mark.parametrize("keys", ["short", [], [Fernet.generate_key(), "short"]])
def test_a_store_refuses_what_is_no_key_without_showing_it(keys: Any) -> None:
    with pytest.raises(ValueError, match=r"a key from Fernet\.generate_key\(\)") as caught:
        RedisTokenStore("redis://127.0.0.1:1", app="app", encryption_key=keys)
    assert "short" not in everything_of(caught.value)


# Deliveries


def event(webhook_id: str = "w-1") -> RelationCreated:
    now = datetime.now(UTC).isoformat()
    body = f'{{"id": "6a44", "webhookId": "{webhook_id}", "timestamp": "{now}"}}'
    made: RelationCreated = parsed(body.encode(), RelationCreated)
    return made


@pytest.mark.parametrize("decode", [True, False, None])
@pytest.mark.parametrize("check", REPLAY_STORE_CHECKS)
def test_the_store_keeps_the_contract_by_a_url_or_a_client_of_the_app(
    check: Callable[[OpenReplayStore], None], decode: bool | None, redis: RedisServer
) -> None:
    with Redis.from_url(redis.url, decode_responses=bool(decode)) as client:
        check(lambda: RedisReplayStore(redis.url if decode is None else client, app="app"))


def test_an_event_is_accepted_once_by_each_app_and_its_key_expires_and_shows_nothing(
    redis: RedisServer,
) -> None:
    for app in ("client-secret", "another"):
        with Guard(RedisReplayStore(redis.url, app=app)).once(event("w-\\ud800 {x}")):
            pass
        repeated = Guard(RedisReplayStore(redis.url, app=app)).once(event("w-\\ud800 {x}"))
        with pytest.raises(RepeatedError), repeated:
            pytest.fail("accepted twice")
    with Redis.from_url(redis.url, decode_responses=True) as client:
        keys = list(client.scan_iter())
        assert len(keys) == 2
        assert not [key for key in keys if "client-secret" in key or "w-" in key]
        assert all(30.9 * 86_400_000 < client.pttl(key) <= 31 * 86_400_000 + 1000 for key in keys)
