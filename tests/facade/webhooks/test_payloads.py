"""Bodies become frozen events; unknown formats are rejected."""

import json
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from facade import Association, Relation
from facade.webhooks import (
    AssociationCreated,
    AssociationDeleted,
    AssociationUpdated,
    Event,
    RelationCreated,
    RelationDeleted,
    UnknownKindError,
    UnreadableError,
    WebhookError,
    parse,
)
from tests.facade.webhooks.parsing import parsed

ASSOCIATION = {
    "associationType": "USER_DEFINED",
    "firstObjectKey": "contact",
    "firstObjectLabel": "Owner",
    "id": "6a44f1c09b3e7d2100000001",
    "key": "owner_pet",
    "locationId": "Tz5WcG8nJyP3kXqB6vMr",
    "secondObjectKey": "custom_objects.pet",
    "secondObjectLabel": "Pet",
}
RELATION = {
    "associationId": "6a44f1c09b3e7d2100000001",
    "firstObjectKey": "contact",
    "firstRecordId": "Kd7RmQ2xVbT9wLpN4sHf",
    "id": "6a44f1c09b3e7d2100000002",
    "locationId": "Tz5WcG8nJyP3kXqB6vMr",
    "secondObjectKey": "custom_objects.pet",
    "secondRecordId": "66f0c1d2e3a4b5c6d7e8f901",
}
ENVELOPE = {"timestamp": "2026-01-21T10:30:00.250Z", "webhookId": "w-1"}


def bytes_of(body: Any) -> bytes:
    return json.dumps(body).encode()


@pytest.mark.parametrize(
    ("kind", "event_class", "fields"),
    [
        ("AssociationCreate", AssociationCreated, ASSOCIATION),
        ("AssociationUpdate", AssociationUpdated, ASSOCIATION),
        ("AssociationDelete", AssociationDeleted, ASSOCIATION),
        ("RelationCreate", RelationCreated, RELATION),
        ("RelationDelete", RelationDeleted, RELATION),
    ],
)
def test_each_kind_becomes_its_event(
    kind: str, event_class: type[Event], fields: dict[str, str]
) -> None:
    event = parsed(bytes_of({"type": kind, **ENVELOPE, **fields}))
    assert type(event) is event_class
    assert event == parsed(bytes_of({**ENVELOPE, **fields}), event_class)
    assert event.delivery_id == "w-1"
    assert event.occurred_at == datetime(2026, 1, 21, 10, 30, 0, 250_000, tzinfo=UTC)
    assert event.location_id == "Tz5WcG8nJyP3kXqB6vMr"
    assert event.extra == {}
    assert pickle.loads(pickle.dumps(event)) == event
    with pytest.raises(AttributeError):
        event.location_id = "other"  # type: ignore[misc]


def test_an_event_holds_the_same_models_as_calls_return() -> None:
    created = parsed(bytes_of(RELATION | {"primary": True}), RelationCreated)
    assert created.relation == Relation(
        id="6a44f1c09b3e7d2100000002",
        association_id="6a44f1c09b3e7d2100000001",
        first_object_key="contact",
        first_record_id="Kd7RmQ2xVbT9wLpN4sHf",
        second_object_key="custom_objects.pet",
        second_record_id="66f0c1d2e3a4b5c6d7e8f901",
        location_id="Tz5WcG8nJyP3kXqB6vMr",
        primary=True,
    )
    cardinality = {"firstObjectToSecondObjectCardinality": "ONE_TO_MANY"}
    updated = parsed(bytes_of(ASSOCIATION | cardinality), AssociationUpdated)
    assert updated.association == Association(
        id="6a44f1c09b3e7d2100000001",
        key="owner_pet",
        first_object_key="contact",
        first_object_label="Owner",
        second_object_key="custom_objects.pet",
        second_object_label="Pet",
        association_type="USER_DEFINED",
        location_id="Tz5WcG8nJyP3kXqB6vMr",
        first_object_to_second_object_cardinality="ONE_TO_MANY",
    )


def test_fields_without_an_attribute_are_in_extra() -> None:
    event = parsed(bytes_of({**RELATION, "appId": "a", "more": {"n": [1]}}), RelationDeleted)
    assert event.extra == event.relation.extra == {"appId": "a", "more": {"n": [1]}}


@pytest.mark.parametrize("value", ["text", None, 5, "31st of May", {"a": [1]}, [None]], ids=repr)
@pytest.mark.parametrize("kind", [AssociationUpdated, RelationCreated])
def test_a_new_field_of_any_type_is_in_extra(kind: type[Any], value: object) -> None:
    fields = ASSOCIATION if kind is AssociationUpdated else RELATION
    for body in ({**fields, "brandNew": value}, {"data": {**fields, "brandNew": value}}):
        event = parsed(bytes_of(body), kind)
        model = event.relation if isinstance(event, RelationCreated) else event.association
        assert event.extra == model.extra == {"brandNew": value}


@pytest.mark.parametrize(
    "of_its_own",
    [{}, {"type": "AssociationDelete", "timestamp": "2001-01-01T00:00:00Z", "webhookId": "w-2"}],
)
def test_fields_may_stand_under_data_and_the_envelope_beside_it_wins(
    of_its_own: dict[str, str],
) -> None:
    envelope = {"type": "RelationCreate", **ENVELOPE, "appId": "a"}
    nested = parsed(bytes_of({**envelope, "data": {**RELATION, **of_its_own}}))
    flat = parsed(bytes_of({**envelope, **RELATION}))
    assert evolve(nested, delivery_id="w-1") == flat
    assert nested.extra == {"appId": "a"}


