"""Found items match requested ones, even if HighLevel swapped their sides."""

from typing import Any

import pytest

from facade import (
    Association,
    AssociationConflictError,
    AssociationsError,
    BadRequestError,
    ConnectionLostError,
    DuplicateRelationError,
    Ensured,
    Relation,
    RelationLimitError,
    ServerError,
)
from facade._core.matching import (
    MAX_PAGES_ALONE,
    RelationSearch,
    checked_association,
    filter_by_association,
    has_key,
    is_requested,
    keys_of,
    with_objects,
)

OWNER_PET = Association(
    id="a1",
    key="owner_pet",
    first_object_key="contact",
    first_object_label="Owner",
    second_object_key="pet",
    second_object_label="Pet",
)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("owner_pet", "not str$"),
        (None, "not NoneType$"),
        ((OWNER_PET, True), "not tuple$"),
        (Ensured(OWNER_PET, True), "not Ensured: pass its item$"),
    ],
)
def test_what_is_no_association_is_refused_by_its_class(value: object, said: str) -> None:
    with pytest.raises(TypeError, match=f"association must be an Association, {said}"):
        checked_association(value)
    assert checked_association(OWNER_PET) is OWNER_PET


def body(first: tuple[str, str], second: tuple[str, str]) -> dict[str, str]:
    return {
        "firstObjectKey": first[0],
        "firstObjectLabel": first[1],
        "secondObjectKey": second[0],
        "secondObjectLabel": second[1],
    }


@pytest.mark.parametrize(
    ("requested", "expected"),
    [
        (body(("contact", "Owner"), ("pet", "Pet")), True),
        (body(("pet", "Pet"), ("contact", "Owner")), True),
        (body(("contact", "Pet"), ("pet", "Owner")), False),
        (body(("pet", "Owner"), ("contact", "Pet")), False),
        (body(("contact", "Keeper"), ("pet", "Pet")), False),
        (body(("contact", "Owner"), ("car", "Pet")), False),
        (body(("contact", "Owner"), ("contact", "Owner")), False),
    ],
)
def test_an_association_is_the_requested_one_if_keys_and_labels_are_swapped_together(
    requested: dict[str, str], expected: bool
) -> None:
    assert is_requested(OWNER_PET, requested) is expected


def test_an_association_of_other_objects_is_a_conflict() -> None:
    assert with_objects(OWNER_PET, "contact", "pet") is OWNER_PET
    assert with_objects(OWNER_PET, "pet", "contact") is OWNER_PET
    said = "the key owner_pet belongs to an association of contact and pet, not of contact and car"
    with pytest.raises(AssociationConflictError, match=said):
        with_objects(OWNER_PET, "contact", "car")
    with pytest.raises(AssociationConflictError):
        with_objects(OWNER_PET, "contact", "contact")


def test_relations_under_other_associations_are_left_out_unless_they_do_not_say() -> None:
    relations = tuple(Relation(id=one or "none", association_id=one) for one in ("a", "b", None))
    assert filter_by_association(relations, None) == relations
    assert [one.id for one in filter_by_association(relations, ("b", "c"))] == ["b", "none"]
    assert [one.id for one in filter_by_association(relations, ())] == ["none"]


LIMIT = "Max relation limit[{}] reached for record[{}] for association[a1]"
DUPLICATE = DuplicateRelationError("duplicate", status_code=400)
ODD = BadRequestError("odd", status_code=400)


def limited(most: int, record_id: str) -> RelationLimitError:
    return RelationLimitError(LIMIT.format(most, record_id), status_code=400)


def related(first: str | None, second: str | None, **fields: Any) -> Relation:
    return Relation(id="r1", first_record_id=first, second_record_id=second, **fields)


CONTACTS = {"first_object_key": "contact", "second_object_key": "contact"}
CONTACT_PET = {"first_object_key": "contact", "second_object_key": "pet"}
PET_CONTACT = {"first_object_key": "pet", "second_object_key": "contact"}


@pytest.mark.parametrize(
    ("error", "records"),
    [
        (ODD, ["c1", "p1"]),
        (limited(1, "c1"), ["c1", "p1"]),
        (limited(1, "p1"), ["p1", "c1"]),
        (limited(1, "x"), ["c1", "p1"]),
        (BadRequestError(LIMIT.format(1, "p1"), status_code=400), ["c1", "p1"]),
    ],
)
def test_the_record_whose_limit_is_reached_is_listed_first(
    error: AssociationsError, records: list[str]
) -> None:
    assert RelationSearch("c1", "p1", error).next_records() == records


