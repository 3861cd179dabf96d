"""One client for many threads and tasks, and in a process that has aliased httpx."""

import asyncio
import threading
from typing import Any

import pytest

from facade import (
    AssociationsClient,
    AsyncAssociationsClient,
)
from facade.testing import Sandbox, Server, faults
from tests.facade.driving import run_program

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
    assert run_program(ALIASED, "-W", "error") == [
        "['OPPORTUNITIES_CONTACTS_ASSOCIATION', 'BUSINESSES_CONTACTS_ASSOCIATION']",
        "404",
    ]


def test_a_cancelled_task_leaves_a_client_that_works(sandbox: Sandbox) -> None:
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
