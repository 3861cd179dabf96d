"""replace: the fewest writes that make the relations of a record the wanted ones."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from facade import (
    AssociationsClient,
    AsyncAssociationsClient,
    DuplicateRelationError,
    Ensured,
    InvalidRecordError,
    RelationLimitError,
    ServerError,
    bulk,
)
from facade.bulk import Plan, areplace
from facade.bulk._async import replacing
from facade.testing import Fault, Sandbox, faults
from facade.testing.messages import Received
from tests.facade.bulk.runs import in_loop, make_client, related_pairs, seed_owner_pet


class Me:
    """The record `me` and its relations under `owner_pet`, by a client that repeats nothing."""

    def __init__(self, sandbox: Sandbox, client: AssociationsClient) -> None:
        self.sandbox = sandbox
        self.association = seed_owner_pet(sandbox)
        self.client = client

    def relate(self, others: str, *, side: str = "first") -> None:
        for other in others.split():
            pair = ("me", other) if side == "first" else (other, "me")
            self.sandbox.seed_relation(self.association.id, *pair)

    def replace(self, others: str, record_id: str = "me", **options: Any) -> Plan:
        association = options.pop("association", self.association)
        return bulk.replace(self.client, record_id, association, others.split(), **options)

    def others(self, *, side: str = "first") -> str:
        mine = [pair for pair in related_pairs(self.sandbox) if pair[side != "first"] == "me"]
        return " ".join(pair[side == "first"] for pair in mine)

    def writes(self) -> str:
        return " ".join(one.method for one in self.sandbox.requests if one.method != "GET")


@pytest.fixture
def me(sandbox: Sandbox) -> Iterator[Me]:
    with make_client(sandbox, retries=0) as client:
        yield Me(sandbox, client)


@pytest.mark.parametrize(
    ("before", "wanted", "sent"),
    [
        ("", "a b", "POST POST"),
        ("a b", "", "DELETE DELETE"),
        ("a b", "b c", "POST DELETE"),
        ("a b", "b a", ""),
        ("a", "a a", ""),
    ],
)
@pytest.mark.parametrize("side", ["first", "second"])
def test_it_sends_the_fewest_writes_and_a_second_time_none(
    me: Me, side: str, before: str, wanted: str, sent: str
) -> None:
    me.relate(before, side=side)
    assert not me.replace(wanted, side=side, dry_run=True).applied
    assert me.writes() == ""
    for _ in range(2):
        plan = me.replace(wanted, side=side)
        assert plan.applied
        assert me.others(side=side).split() == sorted({*wanted.split()})
    assert me.writes() == sent
    assert (plan.creates, plan.deletes) == ((), ())


@pytest.mark.parametrize("sandbox", [{"association_filter": "ignored"}], indirect=True)
def test_the_relations_of_other_associations_are_left_out_if_the_filter_is_ignored(
    me: Me, sandbox: Sandbox
) -> None:
    other = sandbox.seed_association(key="likes", second_object_key="custom_objects.pet")["id"]
    for number in range(130):
        me.relate(f"pet-{number:03}")
        sandbox.seed_relation(other, "me", f"toy-{number:03}")
    wanted = " ".join(f"pet-{number:03}" for number in range(129))
    assert (me.replace(wanted).applied, me.writes()) == (True, "DELETE")
    assert len(sandbox.relations()) == 259


@pytest.mark.parametrize(
    ("record_id", "options", "why"),
    [
        ("me", {"batch": 0}, "batch"),
        ("new", {}, r"pass side=association\.side_of\(\.\.\.\) .* contact or"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_written(
    me: Me, record_id: str, options: Any, why: str
) -> None:
    me.relate("a")
    with pytest.raises(ValueError, match=why):
        me.replace("b", record_id, **options)
    with pytest.raises(TypeError, match="not Ensured: pass its item"):
        me.replace("b", association=Ensured(me.association, False))
    assert me.writes() == ""
    assert me.replace("", "unrelated").side is None


@pytest.mark.parametrize("batch", [None, 100])
def test_if_a_limit_leaves_no_room_a_delete_is_first(me: Me, batch: int | None) -> None:
    me.sandbox.limit_relations(me.association.id, first=2)
    me.relate("a b")
    me.replace("c d", batch=batch)
    assert me.others() == "c d"
    assert batch or me.writes() == "POST DELETE POST POST DELETE POST"


INVALID = faults.fail(422, message="Invalid record id : 'b' for association : owner_pet")
OUTAGE, TWICE = faults.fail(500), faults.fail(400, message="duplicate relation")
ROOM: dict[str, Any] = {}


@pytest.mark.parametrize(
    ("limit", "wanted", "fault", "failing", "error", "left", "done"),
    [
        # The other record is the full one, and nothing is deleted.
        ({"second": 1}, "x", OUTAGE, [], RelationLimitError, "a b", "0 of 1 / 0 of 2"),
        # What was deleted in vain is restored, or it is told.
        ({"first": 2}, "c", INVALID, [2], InvalidRecordError, "a b", "0 of 1 / 0 of 2"),
        ({"first": 2}, "c", OUTAGE, [2, 3], ServerError, "b", "0 of 1 / 1 of 2"),
        # After a refusal, only a relation that is found exists.
        (ROOM, "c d", TWICE, [0], DuplicateRelationError, "a b", "0 of 2 / 0 of 2"),
        (ROOM, "c d", OUTAGE, [1], ServerError, "a b c", "1 of 2 / 0 of 2"),
        (ROOM, "c d", OUTAGE, [3], ServerError, "b c d", "2 of 2 / 1 of 2"),
    ],
)
def test_a_failure_leaves_never_too_few_relations_and_says_what_was_done(
    me: Me,
    limit: Any,
    wanted: str,
    fault: Fault,
    failing: list[int],
    error: Any,
    left: str,
    done: str,
) -> None:
    me.relate("a b")
    me.sandbox.seed_relation(me.association.id, "you", "x")
    me.sandbox.limit_relations(me.association.id, **limit)
    numbers = iter(range(99))
    me.sandbox.misbehave(fault, on=lambda one: one.method != "GET" and next(numbers) in failing)
    with pytest.raises(error) as raised:
        me.replace(wanted)
    assert me.others() == left
    told = ["the relation to a was deleted and not restored"] * (left == "b")
    created, deleted = done.split(" / ")
    told += [f"{created} were created and {deleted} deleted; call replace again to complete it"]
    assert [one.split(":")[0] for one in raised.value.__notes__] == told
    if not limit:
        me.replace(wanted)
        assert me.others() == "c d"


def test_a_concurrent_change_by_someone_else_is_no_error(me: Me) -> None:
    me.relate("a")
    gone = faults.fail(404, message="Relation not found", after_work=True)
    me.sandbox.misbehave(gone, on="delete_relation", times=1)
    there = faults.fail(400, message="duplicate relation", after_work=True)
    me.sandbox.misbehave(there, on="create_relation", times=1)
    assert me.replace("b").applied
    assert me.others() == "b"


Meddle = Callable[[Received], object]  # what others change before a request


def delete(sandbox: Sandbox, *relations: dict[str, Any]) -> None:
    with make_client(sandbox) as other:
        for relation in relations:
            other.relations.delete(relation["id"])


@pytest.fixture
def replace_at_once(me: Me, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Replace the relations of `me` by several sets at once, and nearly without waits.

    Returns each plan, and the relations that were there when it was returned.
    """
    assert (replacing._WAITS, replacing._MAX_READINGS) == ((0.0, 1.0, 2.0, 3.0), 4)
    monkeypatch.setattr(replacing, "_WAITS", (0.0, 0.001, 0.002, 0.003))

    def replace(meddle: Meddle, *wanted: str) -> list[tuple[Plan, str]]:
        async def all_of(client: AsyncAssociationsClient) -> list[tuple[Plan, str]]:
            async def one(others: str) -> tuple[Plan, str]:
                given = client, "me", me.association, others.split()
                return await areplace(*given, side="first"), me.others()

            return await asyncio.gather(*map(one, wanted))

        me.sandbox.misbehave(faults.delay(1e-6, before_work=True), on=lambda one: not meddle(one))
        return in_loop(me.sandbox, all_of)

    return replace