def test_a_search_ends_with_both_lists_or_some_pages_after_the_first() -> None:
    search = RelationSearch("c1", "p1", ODD)
    assert search.next_records() == search.next_records() == ["c1", "p1"]
    search.lists["c1"].has_next = False
    pages = [search.next_records() for _ in range(MAX_PAGES_ALONE + 1)]
    assert pages == [["p1"]] * MAX_PAGES_ALONE + [[]]
    other = RelationSearch("c1", "p1", ODD)
    for each in other.lists.values():
        each.has_next = False
    assert other.next_records() == []


@pytest.mark.parametrize(
    ("error", "listed", "is_futile"),
    [(limited(2, "c1"), 2, True), (limited(2, "c1"), 1, False), (limited(2, "p1"), 2, False)],
)
def test_a_search_is_futile_when_a_record_has_all_the_relations_that_it_may_have(
    error: AssociationsError, listed: int, is_futile: bool
) -> None:
    search = RelationSearch("c1", "p1", error)
    assert not search.is_futile
    search.is_in("c1", [related("c1", f"p{number}") for number in range(2, listed + 2)])
    assert search.is_futile is is_futile


def test_of_a_limit_above_a_page_a_page_is_enough_when_the_other_list_has_ended() -> None:
    search = RelationSearch("c1", "p1", limited(101, "c1"))
    search.is_in("c1", [related("c1", f"p{number}") for number in range(2, 101)])
    search.lists["p1"].has_next = False
    assert not search.is_futile
    search.is_in("c1", [related("c1", "p101")])
    assert search.is_futile
    search.lists["p1"].has_next = True
    assert not search.is_futile


def test_a_key_is_looked_up_as_given_and_as_stored() -> None:
    assert keys_of("Owner") == ("Owner", "owner")
    assert keys_of("Owner", is_stored=True) == ("owner", "Owner")
    assert keys_of("owner") == keys_of("owner", is_stored=True) == ("owner",)
    with pytest.raises(TypeError, match="must be text, not int"):
        keys_of(5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stored", "key", "expected"),
    [("owner", "Owner", True), ("OWNER", "owner", True), (None, "owner", True), ("o", "p", False)],
)
def test_keys_are_compared_ignoring_case(stored: str | None, key: str, expected: bool) -> None:
    assert has_key(Association(id="a1", key=stored), key) is expected


@pytest.mark.parametrize(
    ("found", "is_in", "is_found_where_it_exists"),
    [
        (related("c1", "p1", **CONTACT_PET), True, True),
        (related("p1", "c1", **PET_CONTACT), True, True),
        (related("p1", "c1"), True, True),
        (related("p1", "c1", first_object_key="contact"), True, True),
        (Relation(id="r1", unsided=("p1", "c1")), True, True),
        (related("c1", "p1", **CONTACTS), True, True),
        (related("p1", "c1", **CONTACTS), False, True),  # each order is a relation of its own
        (related("c1", "p2", **CONTACT_PET), False, False),
        (related("c1", "c1", **CONTACTS), False, False),
        (related("c1", None), False, False),
    ],
)
def test_a_relation_is_found_in_either_order_unless_it_may_be_another_one(
    found: Relation, is_in: bool, is_found_where_it_exists: bool
) -> None:
    search = RelationSearch("c1", "p1", ODD)
    assert search.is_in("c1", [related("c1", "p9"), found]) is is_in
    assert search.found == (found if is_in else None)
    search = RelationSearch("c1", "p1", DUPLICATE)
    assert search.is_in("c1", [found]) is is_in
    assert search.found == (found if is_found_where_it_exists else None)


def test_a_record_that_is_related_to_itself_is_found() -> None:
    search = RelationSearch("c1", "c1", ODD)
    assert search.is_in("c1", [related("c1", "c1", **CONTACTS)])


def test_the_relation_in_the_right_order_is_preferred() -> None:
    search = RelationSearch("c1", "c2", DUPLICATE)
    swapped, wanted = (related(*ends, **CONTACTS) for ends in (("c2", "c1"), ("c1", "c2")))
    assert search.is_in("c1", [swapped, wanted])
    assert search.found is wanted


@pytest.mark.parametrize(
    ("error", "listed", "may_lag"),
    [
        (ODD, 0, False),
        (DUPLICATE, 5, True),
        (ServerError("outage", status_code=502), 5, True),
        (ConnectionLostError("lost"), 0, True),
        (limited(3, "c1"), 2, True),
        (limited(3, "c1"), 3, False),
        (limited(3, "p1"), 3, True),  # of the other record none was listed
        (limited(1000, "c1"), 99, True),
        (limited(1000, "c1"), 100, False),
        (RelationLimitError("a limit is reached", status_code=400), 100, True),
    ],
)
def test_a_list_may_lag_unless_it_shows_that_the_limit_is_reached_without_the_relation(
    error: AssociationsError, listed: int, may_lag: bool
) -> None:
    search = RelationSearch("c1", "p1", error)
    assert not search.is_in("c1", [related("c1", f"p{number}") for number in range(2, listed + 2)])
    assert search.may_lag is may_lag
