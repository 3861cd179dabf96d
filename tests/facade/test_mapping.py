"""Any JSON becomes a model or a ContractError; unknown fields are in `extra`."""

import json
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import attrs
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facade import Association, ContractError, Page, Relation
from facade._core import mapping
from facade._core.operations import FIELDS
from facade._core.reading import UnexpectedBodyError

ASSOCIATION = {
    "id": "a1",
    "key": "owner_pet",
    "firstObjectKey": "contact",
    "secondObjectKey": "custom_objects.pet",
}
RELATION = {"id": "r1", "associationId": "a1", "firstRecordId": "c1", "secondRecordId": "p1"}
SHORT = {"recordId": "p1", "associations": [{"associationId": "a1", "relationId": "r1"}]}
Read = Callable[[object], Any]
# How each kind of body is read, a body of it, and the path in the body to its first item.
READS: dict[str, tuple[Read, Any, tuple[Any, ...]]] = {
    "one": (mapping.association, ASSOCIATION, ()),
    "enveloped": (mapping.association, {"association": ASSOCIATION}, ("association",)),
    "associations": (
        mapping.association_page,
        {"associations": [ASSOCIATION], "total": 1},
        ("associations", 0),
    ),
    "array": (mapping.association_page, [ASSOCIATION], (0,)),
    "single": (mapping.association_page, ASSOCIATION, ()),
    "relation": (mapping.relation, RELATION, ()),
    "relations": (
        lambda body: mapping.relation_page("c1", body),
        {"relations": [RELATION, RELATION], "total": 2},
        ("relations", 0),
    ),
    "short form": (
        lambda body: mapping.relation_page("c1", body),
        {"relations": [SHORT]},
        ("relations", 0, "associations", 0),
    ),
    "failed entries": (mapping.failed_entries, {"results": {"errored": []}}, ("results",)),
    "deletion": (mapping.deletion, {"deleted": True}, ()),
}
MODELS = {name for name in READS if name not in ("failed entries", "deletion")}
VALUES = st.sampled_from(
    [None, True, 0, -1, 1.5, "", "a", [], {}, [None], {"id": "x"}, [RELATION]]
).map(deepcopy)


def places(body: Any) -> list[tuple[Any, Any]]:
    """Return each container in a body with each of its keys or indexes."""
    keys: Any = body if isinstance(body, dict) else range(len(body))
    found = [(body, key) for key in keys]
    for key in keys:
        if isinstance(body[key], dict | list):
            found += places(body[key])
    return found


@st.composite
def changed(draw: st.DrawFn, body: Any) -> Any:
    """Change a valid body in a place or two: drop it, add one beside it, or replace its value."""
    body = deepcopy(body)
    for _ in range(draw(st.integers(0, 2))):
        if not (known := places(body)):
            return body
        where, key = draw(st.sampled_from(known))
        kind = draw(st.sampled_from(["drop", "add", "replace"]))
        if kind == "drop":
            del where[key]
        elif kind == "add" and isinstance(where, dict):
            where[draw(st.sampled_from(["new", "id", "total", "association"]))] = draw(VALUES)
        else:
            where[key] = draw(VALUES)
    return body


@pytest.mark.parametrize("name", READS)
def test_a_body_that_is_a_little_wrong_is_read_or_refused(name: str) -> None:
    read, valid, _ = READS[name]
    outcomes = Counter[bool]()

    @settings(max_examples=60, derandomize=True)
    @given(body=changed(valid))
    def check(body: Any) -> None:
        before = deepcopy(body)
        try:
            found = read(body)
        except UnexpectedBodyError:
            outcomes[False] += 1
            return
        outcomes[True] += 1
        assert body == before
        for item in found.items if isinstance(found, Page) else (found,):
            if isinstance(item, Relation):
                assert item.id or all(item.record_ids)
                assert {*map(type, item.record_ids)} <= {str, type(None)}
            elif isinstance(item, Association):
                assert item.id
            hash(json.dumps(found) if isinstance(found, list) else item)

    check()
    assert outcomes[True] > outcomes[False] / 4  # often enough to test what is read


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b'{"id": "a1"', b"[]", b"null", b'"a1"', b"{}", b'{"id": 5}', b'{"id": ""}',
     b'{"association": null}', b"[" * 100_000, b"\xff\xfe", b"1e999"],
)  # fmt: skip
def test_no_body_without_what_was_asked_for_becomes_a_result(
    answering: Callable[..., Any], content: bytes
) -> None:
    client = answering(httpx.Response(200, content=content))
    calls: list[Callable[[], Any]] = [
        lambda: client.associations.get("a1"),
        lambda: client.associations.list_for_object("contact"),
        lambda: client.relations.list("r1"),
        lambda: list(client.relations.iterate("r1")),
    ]
    for call in calls:
        if content == b"[]" and call is not calls[0]:
            assert not [*call()]  # an empty list
            continue
        with pytest.raises(ContractError):
            call()


