"""Any JSON in: a model or a ContractError out, never anything else. Any text as an id stays put."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facade import Association, AssociationsClient, ContractError, NotFoundError, Page, Relation
from facade.testing import Sandbox

FIELDS = (
    "id key locationId firstObjectLabel secondObjectKey associationType association associations "
    "relations total traceId firstRecordId secondRecordId associationId primary deleted updated"
).split()
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=3), inner, max_size=6)
    ),
    max_leaves=20,
)
# Bodies near the right ones find more than bodies from anywhere.
NEAR = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(FIELDS, ANY_JSON) | {"id": st.text(min_size=1)}
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
@settings(max_examples=150, deadline=None)
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


SANDBOX = Sandbox()
ODD_IDS = [".", "..", "a/../b", "%2e%2e", "a?b", "a#b", "\n", "\ud800", "a" * 5000]


@settings(max_examples=300, deadline=None)
@given(
    text=st.text() | st.sampled_from([".", "..", "a/../b", "%2e%2e", "a?b", "a#b", "\n", "\ud800"])
)
def test_any_text_as_an_id_stays_in_its_segment_or_is_refused(text: str) -> None:
    before = len(SANDBOX.requests)
    with AssociationsClient(
        SANDBOX.token, SANDBOX.location_id, transport=SANDBOX.transport(), pace=None
    ) as client:
        try:
            client.associations.get(text)
        except NotFoundError:
            assert SANDBOX.requests[-1].operation == "get_association"
        except ValueError:
            assert len(SANDBOX.requests) == before
