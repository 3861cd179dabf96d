"""Connections to Redis have timeouts, and names of keys contain no secret."""

import socket
from typing import Any
from unittest.mock import Mock

import pytest
from redis import Redis, RedisError
from redis.asyncio import Redis as AsyncRedis
from redis.exceptions import ConnectionError as RedisConnectionError

from facade.redis.connection import (
    TIMEOUT,
    checked,
    connect,
    discard_replies,
    hold,
    key_of,
    milliseconds,
    release,
)
from scripts.programs import RedisServer
from tests.facade.interrupting import Alarm


def test_a_command_whose_answer_is_lost_is_repeated_once(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse, losses = Redis.parse_response, [1, 2, 3]

    def lose(*arguments: Any, **options: Any) -> Any:
        answer = parse(*arguments, **options)  # type: ignore[no-untyped-call]
        if losses:
            losses.pop()
            raise RedisConnectionError("the answer is lost")
        return answer

    monkeypatch.setattr(Redis, "parse_response", lose)
    with connect(redis.url, 5.0) as client:
        with pytest.raises(RedisConnectionError, match="the answer is lost"):
            client.incr("count")
        assert losses == [1]
        assert client.incr("count") == 4


@pytest.mark.posix
def test_what_a_handler_of_the_app_raises_during_a_command_is_not_retried(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        try:
            alarm()
        except OSError as error:  # as redis does
            raise RedisConnectionError("Error while reading") from error
        return b"PONG"

    with Alarm(OSError("the app's own")) as alarm, connect(redis.url, 5.0) as client:
        monkeypatch.setattr(Redis, "parse_response", fail)
        with pytest.raises(OSError, match="the app's own") as caught:
            client.ping()
        assert caught.value is alarm.error
        assert alarm.error.__suppress_context__
        try:
            raise alarm.error
        except OSError:  # what is handled already interrupts no command
            answers = Mock(side_effect=[RedisConnectionError("lost"), b"PONG"])
            monkeypatch.setattr(Redis, "parse_response", answers)
            assert client.ping()


def test_a_redis_that_does_not_answer_is_an_error_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with (
            connect(f"redis://127.0.0.1:{port}/0", 0.05) as client,
            pytest.raises(RedisError, match="Timeout"),
        ):
            client.ping()
    options = client.get_connection_kwargs()
    assert options["socket_timeout"] == options["socket_connect_timeout"] == 0.05
    assert 1.0 < TIMEOUT <= 2.0  # an event loop may be blocked meanwhile


def test_a_client_of_the_app_is_used_and_a_url_is_checked() -> None:
    client = Redis()
    assert checked(connect(client, 1.0), "app") is client
    with pytest.raises(ValueError, match="not a Redis URL"):
        checked(connect("localhost:6379", 1.0), "app")
    others: list[Any] = [AsyncRedis(), b"redis://localhost", None]
    for other in others:
        with pytest.raises(ValueError, match=r"a redis\.Redis \(not asyncio\)"):
            checked(connect(other, 1.0), "app")
    for app in (None, "", 5):
        with pytest.raises(ValueError, match="app must be a name"):
            checked(client, app)


def test_a_claim_holds_a_key_for_some_time_unless_it_releases_it(redis: RedisServer) -> None:
    with Redis.from_url(redis.url) as client:
        assert hold(client, "k", "one", 60.0) == "one"
        assert 50_000 < client.pttl("k") <= 60_000
        for claim in ("other", "one"):
            assert hold(client, "k", claim, 1.0) == "one"
        for claim, is_held in (("other", 1), ("one", 0)):
            release(client, "k", claim)
            assert client.exists("k") == is_held
    assert (milliseconds(0.0), milliseconds(1.5)) == (1, 1500)
    for holder in ("", "one"):  # it has expired meanwhile, or is decoded
        answers = {"set.return_value": None, "get.return_value": holder or None}
        assert hold(Mock(**answers), "k", "c", 1.0) == holder


def test_replies_are_discarded_of_idle_connections_only(redis: RedisServer) -> None:
    with Redis.from_url(redis.url) as client:
        busy = client.connection_pool.get_connection()
        busy.send_command("PING")
        idle = client.client_id()
        discard_replies(client)
        assert client.client_id() != idle
        assert busy.read_response() == b"PONG"
    discard_replies(object())  # a cluster has several pools


def test_a_key_names_its_app_by_a_digest_and_keeps_a_location_in_one_slot() -> None:
    key = key_of("client-secret", "pace", "loc")
    assert key == "highlevel:pace:{fdce8e4a65b70d18:loc}"
