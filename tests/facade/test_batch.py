"""Several relations with one request: what is sent, and what its answer says of those that failed.

No client has this operation, so it is created from the relations of a client.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from facade import (
    AssociationsClient,
    AsyncAssociationsClient,
    ContractError,
    NotFoundError,
    ServerError,
)
from facade._async.batch import AsyncRelationBatch
from facade._sync.batch import RelationBatch
from facade.testing import Sandbox
from tests.facade.driving import Mode
from tests.facade.responding import TOKEN, in_turn

PAIRS = [("c1", "p1"), ("c2", "p2")]
Create = Callable[..., list[object]]


@pytest.fixture
def create(mode: Mode) -> Create:
    """Create relations under an association with a client of either kind, of one location."""

    def blocking(transport: Any, association_id: str, **options: Any) -> list[object]:
        with AssociationsClient(TOKEN, "other", transport=transport) as client:
            batch = RelationBatch.for_relations(client.for_location("loc").relations)
            return batch.create(association_id, iter(PAIRS), **options)

    async def in_tasks(transport: Any, association_id: str, **options: Any) -> list[object]:
        async with AsyncAssociationsClient(TOKEN, "other", transport=transport) as client:
            batch = AsyncRelationBatch.for_relations(client.for_location("loc").relations)
            return await batch.create(association_id, iter(PAIRS), **options)

    if mode == "blocking":
        return blocking
    return lambda *args, **options: asyncio.run(in_tasks(*args, **options))


def test_all_pairs_are_in_one_request_for_the_location_of_the_relations(create: Create) -> None:
    sandbox = Sandbox(token=TOKEN, location_id="loc")
    association = sandbox.seed_association(key="k", second_object_key="custom_objects.pet")["id"]
    assert create(sandbox.transport(), association) == []
    (sent,) = sandbox.requests
    assert (sent.method, sent.path, sent.version) == (
        "POST",
        "/associations/relations/bulk",
        "2021-07-28",
    )
    assert sent.body == {
        "locationId": "loc",
        "add": [
            {"associationId": association, "firstRecordId": "c1", "secondRecordId": "p1"},
            {"associationId": association, "firstRecordId": "c2", "secondRecordId": "p2"},
        ],
    }
    made = [(one["firstRecordId"], one["secondRecordId"]) for one in sandbox.relations()]
    assert made == PAIRS


@pytest.mark.parametrize("errored", [[], [{"error": "record[p1]"}], [None, "odd"]])
def test_the_entries_of_what_failed_are_returned_as_they_came(
    create: Create, errored: list[object]
) -> None:
    body = {"results": {"errored": errored, "added": 1}}
    transport, _ = in_turn(httpx.Response(201, json=body))
    assert create(transport, "a1") == errored


@pytest.mark.parametrize(
    "body", [None, [], {}, {"results": []}, {"results": {}}, {"results": {"errored": {}}}]
)
def test_an_answer_without_a_list_of_them_is_a_contract_error(create: Create, body: Any) -> None:
    transport, _ = in_turn(httpx.Response(200, json=body))
    with pytest.raises(ContractError):
        create(transport, "a1")


def test_the_options_of_a_call_are_those_of_its_request(create: Create) -> None:
    transport, requests = in_turn(httpx.Response(404))
    with pytest.raises(NotFoundError):
        create(transport, "a1", extra_headers={"X-Request-Id": "r-1"}, timeout=2)
    (sent,) = requests
    assert sent.headers["x-request-id"] == "r-1"
    assert sent.extensions["timeout"]["read"] == 2


def test_a_batch_that_may_have_been_created_is_not_sent_again(create: Create) -> None:
    transport, requests = in_turn(httpx.Response(502))
    with pytest.raises(ServerError):
        create(transport, "a1")
    assert len(requests) == 1
