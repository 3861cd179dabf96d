"""The plan of replace: the creates, deletes and kept relations, and the side."""

import pickle
from typing import Any

import pytest
from attrs import evolve

from facade import Association, ContractError, Relation
from facade.bulk.plan import Side, checked_ids, checked_side, plan_for, side_of_record

PET = "custom_objects.pet"
OWNER_PET = Association(id="a1", key="owner_pet", first_object_key="contact", second_object_key=PET)
SIDES = "first_record_id first_object_key second_record_id second_object_key".split()
TUTORS = Association(id="a2", first_object_key="contact", second_object_key="contact")


def relations(*pairs: str) -> list[Relation]:
    """Return relations whose id is their pair, such as `me-a`."""
    return [
        Relation(id=pair, first_record_id=one, second_record_id=other, primary=number == 1)
        for number, pair in enumerate(pairs)
        for one, other in [pair.split("-")]
    ]


@pytest.mark.parametrize(
    ("association", "side", "existing", "changes"),
    [
        (OWNER_PET, "first", "me-a me-b", "c / me-a / me-b"),
        (OWNER_PET, "second", "me-a b-me", "c / me-a / b-me"),
        (OWNER_PET, None, "me-a b-me me-c", " / me-a / b-me me-c"),
        (OWNER_PET, "first", "you-a me-b b-me", "c / b-me / me-b"),
        (OWNER_PET, "first", "me-b me-b", "c /  / me-b"),  # read twice, and changed meanwhile
        (TUTORS, "first", "me-a b-me", "b c / me-a / "),
        (TUTORS, "second", "me-a b-me", "c /  / b-me"),
    ],
)
def test_what_is_missing_is_created_and_what_is_too_many_deleted(
    association: Association, side: Side | None, existing: str, changes: str
) -> None:
    plan = plan_for("me", association, ("b", "c"), side, relations(*existing.split()))
    by_id = plan.creates, *([one.id for one in some] for some in (plan.deletes, plan.kept))
    assert " / ".join(map(" ".join, by_id)) == changes
    assert (plan.side, plan.applied) == (side, False)
    assert plan.pair("c") == (("me", "c") if side == "first" else ("c", "me"))
    assert pickle.loads(pickle.dumps(plan)) == plan


def test_a_relation_without_an_id_can_be_kept_but_not_deleted() -> None:
    unnamed = Relation(id="", first_record_id="me", second_record_id="a")
    assert plan_for("me", OWNER_PET, ("a",), None, [unnamed]).kept == (unnamed,)
    with pytest.raises(ContractError, match="the relation of me and a has no id to delete it by"):
        plan_for("me", OWNER_PET, (), None, [unnamed])


def test_a_side_that_the_relations_contradict_or_do_not_show_is_refused() -> None:
    sides: tuple[Side | None, ...] = ("first", None)
    for side in sides:
        assert checked_side(side, "me", OWNER_PET, relations("me-a")) == "first"
    assert checked_side("first", "me", TUTORS, relations("a-me")) == "first"
    assert checked_side("second", "me", OWNER_PET, []) == "second"
    wrong: Any = "left"
    for given, association, why in (
        (wrong, OWNER_PET, "must be 'first' or 'second', not 'left'"),
        (None, TUTORS, "'a2' has one object on both sides: pass side='first' or 'second'"),
    ):
        with pytest.raises(ValueError, match=why):
            checked_side(given, "me", association, [])
    with pytest.raises(ValueError, match="is on side second in its relations, not first"):
        checked_side("first", "me", OWNER_PET, relations("a-me"))
    with pytest.raises(ValueError, match="under association 'owner_pet' that show its"):
        plan_for("me", OWNER_PET, ("b",), None, relations("a-b"))


@pytest.mark.parametrize(
    ("listed", "side"),
    [
        ([], None),
        ([("me", None, "a", None)], "first"),
        ([("a", None, "me", None)], "second"),
        ([("me", PET, "a", "contact")], "second"),  # HighLevel may list either one first
        ([("a", PET, "me", "contact")], "first"),
        ([("me", "unknown", "a", "contact")], "first"),
        ([("you", None, "a", None), ("a", None, "me", None)], "second"),
        ([("me", None, "a", None), ("a", None, "me", None)], None),
    ],
)
def test_the_object_of_a_record_tells_its_side_and_otherwise_its_place(
    listed: list[tuple[str, str | None, str, str | None]], side: Side | None
) -> None:
    found = [
        Relation(id="r1", **dict(zip(SIDES, sides, strict=True)))  # type: ignore[arg-type]
        for sides in listed
    ]
    assert side_of_record(found, "me", OWNER_PET) == side


def test_a_plan_prints_its_changes_and_whether_they_were_made() -> None:
    plan = plan_for("me", OWNER_PET, ("b", "c"), "first", relations("me-a", "me-b"))
    assert str(plan).splitlines() == [
        "owner_pet of me as first: 1 to be created, 1 to be deleted, 1 kept",
        "  + c",
        "  - a (relation me-a)",
    ]
    done = evolve(plan_for("me", TUTORS, (), None, relations("me-a")), applied=True)
    assert str(done).startswith("a2 of me: 0 created, 1 deleted, 0 kept\n")
    plans = plan, evolve(plan, deletes=()), done, evolve(done, deletes=())
    assert [one.is_empty for one in plans] == [False, False, False, True]


@pytest.mark.parametrize(
    ("record_id", "others"), [("", []), ("..", []), ("me", [" "]), ("me", [None]), ("me", "abc")]
)
def test_what_is_no_id_is_refused(record_id: str, others: Any) -> None:
    kind = TypeError if others == "abc" else ValueError
    with pytest.raises(kind, match=r"record id must be text|not a valid id|pass a single"):
        checked_ids(record_id, others)
    assert checked_ids("me", iter(["b", "a", "b"])) == ("b", "a")
