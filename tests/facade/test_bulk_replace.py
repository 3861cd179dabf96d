"""replace: the smallest change that leaves a record with exactly the wanted relations."""

import pickle
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from facade import (
    Association,
    AssociationsClient,
    ContractError,
    InvalidRecordError,
    RelationLimitError,
    ServerError,
)
from facade.bulk import replace
from facade.testing import Sandbox, faults
from tests.facade.bulk_runs import clients, joined, owner_pet


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[AssociationsClient]:
    with clients(sandbox, retries=0) as made:
        yield made


@pytest.fixture
def association(sandbox: Sandbox) -> Association:
    return owner_pet(sandbox)


def writes(sandbox: Sandbox) -> list[str]:
    return [one.method for one in sandbox.requests if one.method != "GET"]


@pytest.mark.parametrize(
    ("before", "wanted", "sent"),
    [
        ("", "a b", ["POST", "POST"]),
        ("a b", "", ["DELETE", "DELETE"]),
        ("a b", "b c", ["POST", "DELETE"]),
        ("a b", "b a", []),
        ("a", "a a", []),
        ("", "", []),
    ],
)
@pytest.mark.parametrize("side", ["first", "second"])
def test_it_sends_the_fewest_writes_and_a_second_time_none(
    client: AssociationsClient,
    association: Association,
    sandbox: Sandbox,
    side: Any,
    before: str,
    wanted: str,
    sent: list[str],
) -> None:
    def pair(other: str) -> tuple[str, str]:
        return ("me", other) if side == "first" else (other, "me")

    for other in before.split():
        sandbox.seed_relation(association.id, *pair(other))
    for _ in range(2):
        plan = replace(client, "me", association, wanted.split(), side=side)
        assert plan.applied
        assert joined(sandbox) == sorted({pair(other) for other in wanted.split()})
    assert writes(sandbox) == sent
    assert (plan.creates, plan.deletes) == ((), ())


def test_relations_of_other_records_and_associations_are_left_alone(
    client: AssociationsClient, association: Association, sandbox: Sandbox
) -> None:
    other = owner_pet(sandbox, "other")
    sandbox.seed_relation(other.id, "me", "a")
    sandbox.seed_relation(association.id, "you", "a")
    sandbox.seed_relation(association.id, "me", "a")
    replace(client, "me", association, [])
    assert joined(sandbox) == [("me", "a"), ("you", "a")]


def test_a_plan_prints_what_changes_and_whether_it_was_done(
    client: AssociationsClient, association: Association, sandbox: Sandbox
) -> None:
    gone = sandbox.seed_relation(association.id, "me", "a")["id"]
    sandbox.seed_relation(association.id, "me", "b")
    plan = replace(client, "me", association, ["b", "c"], dry_run=True)
    assert str(plan) == (
        "owner_pet of me as first: 1 to be created, 1 to be deleted, 1 kept\n"
        "  + c\n"
        f"  - a (relation {gone})"
    )
    assert not plan.applied
    assert writes(sandbox) == []
    done = replace(client, "me", association, ["b", "c"])
    assert str(done).startswith("owner_pet of me as first: 1 created, 1 deleted, 1 kept\n")
    assert (done.creates, [one.id for one in done.deletes]) == (("c",), [gone])
    assert pickle.loads(pickle.dumps(done)) == done


def test_the_side_is_read_from_the_relations_that_are_there(
    client: AssociationsClient, association: Association, sandbox: Sandbox
) -> None:
    sandbox.seed_relation(association.id, "a", "me")
    plan = replace(client, "me", association, ["b"])
    assert (plan.side, joined(sandbox)) == ("second", [("b", "me")])


def test_a_record_without_relations_needs_its_side_to_be_said(
    client: AssociationsClient, association: Association, sandbox: Sandbox
) -> None:
    with pytest.raises(ValueError, match=r"say side=association\.side_of\(\.\.\.\) .* contact or"):
        replace(client, "me", association, ["a"])
    assert writes(sandbox) == []
    replace(client, "me", association, ["a"], side=association.side_of("contact"))
    assert joined(sandbox) == [("me", "a")]
    assert replace(client, "nobody", association, []).side is None


def test_an_object_with_itself_needs_the_side_and_leaves_the_other_side_alone(
    client: AssociationsClient, sandbox: Sandbox
) -> None:
    made = sandbox.seed_association(key="student_tutor")
    association = client.associations.get(made["id"])
    sandbox.seed_relation(association.id, "me", "tutor")
    sandbox.seed_relation(association.id, "student", "me")
    with pytest.raises(ValueError, match="say side='first' or 'second'"):
        replace(client, "me", association, ["b"])
    replace(client, "me", association, ["b"], side="first")
    assert joined(sandbox) == [("me", "b"), ("student", "me")]


