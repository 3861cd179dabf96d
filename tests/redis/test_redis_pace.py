"""The shared pace, turn by turn: several workers, one budget, and Redis that goes and comes."""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis

from facade import AsyncAssociationsClient, DailyLimitError, Pace, Turn
from facade.redis import RedisPace
from facade.redis import pace as module
from facade.testing import Sandbox
from tests.redis_server import RedisServer

Make = Callable[..., RedisPace]


@pytest.fixture
def make(redis: RedisServer) -> Make:
    """Make a worker's pace; each is a worker of its own."""

    def new(**options: Any) -> RedisPace:
        return RedisPace(redis.url, **{"app": "app", **options})

    return new


def granted(pace: Pace, location_id: str = "loc") -> int:
    """Count the turns that may start now, and take them."""
    count = 0
    while (turn := pace.take(location_id)).granted and turn.wait == 0:
        count += 1
    return count


def answered(pace: Pace, turn: Turn, status: int = 200, **headers: int) -> None:
    names = {
        "left": "x-ratelimit-remaining",
        "most": "x-ratelimit-max",
        "day_left": "x-ratelimit-daily-remaining",
        "day_most": "x-ratelimit-limit-daily",
    }
    pace.answered(turn, status, {names[name]: str(value) for name, value in headers.items()})


def test_workers_share_one_budget_for_each_app_and_location(make: Make) -> None:
    one, other = make(calls=3), make(calls=3)
    assert [one.take("loc").granted, other.take("loc").granted] == [True, True]
    assert one.take("loc").granted
    assert not other.take("loc").granted
    assert other.take("elsewhere").granted
    assert make(calls=3, app="another").take("loc").granted


def test_a_slot_is_free_again_when_no_server_counts_it_any_more(make: Make) -> None:
    pace = make(calls=1)
    answered(pace, pace.take("loc"))
    turn = pace.take("loc")
    assert turn.granted
    assert 9 < turn.wait <= 10.02


def test_those_who_wait_get_one_slot_each_in_turn(make: Make) -> None:
    pace = make(calls=2, seconds=100.0)
    turns = [pace.take("loc") for _ in range(2)]
    for turn in turns:
        answered(pace, turn)
    waits = [pace.take("loc") for _ in range(3)]
    assert [turn.granted for turn in waits] == [True, True, False]
    assert all(99 < turn.wait <= 100.02 for turn in waits[:2])


def test_a_slot_that_was_not_used_is_free_at_once(make: Make) -> None:
    pace = make(calls=1)
    pace.unused(pace.take("loc"))
    assert pace.take("loc").wait == 0


