"""ensure_shard: pairs one after the other, until a fatal error."""

import pickle

from facade import AssociationsClient, InvalidRecordError
from facade.bulk import ensure_shard
from facade.bulk._sync.one_by_one import PairJob
from facade.bulk.outcomes import Status
from facade.testing import Sandbox, faults
from tests.facade.bulk.runs import seed_owner_pet

PAIRS = [(f"contact-{number:03}", f"pet-{number:03}") for number in range(5)]


def test_a_shard_and_its_outcomes_pickle_and_a_shard_can_be_repeated(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    sandbox.declare_record("pet-9", "custom_objects.pet")
    association, pairs = pickle.loads(
        pickle.dumps((seed_owner_pet(sandbox), [*PAIRS[:2], ("pet-9", "contact-9")]))
    )
    outcomes = ensure_shard(client, pairs, association=association, start=40)
    unpickled = pickle.loads(pickle.dumps(outcomes))
    assert [(one.index, one.status) for one in unpickled] == [
        (40, "created"),
        (41, "created"),
        (42, "failed"),
    ]
    assert isinstance(unpickled[2].error, InvalidRecordError)
    assert str(unpickled[2].error) == str(outcomes[2].error)
    again = ensure_shard(client, pairs, association=association)
    assert [one.status for one in again] == ["existing", "existing", "failed"]


def test_a_fatal_outcome_ends_the_shard(client: AssociationsClient, sandbox: Sandbox) -> None:
    association = seed_owner_pet(sandbox)
    requests = iter(range(99))
    sandbox.misbehave(
        faults.fail(401, message="Invalid JWT"), on=lambda one: next(requests) in (2, 3)
    )
    outcomes = ensure_shard(client, PAIRS, association=association)
    assert [(one.status, one.is_fatal) for one in outcomes] == [
        ("created", False),
        ("created", False),
        ("failed", True),
    ]


def test_the_first_outcome_of_a_pair_stays() -> None:
    job = PairJob(0, ("a", "b"))
    job.finish(None)
    job.finish(job.settle("created"))
    assert job.done.result() is None


def test_a_pair_that_a_batch_may_have_related_is_not_told_as_existing() -> None:
    job = PairJob(0, ("a", "b"))
    assert job.settle("existing").status == "existing"
    job.is_doubtful = True
    statuses: list[Status] = ["created", "existing", "failed"]
    assert [job.settle(one).status for one in statuses] == ["created", "related", "failed"]
