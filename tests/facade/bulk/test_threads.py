"""ensure_many with threads: as many at once as allowed, and all of them end."""

import threading
from typing import Any

import httpx

from facade.bulk import ensure_many
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
        assert not [one for one in threading.enumerate() if one.name.startswith("ensure_many")]
    assert {one.status for one in outcomes} == {"created"}
