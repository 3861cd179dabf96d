"""A turn makes concurrent calls, and counts their connections and latencies."""

import asyncio
from functools import partial

import httpx
import pytest

from scripts.benchmarks import bare, concurrency
from scripts.benchmarks.concurrency import Side
from scripts.benchmarks.figures import Effort
from scripts.benchmarks.server import serving
from tests.benchmarks.recording import PUT, Recording


def test_a_turn_makes_series_of_calls_at_once(
    recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concurrency, "connections", lambda url: 0)
    running, most = 0, 0

    async def call() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    side = Side(recorded.url)
    asyncio.run(side.turn(call, at_once=3, calls=4))
    assert most == 3
    assert [len(latencies) for latencies in side.latencies] == [12]


def test_the_connections_that_each_turn_opens_are_counted() -> None:
    async def two_turns(url: str) -> list[int]:
        side = Side(url)
        async with httpx.AsyncClient(**bare.options(url)) as client:
            for _ in range(2):
                await side.turn(partial(bare.async_put, client), at_once=3, calls=1)
        return side.opened

    with serving() as url:
        assert asyncio.run(two_turns(url)) == [3, 0]


def test_each_side_sends_the_same_requests_equally_often(
    recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concurrency, "serving", lambda delay: recorded.serving())
    monkeypatch.setattr(concurrency, "connections", lambda url: 0)
    for name, number in (("LEVELS", (2,)), ("ROUNDS", 1), ("CALLS", 3)):
        monkeypatch.setattr(concurrency, name, number)
    figures = list(concurrency.rates(Effort()))
    assert [figure.name for figure in figures] == [
        "calls a second, 2 at once: facade / httpx",
        "p99 latency, 2 at once: facade / httpx",
        "connections opened, 2 at once: facade / calls at once",
    ]
    assert recorded.sent == [PUT] * 2 * 2 * 2 * 3  # sides, a warm-up and one round, at once, calls


def test_both_bursts_have_the_same_requests(
    recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = iter([0, 5, 0, 7, 5, 5, 7, 9])  # before and after each burst of each side
    monkeypatch.setattr(concurrency, "serving", lambda delay: recorded.serving())
    monkeypatch.setattr(concurrency, "connections", lambda url: next(opened))
    for name, number in (("BURST", 4), ("CALLS", 1), ("PAUSE", 0.0)):
        monkeypatch.setattr(concurrency, name, number)
    facade, plain = concurrency.bursts(Effort())
    assert (facade.measured, plain.measured) == ("0 after 5", "2 after 7")
    assert (facade.reached, plain.reached) == (True, None)
    assert recorded.sent == [PUT] * 2 * 2 * 4
