"""Models are compared, hashed, copied and pickled, and return their sides."""

import copy
import json
import pickle
from collections.abc import Sequence
from typing import Any

import attrs
import pydantic
import pytest

from facade import Association, Ensured, Page, Relation

OWNER = Association(id="o", key="owner", first_object_key="contact", second_object_key="pet")
FRIENDS = Association(id="f", first_object_key="a", second_object_key="a")
RELATION = Relation(id="r", first_record_id="c1", second_record_id="p1", extra={"new": [1]})
UNSIDED = Relation(id="r", unsided=("c1", "p1"))


def dict_of(model: Association | Relation) -> dict[str, Any]:
    return {name: value for name, value in attrs.asdict(model).items() if name != "_unsided"}


OWNER_DICT = dict_of(OWNER)
RELATION_DICT = dict_of(RELATION) | {"record_ids": ["c1", "p1"]}
UNSIDED_DICT = dict_of(UNSIDED) | {"record_ids": ["c1", "p1"]}


PAGE = Page((RELATION,), 230, {"traceId": "t"})
PAGE_DICT = {"items": [RELATION_DICT], "total": 230, "extra": {"traceId": "t"}}
OWNER_TEXT = "Association(id='o', key='owner', first_object_key='contact', second_object_key='pet')"
ENSURED_DICT = {"item": OWNER_DICT, "created": True}


@pytest.mark.parametrize(
    ("model", "as_dict", "as_text"),
    [
        (OWNER, OWNER_DICT, OWNER_TEXT),
        (RELATION, RELATION_DICT, "Relation(id='r', first_record_id='c1', second_record_id='p1')"),
        (UNSIDED, UNSIDED_DICT, "Relation(id='r', record_ids=('c1', 'p1'))"),
        (PAGE, PAGE_DICT, "Page(1 items, total=230)"),
        (Ensured(OWNER, True), ENSURED_DICT, f"Ensured(item={OWNER_TEXT}, created=True)"),
    ],
)
def test_a_model_is_copied_and_shown(model: Any, as_dict: dict[str, object], as_text: str) -> None:
    for other in (copy.copy(model), pickle.loads(pickle.dumps(model))):
        assert (other, hash(other)) == (model, hash(model))
    assert model.to_dict() == as_dict
    assert json.loads(json.dumps(model.to_dict())) == as_dict
    assert type(model).from_dict(as_dict) == model
    assert repr(model) == as_text


def test_a_model_cannot_be_changed_nor_by_its_dict() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        OWNER.key = "other"  # type: ignore[misc]
    RELATION.to_dict()["extra"]["new"].append(2)
    Page((), 0, RELATION.extra).to_dict()["extra"]["new"].append(2)
    assert RELATION.extra == {"new": [1]}


def test_models_that_differ_in_extra_are_different_unless_it_is_about_the_response() -> None:
    assert attrs.evolve(RELATION, extra={}) != RELATION
    for name in ("traceId", "updated"):
        assert len({OWNER, attrs.evolve(OWNER, extra={name: "x"})}) == 1
        assert Page((OWNER,), 1, {name: "x"}) == Page((OWNER,), 1)


@pytest.mark.parametrize(
    ("association", "records", "says"),
    [
        (FRIENDS, {"a": "c1"}, "association 'f' has a on both sides: pass the records"),
        (FRIENDS, {"pet": "p1"}, "association 'f' joins a and a, not pet"),
        (OWNER, {"contact": "c1"}, r"owner' joins a record of contact and pet, not of \['cont"),
        (OWNER, {}, r"owner' joins a record of contact and pet, not of \[\]"),
        (OWNER, {"contact": "c1", "car": "x"}, "owner' joins contact and pet, not car"),
    ],
)
def test_sides_of_records(association: Association, records: dict[str, str], says: str) -> None:
    assert (OWNER.side_of("contact"), OWNER.side_of("pet")) == ("first", "second")
    assert OWNER.orient({"pet": "p1", "contact": "c1"}) == ("c1", "p1")
    with pytest.raises(ValueError, match=says):
        association.orient(records)


def test_a_relation_knows_the_other_record() -> None:
    by_side = Relation.from_dict({"id": "r", "first_record_id": "c1", "second_record_id": "p1"})
    for relation in (RELATION, UNSIDED, by_side):
        assert (relation.other("c1"), relation.other("p1")) == ("p1", "c1")
    for record, relation in (("x", RELATION), ("c1", Relation(id="r", first_record_id="c1"))):
        with pytest.raises(ValueError, match=f"record '{record}' is not on a side of relation 'r'"):
            relation.other(record)


def test_a_page_is_a_sequence_of_its_items() -> None:
    page = Page((1, 2), 9)
    counted = Page((1, 2), 9, entry_count=1)
    assert Page.from_dict(page.to_dict()) == page == counted
    assert Page.from_dict(counted.to_dict()).entry_count == 1
    assert isinstance(page, Sequence)
    assert ([*page], len(page), page[1:], page.index(2)) == ([1, 2], 2, (2,), 1)


def test_pydantic_keeps_a_model_or_reads_it_from_its_dict() -> None:
    given: dict[Any, Any] = {
        Association: OWNER,
        Relation: UNSIDED,
        Page[Relation]: Page((RELATION, UNSIDED), 2),
        Ensured[Association]: Ensured(OWNER, True),
    }
    both: Any = pydantic.TypeAdapter(Association | Relation)
    assert both.dump_python(RELATION) == RELATION_DICT
    for kind, model in given.items():
        adapter: Any = pydantic.TypeAdapter(kind)
        assert adapter.validate_python(model) == model
        assert adapter.validate_json(adapter.dump_json(model)) == model
        assert adapter.json_schema(mode="serialization")["type"] in ("object", "array")
        for wrong in (5, {}, {"id": "r", "items": 5}):
            with pytest.raises(pydantic.ValidationError):
                adapter.validate_python(wrong)