@pytest.mark.parametrize("data", [None, "text", [1], {"id": "another"}])
def test_data_beside_flat_fields_is_a_field_like_any_other(data: object) -> None:
    event = parsed(bytes_of({**RELATION, "data": data}), RelationCreated)
    assert event.relation.id == RELATION["id"]
    assert event.extra == {"data": data}


@pytest.mark.parametrize("kind", ["INSTALL", "UNINSTALL", "ContactCreate", "relationcreate"])
@pytest.mark.parametrize("expected", [None, RelationCreated])
def test_another_kind_is_none_whatever_its_fields(
    kind: str, expected: type[RelationCreated] | None
) -> None:
    body = bytes_of({"type": kind, "timestamp": 7, "webhookId": 7, "data": []})
    assert (parse(body) if expected is None else parse(body, expected)) is None


def test_a_body_without_envelope_has_no_time_and_its_digest_as_id() -> None:
    event = parsed(bytes_of(RELATION), RelationCreated)
    assert event.occurred_at is None
    assert event.delivery_id.startswith("sha256:")
    assert event.delivery_id == parsed(bytes_of(RELATION), RelationCreated).delivery_id
    assert event.delivery_id != parsed(bytes_of(RELATION | {"n": 1}), RelationCreated).delivery_id


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-01-21T10:30:00Z", datetime(2026, 1, 21, 10, 30, tzinfo=UTC)),
        ("2026-01-21T10:30:00", datetime(2026, 1, 21, 10, 30, tzinfo=UTC)),
        ("2026-01-21T12:30:00+02:00", datetime(2026, 1, 21, 10, 30, tzinfo=UTC)),
    ],
)
def test_a_timestamp_is_aware_and_in_utc(text: str, time: datetime) -> None:
    event = parsed(bytes_of(RELATION | {"timestamp": text}), RelationCreated)
    assert event.occurred_at == time
    assert event.occurred_at.tzinfo is UTC


@pytest.mark.parametrize("fields", [RELATION, ASSOCIATION, RELATION | {"type": ""}])
def test_the_error_for_a_body_without_type_says_what_to_do(
    fields: dict[str, str],
) -> None:
    with pytest.raises(
        UnknownKindError, match=r"pass the kind, as in parse\(body, RelationCreated\)"
    ):
        parse(bytes_of(fields))


def test_an_expected_kind_that_contradicts_the_body_is_refused() -> None:
    body = bytes_of({"type": "RelationDelete", **RELATION})
    with pytest.raises(UnknownKindError, match="not the expected RelationCreated"):
        parse(body, RelationCreated)
    with pytest.raises(TypeError, match="must be an event class such as RelationCreated"):
        parse(body, str)  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "not complete JSON in UTF-8"),
        (b"\xff", "not complete JSON"),
        (b'{"type": "RelationCreate", "id": "6a', "not complete JSON"),
        (json.dumps(RELATION).encode("utf-16"), "not complete JSON in UTF-8"),
        (b'{"n": NaN}', "not complete JSON"),
        (b"[" * 100_000, "not complete JSON"),
        (b"1" * 5000, "not complete JSON"),
        (b"[]", "not a JSON object"),
        (bytes_of({"type": 7}), "type 7 is not one of"),
        (bytes_of({"type": "RelationCreate"}), "neither an `id` nor two record ids"),
        (bytes_of({"type": "AssociationCreate"}), "no association with an `id` that is text"),
        (bytes_of({"type": "RelationCreate", "id": 7}), "neither an `id` nor two record ids"),
        (bytes_of({"type": "RelationCreate", **RELATION, "timestamp": "now"}), "timestamp must be"),
        (
            bytes_of({"type": "RelationCreate", **RELATION, "timestamp": 1}),
            "timestamp must be a time",
        ),
        (
            bytes_of({"type": "RelationCreate", **RELATION, "webhookId": 1}),
            "webhookId must be text",
        ),
    ],
)
def test_the_error_for_an_unreadable_body_names_its_defect(body: bytes, message: str) -> None:
    with pytest.raises(UnreadableError, match=message) as caught:
        parse(body)
    assert caught.value.status_code == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
NAMES = [*RELATION, *ASSOCIATION, *ENVELOPE, "type", "primary"]
ODD = st.sampled_from(
    ["RelationCreate", "AssociationDelete", "0001-01-01T00:00:00+14:00", "\ud800"]
)
BODIES = st.binary() | st.dictionaries(st.sampled_from(NAMES), ODD | JSON).map(bytes_of)


@settings(deadline=None)
@given(BODIES)
def test_any_body_is_an_event_or_a_webhook_error(body: bytes) -> None:
    try:
        event = parse(body)
    except WebhookError:
        return
    assert event is None or event.delivery_id


@settings(deadline=None)
@given(BODIES)
def test_any_body_of_an_expected_kind_is_an_event_or_a_webhook_error(body: bytes) -> None:
    try:
        event = parse(body, RelationCreated)
    except WebhookError:
        return
    assert event is None or isinstance(event.relation, Relation)
