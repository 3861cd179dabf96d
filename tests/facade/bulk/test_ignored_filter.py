"""Runs against a server that ignores `associationIds`: other associations are left alone."""

import pytest

from facade import AssociationsClient
from facade.bulk import ensure_shard, replace
from facade.testing import Sandbox
from facade.testing.arguments import AuthorizedRequest
from tests.facade.bulk.runs import run, seed_owner_pet, statuses
from tests.facade.driving import Mode

PAIRS = [("hub", f"pet-{number}") for number in range(8)]


@pytest.fixture(autouse=True)
def ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the sandbox list the relations of all associations, whatever a request asks for."""
    monkeypatch.setattr(AuthorizedRequest, "association_ids", lambda self: set())


def test_a_pair_that_only_another_association_relates_is_created(
    sandbox: Sandbox, mode: Mode
) -> None:
    association, other = seed_owner_pet(sandbox), seed_owner_pet(sandbox, "walker_pet")
    for pair in PAIRS:
        sandbox.seed_relation(other.id, *pair)
    sandbox.seed_relation(association.id, *PAIRS[3])
    outcomes = run(mode, sandbox, PAIRS, association=association)
    assert [one.index for one in outcomes if one.status == "existing"] == [3]
    assert statuses(outcomes) == {"created": 7, "existing": 1}
    assert "list_relations" in {one.operation for one in sandbox.requests}


def test_a_shard_takes_no_relation_of_another_association_for_its_own(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    association, other = seed_owner_pet(sandbox), seed_owner_pet(sandbox, "walker_pet")
    for pair in PAIRS:
        sandbox.seed_relation(other.id, *pair)
    outcomes = ensure_shard(client, PAIRS, association=association)
    assert statuses(outcomes) == {"created": 8}


def test_replacing_keeps_the_relations_of_other_associations(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    association, other = seed_owner_pet(sandbox), seed_owner_pet(sandbox, "walker_pet")
    kept = [sandbox.seed_relation(other.id, *pair)["id"] for pair in PAIRS]
    gone = sandbox.seed_relation(association.id, "hub", "pet-9")["id"]
    plan = replace(client, "hub", association, ["pet-1"], side="first")
    assert (plan.creates, [one.id for one in plan.deletes]) == (("pet-1",), [gone])
    left = {one["id"] for one in sandbox.relations() if one["associationId"] == other.id}
    assert left == {*kept}
