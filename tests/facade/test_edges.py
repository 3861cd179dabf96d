"""Edges of a call: failures beside its request, threads with event loops, odd headers."""

import gzip
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import facade
from facade import AssociationsClient, LocalPace
from facade.testing import Sandbox, faults
from generated_client.api.associations import list_associations
from tests.facade.driving import Clients, Clock, run_program
from tests.facade.responding import TOKEN

PAIR = {"first_record_id": "ann", "second_record_id": "rex"}


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


class FailingSource:
    """A token source whose token number `fails_at` cannot be had."""

    def __init__(self, token: str, fails_at: int) -> None:
        self._token, self._left = token, fails_at

    def has_fresh_token(self, location_id: str) -> bool:
        return True

    def token(self, location_id: str) -> str:
        self._left -= 1
        if not self._left:
            raise facade.AssociationsError("no token")
        return self._token

    def renew(self, location_id: str, refused_token: str) -> bool:
        return False


def test_a_failure_of_a_token_says_what_was_sent_before_it(
    clients: Clients, sandbox: Sandbox
) -> None:
    pets: str = sandbox.seed_association(key="k", second_object_key="custom_objects.pet")["id"]
    sandbox.misbehave(faults.drop("before_work"), on="create_relation", times=1)
    source = FailingSource(sandbox.token, 3)  # of a POST, a lookup, and the POST's repeat
    client = clients(source, sandbox.location_id, transport=sandbox.transport())
    with pytest.raises(facade.AssociationsError, match="no token") as raised:
        client.relations.create(pets, **PAIR)
    assert (raised.value.repeated, raised.value.attempts) == (True, 1)


EMPTY = b'{"associations": [], "total": 0}'


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ([(b"x-name", "é€".encode())], EMPTY),
        ([(b"x-name", b"\xe9")], EMPTY),
        ([(b"content-encoding", b"gzip")], gzip.compress(EMPTY)),
    ],
    ids=["utf-8", "latin-1", "gzip"],
)
def test_generated_code_gets_a_success_whatever_its_headers(
    headers: list[tuple[bytes, bytes]], content: bytes
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=headers, content=content)

    with AssociationsClient("pit-t", "loc", transport=httpx.MockTransport(answer)) as client:
        found = list_associations.sync_detailed(
            client=client.api, location_id="loc", skip=0, limit=10
        )
    assert found.status_code == 200


def test_a_call_whose_deadline_has_passed_takes_no_turn_and_looks_nothing_up(
    clients: Clients, sandbox: Sandbox
) -> None:
    pace = LocalPace(calls=1)
    client = clients(sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=pace)
    for options in ({}, {"pace": None}):
        client = clients(
            sandbox.token, sandbox.location_id, transport=sandbox.transport(), **options
        )
        with pytest.raises(facade.DeadlineError):
            client.relations.create("a", **PAIR, deadline=0)
    assert sandbox.requests == []
    assert pace.take(sandbox.location_id).wait == 0


def test_a_wait_for_the_first_turn_costs_no_retries(
    clients: Clients, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr("facade._core.retry.MAX_ELAPSED", 1.0)
    monkeypatch.setattr("time.monotonic", clock)
    clock.serve_waits(monkeypatch)
    pace = LocalPace(calls=1, clock=clock)
    client = clients(
        sandbox.token,
        sandbox.location_id,
        transport=sandbox.transport(),
        pace=pace,
        deadline=None,
        max_backoff=0,
    )
    client.associations.list()
    sandbox.misbehave(faults.rate_limit(retry_after=0), times=1)
    client.associations.list()
    assert [one.status for one in sandbox.requests] == [200, 429, 200]


def test_a_response_that_the_hook_of_an_own_client_closed_is_lost() -> None:
    class Stream(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield b"{}"

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Stream())

    hooks: Any = {"response": [lambda response: response.close()]}
    with (
        httpx.Client(transport=httpx.MockTransport(answer), event_hooks=hooks) as http_client,
        AssociationsClient(TOKEN, "loc", http_client=http_client, retries=0) as client,
        pytest.raises(facade.ConnectionLostError),
    ):
        client.associations.get("a1")
