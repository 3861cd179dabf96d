"""Any JSON becomes a model or a ContractError, and nothing else."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facade import Association, AssociationsClient, ContractError, Page, Relation
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


def test_unknown_fields_and_values_are_kept(answering: Callable[..., Any]) -> None:
    body = {"id": "a1", "associationType": "MADE_ELSEWHERE", "brandNew": {"x": 1}}
    found = answering(httpx.Response(200, json=body)).associations.get("a1")
    assert found.association_type == "MADE_ELSEWHERE"
    assert found.extra == {"brandNew": {"x": 1}}
    assert found.key is None
