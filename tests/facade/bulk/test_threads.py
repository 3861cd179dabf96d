"""ensure_many with threads: as many at once as allowed, and all of them end."""

import threading
from typing import Any

import httpx
import pytest

from facade.bulk import ensure_many
from facade.bulk.threads import Workers
from facade.testing import Sandbox, SandboxTransport
from tests.facade.bulk.runs import PAIRS, make_client, seed_owner_pet


def test_as_many_pairs_are_in_flight_as_the_concurrency_allows(sandbox: Sandbox) -> None:
    five_requests = threading.Barrier(5)

    class MeetingTransport(SandboxTransport):
        def handle_request(self, request: httpx.Request) -> Any:
            five_requests.wait(60)
            return super().handle_request(request)

    with make_client(sandbox, transport=MeetingTransport(sandbox.exchange)) as client:
        outcomes = list(
            ensure_many(client, PAIRS[:20], association=seed_owner_pet(sandbox), concurrency=5)
        )
    assert {one.status for one in outcomes} == {"created"}


def test_work_that_comes_while_the_last_worker_ends_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[str] = []
    take = Workers._next

    def take_and_add(workers: Workers, thread: Any) -> Any:
        found = take(workers, thread)
        if found is None and done == ["first"]:
            workers.start(lambda: done.append("second"))
        return found

    monkeypatch.setattr(Workers, "_next", take_and_add)
    with Workers(1) as workers:
        workers.start(lambda: done.append("first"))
    assert done == ["first", "second"]
