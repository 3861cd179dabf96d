"""Models are compared, hashed, copied and pickled, and return their sides."""

import copy
import json
import pickle

import attrs
import pytest

from facade import Association, Ensured, Page, Relation

OWNER = Association(id="o", key="owner_pet", first_object_key="contact", second_object_key="pet")
RELATION = Relation(id="r", first_record_id="c1", second_record_id="p1", extra={"new": [1]})
MODELS = [OWNER, RELATION, Page((RELATION,), 1), Ensured(OWNER, True)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_a_copy_of_a_model_is_equal_to_it_and_has_its_hash(model: object) -> None:
    for other in (copy.copy(model), pickle.loads(pickle.dumps(model))):
        assert other == model
        assert hash(other) == hash(model)


def test_models_that_differ_in_extra_only_are_different() -> None:
    assert attrs.evolve(RELATION, extra={}) != RELATION


@pytest.mark.parametrize("name", ["traceId", "updated"])
def test_what_is_said_of_the_response_only_makes_no_model_different(name: str) -> None:
    assert attrs.evolve(OWNER, extra={name: "x"}) == OWNER
    assert len({OWNER, attrs.evolve(OWNER, extra={name: "x"})}) == 1
    assert Page((OWNER,), 1, {name: "x"}) == Page((OWNER,), 1)


def test_a_model_cannot_be_changed() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        OWNER.key = "other"  # type: ignore[misc]


def test_an_association_knows_its_sides() -> None:
    assert (OWNER.side_of("contact"), OWNER.side_of("pet")) == ("first", "second")
    assert OWNER.orient({"pet": "p1", "contact": "c1"}) == ("c1", "p1")


@pytest.mark.parametrize(
    ("object_key", "said"),
    [
        (
            "contact",
            "association 'f' has contact on both sides: pass the records by side, first and second",
        ),
        ("pet", "association 'f' joins contact and contact, not pet"),
    ],
)
def test_an_association_of_an_object_with_itself_has_no_side_of_it(
    object_key: str, said: str
) -> None:
    friends = Association(id="f", first_object_key="contact", second_object_key="contact")
    with pytest.raises(ValueError, match=said):
        friends.side_of(object_key)


def test_a_relation_knows_the_other_record() -> None:
    assert (RELATION.other("c1"), RELATION.other("p1")) == ("p1", "c1")
    with pytest.raises(ValueError, match="record 'x' is not on a side of relation 'r'"):
        RELATION.other("x")
    with pytest.raises(ValueError, match="record 'c1' is not on a side of relation 'r'"):
        Relation(id="r", first_record_id="c1").other("c1")


def test_a_page_is_iterated_and_counted_like_its_items() -> None:
    assert [*Page((1, 2), 9)] == [1, 2]
    assert len(Page((1, 2), 9)) == 2


UNSIDED = Relation(id="r", unsided=("c1", "p1"))


def nothing_of(kind: type[attrs.AttrsInstance]) -> dict[str, object]:
    """Return the dict of a model without values."""
    names = [each.name for each in attrs.fields(kind) if not each.name.startswith("_")]
    return dict.fromkeys(names) | {"extra": {}}


OWNER_DICT = nothing_of(Association) | {
    "id": "o",
    "key": "owner_pet",
    "first_object_key": "contact",
    "second_object_key": "pet",
}
RELATION_DICT = nothing_of(Relation) | {
    "id": "r",
    "first_record_id": "c1",
    "second_record_id": "p1",
    "record_ids": ["c1", "p1"],
    "extra": {"new": [1]},
}


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (OWNER, OWNER_DICT),
        (RELATION, RELATION_DICT),
        (UNSIDED, nothing_of(Relation) | {"id": "r", "record_ids": ["c1", "p1"]}),
        (
            Page((RELATION,), 1, {"traceId": "t"}),
            {"items": [RELATION_DICT], "total": 1, "extra": {"traceId": "t"}},
        ),
        (Ensured(OWNER, True), {"item": OWNER_DICT, "created": True}),
    ],
)
def test_a_model_is_a_dict_that_json_can_write(
    model: Association | Relation | Page[Relation] | Ensured[Association],
    expected: dict[str, object],
) -> None:
    assert model.to_dict() == expected
    assert json.loads(json.dumps(model.to_dict())) == expected


def test_what_is_done_to_the_dict_of_a_model_does_not_change_the_model() -> None:
    RELATION.to_dict()["extra"]["new"].append(2)
    assert RELATION.extra == {"new": [1]}


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (OWNER, "Association(id='o', key='owner_pet', first_object_key='contact', "
         "second_object_key='pet')"),
        (Association(id="o"), "Association(id='o')"),
        (RELATION, "Relation(id='r', first_record_id='c1', second_record_id='p1')"),
        (UNSIDED, "Relation(id='r', record_ids=('c1', 'p1'))"),
        (Page((RELATION,) * 100, 230), "Page(100 items, total=230)"),
        (Page(()), "Page(0 items, total=None)"),
        (Ensured(Association(id="o"), True), "Ensured(item=Association(id='o'), created=True)"),
    ],
)  # fmt: skip
def test_a_model_shows_itself_in_a_line(model: object, expected: str) -> None:
    assert repr(model) == expected
