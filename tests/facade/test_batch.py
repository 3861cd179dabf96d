"""Several relations with one request: what is sent, and what its answer says of those that failed.

No client has this operation, so it is created from the relations of a client.
"""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from facade import ContractError, DeadlineError, ServerError
from facade._async.batch import AsyncRelationBatch
from facade.testing import Sandbox
from tests.facade.driving import Clients
from tests.facade.responding import TOKEN, in_turn

PAIRS = [("c1", "p1"), ("c2", "p2")]
Create = Callable[..., list[object]]


@pytest.fixture
def create(clients: Clients) -> Create:
    """Create relations under an association of a location, through a transport."""

    def create(transport: Any, association_id: str, **options: Any) -> list[object]:
        client = clients(TOKEN, "other", transport=transport).for_location("loc")
        batch = AsyncRelationBatch.for_relations(client.relations._inner)
        found: list[object] = client._drive(batch.create)(association_id, iter(PAIRS), **options)
        return found

    return create


def test_all_pairs_are_in_one_request_for_the_location_of_the_relations(create: Create) -> None:
    sandbox = Sandbox(token=TOKEN, location_id="loc")
    association = sandbox.seed_association(key="k", second_object_key="custom_objects.pet")["id"]
    assert create(sandbox.transport(), association) == []
    (sent,) = sandbox.requests
    assert (sent.method, sent.path) == ("POST", "/associations/relations/bulk")
    assert sent.body == {
        "locationId": "loc",
        "add": [
            {"associationId": association, "firstRecordId": "c1", "secondRecordId": "p1"},
            {"associationId": association, "firstRecordId": "c2", "secondRecordId": "p2"},
        ],
    }
    made = [(one["firstRecordId"], one["secondRecordId"]) for one in sandbox.relations()]
    assert made == PAIRS


def test_the_entries_of_what_failed_are_returned_as_they_came(create: Create) -> None:
    for errored in ([], [{"error": "record[p1]"}], [None, "odd"]):
        body = {"results": {"errored": errored, "added": 1}}
        assert create(in_turn(httpx.Response(201, json=body))[0], "a1") == errored
    with pytest.raises(ContractError):
        create(in_turn(httpx.Response(200, json={"results": {}}))[0], "a1")


def test_the_options_of_a_call_are_those_of_its_request(create: Create) -> None:
    transport, requests = in_turn(httpx.Response(201, json={"results": {"errored": []}}))
    create(transport, "a1", extra_headers={"X-Request-Id": "r-1"}, timeout=2)
    (sent,) = requests
    assert sent.headers["x-request-id"] == "r-1"
    assert sent.extensions["timeout"]["read"] == 2
    with pytest.raises(DeadlineError):
        create(transport, "a1", deadline=-1)


def test_a_batch_that_may_have_been_created_is_not_sent_again(create: Create) -> None:
    transport, requests = in_turn(httpx.Response(502))
    with pytest.raises(ServerError):
        create(transport, "a1")
    assert len(requests) == 1
