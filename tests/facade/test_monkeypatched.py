"""Apps with green threads, and apps with another event loop, get the answers of a real server."""

import pytest

from facade.testing import Sandbox
from tests.facade.bulk.runs import PAIRS, related_pairs, seed_owner_pet
from tests.facade.driving import run_program

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
