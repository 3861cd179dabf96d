"""Any JSON becomes a model or a ContractError; unknown fields are in `extra`."""

import json
from collections.abc import Callable
from typing import Any

import attrs
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facade import Association, AssociationsClient, ContractError, Page, Relation
from facade._core import mapping
from facade._core.operations import FIELDS

NAMES = sorted({name for names in FIELDS.values() for name in names})

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
)

ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=6)
    ),
    max_leaves=20,
)

# Bodies near the right ones find more than bodies from anywhere.
NEAR = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(NAMES, ANY_JSON) | {"id": st.text(min_size=1)}
)

CALLS = {
    "associations.get": (lambda client: client.associations.get("a"), Association),
    "associations.get_by_key": (lambda client: client.associations.get_by_key("a"), Association),
    "associations.update": (
        lambda client: client.associations.update(
            "a", first_object_label="a", second_object_label="b"
        ),
        Association,
    ),
    "associations.list": (lambda client: client.associations.list(), Page),
    "associations.list_for_object": (lambda client: client.associations.list_for_object("a"), Page),
    "associations.delete": (lambda client: client.associations.delete("a"), type(None)),
    "relations.create": (
        lambda client: client.relations.create("a", first_record_id="b", second_record_id="c"),
        Relation,
    ),
    "relations.list": (lambda client: client.relations.list("a"), Page),
    "relations.delete": (lambda client: client.relations.delete("a"), type(None)),
}


def outcome_of(call: Any, client: AssociationsClient) -> Any:
    try:
        return call(client)
    except ContractError as error:
        return error


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=150)
@given(body=ANY_JSON | NEAR)
def test_any_json_becomes_a_model_or_a_contract_error(name: str, body: Any) -> None:
    call, kind = CALLS[name]
    content = json.dumps(body).encode()
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=content))
    with AssociationsClient("pit-t", "loc", transport=transport, pace=None) as client:
        outcome = outcome_of(call, client)
        if isinstance(outcome, ContractError):
            assert outcome.body == json.loads(content)
        else:
            assert type(outcome) is kind
            items: tuple[Any, ...] = outcome.items if isinstance(outcome, Page) else (outcome,)
            for item in items:
                assert item is None or isinstance(item.id, str)
                hash(item)


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"id": ' * 5_000, b"\xff\xfe", b"1e999"])
def test_hostile_bytes_are_a_contract_error(content: bytes) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=content))
    with (
        AssociationsClient("pit-t", "loc", transport=transport) as client,
        pytest.raises(ContractError),
    ):
        client.associations.get("a")


ASSOCIATION = {
    "id": "a1",
    "key": "owner_pet",
    "firstObjectKey": "contact",
    "secondObjectKey": "custom_objects.pet",
}
RELATION = {"id": "r1", "associationId": "a1", "firstRecordId": "c1", "secondRecordId": "p1"}

# How each method reads one item of a response that holds it; `{}` is where the item goes.
READS: dict[str, tuple[Any, Any]] = {
    "get": (lambda client: client.associations.get("a1"), ASSOCIATION),
    "get, enveloped": (
        lambda client: client.associations.get("a1"),
        ("association", ASSOCIATION, dict),
    ),
    "get_by_key": (lambda client: client.associations.get_by_key("owner_pet"), ASSOCIATION),
    "update": (
        lambda client: client.associations.update(
            "a1", first_object_label="a", second_object_label="b"
        ),
        ("association", ASSOCIATION, dict),
    ),
    "list": (
        lambda client: client.associations.list().items[0],
        ("associations", ASSOCIATION, list),
    ),
    "list_for_object": (
        lambda client: client.associations.list_for_object("contact").items[0],
        ("associations", ASSOCIATION, list),
    ),
    "relations.create": (
        lambda client: client.relations.create("a1", first_record_id="c1", second_record_id="p1"),
        RELATION,
    ),
    "relations.list": (
        lambda client: client.relations.list("c1").items[0],
        ("relations", RELATION, list),
    ),
    "relations.iterate": (
        lambda client: next(iter(client.relations.iterate("c1"))),
        ("relations", RELATION, list),
    ),
}
VALUES = ["text", None, 5, 1.5, True, "31st of May", {"a": [1]}, [{"b": None}], []]


def body_of(shape: Any, **fields: Any) -> Any:
    """Return a body of the shape whose item has these fields, too."""
    if isinstance(shape, dict):
        return {**shape, **fields}
    name, item, envelope = shape
    return {name: {**item, **fields} if envelope is dict else [{**item, **fields}]}


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("read", READS)
def test_a_new_field_of_any_type_is_in_extra(
    answering: Callable[..., Any], read: str, value: object
) -> None:
    call, shape = READS[read]
    found = call(answering(httpx.Response(200, json=body_of(shape, brandNew=value))))
    assert found.extra == {"brandNew": value}


