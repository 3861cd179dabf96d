"""Any JSON becomes a model or is refused; unknown fields are in `extra`."""

import json
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from typing import Any

import pytest

from facade import Association, Page, Relation
from facade._core import mapping
from facade._core.reading import RawResponse, UnexpectedBodyError

ASSOCIATION = {"id": "a1", "key": "owner_pet", "firstObjectKey": "contact", "secondObjectKey": "p"}
RELATION = {"id": "r1", "associationId": "a1", "firstRecordId": "c1", "secondRecordId": "p1"}
SHORT: dict[str, Any] = {
    "recordId": "p1",
    "associations": [{"associationId": "a1", "relationId": "r1"}],
}
Read = Callable[[object], Any]
page_of_c1 = partial(mapping.relation_page, "c1")
# How each kind of body is read, a body of it, and the path in the body to its first item.
READS: dict[str, tuple[Read, Any, tuple[Any, ...]]] = {
    "one": (mapping.association, ASSOCIATION, ()),
    "enveloped": (mapping.association, {"association": ASSOCIATION}, ("association",)),
    "many": (mapping.association_page, {"associations": [ASSOCIATION]}, ("associations", 0)),
    "array": (mapping.association_page, [ASSOCIATION], (0,)),
    "single": (mapping.association_page, ASSOCIATION, ()),
    "relation": (mapping.relation, RELATION, ()),
    "relations": (page_of_c1, {"relations": [RELATION, RELATION], "total": 2}, ("relations", 0)),
    "short form": (page_of_c1, {"relations": [SHORT]}, ("relations", 0, "associations", 0)),
    "failed entries": (mapping.failed_entries, {"results": {"errored": []}}, ("results",)),
    "deletion": (mapping.deletion, {"deleted": True}, ()),
}
MODELS = [name for name in READS if name not in ("failed entries", "deletion")]
DROPPED = object()
VALUES: Any = (DROPPED, None, True, 0, -1, 1.5, "", "a", [], {}, [None], {"id": "x"}, [RELATION])


def places(body: Any) -> list[tuple[Any, Any]]:
    """Return each container in a body with each of its keys or indexes."""
    keys: Any = body if isinstance(body, dict) else range(len(body))
    found = [(body, key) for key in keys]
    for key in keys:
        if isinstance(body[key], dict | list):
            found += places(body[key])
    return found


@pytest.mark.parametrize("name", READS)
def test_a_body_that_is_a_little_wrong_is_read_or_refused(name: str) -> None:
    read, valid, _ = READS[name]
    for number in range(len(places(valid))):
        for value in VALUES:
            body = deepcopy(valid)
            where, key = places(body)[number]
            where[key] = value
            if value is DROPPED:
                del where[key]
            before = deepcopy(body)
            try:
                found = read(body)
            except UnexpectedBodyError:
                continue
            assert body == before
            for item in found.items if isinstance(found, Page) else (found,):
                if isinstance(item, Relation):
                    assert item.id or all(item.record_ids)
                    assert {*map(type, item.record_ids)} <= {str, type(None)}
                elif isinstance(item, Association):
                    assert item.id
                hash(json.dumps(found) if isinstance(found, list) else item)


NO_RELATION, NO_LIST = "neither an `id` nor two record ids", "it contains no list of relations"
NO_RECORD = "a relation in it has no `recordId`"
NO_ASSOCIATION, NO_FAILURES = "no association with an `id` that is text", "no list of failures"


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("one", [], r"an object was expected, not \[\]"),
        ("one", None, "an object was expected, not None"),
        ("one", {"id": 5}, NO_ASSOCIATION),
        ("one", {"id": ""}, NO_ASSOCIATION),
        ("one", {"association": None}, NO_ASSOCIATION),
        ("many", {}, NO_ASSOCIATION),
        ("relations", {}, NO_LIST),
        ("relations", "<html>", NO_LIST),
        ("relations", [RELATION, {"id": 5, "firstRecordId": "c1"}], NO_RELATION),
        ("relation", {"secondRecordId": "c1"}, NO_RELATION),
        ("relation", {"firstRecordId": "c1", "secondRecordId": ""}, NO_RELATION),
        ("short form", [{"associations": [], "recordId": ""}], NO_RECORD),
        ("short form", [{"associations": [], "recordId": 5}], NO_RECORD),
        ("failed entries", {"results": []}, NO_FAILURES),
        ("failed entries", {"results": {"errored": {}}}, NO_FAILURES),
        ("deletion", {"deleted": False}, "it says that nothing was deleted"),
    ],
)
def test_no_incomplete_body_becomes_a_result(name: str, body: Any, says: str) -> None:
    with pytest.raises(UnexpectedBodyError, match=says):
        READS[name][0](body)