def changed_item(name: str, **fields: Any) -> Any:
    """Read a body of a kind whose first item has these fields, too; return the first model."""
    read, body, path = READS[name]
    item = body = deepcopy(body)
    for key in path:
        item = item[key]
    item.update(fields)
    found = read(body)
    return found.items[0] if isinstance(found, Page) else found


@pytest.mark.parametrize("name", sorted(MODELS))
def test_what_an_attribute_cannot_hold_is_in_extra(name: str) -> None:
    for value in ("text", None, 5, 1.5, True, {"a": [1]}, [{"b": None}]):
        assert changed_item(name, brandNew=value).extra == {"brandNew": value}
    found = changed_item(name, firstObjectKey=["odd"])
    assert (found.first_object_key, found.extra) == (None, {"firstObjectKey": ["odd"]})


def test_unknown_values_of_known_fields_are_kept_and_null_is_no_value() -> None:
    found = changed_item("one", associationType="MADE_ELSEWHERE", key=None)
    assert (found.association_type, found.key, found.extra) == ("MADE_ELSEWHERE", None, {})


@pytest.mark.parametrize("value", [10, None, "10", 1.5, True])
def test_a_field_that_became_an_attribute_stays_in_extra(value: object) -> None:
    found = changed_item("one", firstObjectToSecondObjectMaxLimit=value)
    assert found.extra == {"firstObjectToSecondObjectMaxLimit": value}
    assert found.first_object_to_second_object_max_limit == (10 if value == 10 else None)


@pytest.mark.parametrize(
    "beside",
    [{}, {"traceId": "t-1", "scanned": [1]}, {"total": "many"}, {"total": -1}, {"total": True}],
)
def test_what_comes_beside_the_items_is_in_the_extra_of_the_page(beside: dict[str, Any]) -> None:
    page = mapping.association_page({"associations": [], **beside})
    assert (page.items, page.total, page.extra) == ((), None, beside)
    assert mapping.relation_page("c1", {"relations": [], **beside}).extra == beside
    assert mapping.relation_page("c1", {"relations": [], "total": 0, "a": 1}) == Page(
        (), 0, {"a": 1}
    )


def test_what_comes_beside_an_enveloped_association_is_in_its_extra() -> None:
    body = {"association": {**ASSOCIATION, "a": 1}, "updated": True, "traceId": "t-1"}
    assert mapping.association(body).extra == {"a": 1, "updated": True, "traceId": "t-1"}
    body = {**ASSOCIATION, "association": {"kind": "new"}}  # which is no envelope
    found = mapping.association(body)
    assert (found.id, found.extra) == ("a1", {"association": {"kind": "new"}})


def test_the_short_form_of_v3_names_the_other_record() -> None:
    associations = [
        {"associationId": "a1", "relationId": "r1"},
        {"associationId": "a2", "relationId": "r2", "since": "May"},
    ]
    items = [{"recordId": "p1", "associations": associations, "name": "Rex"}]
    page = mapping.relation_page("c1", {"relations": items, "traceId": "t-1"})
    assert [(one.id, one.association_id) for one in page] == [("r1", "a1"), ("r2", "a2")]
    assert [(one.other("c1"), one.other("p1")) for one in page] == [("p1", "c1")] * 2
    assert {(one.first_record_id, one.second_record_id) for one in page} == {(None, None)}
    assert [one.extra for one in page] == [{"name": "Rex"}, {"name": "Rex", "since": "May"}]
    assert (page.extra, page.entry_count) == ({"traceId": "t-1"}, 1)
    whole = mapping.relation_page("c1", {"relations": [RELATION, RELATION]})
    assert (whole.entry_count, whole.items[0].other("c1")) == (None, "p1")


