"""Bodies become frozen events; unknown formats are rejected."""

import json
import pickle
from collections import Counter
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from facade import Association, Relation
from facade.webhooks import (
    AppInstalled,
    AppUninstalled,
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
INSTALLATION = {
    "appId": "a-1",
    "companyId": "c-1",
    "installType": "Location",
    "locationId": "Tz5WcG8nJyP3kXqB6vMr",
    "planId": "p-1",
    "userId": "u-1",
    "versionId": "v-1",
}
ENVELOPE = {"timestamp": "2026-01-21T10:30:00.250Z", "webhookId": "w-1"}


def bytes_of(body: Any) -> bytes:
    return json.dumps(body).encode()


KINDS: dict[type[Event], tuple[str, dict[str, str]]] = {
    AssociationCreated: ("AssociationCreate", ASSOCIATION),
    AssociationUpdated: ("AssociationUpdate", ASSOCIATION),
    AssociationDeleted: ("AssociationDelete", ASSOCIATION),
    RelationCreated: ("RelationCreate", RELATION),
    RelationDeleted: ("RelationDelete", RELATION),
    AppInstalled: ("INSTALL", INSTALLATION),
    AppUninstalled: ("UNINSTALL", INSTALLATION),
}


@pytest.mark.parametrize("event_class", get_args(Event))
def test_each_kind_becomes_its_event(event_class: type[Event]) -> None:
    kind, fields = KINDS[event_class]
    body = bytes_of({"type": kind, **ENVELOPE, **fields})
    event = parsed(body)
    assert event == parsed(body, event_class)
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


@pytest.mark.parametrize("value", [None, "31st of May", {"a": [1]}], ids=repr)
@pytest.mark.parametrize("kind", [AssociationUpdated, RelationCreated])
def test_a_new_field_of_any_type_is_in_extra(kind: type[Any], value: object) -> None:
    fields = ASSOCIATION if kind is AssociationUpdated else RELATION
    for body in ({**fields, "brandNew": value}, {"data": {**fields, "brandNew": value}}):
        event = parsed(bytes_of(body), kind)
        model = event.relation if kind is RelationCreated else event.association
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


@pytest.mark.parametrize("data", [None, {"id": "another"}])
def test_data_beside_flat_fields_is_a_field_like_any_other(data: object) -> None:
    event = parsed(bytes_of({**RELATION, "data": data}), RelationCreated)
    assert event.relation.id == RELATION["id"]
    assert event.extra == {"data": data}


@pytest.mark.parametrize("kind", [AppInstalled, AppUninstalled])
def test_an_installation_is_an_event_with_its_fields(
    kind: type[AppInstalled | AppUninstalled],
) -> None:
    more: dict[str, Any] = {"trial": {"onTrial": True}, "isWhitelabelCompany": False}
    event = parsed(bytes_of({**ENVELOPE, **INSTALLATION, **more}), kind)
    assert event == kind(
        delivery_id="w-1",
        occurred_at=datetime(2026, 1, 21, 10, 30, 0, 250_000, tzinfo=UTC),
        location_id="Tz5WcG8nJyP3kXqB6vMr",
        company_id="c-1",
        app_id="a-1",
        version_id="v-1",
        user_id="u-1",
        plan_id="p-1",
        install_type="Location",
        extra=more,
    )
    of_an_agency = parsed(bytes_of({"companyId": "c-1", "planId": None, "userId": 7}), kind)
    assert (of_an_agency.location_id, of_an_agency.company_id) == (None, "c-1")
    assert of_an_agency.extra == {"planId": None, "userId": 7}
    with pytest.raises(UnreadableError, match="neither a locationId nor a companyId"):
        parse(bytes_of({"appId": "a-1", "locationId": "", "companyId": 7}), kind)


def test_an_installation_is_none_where_another_kind_is_expected() -> None:
    body = bytes_of({"type": "UNINSTALL", **INSTALLATION})
    assert parse(body, RelationCreated) is None
    assert parse(body, AppInstalled) is None
    with pytest.raises(UnknownKindError, match="not the expected AppInstalled"):
        parse(bytes_of({"type": "RelationCreate", **RELATION}), AppInstalled)


@pytest.mark.parametrize("kind", ["ContactCreate", "relationcreate"])
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
    ("headers", "delivery_id"),
    [
        ({"deliveryId": " d-1 "}, "d-1"),
        ({b"deliveryid": b"d-1"}, "d-1"),
        ({"deliveryId": "d-1", "deliveryid": "d-2"}, "sha256:"),
        ({"deliveryId": ""}, "sha256:"),
        ({"X-Other": "d-1"}, "sha256:"),
        (None, "sha256:"),
    ],
)
def test_the_header_identifies_a_body_without_an_id(
    headers: dict[Any, Any] | None, delivery_id: str
) -> None:
    event = parse(bytes_of(RELATION), RelationCreated, headers=headers)
    assert event is not None
    assert event.delivery_id.startswith(delivery_id)
    signed = parse(bytes_of({**RELATION, **ENVELOPE}), RelationCreated, headers=headers)
    assert signed is not None
    assert signed.delivery_id == "w-1"


