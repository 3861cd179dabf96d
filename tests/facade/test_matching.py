"""Found items match requested ones, even if HighLevel swapped their sides."""

from typing import Any

import pytest

from facade import Association, Page, Relation, errors
from facade._core import matching
from facade._core.matching import RelationSearch

OWNER_PET = Association(
    id="a1",
    key="owner_pet",
    first_object_key="contact",
    first_object_label="Owner",
    second_object_key="pet",
    second_object_label="Pet",
)


@pytest.mark.parametrize(
    ("requested", "expected"),
    [
        ("contact Owner pet Pet", True),
        ("pet Pet contact Owner", True),
        ("contact Pet pet Owner", False),
        ("pet Owner contact Pet", False),
        ("contact Keeper pet Pet", False),
        ("contact Owner contact Owner", False),
    ],
)
def test_keys_and_labels_may_be_swapped_together(requested: str, expected: bool) -> None:
    sides = "first_object_key first_object_label second_object_key second_object_label".split()
    other: Any = dict(zip(sides, requested.split(), strict=True))
    assert matching.is_requested(OWNER_PET, Association(id="", **other)) is expected


def test_relations_under_other_associations_are_left_out_unless_they_do_not_say() -> None:
    under_a, under_b, unknown = (Relation(id="r", association_id=one) for one in ("a", "b", None))
    relations = (under_a, under_b, unknown)
    assert matching.filter_by_association(relations, None) == relations
    assert matching.filter_by_association(relations, ("b", "c")) == (under_b, unknown)
    page = matching.page_of_associations(Page(relations), ("b", "c"))
    assert (page.items, page.entry_count) == ((under_b, unknown), 3)
    short = Page(relations, entry_count=2)
    assert matching.page_of_associations(short, ("a",)).entry_count == 2
    assert matching.page_of_associations(short, ("a", "b")) is short


def test_the_objects_of_an_association_may_be_in_either_order_and_others_are_a_conflict() -> None:
    assert matching.with_objects(OWNER_PET, "pet", "contact") is OWNER_PET
    said = "^the key owner_pet belongs to an association of contact and pet, not of pet and car - "
    with pytest.raises(errors.AssociationConflictError, match=said):
        matching.with_objects(OWNER_PET, "pet", "car")
    unknown, half = Association(id="a1"), Association(id="a1", second_object_key="pet")
    for found in (unknown, half):
        assert matching.with_objects(found, "pet", "contact") is found
    for found, objects in ((half, ("contact", "car")), (OWNER_PET, ("pet", "pet"))):
        with pytest.raises(errors.AssociationConflictError):
            matching.with_objects(found, *objects)


def test_a_key_is_looked_up_as_given_and_as_stored(caplog: pytest.LogCaptureFixture) -> None:
    for key in ("Owner", "owner"):
        matching.log_changed_key(key)
    assert caplog.messages == ["HighLevel stores the association key Owner as owner"]
    assert matching.keys_of("Owner") == ("Owner", "owner")
    assert matching.keys_of("Owner", is_stored=True) == ("owner", "Owner")
    assert matching.keys_of("owner") == matching.keys_of("owner", is_stored=True) == ("owner",)
    with pytest.raises(TypeError, match="must be text, not int"):
        matching.keys_of(5)  # type: ignore[arg-type]


LIMIT = "Max relation limit[{}] reached for record[{}] for association[a1]"
DUPLICATE = errors.DuplicateRelationError("duplicate", status_code=400)
ODD, REPEATED = (errors.BadRequestError("odd", status_code=400) for _ in range(2))
REPEATED.repeated = True  # after an attempt whose outcome is unknown


def limited(most: int, record_id: str) -> errors.RelationLimitError:
    return errors.RelationLimitError(LIMIT.format(most, record_id), status_code=400)


def related(first: str, second: str | None, objects: str = "") -> Relation:
    first_key, second_key, *_ = [*objects.split(), None, None]
    keys: dict[str, Any] = {"first_object_key": first_key, "second_object_key": second_key}
    return Relation(id="r1", first_record_id=first, second_record_id=second, **keys)


