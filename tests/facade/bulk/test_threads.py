"""ensure_many with threads: as many at once as allowed, and all of them end."""

import threading
from typing import Any

import httpx

from facade import AssociationsClient
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


def test_closing_the_generator_ends_the_run(client: AssociationsClient, sandbox: Sandbox) -> None:
    outcomes = ensure_many(client, PAIRS, association=seed_owner_pet(sandbox), concurrency=2)
    next(outcomes)
    outcomes.close()
    assert len(sandbox.requests) <= 1 + 2 * 16
    assert not [one for one in threading.enumerate() if one.name.startswith("ensure_many")]


def test_on_leaving_what_has_begun_is_finished_and_the_rest_is_cancelled() -> None:
    begun, leaving = threading.Event(), threading.Event()
    done: list[str] = []

    def first() -> None:
        begun.set()
        assert leaving.wait(60)
        done.append("first")

    with Workers(1) as workers:
        workers.start(first)
        workers.start(lambda: done.append("second"))
        assert begun.wait(60)
        # The queue is emptied while the first piece of work waits.
        threading.Timer(0.05, leaving.set).start()
    assert done == ["first"]