@pytest.mark.parametrize(
    ("stated", "time"),
    [
        (1_768_991_400, datetime(2026, 1, 21, 10, 30, tzinfo=UTC)),
        (1_768_991_400.25, datetime(2026, 1, 21, 10, 30, 0, 250_000, tzinfo=UTC)),
        (1_768_991_400_250, datetime(2026, 1, 21, 10, 30, 0, 250_000, tzinfo=UTC)),
        ("1768991400", datetime(2026, 1, 21, 10, 30, tzinfo=UTC)),
        ("1768991400250", datetime(2026, 1, 21, 10, 30, 0, 250_000, tzinfo=UTC)),
        (99_999_999_999, datetime(5138, 11, 16, 9, 46, 39, tzinfo=UTC)),
        (100_000_000_000, datetime(1973, 3, 3, 9, 46, 40, tzinfo=UTC)),
        ("20260121", datetime(2026, 1, 21, tzinfo=UTC)),
        ("2026-01-21T10:30:00Z", datetime(2026, 1, 21, 10, 30, tzinfo=UTC)),
        ("2026-01-21T10:30:00", datetime(2026, 1, 21, 10, 30, tzinfo=UTC)),
        ("2026-01-21T12:30:00+02:00", datetime(2026, 1, 21, 10, 30, tzinfo=UTC)),
    ],
)
def test_a_timestamp_is_aware_and_in_utc(stated: object, time: datetime) -> None:
    event = parsed(bytes_of(RELATION | {"timestamp": stated}), RelationCreated)
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


NO_TIMES: tuple[object, ...] = ("now", True, [], "9" * 30, 10**30, -(10**18))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "not complete JSON in UTF-8"),
        (b'{"type": "RelationCreate", "id": "6a', "not complete JSON"),
        (json.dumps(RELATION).encode("utf-16"), "not complete JSON in UTF-8"),
        (b'{"n": NaN}', "not complete JSON"),
        (b"[" * 100_000, "not complete JSON"),
        (b"[]", "not a JSON object"),
        (bytes_of({"type": 7}), "type 7 is not one of"),
        (bytes_of({"type": "RelationCreate"}), "neither an `id` nor two record ids"),
        (bytes_of({"type": "AssociationCreate"}), "no association with an `id` that is text"),
        (bytes_of({"type": "RelationCreate", "id": 7}), "neither an `id` nor two record ids"),
        *(
            (bytes_of({"type": "RelationCreate", **RELATION, "timestamp": at}), "timestamp must be")
            for at in NO_TIMES
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
ODD = st.sampled_from(["", "RelationCreate", "0001-01-01T00:00:00+14:00", "\ud800"]) | JSON


@st.composite
def changed_bodies(draw: st.DrawFn) -> tuple[type[Event], bytes]:
    """Draw a valid body, flat or nested, of which up to three fields are odd, new or missing."""
    event_class = draw(st.sampled_from(list(KINDS)))
    kind, fields = KINDS[event_class]
    body: dict[str, Any] = {"type": kind, **ENVELOPE, **fields}
    names = st.sampled_from([*body, "data", "primary"]) | st.text()
    body |= draw(st.dictionaries(names, ODD, max_size=2))
    body.pop(draw(st.sampled_from([*body, ""])), None)
    if draw(st.booleans()):
        nested = draw(st.sets(st.sampled_from([*body]))) - {"data"}
        body["data"] = {name: body.pop(name) for name in nested}
    whole = bytes_of(body)
    is_whole = draw(st.integers(0, 7)) > 0
    return event_class, whole if is_whole else whole[: draw(st.integers(0, len(whole) - 1))]


def test_a_valid_body_with_some_changes_is_an_event_or_a_webhook_error() -> None:
    outcomes: Counter[str] = Counter()

    @settings(deadline=None)
    @given(changed_bodies(), st.booleans())
    def each(change: tuple[type[Event], bytes], is_expected: bool) -> None:
        event_class, body = change
        expected: Any = event_class if is_expected else None
        try:
            event = parse(body, expected)
        except WebhookError as error:
            outcomes[type(error).__name__] += 1
            return
        outcomes[type(event).__name__] += 1
        if event is not None:
            assert isinstance(event, expected or tuple(KINDS))
            assert event.delivery_id
            assert event.occurred_at is None or event.occurred_at.tzinfo is UTC
            assert {"type", "timestamp", "webhookId"}.isdisjoint(event.extra)
            item: Any = getattr(event, "relation", getattr(event, "association", event))
            assert (item.location_id, item.extra) == (event.location_id, event.extra)

    each()
    assert sum(outcomes[kind.__name__] for kind in KINDS) >= 20, outcomes
    assert outcomes["UnreadableError"] >= 5, outcomes
