"""ensure_many: outcomes in order, a bounded window, concurrent requests, and stopping."""

from typing import Any

import pytest

from facade import (
    AssociationsClient,
    Ensured,
    InvalidRecordError,
    NotFoundError,
    RelationLimitError,
)
from facade.bulk import Outcome, ensure_many
from facade.testing import Sandbox, faults
from tests.facade.bulk.runs import PAIRS, related_pairs, seed_owner_pet


def summary(outcomes: list[Outcome]) -> list[tuple[str, str]]:
    return [(one.status, one.first_record_id) for one in outcomes]


def test_each_pair_is_created_or_existing_or_failed_in_the_order_of_the_list(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    association = seed_owner_pet(sandbox)
    there = sandbox.seed_relation(association.id, "contact-2", "pet-2")
    sandbox.declare_record("pet-3", "custom_objects.pet")
    pairs: list[Any] = [
        ("contact-1", "pet-1"),
        {"custom_objects.pet": "pet-2", "contact": "contact-2"},
        ("pet-3", "contact-3"),
        ("contact-1", "pet-1"),
        ["contact-4", "pet-4"],
    ]
    outcomes = list(
        ensure_many(client, pairs, association=association, concurrency=1, details=True)
    )
    assert summary(outcomes) == [
        ("created", "contact-1"),
        ("existing", "contact-2"),
        ("failed", "pet-3"),
        ("existing", "contact-1"),
        ("created", "contact-4"),
    ]
    assert [one.index for one in outcomes] == [0, 1, 2, 3, 4]
    assert outcomes[1].relation_id == there["id"]
    assert outcomes[0].relation_id == outcomes[3].relation_id
    assert isinstance(outcomes[2].error, InvalidRecordError)
    assert [one.error for one in outcomes if one.status != "failed"] == [None] * 4


def test_lost_connections_and_outages_leave_one_relation_for_each_pair(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    sandbox.misbehave(faults.drop("before_work"), share=0.1, seed=1)
    sandbox.misbehave(faults.drop("after_work"), share=0.1, seed=2)
    sandbox.misbehave(faults.fail(502), share=0.05, seed=3)
    outcomes = list(ensure_many(client, PAIRS, association=seed_owner_pet(sandbox)))
    assert {one.status for one in outcomes} == {"created"}
    assert related_pairs(sandbox) == PAIRS
    ids = [one.relation_id for one in outcomes]
    assert sorted(map(str, ids)) == sorted(one["id"] for one in sandbox.relations())


def test_a_pair_that_fails_does_not_stop_the_others(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.limit_relations(association.id, second=1)
    sandbox.seed_relation(association.id, "somebody", "pet-007")
    outcomes = list(ensure_many(client, PAIRS[:20], association=association))
    assert [one.index for one in outcomes if one.status == "failed"] == [7]
    assert isinstance(outcomes[7].error, RelationLimitError)
    assert len(related_pairs(sandbox)) == 20


def test_a_pair_that_exists_is_existing_although_its_limit_is_reached(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    association = seed_owner_pet(sandbox)
    sandbox.limit_relations(association.id, second=1)
    pairs = [(f"owner-{number}", f"pet-{number}") for number in range(3)]
    for status in ("created", "existing"):
        outcomes = list(ensure_many(client, pairs, association=association))
        assert {one.status for one in outcomes} == {status}
    assert len(sandbox.relations()) == 3


def test_an_association_may_be_given_by_its_key(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    seed_owner_pet(sandbox, "owner_pet")
    outcomes = list(ensure_many(client, PAIRS[:2], association="owner_pet"))
    assert summary(outcomes) == [("created", "contact-000"), ("created", "contact-001")]
    with pytest.raises(NotFoundError):
        list(ensure_many(client, PAIRS[:2], association="owner_cat"))


def test_a_run_that_nobody_reads_warns(client: AssociationsClient, sandbox: Sandbox) -> None:
    with pytest.warns(RuntimeWarning, match="nothing was sent: iterate over the Outcomes"):
        ensure_many(client, PAIRS, association=seed_owner_pet(sandbox))
    ensure_many(client, PAIRS, association=seed_owner_pet(sandbox)).close()
    assert sandbox.requests == []


def test_the_ensured_around_an_association_is_refused_at_once(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    ensured: Any = Ensured(seed_owner_pet(sandbox), created=True)
    with pytest.raises(TypeError, match="must be an Association, not Ensured: pass its item"):
        ensure_many(client, PAIRS, association=ensured)