def others(count: int) -> list[Relation]:
    return [related("c1", f"other-{number}") for number in range(count)]


def test_the_record_whose_limit_is_reached_is_listed_first() -> None:
    no_limit = errors.BadRequestError(LIMIT.format(1, "p1"), status_code=400)
    reasons = (ODD, limited(1, "c1"), limited(1, "p1"), no_limit)
    firsts = [RelationSearch("c1", "p1", error).next_records()[0] for error in reasons]
    assert firsts == ["c1", "c1", "p1", "c1"]


def test_a_search_ends_with_both_lists_or_some_pages_after_the_first() -> None:
    search = RelationSearch("c1", "p1", ODD)
    assert search.next_records() == search.next_records() == ["c1", "p1"]
    search.lists["c1"].has_next = False
    assert [search.next_records() for _ in range(6)] == [["p1"]] * 5 + [[]]


@pytest.mark.parametrize(
    ("error", "listed", "may_lag", "is_futile", "alone"),
    [
        (None, 0, False, False, False),
        (ODD, 0, False, False, False),
        (REPEATED, 0, True, False, False),
        (errors.BadRequestError("", status_code=400, body=""), 0, True, False, False),
        (errors.NotFoundError("", status_code=404, body=""), 0, False, False, False),
        (DUPLICATE, 5, True, False, False),
        (errors.ConnectionLostError("lost"), 5, True, False, False),
        (limited(1, "c1"), 1, False, True, True),
        (limited(3, "c1"), 2, True, False, False),
        (limited(3, "c1"), 3, False, True, True),
        (limited(3, "p1"), 3, True, False, False),  # of the other record none was listed
        (limited(100, "c1"), 100, False, True, True),
        (limited(101, "c1"), 99, True, False, False),
        (limited(101, "c1"), 100, False, False, True),  # a page is enough beside an ended list
        (errors.RelationLimitError("a limit is reached", status_code=400), 100, True, False, False),
    ],
)
def test_a_list_may_lag_unless_it_shows_that_the_limit_is_reached_without_the_relation(
    error: errors.AssociationsError | None, listed: int, may_lag: bool, is_futile: bool, alone: bool
) -> None:
    search = RelationSearch("c1", "p1", error)
    other_side = related("other", "c1", "contact contact")  # which has its own limit
    assert not search.is_in("c1", [*others(listed), other_side])
    assert (search.may_lag, search.is_futile) == (may_lag, is_futile)
    search.lists["p1"].has_next = False
    assert search.is_futile is alone


@pytest.mark.parametrize(
    ("found", "is_in", "is_found_where_it_exists"),
    [
        (related("c1", "p1", "contact pet"), True, True),
        (related("p1", "c1", "pet contact"), True, True),
        (related("p1", "c1"), True, True),
        (related("p1", "c1", "contact"), True, True),
        (Relation(id="r1", unsided=("p1", "c1")), True, True),
        (related("c1", "p1", "contact contact"), True, True),
        (related("p1", "c1", "contact contact"), False, True),  # each order is one of its own
        (related("c1", "p2", "contact pet"), False, False),
        (related("c1", "c1", "contact contact"), False, False),
        (related("c1", None), False, False),
    ],
)
def test_a_relation_is_found_in_either_order_unless_it_may_be_another_one(
    found: Relation, is_in: bool, is_found_where_it_exists: bool
) -> None:
    for error, is_found in ((ODD, is_in), (DUPLICATE, is_found_where_it_exists)):
        search = RelationSearch("c1", "p1", error)
        assert search.is_in("c1", [*others(1), found]) is is_in
        assert search.found == (found if is_found else None)


def test_the_relation_in_the_right_order_is_preferred_and_may_be_of_a_record_to_itself() -> None:
    search = RelationSearch("c1", "c2", DUPLICATE)
    swapped, wanted = (related(*ends, "contact contact") for ends in (("c2", "c1"), ("c1", "c2")))
    assert search.is_in("c1", [swapped, wanted])
    assert search.found is wanted
    itself = RelationSearch("c1", "c1", ODD)
    assert itself.is_in("c1", [related("c1", "c1", "contact contact")])
