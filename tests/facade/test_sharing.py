"""One client for many threads, tasks, loops and locations; how it is closed, copied, left open."""

import asyncio
import copy
import gc
import subprocess
import sys
import threading
import warnings
from typing import Any

import pytest

from facade import AssociationsClient, AsyncAssociationsClient
from facade._core.pool import AsyncPool
from facade.testing import Sandbox, Server

THREADS, TASKS = 32, 200


@pytest.fixture
def server(sandbox: Sandbox) -> Any:
    with sandbox.serve() as running:
        yield running


def test_one_client_is_safe_for_many_threads(sandbox: Sandbox, server: Server) -> None:
    association = sandbox.seed_association(key="k", second_object_key="custom_objects.pet")["id"]
    made: dict[int, str] = {}
    barrier = threading.Barrier(THREADS)
    with AssociationsClient(
        sandbox.token, sandbox.location_id, base_url=server.url, pace=None
    ) as client:

        def work(number: int) -> None:
            barrier.wait()
            for turn in range(5):
                pet = f"p{number}-{turn}"
                relation = client.relations.create(
                    association, first_record_id=f"c{number}", second_record_id=pet
                )
                made[number * 5 + turn] = relation.id
                assert relation.second_record_id == pet

        threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(set(made.values())) == THREADS * 5 == len(sandbox.relations())


def test_one_async_client_is_safe_for_many_tasks(sandbox: Sandbox, server: Server) -> None:
    association = sandbox.seed_association(key="k", second_object_key="custom_objects.pet")["id"]

    async def main() -> set[str]:
        async with AsyncAssociationsClient(
            sandbox.token, sandbox.location_id, base_url=server.url, pace=None
        ) as client:

            async def work(number: int) -> str:
                relation = await client.relations.create(
                    association, first_record_id=f"c{number}", second_record_id=f"p{number}"
                )
                assert relation.second_record_id == f"p{number}"
                return relation.id

            return set(await asyncio.gather(*map(work, range(TASKS))))

    assert len(asyncio.run(main())) == TASKS


TWO_LOOPS = """
import asyncio
from facade import AsyncAssociationsClient
from facade.testing import Sandbox

sandbox = Sandbox()
with sandbox.serve() as server:
    client = AsyncAssociationsClient(sandbox.token, sandbox.location_id, base_url=server.url)

    async def total():
        return (await client.associations.list()).total

    print(asyncio.run(total()), asyncio.run(total()))
    asyncio.run(client.close())
"""


def test_an_async_client_works_in_a_second_event_loop() -> None:
    # In a process of its own: the connections of the first loop can only be left to the collector.
    assert run(TWO_LOOPS) == ["2 2"]


def test_no_more_connections_are_opened_than_there_are_concurrent_calls(
    sandbox: Sandbox, server: Server
) -> None:
    opened: list[Any] = []

    async def main() -> None:
        async with AsyncAssociationsClient(
            sandbox.token, sandbox.location_id, base_url=server.url, pace=None
        ) as client:
            for _ in range(3):
                await asyncio.gather(*(client.associations.list() for _ in range(50)))
            pool = client._transport._inner
            assert isinstance(pool, AsyncPool)
            for small in pool._of_this_loop().members:
                opened.extend(small.transport._pool.connections)

    asyncio.run(main())
    assert 1 <= len(opened) <= 50


def test_closing_twice_is_fine_and_a_closed_client_says_so(client: Any, sandbox: Sandbox) -> None:
    client.associations.list()
    client.close()
    client.close()
    with pytest.raises(RuntimeError, match="this client is closed"):
        client.associations.list()


def test_closing_a_client_for_another_location_leaves_the_connections(
    client: Any, sandbox: Sandbox
) -> None:
    sandbox.add_location("other")
    other = client.for_location("other")
    other.close()
    assert len(client.associations.list()) == 2
    assert len(other.associations.list()) == 2


def leave_open() -> None:
    AssociationsClient("pit-t", "loc").for_location("other")


def test_a_client_that_was_not_closed_warns_once() -> None:
    gc.collect()  # what other tests left
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        leave_open()
        gc.collect()
    assert [str(one.message) for one in caught] == [
        "a client was not closed: use `with`, or call close()"
    ]


def test_a_client_that_could_not_be_made_does_not_warn() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(ValueError, match="location_id"):
            AssociationsClient("pit-t", "")
        gc.collect()
    assert caught == []


def test_a_copy_is_a_client_through_the_same_connections(sandbox: Sandbox) -> None:
    with AssociationsClient(
        sandbox.token, sandbox.location_id, transport=sandbox.transport()
    ) as client:
        assert len(copy.copy(client).associations.list()) == 2


@pytest.mark.parametrize(
    ("environment", "base_url", "expected"),
    [
        ({}, "https://api.test", None),
        ({"https_proxy": "http://p:1"}, "https://api.test", "http://p:1"),
        ({"https_proxy": "http://p:1"}, "http://api.test", None),
        ({"all_proxy": "http://p:2"}, "http://api.test", "http://p:2"),
        ({"https_proxy": "http://p:1", "no_proxy": "api.test"}, "https://api.test", None),
    ],
)
def test_a_proxy_of_the_environment_is_used(
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    base_url: str,
    expected: str | None,
) -> None:
    from facade._core.pool import _proxy_for

    for name in ("https_proxy", "http_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert _proxy_for(base_url) == expected


def test_a_cancelled_task_leaves_a_client_that_works(sandbox: Sandbox) -> None:
    from facade.testing import faults

    async def main() -> int:
        async with AsyncAssociationsClient(
            sandbox.token, sandbox.location_id, transport=sandbox.transport()
        ) as client:
            slow = sandbox.misbehave(faults.delay(3600), times=1)
            task = asyncio.create_task(client.associations.list(timeout=7200))
            while not slow.hits:
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return len(await client.associations.list())

    assert asyncio.run(main()) == 2


ALIASED = """
import httpx2
httpx2.alias_httpx()
import httpx
assert httpx.Client is httpx2.Client, "httpx is not aliased"
from facade import AssociationsClient, NotFoundError
from facade.testing import Sandbox
sandbox = Sandbox()
with sandbox.serve() as server:
    with AssociationsClient(sandbox.token, sandbox.location_id, base_url=server.url) as client:
        print([one.id for one in client.associations.iterate()])
        try:
            client.associations.get("nothing")
        except NotFoundError as error:
            print(error.status_code)
"""


def test_it_works_in_a_process_that_has_aliased_httpx_to_its_fork() -> None:
    assert run(ALIASED, "-W", "error") == [
        "['OPPORTUNITIES_CONTACTS_ASSOCIATION', 'BUSINESSES_CONTACTS_ASSOCIATION']",
        "404",
    ]


def run(program: str, *options: str) -> list[str]:
    """Run a program in a process of its own; it must end well and complain of nothing."""
    done = subprocess.run(
        [sys.executable, *options, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()