def test_a_turn_of_a_worker_that_died_comes_free_in_the_end(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    pace = make(calls=1)
    assert pace.take("loc").granted
    assert not pace.take("loc").granted
    monkeypatch.setattr(module, "_LEASE", 0.0)
    assert until(lambda: pace.take("loc").granted)


def test_a_worker_with_many_threads_leaves_the_others_their_part(make: Make) -> None:
    many, few = make(calls=10), make(calls=10)
    assert few.take("loc").granted
    assert granted(many) == 5
    assert granted(few) == 4


def test_one_worker_alone_may_use_all(make: Make) -> None:
    assert granted(make(calls=10)) == 10


def test_the_calls_of_a_day_end_in_an_error_and_a_reserve_is_left_to_others(make: Make) -> None:
    bulk, app = make(daily=3, reserve=1), make(daily=3)
    assert bulk.take("loc").granted
    assert bulk.take("loc").granted
    with pytest.raises(DailyLimitError, match="no calls left of its 3 a day, of which 1 are kept"):
        bulk.take("loc")
    assert app.take("loc").granted
    with pytest.raises(DailyLimitError, match="no calls left of its 3 a day: wait") as caught:
        app.take("loc")
    assert caught.value.retry_after == pytest.approx(86_400, abs=60)


def test_what_the_server_says_of_the_day_wins(make: Make) -> None:
    pace = make()
    answered(pace, pace.take("loc"), day_most=50, day_left=1)
    turn = pace.take("loc")
    with pytest.raises(DailyLimitError):
        pace.take("loc")
    answered(pace, turn, day_most=50, day_left=40)
    assert pace.take("loc").granted


def test_a_limit_that_is_lower_than_ours_is_kept(make: Make) -> None:
    pace = make(calls=10)
    answered(pace, pace.take("loc"), most=4, left=3)
    assert granted(pace) == 3


def test_what_others_spend_is_left_to_them(make: Make) -> None:
    pace = make(calls=100, seconds=100.0)
    answered(pace, pace.take("loc"), most=100, left=59)  # 41 are gone, and one is ours
    turn = pace.take("loc")
    assert turn.granted
    assert make(calls=100, seconds=100.0).take("loc").wait > 1  # one after another


def test_what_ours_spend_is_not_taken_for_others(make: Make) -> None:
    one, other = make(calls=100), make(calls=100)
    turns = [(pace, pace.take("loc")) for pace in [one, other] * 10]
    for left, (pace, turn) in zip(range(99, 79, -1), turns, strict=True):
        answered(pace, turn, most=100, left=left)
    assert one.take("loc").wait == 0
    assert granted(other) + granted(one) == 79


def test_no_secret_stands_in_redis(redis: RedisServer, make: Make) -> None:
    pace = make(app="client-secret", calls=2)
    answered(pace, pace.take("loc"), most=2, left=1, day_most=9, day_left=8)
    pace.take("loc")
    client = Redis.from_url(redis.url, decode_responses=True)
    keys = list(client.scan_iter())
    assert len(keys) == 4
    assert all(key.startswith("highlevel:pace:{") and ":loc}" in key for key in keys)
    assert "client-secret" not in " ".join(keys)
    assert all(client.pttl(key) > 0 for key in keys)
    client.close()


# Redis goes and comes


def until(found: Callable[[], bool]) -> bool:
    """Ask again and again, for at most ten seconds."""
    pause = threading.Event()
    return any(found() or pause.wait(0.02) for _ in range(500))


def starts(pace: Pace) -> bool:
    """Tell whether a turn may start now; it is given back."""
    turn = pace.take("loc")
    if turn.granted:
        pace.unused(turn)
    return turn.granted and turn.wait == 0


@pytest.fixture
def ask_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ASK_EVERY", 0.0)


@pytest.mark.usefixtures("ask_often")
def test_while_redis_is_away_calls_wait_and_it_is_said_once(
    redis: RedisServer, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    pace = make()
    turn = pace.take("loc")
    redis.stop()
    answered(pace, turn)
    waits = [pace.take("loc") for _ in range(3)]
    assert [turn.granted for turn in waits] == [False] * 3
    assert all(turn.wait > 0 for turn in waits)
    redis.start()
    assert until(lambda: pace.take("loc").granted)
    away, back = (record.getMessage() for record in caplog.records)
    assert away.startswith("Redis is away, the pace is not shared; waiting: ")
    assert back.startswith("Redis is back after ")


@pytest.mark.usefixtures("ask_often")
def test_while_redis_is_away_a_worker_goes_on_with_its_share_if_told_so(
    redis: RedisServer, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    pace = make(calls=8, seconds=0.2, when_away="local", share=0.25)
    assert pace.take("loc").granted
    redis.stop()
    assert not starts(pace)  # all may have been spent just now
    assert until(lambda: starts(pace))
    assert granted(pace) == 2
    assert not pace.take("loc").granted
    redis.start()
    assert until(lambda: "back" in caplog.messages[-1] or not pace.take("loc"))
    assert "going on with a share of 0.25" in caplog.messages[0]
    assert len(caplog.messages) == 2


def test_a_redis_that_was_never_there_is_waited_for() -> None:
    pace = RedisPace("redis://127.0.0.1:1/0", app="app")
    assert not pace.take("loc").granted


@pytest.mark.parametrize("when_away", [{}, {"when_away": "local", "share": 0.5}])
def test_when_redis_lost_what_it_knew_all_counts_as_spent(
    redis: RedisServer, make: Make, when_away: dict[str, Any]
) -> None:
    pace, fresh = make(**when_away), make()
    answered(pace, pace.take("loc"))
    client = Redis.from_url(redis.url)
    client.flushall()
    client.close()
    turn = pace.take("loc")
    assert turn.granted
    assert 9 < turn.wait <= 10.02
    assert fresh.take("loc").wait > 9


@pytest.mark.usefixtures("ask_often")
def test_what_was_answered_while_redis_was_away_counts_when_it_is_back(
    redis: RedisServer, make: Make
) -> None:
    pace = make(calls=3)
    turns = [pace.take("loc") for _ in range(3)]
    owner = Redis.from_url(redis.url)
    owner.config_set("requirepass", "now-needed")  # away for all, and nothing is lost
    owner.client_kill_filter(_type="normal", skipme=True)
    for turn in turns:
        answered(pace, turn)
    assert not pace.take("loc").granted
    for turn in turns:
        owner.zrem(f"{key_of(owner)}:out", turn.key)  # type: ignore[attr-defined]
    owner.config_set("requirepass", "")
    owner.close()
    turn = pace.take("loc")
    assert turn.granted
    assert 9 < turn.wait <= 10.02


def key_of(client: Redis) -> str:
    (key,) = client.scan_iter("*:state")
    return str(key, "ascii").removesuffix(":state")


@pytest.mark.parametrize(
    "options",
    [
        {"calls": 0},
        {"seconds": 0},
        {"daily": 5, "reserve": 5},
        {"when_away": "local"},
        {"share": 0.5},
        {"when_away": "never"},
        {"when_away": "local", "share": 2.0},
    ],
)
def test_a_pace_that_makes_no_sense_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"a pace is|when_away is"):
        RedisPace("redis://127.0.0.1:1/0", app="app", **options)


def test_an_async_client_asks_for_a_turn_aside(redis: RedisServer) -> None:
    asked: list[int] = []

    class Noting(RedisPace):
        def take(self, location_id: str) -> Turn:
            asked.append(threading.get_ident())
            return super().take(location_id)

    sandbox = Sandbox()

    async def work() -> None:
        pace = Noting(redis.url, app="app")
        async with AsyncAssociationsClient(
            sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=pace
        ) as client:
            await client.associations.list()

    asyncio.run(work())
    assert len(asked) == 1
    assert asked[0] != threading.get_ident()
