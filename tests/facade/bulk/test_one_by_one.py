"""Pairs that are ensured one after the other: what is told of each, and when it ends."""

import json
from typing import Any

import httpx
import pytest

from facade import (
    Association,
    ContractError,
    DuplicateRelationError,
    RelationLimitError,
    ServerError,
)
from facade._core.retry import MAX_BACKOFF
from facade.bulk._async.one_by_one import AsyncPatientRelations
from facade.bulk.outcomes import Outcome, Status
from facade.testing import Fault, Sandbox, faults
from tests.facade.bulk.runs import run, seed_owner_pet, spread, statuses
from tests.facade.driving import Clients
from tests.facade.responding import TOKEN, in_turn

(PAIR,) = spread(1)


def ensured(sandbox: Sandbox, *, exists: bool = False, **options: Any) -> Outcome:
    """Ensure one pair, and return its outcome."""
    association = seed_owner_pet(sandbox)
    if exists:
        sandbox.seed_relation(association.id, *PAIR)
    (outcome,) = run("async", sandbox, [PAIR], association=association, **options)
    if outcome.status != "failed":
        (relation,) = sandbox.relations()
        assert outcome.relation_id in (None, relation["id"])
    return outcome


LOST, EMPTY = faults.drop("after_work"), faults.alter(lambda body: {**body, "relations": []})
CREATE, LIST = "create_relation", "list_relations"
Faults = list[tuple[str, Fault, int | None]]


@pytest.mark.parametrize(
    ("given", "exists", "details", "status", "is_known", "at_most"),
    [
        ([], False, False, "created", True, 1),
        ([], False, True, "created", True, 1),
        ([], True, False, "existing", False, 1),
        ([], True, True, "existing", True, 3),
        # A look-up finds it after a lost answer.
        ([(CREATE, LOST, 1)], False, False, "related", True, 3),
        ([(CREATE, LOST, 1)], True, False, "related", True, 3),
        ([(CREATE, faults.fail(503, after_work=True), 1)], False, False, "related", True, 3),
        ([(CREATE, faults.fail(422, after_work=True), 1)], False, False, "related", True, 3),
        # It finds nothing, and a second request is refused.
        ([(CREATE, LOST, 1), (LIST, EMPTY, None)], False, False, "related", False, 14),
        ([(CREATE, LOST, 1), (LIST, EMPTY, 2)], False, True, "related", True, 9),
        # It finds nothing, and a second request succeeds.
        ([(CREATE, faults.drop("before_work"), 1)], False, False, "created", True, 9),
        ([(CREATE, faults.fail(502), 1)], False, False, "created", True, 9),
        # The success has no relation.
        ([(CREATE, faults.html(), None)], False, False, "created", True, 3),
        # A run waits longer than a single call.
        ([(CREATE, faults.rate_limit(retry_after=100), 1)], False, False, "created", True, 2),
    ],
)
def test_each_pair_is_told_as_what_is_known_of_it(
    sandbox: Sandbox,
    given: Faults,
    exists: bool,
    details: bool,
    status: Status,
    is_known: bool,
    at_most: int,
) -> None:
    for operation, fault, times in given:
        sandbox.misbehave(fault, on=operation, times=times)
    outcome = ensured(sandbox, exists=exists, details=details)
    assert (outcome.status, outcome.relation_id is not None) == (status, is_known)
    assert len(sandbox.requests) <= at_most


@pytest.mark.parametrize("there", [PAIR, ("somebody", PAIR[1])])
def test_where_a_limit_is_reached_a_pair_exists_or_fails(
    sandbox: Sandbox, association: Association, there: tuple[str, str]
) -> None:
    sandbox.limit_relations(association.id, second=1)
    sandbox.seed_relation(association.id, *there)
    (outcome,) = run("async", sandbox, [PAIR], association=association)
    assert outcome.status == ("existing" if there == PAIR else "failed")
    assert isinstance(outcome.error, RelationLimitError) is (there != PAIR)


def test_with_details_a_pair_that_exists_but_is_not_found_fails(
    sandbox: Sandbox, association: Association
) -> None:
    sandbox.misbehave(faults.fail(400, message="duplicate relation"), on=CREATE)
    (outcome,) = run("async", sandbox, [PAIR], association=association, details=True)
    assert isinstance(outcome.error, DuplicateRelationError)
    (outcome,) = run("async", sandbox, [PAIR], association=association)
    assert (outcome.status, outcome.relation_id) == ("existing", None)


def test_a_listing_that_fails_leaves_its_pairs_to_be_asked_for(
    sandbox: Sandbox, association: Association
) -> None:
    sandbox.misbehave(faults.fail(404), on=LIST)
    pairs = [("hub", pet) for _, pet in spread(20)]
    assert statuses(run("async", sandbox, pairs, association=association)) == {"created": 20}
    assert len(sandbox.requests) == 21


def test_the_longest_wait_of_a_run_is_longer_than_that_of_a_single_call(
    sandbox: Sandbox, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facade._core.retry.random.uniform", lambda least, most: most)
    sandbox.misbehave(faults.fail(502), on=CREATE)
    assert ensured(sandbox).status == "failed"
    assert MAX_BACKOFF < max(waits) <= 20


def create_together(clients: Clients, answer: httpx.Response) -> tuple[Any, list[httpx.Request]]:
    """Create two relations with one request to a server with one answer; return the failures."""
    transport, requests = in_turn(answer)
    client = clients(TOKEN, "other", transport=transport).for_location("loc")
    relations = AsyncPatientRelations.of(client._inner)
    pairs = iter([("c1", "p1"), ("c2", "p2")])
    return client._drive(relations.create_together)("a1", pairs), requests


def test_pairs_in_one_request_are_sent_for_the_location_and_their_failures_returned(
    clients: Clients,
) -> None:
    for errored in ([], [{"error": "record[p1]"}], [None, "odd"]):
        body = {"results": {"errored": errored, "added": 1}}
        failed, (sent,) = create_together(clients, httpx.Response(201, json=body))
        assert failed == errored
    assert (sent.method, sent.url.path) == ("POST", "/associations/relations/bulk")
    assert json.loads(sent.content) == {
        "locationId": "loc",
        "add": [
            {"associationId": "a1", "firstRecordId": "c1", "secondRecordId": "p1"},
            {"associationId": "a1", "firstRecordId": "c2", "secondRecordId": "p2"},
        ],
    }


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(200, json={"results": {}}), ContractError),
        (httpx.Response(502), ServerError),  # it may have been created
    ],
)
def test_pairs_in_one_request_that_fails_are_not_sent_again(
    clients: Clients, answer: httpx.Response, error: Any
) -> None:
    with pytest.raises(error) as raised:
        create_together(clients, answer)
    assert raised.value.attempts == 1
