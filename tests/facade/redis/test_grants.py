"""RedisTokenStore: keys without secrets, locks with a lease, clear errors, encryption."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet
from redis import Redis

from facade.oauth import TokenStoreError
from facade.redis import RedisTokenStore
from facade.redis.connection import key_of
from facade.redis.grants import Cipher
from scripts.programs import RedisServer
from tests.facade.conftest import everything_of
from tests.facade.oauth.runs import GRANT, new_location
from tests.facade.redis.conftest import LossyRedis

TEXT = '{"access_token": "a"}'


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


@pytest.mark.parametrize("decode", [False, True])
def test_it_accepts_a_client_of_the_app(decode: bool, redis_server: RedisServer, key: str) -> None:
    with Redis(port=redis_server.port, decode_responses=decode) as redis:
        store = RedisTokenStore(redis, app="app")
        store.save(key, GRANT)
        assert store.load(key) == GRANT


def test_with_a_key_no_token_is_in_redis_and_keys_can_be_changed(
    redis_server: RedisServer, key: str
) -> None:
    old, new = Fernet.generate_key(), Fernet.generate_key().decode()
    store = RedisTokenStore(redis_server.url, app="app", encryption_key=old)
    store.save(key, GRANT)
    with Redis.from_url(redis_server.url) as redis:
        kept = redis.get(key_of("app", "grant", key))
    assert isinstance(kept, bytes)
    assert GRANT.access_token.encode() not in kept
    assert store.load(key) == GRANT
    assert (
        RedisTokenStore(redis_server.url, app="app", encryption_key=[new, old]).load(key) == GRANT
    )
    with pytest.raises(TokenStoreError, match="not a grant"):
        RedisTokenStore(redis_server.url, app="app").load(key)


def test_a_grant_that_was_saved_in_clear_is_read_with_a_key(
    redis_server: RedisServer, key: str
) -> None:
    RedisTokenStore(redis_server.url, app="app").save(key, GRANT)
    store = RedisTokenStore(redis_server.url, app="app", encryption_key=Fernet.generate_key())
    assert store.load(key) == GRANT


def test_a_store_refuses_what_is_no_key_without_showing_it() -> None:
    with pytest.raises(ValueError, match=r"a key from Fernet\.generate_key\(\)") as caught:
        RedisTokenStore("redis://127.0.0.1:1", app="app", encryption_key="short")
    assert "short" not in everything_of(caught.value)


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


@pytest.mark.parametrize("lost", ["SET", "EVAL"])
def test_a_lock_whose_answer_is_lost_keeps_nobody_out(
    lost: str, redis_server: RedisServer, key: str
) -> None:
    with LossyRedis(redis_server, retries=1) as client:
        client.losses[lost] = 1
        store = RedisTokenStore(client, app="app", wait=0.0)
        with store.lock(key):
            pass
        with store.lock(key):
            pass
        assert client.losses == {lost: 0}


def test_the_error_without_redis_is_the_stores_and_shows_no_password() -> None:
    store = RedisTokenStore("redis://:a-password@127.0.0.1:1", app="app")

    def enter() -> None:
        with store.lock("k"):
            pytest.fail("there is nothing to lock")

    calls: list[Callable[[], object]] = [
        lambda: store.load("k"),
        lambda: store.save("k", GRANT),
        enter,
    ]
    for call in calls:
        with pytest.raises(TokenStoreError, match="the token store in Redis") as caught:
            call()
        assert "a-password" not in f"{caught.value} {caught.value.__cause__}"


def test_the_first_key_encrypts_and_all_decrypt() -> None:
    old, new = Fernet.generate_key(), Fernet.generate_key().decode()
    stored = Cipher(old).encrypted(TEXT)
    assert b"access_token" not in stored
    both = Cipher([new, old])
    assert both.decrypted(stored) == TEXT.encode()
    assert Cipher(new).decrypted(both.encrypted(TEXT)) == TEXT.encode()


@pytest.mark.parametrize("kind", [str, bytes])
def test_an_entry_is_decrypted_as_either_kind_of_text(kind: type) -> None:
    cipher = Cipher(Fernet.generate_key())
    stored = cipher.encrypted(TEXT)
    assert cipher.decrypted(stored if kind is bytes else stored.decode()) == TEXT.encode()


@pytest.mark.parametrize("stored", [TEXT, TEXT.encode()])
def test_an_entry_that_was_stored_in_clear_is_returned_as_it_is(stored: str | bytes) -> None:
    assert Cipher(Fernet.generate_key()).decrypted(stored) == stored


@pytest.mark.parametrize("stored", [b"", b"not encrypted", "[]"])
def test_what_none_of_the_keys_decrypts_is_an_error_of_the_store(stored: str | bytes) -> None:
    with pytest.raises(TokenStoreError, match="none of the given keys can decrypt"):
        Cipher(Fernet.generate_key()).decrypted(stored)
    with pytest.raises(TokenStoreError, match="none of the given keys can decrypt"):
        Cipher(Fernet.generate_key()).decrypted(Cipher(Fernet.generate_key()).encrypted(TEXT))


@pytest.mark.parametrize("keys", ["short", b"", [], [b"short"], [Fernet.generate_key(), "short"]])
def test_what_is_no_key_is_refused_by_a_check_without_being_shown(keys: Any) -> None:
    cipher = Cipher(keys)
    with pytest.raises(ValueError, match=r"a key from Fernet\.generate_key\(\)") as caught:
        cipher.check()
    assert "short" not in everything_of(caught.value)
