"""A Redis that refuses is an error at once, one that is away is waited for, a slow one works."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from unittest.mock import Mock

import pytest
from redis import Redis, exceptions

from facade import AssociationsError
from facade.oauth import TokenStoreError
from facade.redis import RedisPace, RedisRefusedError, RedisReplayStore, RedisTokenStore
from facade.redis import health as module
from facade.redis.health import RIGHTS, CircuitBreaker, asking, explained, is_outage
from facade.webhooks import ReplayStoreError
from scripts.programs import RedisServer
from tests import needs
from tests.facade.interrupting import Alarm
from tests.facade.oauth.runs import GRANT
from tests.facade.redis.conftest import Make

Use = Callable[[Any], object]
PACE, TOKENS, REPLAYS = (RedisRefusedError, TokenStoreError, ReplayStoreError)
PROGRAMS = ["redis-server", *filter(shutil.which, ["valkey-server"])]


@pytest.fixture(params=PROGRAMS)
def server(request: pytest.FixtureRequest) -> Iterator[RedisServer]:
    """Start redis-server, and valkey-server if this machine has it."""
    with RedisServer(program=needs.program("redis-server", request.param)) as started:
        yield started


USES: dict[type[AssociationsError], Use] = {
    PACE: lambda url: RedisPace(url, app="app").take("loc"),
    TOKENS: lambda url: RedisTokenStore(url, app="app").save("key", GRANT),
    REPLAYS: lambda url: RedisReplayStore(url, app="app").begin("id", "claim", 60.0),
}


def allow(server: RedisServer, rights: str, password: str = "") -> None:
    """Give rights to the user app, whose password is right."""
    with Redis.from_url(server.url) as owner:
        owner.execute_command("ACL", "SETUSER", "app", "on", ">right", *rights.split())
        owner.config_set("requirepass", password)


def url_of(server: RedisServer, user: str = "") -> str:
    return f"redis://{user}127.0.0.1:{server.port}/0"


@pytest.mark.parametrize(
    ("rights", "url", "said"),
    [
        ("+@all", "app:wrong@", "the user or the password is not accepted"),
        ("+@all", "", r"the user or the password is not accepted .*\): pass both in the URL"),
        ("+@connection", "app:right@", f"no right to do this .*{re.escape(RIGHTS)}"),
        ("resetkeys ~others:* +@all", "app:right@", "no right to do this"),
    ],
    ids=["wrong password", "no password", "no rights", "no keys"],
)
@pytest.mark.parametrize("error", USES, ids=["pace", "tokens", "webhooks"])
def test_a_user_who_may_not_is_told_at_once_why_and_what_to_do(
    error: type[AssociationsError], rights: str, url: str, said: str, server: RedisServer
) -> None:
    allow(server, f"~highlevel:* {rights}", password="the owner's")
    started = time.monotonic()
    with pytest.raises(error, match=f"in Redis: .*{said}") as caught:
        USES[error](url_of(server, url))
    assert time.monotonic() - started < 5
    assert isinstance(caught.value.__cause__, exceptions.RedisError)
    assert not re.search("wrong|right[^ ]", str(caught.value))


@pytest.mark.parametrize("rights", ["+@all -@scripting", "+evalsha +info +@connection"])
def test_without_scripting_the_pace_says_which_rights_it_needs(
    rights: str, server: RedisServer
) -> None:
    allow(server, f"~highlevel:* {rights}")
    with pytest.raises(RedisRefusedError, match=re.escape(RIGHTS)):
        USES[PACE](url_of(server, "app:right@"))


def test_the_rights_that_the_errors_name_are_all_that_is_needed(server: RedisServer) -> None:
    allow(server, RIGHTS)
    url = url_of(server, "app:right@")
    pace = RedisPace(url, app="app")
    pace.finish(pace.take("loc"), 200, {})
    pace.cancel(pace.take("loc"))
    tokens = RedisTokenStore(url, app="app")
    with tokens.lock("key"):
        tokens.save("key", GRANT)
    assert (tokens.load("key"), tokens.keys("")) == (GRANT, ["key"])
    tokens.delete("key")
    replays = RedisReplayStore(url, app="app")
    assert replays.begin("id", "claim", 60) == "new"
    replays.release("id", "claim")


@pytest.mark.parametrize("error", USES, ids=["pace", "tokens", "webhooks"])
def test_a_full_redis_is_told_at_once(error: type[AssociationsError], server: RedisServer) -> None:
    with Redis.from_url(server.url) as owner:
        owner.config_set("maxmemory", "1")
    with pytest.raises(error, match=r"its memory is full .*: raise its maxmemory"):
        USES[error](server.url)


# What is an outage


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (exceptions.ConnectionError("Connection refused"), True),
        (exceptions.TimeoutError("Timeout reading from socket"), True),
        (exceptions.BusyLoadingError("Redis is loading the dataset in memory"), True),
        (exceptions.ReadOnlyError("You can't write against a read only replica."), True),
        (exceptions.MasterDownError("Link with MASTER is down"), True),
        (exceptions.ClusterDownError("The cluster is down"), True),
        (exceptions.RedisClusterException("Redis Cluster cannot be connected"), True),
        (exceptions.ResponseError("NOREPLICAS Not enough good replicas to write."), True),
        (exceptions.ResponseError("Error running script: -READONLY You can't write"), True),
        (exceptions.ResponseError("Error running script: -OOM command not allowed"), False),
        (exceptions.ResponseError("MISCONF Redis is configured to save RDB snapshots"), False),
        (exceptions.AuthenticationError("invalid username-password pair"), False),
        (exceptions.AuthorizationError("no"), False),
        (exceptions.NoPermissionError("User app has no permissions"), False),
        (exceptions.OutOfMemoryError("command not allowed"), False),
        (exceptions.MovedError("1 127.0.0.1:7000"), False),
        (exceptions.ResponseError("WRONGTYPE Operation against a key"), False),
        (exceptions.DataError("Invalid input"), False),
    ],
    ids=repr,
)
def test_only_what_ends_by_itself_is_an_outage(error: Exception, expected: bool) -> None:
    assert is_outage(error) is expected
    assert ("(" in explained(error)) is not expected  # the cause, what Redis said, what to do


def test_what_was_sent_is_not_in_the_text_of_a_refusal() -> None:
    error = exceptions.ResponseError("unknown command 'SET', with args beginning with: 'k' 'token'")
    assert "token" not in explained(error)
    assert explained(error).startswith("it lacks the command")
    assert len(explained(exceptions.ResponseError("long " * 100))) < 300


@pytest.mark.posix
def test_what_a_handler_of_the_app_raises_passes_as_it_was_raised() -> None:
    def fail() -> None:
        try:
            alarm()
        except OSError as error:  # as redis does with each timeout
            raise exceptions.TimeoutError("Timeout reading from socket") from error

    with Alarm(OSError("the app's own")) as alarm:
        with pytest.raises(OSError, match="the app's own") as caught:
            CircuitBreaker("waiting").call(fail)
        assert caught.value is alarm.error
        assert alarm.error.__suppress_context__


@pytest.mark.parametrize(
    ("error", "is_unread"),
    [(KeyboardInterrupt, True), (exceptions.TimeoutError, False), (TokenStoreError, False)],
)
def test_only_after_an_interrupt_a_reply_may_be_unread(
    error: type[BaseException], is_unread: bool
) -> None:
    client = Mock(info=Mock(return_value={}))
    with pytest.raises(error), asking(client):
        raise error("why")
    assert client.connection_pool.disconnect.called == is_unread


# Eviction


@pytest.mark.parametrize(
    ("policy", "is_told"), [("noeviction", False), ("allkeys-lru", True), ("volatile-ttl", True)]
)
@pytest.mark.parametrize("error", USES, ids=["pace", "tokens", "webhooks"])
def test_a_policy_that_drops_keys_is_told_once_at_the_first_use(
    error: type[AssociationsError],
    policy: str,
    is_told: bool,
    redis_server: RedisServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with Redis.from_url(redis_server.url) as owner:
        owner.config_set("maxmemory-policy", policy)
        with Redis.from_url(redis_server.url) as client:
            for _ in range(2):
                USES[error](client)
        owner.config_set("maxmemory-policy", "noeviction")
    told = [line for line in caplog.messages if f"maxmemory-policy is {policy}" in line]
    assert len(told) == is_told


def test_each_node_of_a_cluster_has_a_policy(caplog: pytest.LogCaptureFixture) -> None:
    nodes = {name: {"maxmemory_policy": name} for name in ("noeviction", "allkeys-lru")}
    module.warn_of_eviction(Mock(info=Mock(return_value=nodes)))
    assert "maxmemory-policy is allkeys-lru; set it" in caplog.text


def test_a_user_who_may_not_ask_for_the_policy_is_not_told(
    redis: RedisServer, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    with Redis.from_url(redis.url) as owner:
        owner.config_set("maxmemory-policy", "allkeys-lru")
        owner.acl_setuser("default", enabled=True, commands=["-info"])
    assert make().take("loc").granted
    assert "maxmemory" not in caplog.text


# The circuit breaker


class FakeRedis:
    """Answers a breaker, or is away; it counts the commands that reach it."""

    is_away = False
    commands = 0

    def __call__(self) -> str:
        self.commands += 1
        if self.is_away:
            raise exceptions.ConnectionError("refused")
        return "answer"


@pytest.mark.usefixtures("probe_at_once")
def test_only_a_probe_reaches_a_redis_that_is_away_and_finds_it_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    redis, breaker = FakeRedis(), CircuitBreaker("waiting")
    assert breaker.probe_delay() == 0
    redis.is_away = True
    assert breaker.call(redis) is None
    redis.is_away = False
    assert breaker.call(redis) is None
    assert 0 < breaker.open_seconds() < 60
    assert [breaker.call(redis, may_probe=probes) for probes in (True, False)] == ["answer"] * 2
    assert (breaker.open_seconds(), breaker.transitions, redis.commands) == (0.0, 2, 3)
    monkeypatch.setattr(module, "PROBE_INTERVAL", 600.0)
    redis.is_away = True
    assert [breaker.call(redis, may_probe=True) for _ in range(5)] == [None] * 5
    assert redis.commands == 4
    assert 0 < breaker.probe_delay() <= 600


@pytest.mark.usefixtures("probe_at_once")
def test_commands_that_end_after_an_outage_began_or_ended_report_no_other_one(
    caplog: pytest.LogCaptureFixture,
) -> None:
    redis, breaker = FakeRedis(), CircuitBreaker("waiting")

    def fail_late(*, is_over: bool) -> None:
        redis.is_away = True
        assert breaker.call(redis) is None
        redis.is_away = False
        assert not is_over or breaker.call(redis, may_probe=True) == "answer"
        raise exceptions.ConnectionError("of the connection that was lost with the others")

    for is_over in (True, False):
        assert breaker.call(partial(fail_late, is_over=is_over)) is None
        assert (breaker.open_seconds() == 0) is is_over
    assert breaker.transitions == 3
    assert caplog.messages[0] == "Redis is not available, waiting: refused"
