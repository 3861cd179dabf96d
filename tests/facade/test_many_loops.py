"""One async client in many event loops, one after the other, keeps few connections open."""

import pytest

from facade.testing import Sandbox
from tests.facade.driving import run_program

PROGRAM = """
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
    pages = await asyncio.gather(*(client.relations.list("1") for _ in range({calls})))
    return [page.total for page in pages]

for _ in range({loops}):
    assert asyncio.run(calls()) == [0] * {calls}
asyncio.run(client.close())
print(sockets() - before)
"""


@pytest.mark.parametrize(("loops", "calls"), [(250, 1), (60, 8)])
def test_all_are_answered_and_close_in_another_loop_closes_every_connection(
    loops: int, calls: int, sandbox: Sandbox
) -> None:
    with sandbox.serve() as server:
        program = PROGRAM.format(
            token=sandbox.token,
            location=sandbox.location_id,
            url=server.url,
            loops=loops,
            calls=calls,
        )
        # Connections of a loop that has ended are closed when they are found, not in time for it.
        assert run_program(program, "-W", "ignore::ResourceWarning") == ["0"]
