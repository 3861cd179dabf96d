"""Threads, tasks or processes that find an expired token at once refresh it only once."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from multiprocessing import get_context

import pytest

from facade import AssociationsClient, AsyncAssociationsClient
from facade.oauth import MemoryTokenStore, OAuth, TokenStore
from facade.oauth.grant import token_digest
from facade.testing import Sandbox
from tests.facade.oauth.runs import APP, SHARED, install, new_location

MANY, PROCESSES = 200, 4
# A few runs in each test run, fifty as a proof.
RUNS = [pytest.param(2, id="2 runs"), pytest.param(50, id="50 runs", marks=pytest.mark.proof)]

pytestmark = pytest.mark.parametrize("runs", RUNS)


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()  # by the real clock, as the processes


@pytest.fixture
def store(shared: tuple[str, str]) -> TokenStore:
    kind, place = shared
    return SHARED[kind](place)


@pytest.fixture
def location_ids(sandbox: Sandbox, store: TokenStore, runs: int) -> Iterator[list[str]]:
    """Return a location with an expired token for each run; check that each was refreshed once."""
    found = [new_location() for _ in range(runs)]
    for location_id in found:
        install(sandbox, store, location_id)
    yield found
    assert list(sandbox.oauth.refreshes) == found


def four_apps(sandbox: Sandbox, store: TokenStore, location_id: str) -> list[OAuth]:
    """Make four that share only the store, and whose cached token has expired."""
    now = [0.0]
    found = [
        OAuth(
            *APP,
            store=store,
            transport=sandbox.transport(),
            clock=lambda: now[0],
        )
        for _ in range(4)
    ]
    assert len({one.token(location_id) for one in found}) == 1
    now[0] = 2.0
    return found


def test_threads_make_one_refresh(
    sandbox: Sandbox, store: TokenStore, location_ids: list[str]
) -> None:
    for location_id in location_ids:
        assert totals_of_threads(sandbox, store, location_id) == [4] * MANY


def totals_of_threads(sandbox: Sandbox, store: TokenStore, location_id: str) -> list[int | None]:
    barrier, totals = threading.Barrier(MANY), list[int | None]()

    def work(client: AssociationsClient) -> None:
        barrier.wait()
        totals.append(client.associations.list().total)

    with ExitStack() as opened:
        clients = [
            opened.enter_context(
                AssociationsClient(one, location_id, transport=sandbox.transport(), pace=None)
            )
            for one in four_apps(sandbox, store, location_id)
        ]
        threads = [
            threading.Thread(target=work, args=(clients[number % 4],)) for number in range(MANY)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return totals


def test_tasks_make_one_refresh(sandbox: Sandbox, runs: int) -> None:
    async def run(store: TokenStore, location_id: str) -> list[int | None]:
        clients = [
            AsyncAssociationsClient(one, location_id, transport=sandbox.transport(), pace=None)
            for one in four_apps(sandbox, store, location_id)
        ]
        calls = [clients[number % 4].associations.list() for number in range(MANY)]
        totals = [page.total for page in await asyncio.gather(*calls)]
        for client in clients:
            await client.close()
        return totals

    for run_number in range(1, runs + 1):
        store, location_id = MemoryTokenStore(), new_location()
        install(sandbox, store, location_id)
        assert asyncio.run(run(store, location_id)) == [4] * MANY
        assert len(sandbox.oauth.refreshes) == run_number


def digest_of(url: str, kind: str, place: str, location_id: str) -> str:
    """Return the digest of a token that a new process finds or renews."""
    oauth = OAuth(*APP, store=SHARED[kind](place), base_url=url)
    return token_digest(oauth.token(location_id))


def test_processes_make_one_refresh(
    sandbox: Sandbox, shared: tuple[str, str], location_ids: list[str], store: TokenStore
) -> None:
    spawning = get_context("spawn")
    with (
        sandbox.serve() as server,
        ProcessPoolExecutor(PROCESSES, mp_context=spawning) as processes,
    ):
        for location_id in location_ids:
            digest = partial(digest_of, server.url, *shared)
            found = set(processes.map(digest, [location_id] * 4 * PROCESSES))
            saved = store.load(f"sandbox-app:location:{location_id}")
            assert saved is not None
            assert found == {saved.digest}
