"""A small response that decodes to a large one is an error, and takes little memory.

As `Content-Encoding: gzip, gzip`, two kilobytes become 1.2 GB.
"""

import zlib

import pytest

from facade.testing import Fault, Response, Sandbox
from tests.facade.bulk.runs import seed_owner_pet
from tests.facade.driving import Mode, run_program

pytestmark = pytest.mark.both

MAX_GROWTH = 64_000_000  # bytes of memory that a call may take at its peak

PROGRAM = """
import asyncio, resource, signal
import httpx
from facade import AssociationsClient, AsyncAssociationsClient, AssociationsError

signal.alarm(120)  # ends a program that a defect would keep busy
resource.setrlimit(resource.RLIMIT_AS, (4 * 10**9, 4 * 10**9))  # spares the machine

pair = {{"first_record_id": "c", "second_record_id": "p"}}

def made(kind, transport):
    options = {{"transport": transport()}} if {has_transport} else {{}}
    token, location = {token!r}, {location!r}
    return kind(token, location, base_url={url!r}, pace=None, retries=0, **options)

async def main(what):
    async with made(AsyncAssociationsClient, httpx.AsyncHTTPTransport) as client:
        if what == "warm":
            return await client.associations.list()
        if what == "read":
            return await client.relations.list("c")
        return await client.relations.create("{association}", **pair)

def blocking(what):
    with made(AssociationsClient, httpx.HTTPTransport) as client:
        if what == "warm":
            return client.associations.list()
        if what == "read":
            return client.relations.list("c")
        return client.relations.create("{association}", **pair)

def call(what):
    return asyncio.run(main(what)) if {mode!r} == "async" else blocking(what)

call("warm")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    outcome = call({what!r}).first_record_id
except AssociationsError as error:
    outcome = type(error).__name__
growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(outcome, growth * 1024)
"""


def gzip_of_zeros(count: int) -> bytes:
    """Return the gzip of so many zeros, without their compression of all in one."""
    part = 10_000_000
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    # After a full flush, the compressed bytes of each part are the same.
    first = deflate.compress(bytes(part)) + deflate.flush(zlib.Z_FULL_FLUSH)
    checksum = 0
    for _ in range(count // part):
        checksum = zlib.crc32(bytes(part), checksum)
    end = deflate.flush(zlib.Z_FINISH)
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    tail = checksum.to_bytes(4, "little") + count.to_bytes(4, "little")
    return head + first * (count // part) + end + tail


@pytest.fixture(scope="session")
def bomb() -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, 31)
    return deflate.compress(gzip_of_zeros(1_200_000_000)) + deflate.flush()


def explode(bomb: bytes) -> Fault:
    """Do the work, and respond with the bomb."""

    def respond(response: Response) -> Response:
        encoding = {"Content-Type": "application/json", "Content-Encoding": "gzip, gzip"}
        return Response(response.status, bomb, encoding)

    return Fault(afterwards=respond)


def outcome_of(sandbox: Sandbox, mode: Mode, *, has_transport: bool, what: str) -> str:
    """Make a call in a program; return its outcome if it took little memory."""
    association = seed_owner_pet(sandbox).id
    with sandbox.serve() as server:
        program = PROGRAM.format(
            association=association,
            has_transport=has_transport,
            location=sandbox.location_id,
            mode=mode,
            token=sandbox.token,
            url=server.url,
            what=what,
        )
        (line,) = run_program(program)
    outcome, growth = line.split()
    assert int(growth) < MAX_GROWTH
    return outcome


def test_the_bomb_is_small_and_decodes_to_a_gigabyte(bomb: bytes) -> None:
    assert len(bomb) < 3000
    outer, inner, size = zlib.decompressobj(31), zlib.decompressobj(31), 0
    left = outer.decompress(bomb)
    while left:
        size += len(inner.decompress(left, 10_000_000))
        left = inner.unconsumed_tail
    size += len(inner.flush())
    assert (size, inner.eof) == (1_200_000_000, True)


@pytest.mark.parametrize("has_transport", [False, True])
def test_a_read_raises_response_too_large(
    mode: Mode, has_transport: bool, bomb: bytes, sandbox: Sandbox
) -> None:
    sandbox.misbehave(explode(bomb), on="list_relations")
    outcome = outcome_of(sandbox, mode, has_transport=has_transport, what="read")
    assert outcome == "ResponseTooLargeError"


@pytest.mark.parametrize("has_transport", [False, True])
def test_the_outcome_of_a_creation_is_looked_up(
    mode: Mode, has_transport: bool, bomb: bytes, sandbox: Sandbox
) -> None:
    sandbox.misbehave(explode(bomb), on="create_relation")
    assert outcome_of(sandbox, mode, has_transport=has_transport, what="create") == "c"
    assert len(sandbox.relations()) == 1
    requests = [one.operation for one in sandbox.requests]
    assert requests.count("create_relation") == 1
    assert "list_relations" in requests
