"""What all of facade.redis needs: connections that end in time, and keys that show no secret."""

import socket

import pytest

from facade.redis.connection import RedisError, connect, key_of
from scripts.benchmarks.redis_server import RedisServer


def test_a_connection_that_a_restart_of_redis_ended_is_made_anew(redis: RedisServer) -> None:
    with connect(redis.url, 5.0) as client:
        client.ping()
        redis.stop()
        redis.start()
        client.ping()


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
