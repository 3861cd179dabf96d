"""One client for many threads, tasks and event loops, green ones too, and beside httpx's fork."""

import asyncio
import threading
from typing import Any

import pytest

from facade import AssociationsClient, AsyncAssociationsClient
from facade.testing import Sandbox, Server
from tests.facade.bulk.runs import PAIRS, related_pairs, seed_owner_pet
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
        print([one.id for one in client.associations.iterate()][:2])
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


# In a process of its own, where asyncio warns of no connection of a loop that was closed.
LOOPS_IN_THREADS = """
import asyncio, sys, threading
from facade import AsyncAssociationsClient
from facade.testing import Sandbox

sys.setswitchinterval(1e-6)
sandbox, errors = Sandbox(), []
with sandbox.serve() as server:
    client = AsyncAssociationsClient(
        sandbox.token, sandbox.location_id, base_url=server.url, pace=None
    )

    async def one():
        await client.associations.list()

    def work():
        for _ in range(20):
            try:
                asyncio.run(one())
            except BaseException as error:
                errors.append(repr(error))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asyncio.run(client.close())
print(errors)
"""


def test_event_loops_of_several_threads_share_a_client() -> None:
    assert run_program(LOOPS_IN_THREADS) == ["[]"]


LOOPS = """
import asyncio, os, resource, signal
from facade import AsyncAssociationsClient

signal.alarm(120)  # ends the program if a defect lets it wait for ever
resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))

def sockets():
    names = []
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            names.append(os.readlink(f"/proc/self/fd/{{descriptor}}"))
        except FileNotFoundError:  # the descriptor of the listing itself
            pass
    return sum(name.startswith("socket:") for name in names)

before = sockets()
client = AsyncAssociationsClient({token!r}, {location!r}, base_url={url!r}, pace=None)

async def calls():
    pages = await asyncio.gather(*(client.relations.list("1") for _ in range(4)))
    return [page.total for page in pages]

for _ in range(100):
    assert asyncio.run(calls()) == [0] * 4
asyncio.run(client.close())
print(sockets() - before)
"""


def test_a_client_closes_the_connections_of_event_loops_that_have_ended(sandbox: Sandbox) -> None:
    with sandbox.serve() as server:
        program = LOOPS.format(token=sandbox.token, location=sandbox.location_id, url=server.url)
        # Connections of a loop that has ended are closed when they are found, not in time for it.
        assert run_program(program, "-W", "ignore::ResourceWarning") == ["0"]


# The alarm ends a program that a defect would let wait for ever.
START = "import signal; signal.alarm(120)\n"

BLOCKING = """
from collections import Counter
from facade import AssociationsClient
from facade.bulk import ensure_many

pairs = [(f"contact-{{number:03}}", f"pet-{{number:03}}") for number in range(40)]
with AssociationsClient({token!r}, {location!r}, base_url={url!r}) as client:
    print(client.associations.get_by_key("owner_pet").key)
    outcomes = list(ensure_many(client, pairs, association="owner_pet"))
    print(Counter(outcome.status for outcome in outcomes))
    print(client.relations.list("contact-000").total)
"""

TOGETHER = """
with AssociationsClient({token!r}, {location!r}, base_url={url!r}) as client:
    def totals(number):
        return client.relations.list(f"contact-{{number:03}}").total
    print(sum(spawn(totals, range(40))))
"""

GEVENT = """
from gevent import monkey
monkey.patch_all()
from gevent.pool import Pool

def spawn(function, items):
    return Pool(20).map(function, items)
"""

EVENTLET = """
import eventlet
eventlet.monkey_patch()

def spawn(function, items):
    return list(eventlet.GreenPool(20).imap(function, items))
"""

UVLOOP = """
import asyncio
from collections import Counter
import uvloop
from facade import AsyncAssociationsClient
from facade.bulk import aensure_many

pairs = [(f"contact-{{number:03}}", f"pet-{{number:03}}") for number in range(40)]

async def main():
    client = AsyncAssociationsClient({token!r}, {location!r}, base_url={url!r})
    async with client:
        print((await client.associations.get_by_key("owner_pet")).key)
        outcomes = aensure_many(client, pairs, association="owner_pet")
        print(Counter([outcome.status async for outcome in outcomes]))
        pages = [client.relations.list(f"contact-{{number:03}}") for number in range(40)]
        totals = [page.total for page in await asyncio.gather(*pages)]
        print(totals[0])
        print(sum(totals))

with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
    runner.run(main())
"""


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(GEVENT + BLOCKING + TOGETHER, id="gevent"),
        pytest.param(EVENTLET + BLOCKING + TOGETHER, id="eventlet"),
        pytest.param(UVLOOP, id="uvloop"),
    ],
)
def test_a_list_and_forty_pairs_and_forty_concurrent_lists_are_answered(
    program: str, sandbox: Sandbox
) -> None:
    seed_owner_pet(sandbox)
    with sandbox.serve() as server:
        program = program.format(token=sandbox.token, location=sandbox.location_id, url=server.url)
        # eventlet warns that it is deprecated.
        assert run_program(START + program, "-W", "ignore") == [
            "owner_pet",
            "Counter({'created': 40})",
            "1",
            "40",
        ]
    assert related_pairs(sandbox) == PAIRS[:40]
