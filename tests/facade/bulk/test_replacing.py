"""replace: the fewest writes that make the relations of a record the wanted ones."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from facade import (
    Association,
    AsyncAssociationsClient,
    InvalidRecordError,
    RelationLimitError,
    ServerError,
    bulk,
)
from facade.bulk import Plan, areplace
from facade.testing import Sandbox, faults
from tests.facade.bulk.runs import make_client, related_pairs, seed_owner_pet, writes
from tests.facade.driving import Mode

Replace = Callable[..., Plan]


@pytest.fixture
def replace(sandbox: Sandbox) -> Iterator[Replace]:
    """Call areplace with a client that repeats nothing."""
    given: dict[str, Any] = {"pace": None, "transport": sandbox.transport(), "retries": 0}
    with asyncio.Runner() as runner:
        client = AsyncAssociationsClient(sandbox.token, sandbox.location_id, **given)
        yield lambda *args, **options: runner.run(areplace(client, *args, **options))
        runner.run(client.close())


def note(*, created: str, deleted: str) -> str:
    return f"{created} were created and {deleted} deleted; call replace again to complete it"


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
    replace: Replace,
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
        plan = replace("me", association, wanted.split(), side=side)
        assert plan.applied
        assert related_pairs(sandbox) == sorted({pair(other) for other in wanted.split()})
    assert writes(sandbox) == sent
    assert (plan.creates, plan.deletes) == ((), ())


def test_nothing_is_written_in_a_dry_run(
    replace: Replace, association: Association, sandbox: Sandbox
) -> None:
    sandbox.seed_relation(association.id, "me", "a")
    plan = replace("me", association, ["b"], dry_run=True)
    assert (plan.creates, len(plan.deletes), plan.applied) == (("b",), 1, False)
    assert writes(sandbox) == []


def test_relations_of_other_associations_are_neither_kept_nor_deleted(
    replace: Replace, association: Association, sandbox: Sandbox
) -> None:
    other = seed_owner_pet(sandbox, "walker_pet")
    for pet in ("a", "b"):
        sandbox.seed_relation(other.id, "me", pet)
    replace("me", association, ["a"], side="first")
    assert related_pairs(sandbox) == [("me", "a"), ("me", "a"), ("me", "b")]


def test_a_record_without_relations_needs_its_side(
    replace: Replace, association: Association, sandbox: Sandbox
) -> None:
    with pytest.raises(ValueError, match=r"pass side=association\.side_of\(\.\.\.\) .* contact or"):
        replace("me", association, ["a"])
    assert writes(sandbox) == []
    replace("me", association, ["a"], side=association.side_of("contact"))
    assert related_pairs(sandbox) == [("me", "a")]
    assert replace("unrelated", association, []).side is None


@pytest.mark.parametrize(
    ("record_id", "others", "side", "error_class"),
    [
        ("", ["a"], "first", ValueError),
        ("me", "abc", "first", TypeError),
        ("me", ["a"], "left", ValueError),
        ("a", [], "first", ValueError),  # it is the second one of its relations
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_written(
    replace: Replace,
    association: Association,
    sandbox: Sandbox,
    record_id: str,
    others: Any,
    side: Any,
    error_class: type[Exception],
) -> None:
    sandbox.seed_relation(association.id, "me", "a")
    with pytest.raises(error_class):
        replace(record_id, association, others, side=side)
    assert writes(sandbox) == []


def test_if_a_limit_leaves_no_room_a_delete_is_first(
    replace: Replace, association: Association, sandbox: Sandbox
) -> None:
    sandbox.limit_relations(association.id, first=2)
    sandbox.seed_relation(association.id, "me", "a")
    sandbox.seed_relation(association.id, "me", "b")
    replace("me", association, ["c", "d"])
    assert related_pairs(sandbox) == [("me", "c"), ("me", "d")]
    assert writes(sandbox) == ["POST", "DELETE", "POST", "POST", "DELETE", "POST"]


def test_nothing_is_deleted_if_the_other_record_is_the_full_one(
    replace: Replace, association: Association, sandbox: Sandbox
) -> None:
    sandbox.limit_relations(association.id, second=1)
    sandbox.seed_relation(association.id, "me", "a")
    sandbox.seed_relation(association.id, "you", "b")
    with pytest.raises(RelationLimitError) as raised:
        replace("me", association, ["b"])
    assert related_pairs(sandbox) == [("me", "a"), ("you", "b")]
    assert writes(sandbox) == ["POST"]
    assert raised.value.__notes__ == [note(created="0 of 1", deleted="0 of 1")]


def test_a_relation_that_was_deleted_in_vain_is_restored(
    replace: Replace, association: Association, sandbox: Sandbox
) -> None:
    sandbox.limit_relations(association.id, first=1)
    sandbox.seed_relation(association.id, "me", "a")
    refusal = faults.fail(422, message="Invalid record id : 'b' for association : owner_pet")
    # The first POST finds no room; the second, after a delete, is refused for another reason.
    posts = iter(range(9))
    sandbox.misbehave(refusal, on=lambda one: one.method == "POST" and next(posts) == 1)
    with pytest.raises(InvalidRecordError) as raised:
        replace("me", association, ["b"])
    assert related_pairs(sandbox) == [("me", "a")]
    assert raised.value.__notes__ == [note(created="0 of 1", deleted="0 of 1")]


def test_the_error_names_a_relation_that_could_not_be_restored(
    replace: Replace, association: Association, sandbox: Sandbox
) -> None:
    sandbox.limit_relations(association.id, first=1)
    sandbox.seed_relation(association.id, "me", "a")
    posts = iter(range(9))
    sandbox.misbehave(faults.fail(403), on=lambda one: one.method == "POST" and next(posts) >= 1)
    with pytest.raises(Exception, match="403") as raised:
        replace("me", association, ["b"])
    assert raised.value.__notes__[0].startswith("the relation to a was deleted and not restored: ")
    assert raised.value.__notes__[1] == note(created="0 of 1", deleted="1 of 1")


@pytest.mark.parametrize(
    ("failing", "created", "deleted"),
    [
        (0, "0 of 2", "0 of 2"),
        (1, "1 of 2", "0 of 2"),
        (2, "2 of 2", "0 of 2"),
        (3, "2 of 2", "1 of 2"),
    ],
)
def test_a_failed_write_leaves_never_too_few_relations_and_a_second_call_does_the_rest(
    replace: Replace,
    association: Association,
    sandbox: Sandbox,
    failing: int,
    created: str,
    deleted: str,
) -> None:
    for other in ("a", "b"):
        sandbox.seed_relation(association.id, "me", other)
    writes = iter(range(99))
    sandbox.misbehave(
        faults.fail(500), on=lambda one: one.method != "GET" and next(writes) == failing
    )
    wanted = [("me", "c"), ("me", "d")]
    with pytest.raises(ServerError) as raised:
        replace("me", association, ["c", "d"])
    assert raised.value.__notes__ == [note(created=created, deleted=deleted)]
    pairs = related_pairs(sandbox)
    assert set(wanted) <= set(pairs) or {("me", "a"), ("me", "b")} <= set(pairs)
    replace("me", association, ["c", "d"])
    assert related_pairs(sandbox) == wanted


def test_a_concurrent_change_by_someone_else_is_no_error(
    replace: Replace, association: Association, sandbox: Sandbox
) -> None:
    sandbox.seed_relation(association.id, "me", "a")
    not_found = faults.fail(404, message="Relation not found", after_work=True)
    sandbox.misbehave(not_found, on="delete_relation", times=1)
    sandbox.misbehave(
        faults.fail(400, message="duplicate relation", after_work=True),
        on="create_relation",
        times=1,
    )
    assert replace("me", association, ["b"]).applied
    assert related_pairs(sandbox) == [("me", "b")]


@pytest.mark.both
def test_with_a_batch_what_is_missing_is_created_together(
    replace: Replace, association: Association, sandbox: Sandbox, mode: Mode
) -> None:
    sandbox.seed_relation(association.id, "owner", "pet-old")
    sandbox.seed_relation(association.id, "owner", "pet-000")
    wanted = [f"pet-{number:03}" for number in range(500)]
    if mode == "async":
        plan = replace("owner", association, wanted, batch=100)
    else:
        with make_client(sandbox) as client:
            plan = bulk.replace(client, "owner", association, wanted, batch=100)
    assert (len(plan.creates), len(plan.deletes), plan.applied) == (499, 1, True)
    assert related_pairs(sandbox) == [("owner", other) for other in wanted]
    assert len(sandbox.requests) < 25


def test_with_a_batch_a_record_that_is_full_is_given_room(
    replace: Replace, association: Association, sandbox: Sandbox
) -> None:
    sandbox.limit_relations(association.id, first=3)
    for other in ("a", "b", "c"):
        sandbox.seed_relation(association.id, "owner", other)
    replace("owner", association, ["c", "d", "e"], batch=100)
    assert related_pairs(sandbox) == [("owner", "c"), ("owner", "d"), ("owner", "e")]


def test_with_a_batch_that_is_refused_it_says_how_far_it_came(
    replace: Replace, association: Association, sandbox: Sandbox
) -> None:
    sandbox.misbehave(faults.fail(404), on="create_relations")
    sandbox.misbehave(faults.fail(500), on="create_relation")
    with pytest.raises(ServerError) as caught:
        replace("owner", association, ["a", "b", "c"], side="first", batch=100)
    assert caught.value.__notes__ == [note(created="0 of 3", deleted="0 of 0")]
