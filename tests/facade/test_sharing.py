"""One client for many threads, tasks and event loops, green ones too, and beside httpx's fork."""

import pytest

from facade.testing import Sandbox
from tests.facade.bulk.runs import PAIRS, related_pairs, seed_owner_pet
from tests.facade.driving import run_program

# The alarm ends a program that a defect would let wait for ever.
START = """
{first}
import asyncio, os, signal, sys, threading
from collections import Counter
signal.alarm(120)
from facade import AssociationsClient, AsyncAssociationsClient, NotFoundError
from facade.bulk import aensure_many, ensure_many
whose = {sandbox.token!r}, {sandbox.location_id!r}
client = {kind}AssociationsClient(*whose, base_url={url!r}, pace=None)
pairs = [(f"contact-{{number:03}}", f"pet-{{number:03}}") for number in range(40)]
"""


def run(
    program: str, sandbox: Sandbox, *options: str, kind: str = "Async", first: str = ""
) -> list[str]:
    """Run a program that has a client of the sandbox; `first` comes before all imports."""
    with sandbox.serve() as server:
        start = START.format(sandbox=sandbox, url=server.url, kind=kind, first=first)
        return run_program(start + program, *options)


ALIASED = """
import httpx
assert httpx.Client is httpx2.Client, "httpx is not aliased"
with client:
    print(len([*client.associations.iterate()]))
    try:
        client.associations.get("nothing")
    except NotFoundError as error:
        print(error.status_code)
"""


def test_it_works_in_a_process_that_has_aliased_httpx_to_its_fork(sandbox: Sandbox) -> None:
    first = "import httpx2; httpx2.alias_httpx()"
    found = run(ALIASED, sandbox, "-W", "error", kind="", first=first)
    assert found == ["4", "404"]


LOOPS = """
sys.setswitchinterval(1e-6)

def open_files():
    return len(os.listdir("/proc/self/fd"))

before, errors, opened = open_files(), [], []

async def calls():
    await asyncio.gather(*(client.relations.list("1") for _ in range(4)))

def work():
    for _ in range(15):
        try:
            asyncio.run(calls())
        except BaseException as error:
            errors.append(repr(error))
        opened.append(open_files() - before)

threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(errors, max(opened) < 100)
asyncio.run(client.close())
print(open_files() - before)
"""


def test_event_loops_of_several_threads_share_a_client(sandbox: Sandbox) -> None:
    # Connections of a loop that has ended are closed when they are found, not in time for it.
    assert run(LOOPS, sandbox, "-W", "ignore::ResourceWarning") == ["[] True", "0"]


GREEN = """
with client:
    outcomes = ensure_many(client, pairs, association="owner_pet")
    print(Counter(outcome.status for outcome in outcomes))
    totals = map_green(lambda pair: client.relations.list(pair[0]).total, pairs)
    print(sum(totals))
"""
GEVENT = """
from gevent import monkey
monkey.patch_all()
from gevent.pool import Pool
map_green = Pool(20).map
"""
EVENTLET = """
import eventlet
eventlet.monkey_patch()
map_green = eventlet.GreenPool(20).imap
"""
UVLOOP = """
import uvloop

async def main():
    async with client:
        outcomes = aensure_many(client, pairs, association="owner_pet")
        print(Counter([outcome.status async for outcome in outcomes]))
        pages = await asyncio.gather(*(client.relations.list(one) for one, _ in pairs))
        print(sum(page.total for page in pages))

with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
    runner.run(main())
"""


@pytest.mark.parametrize(
    ("kind", "first", "program"),
    [
        pytest.param("", GEVENT, GREEN, id="gevent"),
        pytest.param("", EVENTLET, GREEN, id="eventlet"),
        pytest.param("Async", "", UVLOOP, id="uvloop"),
    ],
)
def test_loops_of_other_libraries(sandbox: Sandbox, kind: str, first: str, program: str) -> None:
    seed_owner_pet(sandbox)
    # eventlet warns that it is deprecated.
    found = run(program, sandbox, "-W", "ignore", kind=kind, first=first)
    assert found == ["Counter({'created': 40})", "40"]
    assert related_pairs(sandbox) == PAIRS[:40]
