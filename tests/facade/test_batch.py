"""Several relations with one request: what is sent, and what its answer says of those that failed.

No client has this operation, so it is created from the relations of a client.
"""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from facade import ContractError, DeadlineError, ServerError
from facade._async.batch import AsyncRelationBatch
from tests.facade.driving import Clients
from tests.facade.responding import TOKEN, in_turn

Create = Callable[..., tuple[list[object], list[httpx.Request]]]
DONE = httpx.Response(201, json={"results": {"errored": []}})


@pytest.fixture
def create(clients: Clients) -> Create:
    """Create two relations through a server with one answer; return the failures and requests."""

    def create(answer: httpx.Response = DONE, **options: Any) -> Any:
        transport, requests = in_turn(answer)
        client = clients(TOKEN, "other", transport=transport).for_location("loc")
        batch = AsyncRelationBatch.for_relations(client.relations._inner)
        pairs = iter([("c1", "p1"), ("c2", "p2")])
        return client._drive(batch.create)("a1", pairs, **options), requests

    return create


def test_all_pairs_are_in_one_request_for_the_location_of_the_relations(create: Create) -> None:
    failed, (sent,) = create(extra_headers={"X-Request-Id": "r-1"}, timeout=2)
    assert failed == []
    assert (sent.method, sent.url.path) == ("POST", "/associations/relations/bulk")
    assert json.loads(sent.content) == {
        "locationId": "loc",
        "add": [
            {"associationId": "a1", "firstRecordId": "c1", "secondRecordId": "p1"},
            {"associationId": "a1", "firstRecordId": "c2", "secondRecordId": "p2"},
        ],
    }
    assert sent.headers["x-request-id"] == "r-1"
    assert sent.extensions["timeout"]["read"] == 2


def test_the_entries_of_what_failed_are_returned_as_they_came(create: Create) -> None:
    for errored in ([{"error": "record[p1]"}], [None, "odd"]):
        body = {"results": {"errored": errored, "added": 1}}
        assert create(httpx.Response(201, json=body))[0] == errored


@pytest.mark.parametrize(
    ("answer", "options", "error", "attempts"),
    [
        (httpx.Response(200, json={"results": {}}), {}, ContractError, 1),
        (httpx.Response(502), {}, ServerError, 1),  # it may have been created
        (DONE, {"deadline": -1}, DeadlineError, 0),
    ],
)
def test_a_batch_that_fails_is_not_sent_again(
    create: Create, answer: httpx.Response, options: Any, error: Any, attempts: int
) -> None:
    with pytest.raises(error) as raised:
        create(answer, **options)
    assert raised.value.attempts == attempts
