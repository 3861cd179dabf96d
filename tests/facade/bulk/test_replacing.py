"""replace: the fewest writes that make the relations of a record the wanted ones."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from facade import (
    Association,
    AsyncAssociationsClient,
    DuplicateRelationError,
    InvalidRecordError,
    RelationLimitError,
    ServerError,
    bulk,
)
from facade.bulk import Plan, areplace
from facade.testing import Fault, Sandbox, faults
from tests.facade.bulk.runs import make_client, related_pairs, seed_owner_pet, writes
from tests.facade.driving import Mode

Replace = Callable[..., Plan]
Relate = Callable[[str], None]


@pytest.fixture
def replace(sandbox: Sandbox) -> Iterator[Replace]:
    """Call areplace with a client that repeats nothing."""
    given: dict[str, Any] = {"pace": None, "transport": sandbox.transport(), "retries": 0}
    with asyncio.Runner() as runner:
        client = AsyncAssociationsClient(sandbox.token, sandbox.location_id, **given)
        yield lambda *args, **options: runner.run(areplace(client, *args, **options))
        runner.run(client.close())


@pytest.fixture
def relate(sandbox: Sandbox, association: Association) -> Relate:
    """Relate `me` with others."""

    def seed(others: str) -> None:
        for other in others.split():
            sandbox.seed_relation(association.id, "me", other)

    return seed


def note(created: str, deleted: str) -> str:
    return f"{created} were created and {deleted} deleted; call replace again to complete it"


@pytest.mark.parametrize(
    ("before", "wanted", "sent"),
    [
        ("", "a b", ["POST", "POST"]),
        ("a b", "", ["DELETE", "DELETE"]),
        ("a b", "b c", ["POST", "DELETE"]),
        ("a b", "b a", []),
        ("a", "a a", []),
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
    replace: Replace, association: Association, relate: Relate, sandbox: Sandbox
) -> None:
    relate("a")
    plan = replace("me", association, ["b"], dry_run=True)
    assert (plan.creates, len(plan.deletes), plan.applied) == (("b",), 1, False)
    assert writes(sandbox) == []


def test_relations_on_the_other_side_and_of_other_associations_are_left_alone(
    replace: Replace, sandbox: Sandbox
) -> None:
    made = sandbox.seed_association(key="student_tutor")
    tutors = Association(id=made["id"], first_object_key="contact", second_object_key="contact")
    sandbox.seed_relation(seed_owner_pet(sandbox).id, "me", "pet")
    sandbox.seed_relation(tutors.id, "me", "tutor")
    sandbox.seed_relation(tutors.id, "student", "me")
    with pytest.raises(ValueError, match="pass side='first' or 'second'"):
        replace("me", tutors, ["b"])
    replace("me", tutors, ["b"], side="first")
    assert related_pairs(sandbox) == [("me", "b"), ("me", "pet"), ("student", "me")]


@pytest.mark.parametrize(
    ("record_id", "others", "options", "error_class", "why"),
    [
        ("me", "abc", {}, TypeError, "iterable"),
        ("me", ["b"], {"side": "left"}, ValueError, "'left'"),
        ("a", [], {"side": "first"}, ValueError, "is on side second"),
        ("new", ["a"], {}, ValueError, r"pass side=association\.side_of\(\.\.\.\) .* contact or"),
        ("me", ["b"], {"batch": 0}, ValueError, "batch"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_written(
    replace: Replace,
    association: Association,
    relate: Relate,
    sandbox: Sandbox,
    record_id: str,
    others: Any,
    options: Any,
    error_class: type[Exception],
    why: str,
) -> None:
    relate("a")
    with pytest.raises(error_class, match=why):
        replace(record_id, association, others, **options)
    assert writes(sandbox) == []
    assert replace("unrelated", association, []).side is None


@pytest.mark.parametrize("batch", [None, 100])
def test_if_a_limit_leaves_no_room_a_delete_is_first(
    replace: Replace, association: Association, relate: Relate, sandbox: Sandbox, batch: int | None
) -> None:
    sandbox.limit_relations(association.id, first=2)
    relate("a b")
    replace("me", association, ["c", "d"], batch=batch)
    assert related_pairs(sandbox) == [("me", "c"), ("me", "d")]
    one_by_one = ["POST", "DELETE", "POST", "POST", "DELETE", "POST"]
    assert batch or writes(sandbox) == one_by_one


INVALID = faults.fail(422, message="Invalid record id : 'b' for association : owner_pet")
OUTAGE, TWICE = faults.fail(500), faults.fail(400, message="duplicate relation")


@pytest.mark.parametrize(
    ("limit", "wanted", "fault", "failing", "error_class", "left", "created", "deleted"),
    [
        # The other record is the full one, and nothing is deleted.
        ({"second": 1}, "x", OUTAGE, [], RelationLimitError, "a b", "0 of 1", "0 of 2"),
        # What was deleted in vain is restored, or it is told.
        ({"first": 2}, "c", INVALID, [2], InvalidRecordError, "a b", "0 of 1", "0 of 2"),
        ({"first": 2}, "c", OUTAGE, [2, 3], ServerError, "b", "0 of 1", "1 of 2"),
        # After a refusal, only a relation that is found exists.
        ({}, "c d", TWICE, [0], DuplicateRelationError, "a b", "0 of 2", "0 of 2"),
        ({}, "c d", OUTAGE, [0], ServerError, "a b", "0 of 2", "0 of 2"),
        ({}, "c d", OUTAGE, [1], ServerError, "a b c", "1 of 2", "0 of 2"),
        ({}, "c d", OUTAGE, [2], ServerError, "a b c d", "2 of 2", "0 of 2"),
        ({}, "c d", OUTAGE, [3], ServerError, "b c d", "2 of 2", "1 of 2"),
    ],
)
def test_a_failure_leaves_never_too_few_relations_and_says_what_was_done(
    replace: Replace,
    association: Association,
    relate: Relate,
    sandbox: Sandbox,
    limit: dict[str, Any],
    wanted: str,
    fault: Fault,
    failing: list[int],
    error_class: type[Exception],
    left: str,
    created: str,
    deleted: str,
) -> None:
    relate("a b")
    sandbox.seed_relation(association.id, "you", "x")
    sandbox.limit_relations(association.id, **limit)
    numbers = iter(range(99))
    sandbox.misbehave(fault, on=lambda one: one.method != "GET" and next(numbers) in failing)
    with pytest.raises(error_class) as raised:
        replace("me", association, wanted.split())
    assert [other for me, other in related_pairs(sandbox) if me == "me"] == left.split()
    (*lost, done) = raised.value.__notes__
    assert done == note(created, deleted)
    assert [one.split(":")[0] for one in lost] == (
        ["the relation to a was deleted and not restored"] if left == "b" else []
    )
    if not limit:
        replace("me", association, wanted.split())
        assert related_pairs(sandbox) == [("me", "c"), ("me", "d"), ("you", "x")]


def test_a_concurrent_change_by_someone_else_is_no_error(
    replace: Replace, association: Association, relate: Relate, sandbox: Sandbox
) -> None:
    relate("a")
    for operation, status, message in (
        ("delete_relation", 404, "Relation not found"),
        ("create_relation", 400, "duplicate relation"),
    ):
        fault = faults.fail(status, message=message, after_work=True)
        sandbox.misbehave(fault, on=operation, times=1)
    assert replace("me", association, ["b"]).applied
    assert related_pairs(sandbox) == [("me", "b")]


@pytest.mark.both
def test_with_a_batch_what_is_missing_is_created_together(
    replace: Replace, association: Association, relate: Relate, sandbox: Sandbox, mode: Mode
) -> None:
    relate("pet-old pet-000")
    wanted = [f"pet-{number:03}" for number in range(500)]
    if mode == "async":
        plan = replace("me", association, wanted, batch=100)
    else:
        with make_client(sandbox) as client:
            plan = bulk.replace(client, "me", association, wanted, batch=100)
    assert (len(plan.creates), len(plan.deletes), plan.applied) == (499, 1, True)
    assert related_pairs(sandbox) == [("me", other) for other in wanted]
    assert len(sandbox.requests) < 25


def test_with_a_batch_that_is_refused_it_says_how_far_it_came(
    replace: Replace, association: Association, sandbox: Sandbox
) -> None:
    sandbox.misbehave(faults.fail(404), on="create_relations")
    sandbox.misbehave(OUTAGE, on="create_relation")
    with pytest.raises(ServerError) as caught:
        replace("me", association, ["a", "b", "c"], side="first", batch=100)
    assert caught.value.__notes__ == [note("0 of 3", "0 of 0")]
