"""Pairs one by one: what is told of each, and when it ends; shards of a list."""

import json
import pickle
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
from facade.bulk import aensure_shard, ensure_shard
from facade.bulk._async.one_by_one import AsyncPatientRelations
from facade.bulk.outcomes import Status
from facade.testing import Fault, Sandbox, faults
from tests.facade.bulk.runs import (
    PAIRS,
    Ensured,
    in_loop,
    make_client,
    seed_owner_pet,
    spread,
    statuses,
)
from tests.facade.driving import Clients, Mode
from tests.facade.responding import TOKEN, in_turn

(PAIR,) = spread(1)


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
    association: Association,
    ensured: Ensured,
    given: Faults,
    exists: bool,
    details: bool,
    status: Status,
    is_known: bool,
    at_most: int,
) -> None:
    for operation, fault, times in given:
        sandbox.misbehave(fault, on=operation, times=times)
    if exists:
        sandbox.seed_relation(association.id, *PAIR)
    (outcome,) = ensured([PAIR], details=details)
    (relation,) = sandbox.relations()
    assert (outcome.status, outcome.relation_id) == (status, relation["id"] if is_known else None)
    assert len(sandbox.requests) <= at_most


@pytest.mark.parametrize("there", [PAIR, ("somebody", PAIR[1])])
def test_where_a_limit_is_reached_a_pair_exists_or_fails(
    sandbox: Sandbox, association: Association, ensured: Ensured, there: tuple[str, str]
) -> None:
    sandbox.limit_relations(association.id, second=1)
    sandbox.seed_relation(association.id, *there)
    (outcome,) = ensured([PAIR])
    assert outcome.status == ("existing" if there == PAIR else "failed")
    assert isinstance(outcome.error, RelationLimitError) is (there != PAIR)


def test_with_details_a_pair_that_exists_but_is_not_found_fails(
    sandbox: Sandbox, ensured: Ensured
) -> None:
    sandbox.misbehave(faults.fail(400, message="duplicate relation"), on=CREATE)
    (outcome,) = ensured([PAIR], details=True)
    assert isinstance(outcome.error, DuplicateRelationError)
    (outcome,) = ensured([PAIR])
    assert (outcome.status, outcome.relation_id) == ("existing", None)


def test_a_listing_that_fails_leaves_its_pairs_to_be_asked_for(
    sandbox: Sandbox, ensured: Ensured
) -> None:
    sandbox.misbehave(faults.fail(404), on=LIST)
    pairs = [("hub", pet) for _, pet in spread(20)]
    assert statuses(ensured(pairs)) == {"created": 20}
    assert len(sandbox.requests) == 21


def test_the_longest_wait_of_a_run_is_longer_than_that_of_a_single_call(
    sandbox: Sandbox, ensured: Ensured, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facade._core.retry.random.uniform", lambda least, most: most)
    sandbox.misbehave(faults.fail(502), on=CREATE)
    assert statuses(ensured([PAIR])) == {"failed": 1}
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


def sharded(mode: Mode, sandbox: Sandbox, pairs: Any, **options: Any) -> Any:
    if mode == "async":
        return in_loop(sandbox, lambda client: aensure_shard(client, pairs, **options))
    with make_client(sandbox) as client:
        return ensure_shard(client, pairs, **options)


@pytest.mark.both
def test_a_shard_lists_what_its_pairs_share(
    sandbox: Sandbox, association: Association, mode: Mode
) -> None:
    pairs = [("hub", pet) for _, pet in PAIRS[:51]]
    for pair in pairs[:50]:
        sandbox.seed_relation(association.id, *pair)
    outcomes = sharded(mode, sandbox, pairs, association=association)
    assert statuses(outcomes) == {"existing": 50, "created": 1}
    assert len(sandbox.requests) == 2


def test_a_shard_and_its_outcomes_pickle_and_a_shard_can_be_repeated(sandbox: Sandbox) -> None:
    sandbox.declare_record("pet-9", "custom_objects.pet")
    association, pairs = pickle.loads(
        pickle.dumps((seed_owner_pet(sandbox), [PAIRS[0], ("pet-9", "contact-9"), ("a",)]))
    )
    outcomes = sharded("async", sandbox, pairs, association=association, start=40)
    unpickled = pickle.loads(pickle.dumps(outcomes))
    assert [one.index for one in unpickled] == [40, 41, 42]
    assert [one.status for one in unpickled] == ["created", "failed", "failed"]
    assert str(unpickled[1].error) == str(outcomes[1].error)
    again = sharded("async", sandbox, pairs, association=association, details=True)
    assert [one.status for one in again] == ["existing", "failed", "failed"]
    assert again[0].relation_id == outcomes[0].relation_id


def test_a_fatal_outcome_ends_the_shard(sandbox: Sandbox, association: Association) -> None:
    numbers = iter(range(99))
    refusal = faults.fail(401, message="Invalid JWT")
    sandbox.misbehave(refusal, on=lambda one: next(numbers) in (2, 3))
    outcomes = sharded("async", sandbox, PAIRS[:5], association=association)
    assert [one.is_fatal for one in outcomes] == [False, False, True]
