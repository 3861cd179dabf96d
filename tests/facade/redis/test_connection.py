"""Connections to Redis have timeouts, and names of keys contain no secret."""

import socket
from typing import Any

import pytest
from redis import Redis, RedisError
from redis.exceptions import ConnectionError as RedisConnectionError

from facade.redis.connection import connect, key_of
from scripts.programs import RedisServer


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
        assert client.incr("count") == 4


def test_a_redis_that_does_not_answer_is_an_error_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with (
            connect(f"redis://127.0.0.1:{port}/0", 0.05) as client,
            pytest.raises(RedisError, match="Timeout"),
        ):
            client.ping()


def test_a_key_names_its_app_by_a_digest_and_keeps_a_location_in_one_slot() -> None:
    key = key_of("client-secret", "pace", "loc")
    assert key == "highlevel:pace:{fdce8e4a65b70d18:loc}"
