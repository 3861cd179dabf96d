"""The plan of replace: the creates, deletes and kept relations, and the side."""

import pickle
from typing import Any

import pytest

from facade import Association, AssociationsClient, ContractError, Relation
from facade.bulk import replace
from facade.bulk.plan import checked_ids, plan_for
from facade.testing import Sandbox, faults
from facade.testing.arguments import AuthorizedRequest
from tests.facade.bulk.runs import make_client, related_pairs, seed_owner_pet, writes


@pytest.mark.parametrize("side", ["first", "second"])
@pytest.mark.parametrize(
    "listed", [{"listed_sides": "reversed"}, {"relation_list_body": "by_record"}], ids=str
)
def test_the_sides_in_a_list_do_not_count(side: Any, listed: Any) -> None:
    sandbox = Sandbox(**listed)
    association = seed_owner_pet(sandbox)

    def pair(other: str) -> tuple[str, str]:
        return ("me", other) if side == "first" else (other, "me")

    for other in ("a", "b"):
        sandbox.seed_relation(association.id, *pair(other))
    with make_client(sandbox, retries=0) as client:
        plan = replace(client, "me", association, ["b", "c"], side=side)
        assert (plan.creates, len(plan.deletes), len(plan.kept)) == (("c",), 1, 1)
        assert related_pairs(sandbox) == sorted([pair("b"), pair("c")])


def test_relations_of_other_records_and_associations_are_left_alone(
    client: AssociationsClient,
    association: Association,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(AuthorizedRequest, "association_ids", lambda self: set())  # all of them
    other = seed_owner_pet(sandbox, "other")
    sandbox.seed_relation(other.id, "me", "a")
    sandbox.seed_relation(association.id, "you", "a")
    sandbox.seed_relation(association.id, "me", "a")
    replace(client, "me", association, [])
    assert related_pairs(sandbox) == [("me", "a"), ("you", "a")]


def test_a_plan_prints_its_changes_and_whether_they_were_made(
    client: AssociationsClient, association: Association, sandbox: Sandbox
) -> None:
    deleted = sandbox.seed_relation(association.id, "me", "a")["id"]
    sandbox.seed_relation(association.id, "me", "b")
    plan = replace(client, "me", association, ["b", "c"], dry_run=True)
    assert str(plan) == (
        "owner_pet of me as first: 1 to be created, 1 to be deleted, 1 kept\n"
        "  + c\n"
        f"  - a (relation {deleted})"
    )
    assert not plan.applied
    assert writes(sandbox) == []
    done = replace(client, "me", association, ["b", "c"])
    assert str(done).startswith("owner_pet of me as first: 1 created, 1 deleted, 1 kept\n")
    assert (done.creates, [one.id for one in done.deletes]) == (("c",), [deleted])
    assert pickle.loads(pickle.dumps(done)) == done


def test_existing_relations_show_the_side(
    client: AssociationsClient, association: Association, sandbox: Sandbox
) -> None:
    sandbox.seed_relation(association.id, "a", "me")
    plan = replace(client, "me", association, ["b"])
    assert (plan.side, related_pairs(sandbox)) == ("second", [("b", "me")])


def test_an_association_of_an_object_with_itself_needs_the_side_and_keeps_the_other_side(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    made = sandbox.seed_association(key="student_tutor")
    association = client.associations.get(made["id"])
    sandbox.seed_relation(association.id, "me", "tutor")
    sandbox.seed_relation(association.id, "student", "me")
    with pytest.raises(ValueError, match="pass side='first' or 'second'"):
        replace(client, "me", association, ["b"])
    replace(client, "me", association, ["b"], side="first")
    assert related_pairs(sandbox) == [("me", "b"), ("student", "me")]


def test_a_relation_without_id_is_an_error_before_anything_is_written(
    client: AssociationsClient, association: Association, sandbox: Sandbox
) -> None:
    sandbox.seed_relation(association.id, "me", "a")

    def without_id(body: Any) -> Any:
        for one in body["relations"]:
            del one["id"]
        return body

    sandbox.misbehave(faults.alter(without_id), on="list_relations")
    with pytest.raises(ContractError, match="has no id to delete it by"):
        replace(client, "me", association, ["b"])
    assert writes(sandbox) == []


def test_ids_are_wanted_once_each() -> None:
    assert checked_ids("me", iter(["b", "a", "b"])) == ("b", "a")


@pytest.mark.parametrize(
    ("record_id", "others", "error_class"),
    [
        ("", [], ValueError),
        ("..", [], ValueError),
        ("me", [" "], ValueError),
        ("me", [None], ValueError),
        ("me", [".."], ValueError),
        ("me", "abc", TypeError),
    ],
)
def test_what_is_no_id_is_refused(
    record_id: str, others: Any, error_class: type[Exception]
) -> None:
    with pytest.raises(error_class, match=r"record id must be text|not a valid id|pass a single"):
        checked_ids(record_id, others)


def test_relations_of_other_records_in_a_list_are_left_out(association: Association) -> None:
    mine = Relation(id="1", first_record_id="me", second_record_id="a")
    foreign = Relation(id="2", first_record_id="you", second_record_id="a")
    plan = plan_for("me", association, ("b",), "first", [foreign, mine])
    assert (plan.creates, plan.deletes, plan.kept) == (("b",), (mine,), ())
