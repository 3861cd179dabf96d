"""The functions for lists: what they take, and the outcomes that they give back."""

import asyncio
import linecache
import pickle
from pathlib import Path
from typing import Any

import pytest

from facade import Association, AssociationsClient, AsyncAssociationsClient, Ensured
from facade.bulk import aensure_many, aensure_shard, ensure_many, ensure_shard
from facade.testing import Sandbox, faults
from tests.facade.bulk.runs import PAIRS, in_loop, make_client, seed_owner_pet, statuses
from tests.facade.driving import Mode


def test_a_run_that_nobody_reads_warns(sandbox: Sandbox, association: Association) -> None:
    async def work(client: AsyncAssociationsClient) -> list[str]:
        with pytest.warns(RuntimeWarning, match="nothing was sent: iterate over the Async") as said:
            aensure_many(client, PAIRS, association=association)
        assert "aensure_many(" in linecache.getline(said[0].filename, said[0].lineno)
        await aensure_many(client, PAIRS, association=association).aclose()
        assert sandbox.requests == []
        run = aensure_many(client, PAIRS[:2], association=association)
        return [outcome.status async for outcome in run]

    assert in_loop(sandbox, work) == ["created"] * 2


@pytest.mark.parametrize(
    ("options", "error", "why"),
    [
        ({"concurrency": 0}, ValueError, "concurrency must be 1 or more, not 0"),
        ({"concurrency": 1.5}, TypeError, "concurrency must be a whole number, not 1.5"),
        ({"batch": 0}, ValueError, "batch must be 1 to 1,000, not 0"),
        ({"batch": 1001}, ValueError, "batch must be 1 to 1,000, not 1001"),
        ({"retry_failed": True}, ValueError, "retry_failed needs the journal"),
        ({"batch": 10, "details": True}, ValueError, "omit details or batch"),
        ({"association": Ensured(None, created=True)}, TypeError, "not Ensured: pass its item"),
    ],
)
def test_options_that_cannot_be_are_refused_before_anything_is_sent(
    sandbox: Sandbox, options: Any, error: type[Exception], why: str
) -> None:
    async def work(client: AsyncAssociationsClient) -> None:
        with pytest.raises(error, match=why):
            aensure_many(client, [("a", "b")], **{"association": "owner_pet", **options})

    in_loop(sandbox, work)
    assert sandbox.requests == []


def test_a_run_that_is_closed_yields_nothing_more(
    sandbox: Sandbox, association: Association, tmp_path: Path
) -> None:
    async def work(client: AsyncAssociationsClient) -> list[int]:
        given: dict[str, Any] = {"journal": tmp_path / "journal", "retry_failed": True}
        async with aensure_many(client, PAIRS, association=association, **given) as run:
            first = await anext(run)
        return [first.index, *[one.index async for one in run]]

    assert in_loop(sandbox, work) == [0]


def test_a_client_of_the_other_kind_is_refused(client: AssociationsClient) -> None:
    blocking: Any = client
    with pytest.raises(TypeError, match="not AssociationsClient: ensure_many and replace take"):
        aensure_many(blocking, PAIRS, association="owner_pet")
    other: Any = AsyncAssociationsClient("pit", "loc")
    with pytest.raises(TypeError, match="not AsyncAssociationsClient: ensure_many and replace"):
        ensure_many(other, PAIRS, association="owner_pet")
    asyncio.run(other.close())


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
    assert [one.status for one in outcomes] == ["created", "created", "failed"]
    assert [one.is_fatal for one in outcomes] == [False, False, True]
