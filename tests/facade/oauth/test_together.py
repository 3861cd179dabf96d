"""Threads, tasks or processes that find an expired token at once refresh it only once."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack
from functools import partial
from multiprocessing import get_context
from typing import Any

import pytest
from attrs import evolve

from facade import AsyncAssociationsClient
from facade.oauth import OAuth, TokenStore
from facade.testing import Sandbox
from tests.facade.driving import Clock
from tests.facade.oauth.runs import APP, SHARED, digest_of, new_location

MANY, PROCESSES = 200, 2
# A few runs in each test run, fifty as a proof.
RUNS = [pytest.param(2, id="2 runs"), pytest.param(50, id="50 runs", marks=pytest.mark.proof)]


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()  # by the real clock, as the processes


@pytest.fixture
def store(shared: tuple[str, str]) -> TokenStore:
    kind, place = shared
    return SHARED[kind](place)


@pytest.fixture(params=RUNS)
def location_ids(
    request: pytest.FixtureRequest, sandbox: Sandbox, store: TokenStore
) -> Iterator[list[str]]:
    """Return a location with an expired token for each run; check that each was refreshed once."""
    found = [new_location() for _ in range(request.param)]
    oauth = OAuth(*APP, store=store, transport=sandbox.transport())
    for name in found:
        sandbox.add_location(name)
        grant = oauth.exchange(sandbox.oauth.install(location_id=name), unsolicited=True)
        expired = evolve(grant, issued_at=0.0, renew_at=1.0, expires_at=1.0)
        store.save(f"sandbox-app:location:{name}", expired)
    yield found
    assert list(sandbox.oauth.refreshes) == found


async def totals(made: list[OAuth], location_id: str, sandbox: Sandbox) -> list[int | None]:
    """Return what many calls find, whose clients get their tokens in many threads."""
    async with AsyncExitStack() as opened:
        clients = [
            await opened.enter_async_context(
                AsyncAssociationsClient(one, location_id, transport=sandbox.transport(), pace=None)
            )
            for one in made
        ]
        calls = [clients[number % len(made)].associations.list() for number in range(MANY)]
        return [page.total for page in await asyncio.gather(*calls)]


def test_threads_and_tasks_make_one_refresh(
    sandbox: Sandbox, store: TokenStore, location_ids: list[str]
) -> None:
    for location_id in location_ids:
        clock = Clock(0.0)
        options: dict[str, Any] = {"store": store, "transport": sandbox.transport(), "clock": clock}
        # Four that share only the store, and whose cached token expires.
        made = [OAuth(*APP, **options) for _ in range(4)]
        assert len({oauth.token(location_id) for oauth in made}) == 1
        clock.now = 2.0
        assert asyncio.run(totals(made, location_id, sandbox)) == [4] * MANY


def test_processes_make_one_refresh(
    sandbox: Sandbox, shared: tuple[str, str], location_ids: list[str], store: TokenStore
) -> None:
    spawning = get_context("spawn")
    with sandbox.serve() as server, ProcessPoolExecutor(PROCESSES, spawning) as processes:
        for location_id in location_ids:
            digest = partial(digest_of, server.url, *shared)
            found = set(processes.map(digest, [location_id] * 4 * PROCESSES))
            saved = store.load(f"sandbox-app:location:{location_id}")
            assert saved is not None
            assert found == {saved.digest}
