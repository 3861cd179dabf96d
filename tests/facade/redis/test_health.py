"""A Redis that refuses is an error at once, one that is away is waited for, a slow one works."""

import logging
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from redis import Redis, exceptions

from facade import AssociationsClient, AssociationsError, DeadlineError
from facade.oauth import TokenStoreError
from facade.redis import RedisPace, RedisRefusedError, RedisReplayStore, RedisTokenStore
from facade.redis import health as module
from facade.redis.health import RIGHTS, CircuitBreaker, explained, is_outage
from facade.testing import Sandbox
from facade.webhooks import ReplayStoreError
from scripts.programs import RedisServer
from tests import needs
from tests.facade.oauth.runs import GRANT
from tests.facade.redis.conftest import Make, away, eventually

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


def test_a_redis_whose_scripting_was_renamed_away_is_a_refusal() -> None:
    needs.program("redis-server", "redis-server")
    with (
        RedisServer("--rename-command", "EVALSHA", "") as server,
        pytest.raises(RedisRefusedError, match=r"lacks the command.*EVALSHA.*\): turn it on"),
    ):
        USES[PACE](server.url)


@pytest.mark.parametrize("error", USES, ids=["pace", "tokens", "webhooks"])
def test_a_full_redis_is_told_at_once(error: type[AssociationsError], server: RedisServer) -> None:
    with Redis.from_url(server.url) as owner:
        owner.config_set("maxmemory", "1")
    with pytest.raises(error, match=r"its memory is full .*: raise its maxmemory"):
        USES[error](server.url)


def test_a_call_of_a_client_ends_with_the_refusal_and_sends_nothing(
    server: RedisServer, sandbox: Sandbox
) -> None:
    pace = RedisPace(url_of(server, "app:wrong@"), app="app", on_outage="local", share=0.5)
    started = time.monotonic()
    with (
        AssociationsClient(
            sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=pace
        ) as client,
        pytest.raises(RedisRefusedError) as caught,
    ):
        client.associations.list()
    assert time.monotonic() - started < 5
    assert (caught.value.attempts, sandbox.requests) == (0, [])


def test_a_refusal_of_the_report_of_a_response_does_not_hide_the_response(
    redis: RedisServer, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    pace = RedisPace(url_of(redis), app="app")
    with AssociationsClient(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=pace
    ) as client:
        client.associations.list()
        with Redis.from_url(redis.url) as owner:
            turn = pace.take("loc")
            owner.acl_setuser("default", enabled=True, commands=["-evalsha", "-zrem"])
            pace.finish(turn, 200, {})
            pace.cancel(turn)
            assert [line for line in caplog.messages if "no right to do this" in line]
            with pytest.raises(RedisRefusedError):
                client.associations.list()
            owner.acl_setuser("default", enabled=True, commands=["+@all"])
        client.associations.list()


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


def test_a_redis_that_is_away_is_waited_for_until_the_default_deadline(
    closed_port: int, sandbox: Sandbox
) -> None:
    pace = RedisPace(f"redis://127.0.0.1:{closed_port}/0", app="app")
    options: dict[str, Any] = {"transport": sandbox.transport(), "pace": pace, "deadline": 1.3}
    started = time.monotonic()
    with (
        AssociationsClient(sandbox.token, sandbox.location_id, **options) as client,
        pytest.raises(DeadlineError, match="because the rate limiter is not available"),
    ):
        client.associations.list()
    assert time.monotonic() - started < 5
    assert sandbox.requests == []


def test_after_a_failover_turns_are_granted_again(server: RedisServer) -> None:
    pace = RedisPace(url_of(server), app="app")
    assert not pace.take("loc").is_outage
    with away(server):
        turn = pace.take("loc")
        assert (turn.granted, turn.is_outage) == (False, True)
    assert eventually(lambda: pace.take("loc").granted)


def test_a_redis_that_answers_in_seven_tenths_of_a_second_grants_turns(
    redis: RedisServer, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    pace = make()
    with Redis.from_url(redis.url) as owner:
        owner.client_pause(700)
        turn = pace.take("loc")
        assert turn.granted
        owner.client_pause(700)
        pace.finish(turn, 200, {})
    assert "not available" not in caplog.text


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

    def __init__(self) -> None:
        self.breaker = CircuitBreaker("waiting")
        self.is_away = False
        self.commands = 0

    def __call__(self) -> str:
        self.commands += 1
        if self.is_away:
            raise exceptions.ConnectionError("refused")
        return "answer"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeRedis:
    monkeypatch.setattr(module, "PROBE_INTERVAL", 0.0)
    return FakeRedis()


def test_while_redis_is_away_no_command_is_sent_before_the_next_probe(
    fake: FakeRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.is_away = True
    assert fake.breaker.call(fake) is None
    monkeypatch.setattr(module, "PROBE_INTERVAL", 600.0)
    assert [fake.breaker.call(fake, may_probe=True) for _ in range(5)] == [None] * 5
    assert fake.commands == 2
    assert fake.breaker.open_seconds() > 0
    assert 0 < fake.breaker.probe_delay() <= 600
    other = CircuitBreaker("waiting")
    assert [other.call(fake, may_probe=True) for _ in range(5)] == [None] * 5
    assert fake.commands == 3


def test_only_a_caller_that_may_probe_finds_redis_back(
    fake: FakeRedis,
) -> None:
    fake.is_away = True
    fake.breaker.call(fake)
    fake.is_away = False
    assert fake.breaker.call(fake) is None
    assert fake.breaker.call(fake, may_probe=True) == "answer"
    assert fake.breaker.call(fake) == "answer"
    assert (fake.breaker.open_seconds(), fake.breaker.transitions) == (0.0, 2)


def test_a_command_that_began_before_an_outage_ended_reports_no_new_one(
    fake: FakeRedis,
) -> None:

    def fail_late() -> None:
        fake.is_away = True
        assert fake.breaker.call(fake) is None
        fake.is_away = False
        assert fake.breaker.call(fake, may_probe=True) == "answer"
        raise exceptions.ConnectionError("of the connection that was lost with the others")

    assert fake.breaker.call(fail_late) is None
    assert fake.breaker.open_seconds() == 0


def test_commands_that_fail_together_are_one_outage_and_one_line_of_the_log(
    fake: FakeRedis, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    fake.is_away = True
    together = threading.Barrier(4)

    def command() -> str:
        together.wait()
        return fake()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: fake.breaker.call(command), range(4))) == [None] * 4
    assert fake.breaker.transitions == 1
    assert caplog.messages == ["Redis is not available, waiting: refused"]
