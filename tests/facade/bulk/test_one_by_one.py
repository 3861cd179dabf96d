"""Pairs one by one: what is told of each, and when it ends; shards of a list."""

import json
import pickle
from typing import Any

import httpx
import pytest

from facade import (
    Association,
    AssociationsClient,
    ContractError,
    DuplicateRelationError,
    RelationLimitError,
    ServerError,
)
from facade._core.retry import MAX_BACKOFF
from facade.bulk import aensure_shard, ensure_shard
from facade.bulk._async.one_by_one import AsyncPatientRelations
from facade.bulk._sync.one_by_one import PatientRelations
from facade.bulk.outcomes import Status
from facade.observe import CallEvent
from facade.testing import Fault, Sandbox, faults
from tests.facade.bulk.runs import PAIRS, Ensured, in_loop, make_client, spread, statuses
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
        # It finds nothing, and a second request is refused.
        ([(CREATE, LOST, 1), (LIST, EMPTY, None)], False, False, "related", False, 14),
        ([(CREATE, LOST, 1), (LIST, EMPTY, 2)], False, True, "related", True, 9),
        # It finds nothing, and a second request succeeds.
        ([(CREATE, faults.drop("before_work"), 1)], False, False, "created", True, 9),
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


def test_a_refusal_is_a_pair_that_exists_only_if_it_says_so_or_the_pair_is_found(
    sandbox: Sandbox, association: Association, ensured: Ensured
) -> None:
    sandbox.limit_relations(association.id, second=1)
    sandbox.seed_relation(association.id, *PAIR)
    first, second = ensured([PAIR, ("somebody", PAIR[1])])
    assert (first.status, type(second.error)) == ("existing", RelationLimitError)
    with sandbox.misbehave(faults.fail(400, message="odd"), on=CREATE):
        assert statuses(ensured([PAIR])) == {"failed": 1}
    sandbox.misbehave(faults.fail(400, message="duplicate relation"), on=CREATE)
    other = ("c2", "p2")
    assert isinstance(ensured([other], details=True)[0].error, DuplicateRelationError)
    (outcome,) = ensured([other])
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


def test_pairs_in_one_request_are_sent_once_for_the_location_and_their_failures_returned(
    clients: Clients, events: list[CallEvent]
) -> None:
    results = {"results": {"errored": [None, "odd"], "added": 1}}
    answers: Any = (201, results), (200, {"results": {}}), (502, {})  # it may have created some
    transport, requests = in_turn(*(httpx.Response(one, json=body) for one, body in answers))
    options: dict[str, Any] = {"transport": transport, "on_event": events.append}
    client = clients(TOKEN, "other", **options).for_location("loc")
    create = client._drive(AsyncPatientRelations.of(client._inner).create_together)
    assert create("a1", iter([("c1", "p1"), ("c2", "p2")])) == [None, "odd"]
    for error in (ContractError, ServerError):
        with pytest.raises(error):
            create("a1", [])
    assert len(requests) == 3
    assert {one.operation for one in events} == {"create_relations"}
    assert (requests[0].method, requests[0].url.path) == ("POST", "/associations/relations/bulk")
    assert json.loads(requests[0].content) == {
        "locationId": "loc",
        "add": [
            {"associationId": "a1", "firstRecordId": "c1", "secondRecordId": "p1"},
            {"associationId": "a1", "firstRecordId": "c2", "secondRecordId": "p2"},
        ],
    }


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
    assert outcomes[0].relation_id == sandbox.relations()[0]["id"]
    listing, _ = sandbox.requests
    assert listing.query["associationIds"] == [association.id]


def test_a_shard_and_its_outcomes_pickle_and_a_shard_can_be_repeated(
    sandbox: Sandbox, association: Association
) -> None:
    sandbox.declare_record("pet-9", "custom_objects.pet")
    given = pickle.loads(pickle.dumps((association, [PAIRS[0], ("pet-9", "contact-9"), ("a",)])))
    for details, status in (False, "created"), (True, "existing"):
        options = {"association": given[0], "start": 40, "details": details}
        found = sharded("async", sandbox, given[1], **options)
        told = [(one.index, one.status) for one in pickle.loads(pickle.dumps(found))]
        assert told == [(40, status), (41, "failed"), (42, "failed")]
        assert found[0].relation_id == sandbox.relations()[0]["id"]


def test_a_client_of_the_other_kind_or_without_a_location_is_refused(
    client: AssociationsClient,
) -> None:
    with pytest.raises(TypeError, match="not AssociationsClient: aensure_many, areplace and"):
        AsyncPatientRelations.of(client)
    assert PatientRelations.of(client)._client_settings.default_deadline == 300.0
    nowhere = AssociationsClient("pit")
    with nowhere, pytest.raises(ValueError, match=r"no location: use client\.for_location"):
        PatientRelations.of(nowhere)


@pytest.mark.both
def test_a_shard_needs_an_association_and_not_its_key(sandbox: Sandbox, mode: Mode) -> None:
    with pytest.raises(TypeError, match="association must be an Association, not str"):
        sharded(mode, sandbox, PAIRS[:1], association="owner_pet")


def test_a_fatal_outcome_ends_the_shard(sandbox: Sandbox, association: Association) -> None:
    numbers = iter(range(99))
    refusal = faults.fail(401, message="Invalid JWT")
    sandbox.misbehave(refusal, on=lambda one: next(numbers) in (2, 3))
    outcomes = sharded("async", sandbox, PAIRS[:5], association=association)
    assert [(one.index, one.is_fatal) for one in outcomes] == [(0, False), (1, False), (2, True)]