def test_relations_that_others_delete_between_two_pages_are_missed_by_none(
    me: Me, replace_at_once: Callable[..., Any]
) -> None:
    me.relate(" ".join(f"old-{number:03}" for number in range(250)))
    doomed = me.sandbox.relations()[:3]

    def meddle(request: Received) -> None:
        if request.query.get("skip") == ["100"] and doomed:
            delete(me.sandbox, doomed.pop())

    ((plan, there),) = replace_at_once(meddle, "new")
    assert (plan.applied, there, doomed) == (True, "new", [])


@pytest.mark.parametrize("number", range(20))
def test_two_at_once_end_in_one_of_the_sets_or_say_that_they_did_not(
    me: Me, replace_at_once: Callable[..., Any], number: int
) -> None:
    me.relate("a b")
    turns = iter(range(10_000))
    doomed = "x" if number % 2 else "y"
    sets = "b c", " ".join("d e f g".split()[: 1 + number // 5])

    def meddle(request: Received) -> None:
        if next(turns) == number:
            me.relate(doomed)  # by a third

    for (plan, there), wanted in zip(replace_at_once(meddle, *sets), sets, strict=True):
        assert not plan.applied or there == wanted


def test_a_set_that_is_never_read_without_a_change_is_not_said_to_be_applied(
    me: Me, replace_at_once: Callable[..., Any]
) -> None:
    wanted = [f"w-{number:03}" for number in range(110)]

    def meddle(request: Received) -> None:
        if request.method != "GET":
            return
        is_second = request.query["skip"] == ["100"]
        # The unwanted one moves to the page before.
        delete(me.sandbox, *me.sandbox.relations()[: 1 if is_second else None])
        if request.query["skip"] == ["0"]:
            me.relate(" ".join([*wanted[:100], "unwanted", *wanted[100:]]))

    ((plan, there),) = replace_at_once(meddle, " ".join(wanted))
    assert (plan.applied, "unwanted" in there) == (False, True)
    assert me.writes().count("POST") == 0


def test_a_set_that_is_contradicted_again_and_again_is_not_said_to_be_applied(
    me: Me, replace_at_once: Callable[..., Any]
) -> None:
    def meddle(request: Received) -> None:
        if request.method == "GET":
            delete(me.sandbox, *me.sandbox.relations())

    ((plan, _),) = replace_at_once(meddle, "a")
    assert (plan.applied, plan.creates, plan.deletes) == (False, ("a",), ())
    assert me.writes().count("POST") == 3


def test_with_a_batch_what_is_missing_is_created_together(me: Me) -> None:
    me.relate("pet-old pet-000")
    wanted = [f"pet-{number:03}" for number in range(500)]
    plan = me.replace(" ".join(wanted), batch=100)
    assert (len(plan.creates), len(plan.deletes), plan.applied) == (499, 1, True)
    assert me.others().split() == wanted
    assert len(me.sandbox.requests) < 30
    me.sandbox.misbehave(faults.fail(404), on="create_relations")
    me.sandbox.misbehave(OUTAGE, on="create_relation")
    with pytest.raises(ServerError) as caught:
        me.replace(" ".join([*wanted, "a", "b"]), batch=100)
    assert caught.value.__notes__[0].startswith("0 of 2 were created and 0 of 0 deleted; ")