@pytest.mark.parametrize("named", [{}, {"recordId": None}, {"recordId": ""}, {"recordId": 5}])
def test_the_short_form_without_the_other_record_is_refused(named: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedBodyError, match="a relation in it has no `recordId`"):
        mapping.relation_page("c1", [{"associations": [{"relationId": "r1"}], **named}])


@pytest.mark.parametrize(
    ("item", "record_ids"),
    [
        ({"firstRecordId": "c1", "secondRecordId": "p1"}, ("c1", "p1")),
        ({"id": "r1", "firstRecordId": "c1"}, ("c1", None)),
        ({"id": "r1", "secondRecordId": "c1"}, (None, "c1")),
        ({"id": "r1"}, (None, None)),
        ({"id": 5, "firstRecordId": "c1"}, None),
        ({"secondRecordId": "c1"}, None),
        ({"firstRecordId": "c1", "secondRecordId": ""}, None),
        ({}, None),
    ],
)
def test_a_relation_has_an_id_or_two_records(
    item: dict[str, Any], record_ids: tuple[str | None, str | None] | None
) -> None:
    if record_ids is not None:
        assert mapping.relation(item).record_ids == record_ids
        return
    with pytest.raises(UnexpectedBodyError, match="neither an `id` nor two record ids"):
        mapping.relation_page("c1", [RELATION, item])


@pytest.mark.parametrize(
    ("status", "content"),
    [(200, b'{"deleted": true}'), (200, b'{"id": "r1"}'), (200, b'{"deleted": null}'),
     (202, b"null"), (200, b"<html>"), (204, b"")],
)  # fmt: skip
def test_a_deletion_is_believed_by_its_status(
    answering: Callable[..., Any], status: int, content: bytes
) -> None:
    client = answering(httpx.Response(status, content=content))
    assert (client.associations.delete("r1"), client.relations.delete("r1")) == (None, None)


def test_a_body_that_denies_the_deletion_is_a_contract_error(
    answering: Callable[..., Any],
) -> None:
    client = answering(httpx.Response(200, json={"deleted": False}))
    for noun in (client.associations, client.relations):
        with pytest.raises(ContractError, match="it says that nothing was deleted"):
            noun.delete("r1")


@pytest.mark.parametrize(
    "body", [None, [], {}, {"results": []}, {"results": {}}, {"results": {"errored": {}}}]
)
def test_an_answer_to_a_batch_without_a_list_of_failures_is_refused(body: object) -> None:
    with pytest.raises(UnexpectedBodyError):
        mapping.failed_entries(body)
    assert mapping.failed_entries({"results": {"errored": [None, "odd"]}}) == [None, "odd"]


def test_every_attribute_is_a_field_of_the_contract_or_shown_by_a_witness() -> None:
    witnessed = {"firstObjectToSecondObjectMaxLimit", "secondObjectToFirstObjectMaxLimit"}
    assert mapping._ASSOCIATION._attributes.keys() <= {*FIELDS["AssociationPayload"]} | witnessed
    assert mapping._RELATION._attributes.keys() <= {*FIELDS["RelationPayload"]}


@pytest.mark.parametrize("annotation", [list[str], list[str] | None, float | None, "str | None"])
def test_an_attribute_of_a_type_that_no_value_has_is_refused(annotation: Any) -> None:
    model = attrs.make_class("Model", {"tags": attrs.field(type=annotation)})
    with pytest.raises(TypeError, match=r"Model\.tags must be str, int or bool"):
        mapping._Fields(model)


def test_json_that_is_none_is_text() -> None:
    assert mapping.parse_body(b'{"a": 1}') == json.loads('{"a": 1}')
    assert mapping.parse_body(b"\xffno") == "�no"
