"""A test's redis-server is its own, in memory only, and leaves nothing behind."""

import os
import socket
from pathlib import Path

import pytest
from redis import Redis

from scripts.benchmarks.redis_server import RedisServer
from tests.conftest import start_redis


def test_a_stopped_server_leaves_no_process_no_port_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with start_redis() as server, Redis.from_url(server.url) as redis:
        assert redis.config_get("save", "appendonly") == {"save": "", "appendonly": "no"}
        process = int(redis.info("server")["process_id"])
        os.kill(process, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port))
    assert list(tmp_path.iterdir()) == []


def test_a_server_starts_again_at_its_address_without_its_data(redis: RedisServer) -> None:
    url = redis.url
    with Redis.from_url(url) as client:
        client.set("key", "value")
        redis.stop()
        redis.start()
        assert redis.url == url
        assert client.get("key") is None


def test_each_server_has_its_own_port(redis: RedisServer) -> None:
    with start_redis() as other, Redis.from_url(redis.url) as one, Redis.from_url(other.url) as two:
        one.set("key", "value")
        assert two.get("key") is None


def test_the_error_of_a_server_that_does_not_start_has_its_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\necho 'Could not create server TCP listening socket'\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(RuntimeError, match="did not start:\nCould not create server TCP"):
        RedisServer()
