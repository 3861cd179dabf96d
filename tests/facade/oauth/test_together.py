"""Threads, tasks or processes that find an expired token at once refresh it only once."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack
from functools import partial
from multiprocessing import get_context
from typing import Any

import pytest

from facade import AsyncAssociationsClient
from facade.oauth import OAuth
from tests.facade.driving import Clock
from tests.facade.oauth.exits import Renewing
from tests.facade.oauth.runs import APP, digest_of

MANY, PROCESSES = 200, 2
# A few runs in each test run, fifty as a proof.
RUNS = [pytest.param(2, id="2 runs"), pytest.param(50, id="50 runs", marks=pytest.mark.proof)]


@pytest.fixture
def renewing(shared: tuple[str, str]) -> Renewing:
    return Renewing(*shared)


@pytest.fixture(params=RUNS)
def location_ids(request: pytest.FixtureRequest, renewing: Renewing) -> Iterator[list[str]]:
    """Return a location with an expired token for each run; check that each was refreshed once."""
    found = [renewing.installed() for _ in range(request.param)]
    yield found
    assert list(renewing.sandbox.oauth.refreshes) == found


async def totals(made: list[OAuth], location_id: str, transport: Any) -> list[int | None]:
    """Return what many calls find, whose clients get their tokens in many threads."""
    async with AsyncExitStack() as opened:
        clients = [
            await opened.enter_async_context(
                AsyncAssociationsClient(one, location_id, transport=transport, pace=None)
            )
            for one in made
        ]
        calls = [clients[number % len(made)].associations.list() for number in range(MANY)]
        return [page.total for page in await asyncio.gather(*calls)]


def test_threads_and_tasks_make_one_refresh(renewing: Renewing, location_ids: list[str]) -> None:
    transport = renewing.sandbox.transport()
    for location_id in location_ids:
        clock = Clock(0.0)
        # Four that share only the store, and whose cached token expires.
        made = [
            OAuth(*APP, store=renewing.store, transport=transport, clock=clock) for _ in range(4)
        ]
        assert len({oauth.token(location_id) for oauth in made}) == 1
        clock.now = 2.0
        assert asyncio.run(totals(made, location_id, transport)) == [4] * MANY


def test_processes_make_one_refresh(renewing: Renewing, location_ids: list[str]) -> None:
    spawning, server = get_context("spawn"), renewing.sandbox.serve()
    with server, ProcessPoolExecutor(PROCESSES, spawning) as processes:
        for location_id in location_ids:
            digest = partial(digest_of, server.url, *renewing.place)
            found = set(processes.map(digest, [location_id] * 4 * PROCESSES))
            assert found == {renewing.stored(location_id).digest}