def test_what_is_less_than_usual_may_be_enough() -> None:
    assert mapping.relation({"firstRecordId": "c1", "secondRecordId": "p1"}).id == ""
    assert mapping.relation({"id": "r1"}).record_ids == (None, None)
    assert (mapping.association_page([]).items, page_of_c1([]).items) == ((), ())
    assert mapping.failed_entries({"results": {"errored": [None, "odd"]}}) == [None, "odd"]
    for body in ({"deleted": None}, {}, None, "<html>"):  # a deletion is believed by its status
        assert mapping.deletion(body) is None  # type: ignore[func-returns-value]


def changed_item(name: str, **fields: Any) -> Any:
    """Read a body of a kind whose first item has these fields, too; return the first model."""
    read, body, path = READS[name]
    item = body = deepcopy(body)
    for key in path:
        item = item[key]
    item.update(fields)
    found = read(body)
    return found.items[0] if isinstance(found, Page) else found


@pytest.mark.parametrize("name", MODELS)
def test_what_an_attribute_cannot_hold_is_in_extra_and_null_is_no_value(name: str) -> None:
    for value in (None, 5, {"a": [1]}):
        assert changed_item(name, brandNew=value).extra == {"brandNew": value}
    found = changed_item(name, firstObjectKey=["odd"], secondObjectKey=None)
    assert (found.first_object_key, found.second_object_key) == (None, None)
    assert found.extra == {"firstObjectKey": ["odd"]}


@pytest.mark.parametrize("value", [10, None, "10", True])
def test_a_field_that_became_an_attribute_stays_in_extra(value: object) -> None:
    found = changed_item("one", firstObjectToSecondObjectMaxLimit=value)
    assert found.extra == {"firstObjectToSecondObjectMaxLimit": value}
    assert found.first_object_to_second_object_max_limit == (10 if value == 10 else None)


@pytest.mark.parametrize("total", [{}, {"total": "many"}, {"total": -1}, {"total": True}])
def test_what_comes_beside_the_items_is_in_the_extra_of_the_page(total: dict[str, Any]) -> None:
    beside = {"traceId": "t-1", **total}
    page = mapping.association_page({"associations": [], **beside})
    assert (page.items, page.total, page.extra) == ((), None, beside)
    assert page_of_c1({"relations": [], "a": 1, "total": 0}) == Page((), 0, {"a": 1})


def test_what_comes_beside_an_enveloped_association_is_in_its_extra() -> None:
    body = {"association": {**ASSOCIATION, "a": 1}, "updated": True}
    assert mapping.association(body).extra == {"a": 1, "updated": True}
    body = {**ASSOCIATION, "association": {"kind": "new"}}  # which is no envelope
    found = mapping.association(body)
    assert (found.id, found.extra) == ("a1", {"association": {"kind": "new"}})


def test_the_short_form_of_v3_names_the_other_record() -> None:
    two = {"associationId": "a2", "relationId": "r2", "since": "May"}
    item = {"recordId": "p1", "associations": [*SHORT["associations"], two], "name": "Rex"}
    page = page_of_c1({"relations": [item], "traceId": "t-1"})
    assert [(one.id, one.association_id) for one in page] == [("r1", "a1"), ("r2", "a2")]
    assert [(one.other("c1"), one.other("p1")) for one in page] == [("p1", "c1")] * 2
    assert {(one.first_record_id, one.second_record_id) for one in page} == {(None, None)}
    assert [one.extra for one in page] == [{"name": "Rex"}, {"name": "Rex", "since": "May"}]
    assert (page.extra, page.entry_count) == ({"traceId": "t-1"}, 1)
    assert page_of_c1({"relations": [RELATION] * 2}).entry_count is None


def test_what_is_no_json_is_text() -> None:
    bodies = (b'{"a": 1}', b"\xffno", b"", b"[" * 100_000)
    assert [mapping.parse_body(body) for body in bodies] == [{"a": 1}, "�no", "", "[" * 100_000]
    read = mapping.in_body(mapping.association)
    assert read(RawResponse(200, {}, json.dumps(ASSOCIATION).encode())).id == "a1"