@pytest.mark.parametrize(
    ("record_id", "others", "side", "kind"),
    [
        ("", ["a"], "first", ValueError),
        ("me", [""], "first", ValueError),
        ("me", [None], "first", ValueError),
        ("me", "abc", "first", TypeError),
        ("me", ["a"], "left", ValueError),
        ("a", [], "first", ValueError),  # it is the second one of its relations
    ],
)
def test_a_slip_is_refused_before_anything_is_written(
    client: AssociationsClient,
    association: Association,
    sandbox: Sandbox,
    record_id: str,
    others: Any,
    side: Any,
    kind: type[Exception],
) -> None:
    sandbox.seed_relation(association.id, "me", "a")
    with pytest.raises(kind):
        replace(client, record_id, association, others, side=side)
    assert writes(sandbox) == []


def test_a_relation_that_has_no_id_to_delete_it_stops_before_anything_is_written(
    client: AssociationsClient, association: Association, sandbox: Sandbox
) -> None:
    sandbox.seed_relation(association.id, "me", "a")

    def without_id(body: Any) -> Any:
        for one in body["relations"]:
            del one["id"]
        return body

    sandbox.misbehave(faults.alter(without_id), on="list_relations")
    with pytest.raises(ContractError, match="came without the id"):
        replace(client, "me", association, ["b"])
    assert writes(sandbox) == []


def test_where_a_limit_leaves_no_room_a_delete_goes_first(
    client: AssociationsClient, association: Association, sandbox: Sandbox
) -> None:
    sandbox.limit_relations(association.id, first=2)
    sandbox.seed_relation(association.id, "me", "a")
    sandbox.seed_relation(association.id, "me", "b")
    replace(client, "me", association, ["c", "d"])
    assert joined(sandbox) == [("me", "c"), ("me", "d")]
    assert writes(sandbox) == ["POST", "DELETE", "POST", "POST", "DELETE", "POST"]


def test_nothing_is_deleted_where_the_other_record_is_the_full_one(
    client: AssociationsClient, association: Association, sandbox: Sandbox
) -> None:
    sandbox.limit_relations(association.id, second=1)
    sandbox.seed_relation(association.id, "me", "a")
    sandbox.seed_relation(association.id, "you", "b")
    with pytest.raises(RelationLimitError) as raised:
        replace(client, "me", association, ["b"])
    assert joined(sandbox) == [("me", "a"), ("you", "b")]
    assert raised.value.__notes__ == [
        "0 of 1 were created and 0 of 1 deleted; calling replace again does the rest"
    ]


def test_what_made_room_in_vain_is_put_back(
    client: AssociationsClient, association: Association, sandbox: Sandbox
) -> None:
    sandbox.limit_relations(association.id, first=1)
    sandbox.seed_relation(association.id, "me", "a")
    refusal = faults.fail(422, message="Invalid record id : 'b' for association : owner_pet")
    # The first POST finds no room; the second, after a delete, is refused for another reason.
    posts = iter(range(9))
    sandbox.misbehave(refusal, on=lambda one: one.method == "POST" and next(posts) == 1)
    with pytest.raises(InvalidRecordError):
        replace(client, "me", association, ["b"])
    assert joined(sandbox) == [("me", "a")]


def test_what_could_not_be_put_back_is_said(
    client: AssociationsClient, association: Association, sandbox: Sandbox
) -> None:
    sandbox.limit_relations(association.id, first=1)
    sandbox.seed_relation(association.id, "me", "a")
    posts = iter(range(9))
    sandbox.misbehave(faults.fail(403), on=lambda one: one.method == "POST" and next(posts) >= 1)
    with pytest.raises(Exception, match="403") as raised:
        replace(client, "me", association, ["b"])
    assert raised.value.__notes__[0].startswith("a made room for it and could not be put back: ")
    assert raised.value.__notes__[1].startswith("0 of 1 were created and 1 of 1 deleted")


@pytest.mark.parametrize("broken", range(4))
def test_wherever_it_breaks_off_there_is_never_too_little_and_again_does_the_rest(
    client: AssociationsClient, association: Association, sandbox: Sandbox, broken: int
) -> None:
    for other in ("a", "b"):
        sandbox.seed_relation(association.id, "me", other)
    written = iter(range(99))
    breakdown = sandbox.misbehave(
        faults.fail(500), on=lambda one: one.method != "GET" and next(written) == broken
    )
    wanted = [("me", "c"), ("me", "d")]
    with suppress(ServerError):
        replace(client, "me", association, ["c", "d"])
    assert breakdown.hits == 1
    there = joined(sandbox)
    assert set(wanted) <= set(there) or {("me", "a"), ("me", "b")} <= set(there)
    replace(client, "me", association, ["c", "d"])
    assert joined(sandbox) == wanted


def test_what_somebody_else_did_meanwhile_is_fine(
    client: AssociationsClient, association: Association, sandbox: Sandbox
) -> None:
    sandbox.seed_relation(association.id, "me", "a")
    gone = faults.fail(404, message="Relation not found", after_work=True)
    sandbox.misbehave(gone, on="delete_relation", times=1)
    sandbox.misbehave(
        faults.fail(400, message="duplicate relation", after_work=True),
        on="create_relation",
        times=1,
    )
    assert replace(client, "me", association, ["b"]).applied
    assert joined(sandbox) == [("me", "b")]