@pytest.mark.parametrize("read", READS)
def test_a_value_that_its_attribute_cannot_hold_is_in_extra(
    answering: Callable[..., Any], read: str
) -> None:
    call, shape = READS[read]
    found = call(answering(httpx.Response(200, json=body_of(shape, firstObjectKey=["odd"]))))
    assert found.first_object_key is None
    assert found.extra == {"firstObjectKey": ["odd"]}


def test_unknown_values_of_known_fields_are_kept(answering: Callable[..., Any]) -> None:
    body = {"id": "a1", "associationType": "MADE_ELSEWHERE", "key": None}
    found = answering(httpx.Response(200, json=body)).associations.get("a1")
    assert (found.association_type, found.key, found.extra) == ("MADE_ELSEWHERE", None, {})


@pytest.mark.parametrize("value", [10, None, "10", 1.5, True])
def test_a_field_that_became_an_attribute_stays_in_extra(
    answering: Callable[..., Any], value: object
) -> None:
    body = {**ASSOCIATION, "firstObjectToSecondObjectMaxLimit": value}
    found = answering(httpx.Response(200, json=body)).associations.get("a1")
    assert found.extra == {"firstObjectToSecondObjectMaxLimit": value}
    assert found.first_object_to_second_object_max_limit == (10 if value == 10 else None)
    assert found.second_object_to_first_object_max_limit is None


@pytest.mark.parametrize(
    "beside",
    [{}, {"traceId": "t-1", "scanned": [1]}, {"total": "many"}, {"total": -1}, {"total": True}],
)
@pytest.mark.parametrize("name", ["associations", "relations"])
def test_what_comes_beside_the_items_is_in_the_extra_of_the_page(
    answering: Callable[..., Any], name: str, beside: dict[str, Any]
) -> None:
    client = answering(httpx.Response(200, json={name: [], **beside}))
    page = client.associations.list() if name == "associations" else client.relations.list("c1")
    assert (page.items, page.total, page.extra) == ((), None, beside)


def test_what_comes_beside_an_enveloped_association_is_in_its_extra(
    answering: Callable[..., Any],
) -> None:
    body = {"association": {**ASSOCIATION, "a": 1}, "updated": True, "traceId": "t-1", "b": 2}
    found = answering(httpx.Response(200, json=body)).associations.get("a1")
    assert found.extra == {"a": 1, "updated": True, "traceId": "t-1", "b": 2}


def test_a_field_that_is_called_like_the_envelope_is_no_envelope(
    answering: Callable[..., Any],
) -> None:
    body = {**ASSOCIATION, "association": {"kind": "new"}}
    found = answering(httpx.Response(200, json=body)).associations.get("a1")
    assert (found.id, found.extra) == ("a1", {"association": {"kind": "new"}})


def test_the_short_form_of_v3_names_the_other_record(answering: Callable[..., Any]) -> None:
    associations = [
        {"associationId": "a1", "relationId": "r1"},
        {"associationId": "a2", "relationId": "r2", "since": "May"},
    ]
    items = [{"recordId": "p1", "associations": associations, "name": "Rex"}]
    client = answering(httpx.Response(200, json={"relations": items, "traceId": "t-1"}))
    page = client.relations.list("c1")
    assert [(one.id, one.association_id) for one in page] == [("r1", "a1"), ("r2", "a2")]
    assert [(one.other("c1"), one.other("p1")) for one in page] == [("p1", "c1")] * 2
    assert {(one.first_record_id, one.second_record_id) for one in page} == {(None, None)}
    assert [one.extra for one in page] == [{"name": "Rex"}, {"name": "Rex", "since": "May"}]
    assert page.extra == {"traceId": "t-1"}
    wanted = client.relations.list("c1", association_ids=["a2"])
    assert [one.id for one in wanted] == ["r2"]


@pytest.mark.parametrize("list_shape", [[RELATION], {"relations": [RELATION], "total": "wrong"}])
def test_relations_are_read_without_envelope_and_without_a_usable_total(
    answering: Callable[..., Any], list_shape: object
) -> None:
    client = answering(httpx.Response(200, json=list_shape))
    assert [one.id for one in client.relations.list("c1")] == ["r1"]
    assert [one.id for one in client.relations.iterate("c1")] == ["r1"]


def test_every_attribute_is_a_field_of_the_contract_or_shown_by_a_witness() -> None:
    witnessed = {"firstObjectToSecondObjectMaxLimit", "secondObjectToFirstObjectMaxLimit"}
    assert mapping._ASSOCIATION._attributes.keys() <= {*FIELDS["AssociationPayload"]} | witnessed
    assert mapping._RELATION._attributes.keys() <= {*FIELDS["RelationPayload"]}


@pytest.mark.parametrize("annotation", [list[str], list[str] | None, float | None, "str | None"])
def test_an_attribute_of_a_type_that_no_value_has_is_refused(annotation: Any) -> None:
    model = attrs.make_class("Model", {"tags": attrs.field(type=annotation)})
    with pytest.raises(TypeError, match=r"Model\.tags must be str, int or bool"):
        mapping._Fields(model)
