"""Writes are carried out exactly once, whatever happens to their responses."""

from collections import Counter
from typing import Any

import pytest

from facade.testing import Sandbox, faults
from tests.facade.driving import Clients


@pytest.fixture
def stormy(sandbox: Sandbox) -> Sandbox:
    """Drop a fifth of the connections, half of them after the work, and answer 5 % with a 502."""
    sandbox.misbehave(faults.drop("before_work"), share=0.1, seed=1)
    sandbox.misbehave(faults.drop("after_work"), share=0.11, seed=2)  # a tenth of all
    sandbox.misbehave(faults.fail(502), share=0.0625, seed=3)  # a twentieth of all
    return sandbox


def client_of(clients: Clients, sandbox: Sandbox) -> Any:
    return clients(sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=None)


def statuses(sandbox: Sandbox, operation: str) -> set[int | None]:
    return {one.status for one in sandbox.requests if one.operation == operation}


def test_two_thousand_relations_are_created_once_each_through_a_storm(
    clients: Clients, stormy: Sandbox
) -> None:
    association = stormy.seed_association(key="k", second_object_key="custom_objects.pet")["id"]
    client = client_of(clients, stormy)
    for number in range(2000):
        made = client.relations.create(
            association, first_record_id=f"c{number % 20}", second_record_id=f"p{number}"
        )
        assert made.second_record_id == f"p{number}"
    pairs = Counter((one["firstRecordId"], one["secondRecordId"]) for one in stormy.relations())
    assert len(pairs) == 2000
    assert set(pairs.values()) == {1}
    # A POST that was done is never repeated: it would have been refused as a duplicate.
    assert statuses(stormy, "create_relation") == {201, 502, None}


def test_two_hundred_associations_are_created_once_each_through_a_storm(
    clients: Clients, stormy: Sandbox
) -> None:
    client = client_of(clients, stormy)
    for number in range(200):
        made = client.associations.create(
            key=f"key_{number}",
            first_object_key="contact",
            first_object_label=f"first {number}",
            second_object_key="custom_objects.pet",
            second_object_label=f"second {number}",
        )
        assert made.key == f"key_{number}"
    keys = [one["key"] for one in stormy.associations()[2:]]
    assert keys == [f"key_{number}" for number in range(200)]
    assert statuses(stormy, "create_association") == {201, 502, None}


@pytest.mark.parametrize("share_before", [0.0, 0.1, 0.2])
def test_six_hundred_relations_are_created_once_each_although_one_in_twenty_is_refused_oddly(
    share_before: float, clients: Clients, sandbox: Sandbox
) -> None:
    # A fifth of the connections is dropped, before or after the work.
    if share_before:
        sandbox.misbehave(faults.drop("before_work"), share=share_before, seed=1)
    if share_before < 0.2:
        left = (0.2 - share_before) / (1 - share_before)
        sandbox.misbehave(faults.drop("after_work"), share=left, seed=2)
    sandbox.misbehave(faults.fail(502), share=0.0625, seed=3)  # a twentieth of all
    odd = sandbox.misbehave(faults.odd_422(), on="create_relation", share=0.067, seed=4)
    association = sandbox.seed_association(key="k", second_object_key="custom_objects.pet")["id"]
    client = client_of(clients, sandbox)
    for number in range(600):
        made = client.relations.create(
            association, first_record_id=f"c{number % 20}", second_record_id=f"p{number}"
        )
        assert (made.first_record_id, made.second_record_id) == (f"c{number % 20}", f"p{number}")
    pairs = Counter((one["firstRecordId"], one["secondRecordId"]) for one in sandbox.relations())
    assert len(pairs) == 600
    assert set(pairs.values()) == {1}
    assert odd.hits > 20
