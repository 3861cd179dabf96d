"""Pairs that are ensured one after the other: what is told of each, and when it ends."""

from typing import Any

import pytest

from facade import DuplicateRelationError, RelationLimitError
from facade._core.retry import MAX_BACKOFF
from facade.bulk._async.one_by_one import AsyncPairJob
from facade.bulk.outcomes import Status
from facade.testing import Fault, Sandbox, faults
from tests.facade.bulk.runs import run, seed_owner_pet, spread, statuses

Told = tuple[Status, bool]  # the status, and whether the id of the relation is known
(PAIR,) = spread(1)


def ensured(sandbox: Sandbox, *, exists: bool = False, **options: Any) -> Told:
    """Ensure one pair, and return what is told of it."""
    association = seed_owner_pet(sandbox)
    if exists:
        sandbox.seed_relation(association.id, *PAIR)
    (outcome,) = run("async", sandbox, [PAIR], association=association, **options)
    relation_ids = [one["id"] for one in sandbox.relations()]
    if outcome.status != "failed":
        assert len(relation_ids) == 1
        assert outcome.relation_id in (None, *relation_ids)
    return outcome.status, outcome.relation_id is not None


@pytest.mark.parametrize("details", [False, True])
def test_a_new_pair_is_created_with_one_request(sandbox: Sandbox, details: bool) -> None:
    assert ensured(sandbox, details=details) == ("created", True)
    assert len(sandbox.requests) == 1


@pytest.mark.parametrize(("details", "at_most"), [(False, 1), (True, 3)])
def test_the_relation_of_a_pair_that_exists_is_looked_up_for_details(
    sandbox: Sandbox, details: bool, at_most: int
) -> None:
    assert ensured(sandbox, exists=True, details=details) == ("existing", details)
    assert len(sandbox.requests) <= at_most


LOST = [
    faults.drop("after_work"),
    faults.fail(503, after_work=True),
    faults.fail(422, after_work=True),
]


@pytest.mark.parametrize("exists", [False, True])
@pytest.mark.parametrize("lost", LOST)
def test_a_pair_that_a_lookup_finds_after_a_lost_answer_is_related(
    sandbox: Sandbox, lost: Fault, exists: bool
) -> None:
    sandbox.misbehave(lost, on="create_relation", times=1)
    assert ensured(sandbox, exists=exists) == ("related", True)


@pytest.mark.parametrize("details", [False, True])
def test_a_pair_that_is_refused_after_a_lost_answer_is_related_and_not_existing(
    sandbox: Sandbox, details: bool
) -> None:
    sandbox.misbehave(faults.drop("after_work"), on="create_relation", times=1)
    empty = faults.alter(lambda body: {**body, "relations": [], "total": 0})
    sandbox.misbehave(empty, on="list_relations", times=2 if details else None)
    assert ensured(sandbox, details=details) == ("related", details)


@pytest.mark.parametrize("fault", [faults.drop("before_work"), faults.fail(502)])
def test_a_pair_that_no_lookup_finds_after_a_lost_answer_is_created(
    sandbox: Sandbox, fault: Fault
) -> None:
    sandbox.misbehave(fault, on="create_relation", times=1)
    assert ensured(sandbox) == ("created", True)


def test_a_pair_is_created_although_the_body_of_the_success_has_no_relation(
    sandbox: Sandbox,
) -> None:
    sandbox.misbehave(faults.html(), on="create_relation")
    assert ensured(sandbox) == ("created", True)


@pytest.mark.parametrize("there", [PAIR, ("somebody", PAIR[1])])
def test_where_a_limit_is_reached_a_pair_exists_or_fails(
    sandbox: Sandbox, there: tuple[str, str]
) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.limit_relations(association.id, second=1)
    sandbox.seed_relation(association.id, *there)
    (outcome,) = run("async", sandbox, [PAIR], association=association)
    assert outcome.status == ("existing" if there == PAIR else "failed")
    assert isinstance(outcome.error, RelationLimitError) is (there != PAIR)


def test_with_details_a_pair_that_exists_but_is_not_found_fails(sandbox: Sandbox) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.misbehave(faults.fail(400, message="duplicate relation"), on="create_relation")
    (outcome,) = run("async", sandbox, [PAIR], association=association, details=True)
    assert isinstance(outcome.error, DuplicateRelationError)
    (outcome,) = run("async", sandbox, [PAIR], association=association)
    assert (outcome.status, outcome.relation_id) == ("existing", None)


def test_a_listing_that_fails_leaves_its_pairs_to_be_asked_for(sandbox: Sandbox) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.misbehave(faults.fail(404), on="list_relations")
    pairs = [("hub", pet) for _, pet in spread(20)]
    assert statuses(run("async", sandbox, pairs, association=association)) == {"created": 20}
    assert len(sandbox.requests) == 21


def test_a_run_waits_longer_for_the_server_than_a_single_call(sandbox: Sandbox) -> None:
    sandbox.misbehave(faults.rate_limit(retry_after=100), on="create_relation", times=1)
    assert ensured(sandbox) == ("created", True)


def test_the_longest_wait_of_a_run_is_longer_than_that_of_a_single_call(
    sandbox: Sandbox, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facade._core.retry.random.uniform", lambda least, most: most)
    sandbox.misbehave(faults.fail(502), on="create_relation")
    assert ensured(sandbox) == ("failed", False)
    assert MAX_BACKOFF < max(waits) <= 20


def test_the_first_outcome_of_a_pair_stays() -> None:
    job = AsyncPairJob(0, ("a", "b"))
    job.finish(None)
    job.finish(job.settle("created"))
    assert job.done.result is None


def test_a_pair_that_a_batch_may_have_related_is_not_told_as_existing() -> None:
    job = AsyncPairJob(0, ("a", "b"), is_doubtful=True)
    told: list[Status] = ["created", "existing", "failed"]
    assert [job.settle(one).status for one in told] == ["created", "related", "failed"]
