"""The functions for lists: what they take, and the outcomes that they give back."""

import asyncio
import pickle
from typing import Any

import pytest

from facade import (
    AssociationsClient,
    AsyncAssociationsClient,
    Ensured,
    InvalidRecordError,
    NotFoundError,
)
from facade.bulk import Outcome, aensure_many, aensure_shard, ensure_many, ensure_shard
from facade.testing import Sandbox, faults
from tests.facade.bulk.runs import PAIRS, make_client, seed_owner_pet, statuses
from tests.facade.driving import Mode


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


@pytest.mark.parametrize(
    ("options", "error", "why"),
    [
        ({"concurrency": 0}, ValueError, "concurrency must be 1 or more, not 0"),
        ({"concurrency": 1.5}, TypeError, "concurrency must be a whole number, not 1.5"),
        ({"batch": 0}, ValueError, "batch must be 1 to 1,000, not 0"),
        ({"batch": 1001}, ValueError, "batch must be 1 to 1,000, not 1001"),
        ({"batch": True}, TypeError, "batch must be a whole number, not True"),
        ({"batch": 10, "details": True}, ValueError, "omit details or batch"),
    ],
)
def test_options_that_cannot_be_are_refused_before_anything_is_sent(
    client: AssociationsClient,
    sandbox: Sandbox,
    options: dict[str, Any],
    error: type[Exception],
    why: str,
) -> None:
    with pytest.raises(error, match=why):
        ensure_many(client, [("a", "b")], association="owner_pet", **options)
    assert sandbox.requests == []


def test_a_client_of_the_other_kind_is_refused(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    blocking: Any = client
    with pytest.raises(TypeError, match="not AssociationsClient: ensure_many and replace take"):
        aensure_many(blocking, PAIRS, association=seed_owner_pet(sandbox))
    other: Any = AsyncAssociationsClient(sandbox.token, sandbox.location_id)
    with pytest.raises(TypeError, match="not AsyncAssociationsClient: ensure_many and replace"):
        ensure_many(other, PAIRS, association="owner_pet")
    asyncio.run(other.close())


def sharded(mode: Mode, sandbox: Sandbox, pairs: Any, **options: Any) -> list[Outcome]:
    async def shard() -> list[Outcome]:
        given: dict[str, Any] = {"pace": None, "transport": sandbox.transport()}
        async with AsyncAssociationsClient(sandbox.token, sandbox.location_id, **given) as client:
            return await aensure_shard(client, pairs, **options)

    if mode == "async":
        return asyncio.run(shard())
    with make_client(sandbox) as client:
        return ensure_shard(client, pairs, **options)


@pytest.mark.both
def test_a_shard_lists_what_its_pairs_share(sandbox: Sandbox, mode: Mode) -> None:
    association = seed_owner_pet(sandbox)
    pairs = [("hub", pet) for _, pet in PAIRS[:51]]
    for pair in pairs[:50]:
        sandbox.seed_relation(association.id, *pair)
    outcomes = sharded(mode, sandbox, pairs, association=association)
    assert statuses(outcomes) == {"existing": 50, "created": 1}
    assert len(sandbox.requests) == 2


def test_a_shard_and_its_outcomes_pickle_and_a_shard_can_be_repeated(
    sandbox: Sandbox, mode: Mode
) -> None:
    sandbox.declare_record("pet-9", "custom_objects.pet")
    association, pairs = pickle.loads(
        pickle.dumps((seed_owner_pet(sandbox), [*PAIRS[:2], ("pet-9", "contact-9"), ("a",)]))
    )
    outcomes = sharded(mode, sandbox, pairs, association=association, start=40)
    unpickled = pickle.loads(pickle.dumps(outcomes))
    assert [one.index for one in unpickled] == [40, 41, 42, 43]
    assert [one.status for one in unpickled] == ["created", "created", "failed", "failed"]
    assert isinstance(unpickled[2].error, InvalidRecordError)
    assert str(unpickled[2].error) == str(outcomes[2].error)
    again = sharded(mode, sandbox, pairs, association=association, details=True)
    assert [one.status for one in again] == ["existing", "existing", "failed", "failed"]
    assert [one.relation_id for one in again] == [one.relation_id for one in outcomes]


def test_a_fatal_outcome_ends_the_shard(sandbox: Sandbox, mode: Mode) -> None:
    requests = iter(range(99))
    sandbox.misbehave(
        faults.fail(401, message="Invalid JWT"), on=lambda one: next(requests) in (2, 3)
    )
    outcomes = sharded(mode, sandbox, PAIRS[:5], association=seed_owner_pet(sandbox))
    assert [one.status for one in outcomes] == ["created", "created", "failed"]
    assert [one.is_fatal for one in outcomes] == [False, False, True]
