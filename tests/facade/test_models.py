"""Models: values that are compared, hashed, copied and pickled, and know their sides."""

import copy
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


def test_a_model_cannot_be_changed() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        OWNER.key = "other"  # type: ignore[misc]


def test_an_association_knows_its_sides() -> None:
    assert (OWNER.side_of("contact"), OWNER.side_of("pet")) == ("first", "second")
    assert OWNER.orient({"pet": "p1", "contact": "c1"}) == ("c1", "p1")


def test_a_relation_knows_the_other_record() -> None:
    assert (RELATION.other("c1"), RELATION.other("p1")) == ("p1", "c1")
    with pytest.raises(ValueError, match="record 'x' is not on a side of relation 'r'"):
        RELATION.other("x")


def test_a_page_is_iterated_and_counted_like_its_items() -> None:
    assert [*Page((1, 2), 9)] == [1, 2]
    assert len(Page((1, 2), 9)) == 2
