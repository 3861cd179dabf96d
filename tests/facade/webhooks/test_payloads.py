"""Bodies become frozen events; unknown formats are rejected."""

import json
import pickle
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from itertools import product
from typing import Any, get_args

import pytest

from facade._core import mapping
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

LOCATION = "Tz5WcG8nJyP3kXqB6vMr"
ASSOCIATION = {
    "associationType": "USER_DEFINED",
    "firstObjectKey": "contact",
    "firstObjectLabel": "Owner",
    "id": "6a44f1c09b3e7d2100000001",
    "key": "owner_pet",
    "locationId": LOCATION,
    "secondObjectKey": "custom_objects.pet",
    "secondObjectLabel": "Pet",
}
RELATION = {
    "associationId": "6a44f1c09b3e7d2100000001",
    "firstObjectKey": "contact",
    "firstRecordId": "Kd7RmQ2xVbT9wLpN4sHf",
    "id": "6a44f1c09b3e7d2100000002",
    "locationId": LOCATION,
    "secondObjectKey": "custom_objects.pet",
    "secondRecordId": "66f0c1d2e3a4b5c6d7e8f901",
}
INSTALLATION = {
    "appId": "a-1",
    "companyId": "c-1",
    "installType": "Location",
    "locationId": LOCATION,
    "planId": "p-1",
    "userId": "u-1",
    "versionId": "v-1",
}
ENVELOPE = {"timestamp": "2026-01-21T10:30:00.250Z", "webhookId": "w-1"}
AT = datetime(2026, 1, 21, 10, 30, tzinfo=UTC)


def bytes_of(*parts: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({name: part[name] for part in (*parts, more) for name in part}).encode()


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
    event = parsed(bytes_of(ENVELOPE, fields, type=kind))
    assert type(event) is event_class
    assert event == parsed(bytes_of(ENVELOPE, fields), event_class)
    assert (event.delivery_id, event.location_id, event.extra) == ("w-1", LOCATION, {})
    assert pickle.loads(pickle.dumps(event)) == event
    assert hash(event) == hash(parsed(bytes_of(ENVELOPE, fields, type=kind, n=1)))


def test_an_event_holds_the_same_models_as_calls_return() -> None:
    data = {"id": "flat fields win"}
    body: dict[str, Any] = {"primary": True, "brandNew": {"a": [1]}, "data": data}
    created = parsed(bytes_of(RELATION, body), RelationCreated)
    assert created.relation == mapping.relation(RELATION | body)
    updated = parsed(bytes_of(ASSOCIATION, body), AssociationUpdated)
    assert updated.association == mapping.association(ASSOCIATION | body)
    assert updated.extra == {**created.extra, "primary": True} == body


def test_fields_may_stand_under_data_and_the_envelope_wins() -> None:
    envelope = {"type": "RelationCreate", **ENVELOPE, "appId": "a"}
    data = {**RELATION, "type": "AssociationDelete", "webhookId": "w-2"}
    nested = parsed(bytes_of(envelope, data=data))
    assert nested == parsed(bytes_of(envelope, RELATION))
    assert nested.extra == {"appId": "a"}


@pytest.mark.parametrize("kind", [AppInstalled, AppUninstalled])
def test_an_installation_has_its_fields(kind: type[AppInstalled | AppUninstalled]) -> None:
    more: dict[str, Any] = {"trial": {"onTrial": True}, "isWhitelabelCompany": False, "extra": "x"}
    event = parsed(bytes_of({"webhookId": "w-1"}, INSTALLATION, more), kind)
    ids: Any = {f"{name}_id": f"{name[0]}-1" for name in "company app version user plan".split()}
    event_of = partial(kind, delivery_id="w-1", location_id=LOCATION, install_type="Location")
    assert event == event_of(**ids, extra=more)
    of_an_agency = parsed(bytes_of(companyId="c-1", planId=None, userId=7), kind)
    assert (of_an_agency.location_id, of_an_agency.company_id) == (None, "c-1")
    assert of_an_agency.extra == {"planId": None, "userId": 7}
    assert kind(delivery_id="w-1").extra == {}
    with pytest.raises(UnreadableError, match="neither a locationId nor a companyId"):
        parse(bytes_of(appId="a-1", locationId="", companyId=7), kind)


def body_of_kind(stated: object) -> bytes:
    """Return a body whose other fields are odd."""
    return bytes_of({"timestamp": 7, "webhookId": 7, "data": []}, type=stated)


def test_another_kind_is_none_whatever_its_fields() -> None:
    for kind, expected in {"ContactCreate": None, "relationcreate": RelationCreated}.items():
        assert parse(body_of_kind(kind), expected) is None
    for other in (RelationCreated, AppInstalled):  # every URL gets it
        assert parse(body_of_kind("UNINSTALL"), other) is None


def test_a_kind_that_is_missing_or_not_the_expected_one_is_refused() -> None:
    missing = r"pass the kind, as in parse\(body, RelationCreated\)"
    for kind, message in {None: missing, "": missing, 7: "type 7 is not one of"}.items():
        with pytest.raises(UnknownKindError, match=message):
            parse(body_of_kind(kind))
    for expected in (RelationCreated, AppInstalled):
        with pytest.raises(UnknownKindError, match=f"not the expected {expected.__name__}"):
            parse(body_of_kind("RelationDelete"), expected)
    with pytest.raises(TypeError, match="must be an event class such as RelationCreated"):
        parse(body_of_kind("RelationCreate"), str)  # type: ignore[type-var]


def test_the_header_or_a_digest_identifies_a_body_without_an_id() -> None:
    bodies = [bytes_of(RELATION), bytes_of(RELATION, n=1), bytes_of(RELATION, ENVELOPE)]

    def ids(headers: dict[Any, Any] | None) -> list[str]:
        events: list[Any] = [parse(each, RelationCreated, headers=headers) for each in bodies]
        return [event.delivery_id for event in events]

    assert ids({b"deliveryid": b" d-1 "}) == ["d-1", "d-1", "w-1"]
    for headers in ({"deliveryId": "d-1", "deliveryid": "d-2"}, {"deliveryId": "", "X": "d"}, None):
        first, other, named = ids(headers)
        assert first.startswith("sha256:")
        assert first != other
        assert named == "w-1"


def test_a_timestamp_is_aware_and_in_utc() -> None:
    for stated, time in (
        (None, None),
        (1_768_991_400.25, AT.replace(microsecond=250_000)),
        ("1768991400250", AT.replace(microsecond=250_000)),
        ("999999999", datetime(2001, 9, 9, 1, 46, 39, tzinfo=UTC)),
        (99_999_999_999, datetime(5138, 11, 16, 9, 46, 39, tzinfo=UTC)),
        (100_000_000_000, datetime(1973, 3, 3, 9, 46, 40, tzinfo=UTC)),
        ("20260121", datetime(2026, 1, 21, tzinfo=UTC)),
        ("2026-01-21T10:30:00", AT),
        ("2026-01-21T12:30:00+02:00", AT),
    ):
        event = parsed(bytes_of(RELATION, timestamp=stated), RelationCreated)
        assert event.occurred_at == time
        assert event.occurred_at is None or event.occurred_at.tzinfo is UTC


NO_TIMES: tuple[Any, ...] = ("now", True, [], "9" * 30, 10**30, -(10**18))


def test_the_error_for_an_unreadable_body_names_its_defect() -> None:
    for body, message in (
        (b'{"type": "RelationCreate", "id": "6a', "not complete JSON"),
        (json.dumps(RELATION).encode("utf-16"), "not complete JSON in UTF-8"),
        (b'{"n": NaN}', "not complete JSON"),
        (b"[" * 100_000, "not complete JSON"),
        (b"[]", "not a JSON object"),
        (bytes_of(type="AssociationCreate"), "no association with an `id` that is text"),
        (bytes_of(type="RelationCreate", webhookId=0), "webhookId must be text"),
        *(
            (bytes_of(RELATION, type="RelationCreate", timestamp=at), "timestamp must be")
            for at in NO_TIMES
        ),
    ):
        with pytest.raises(UnreadableError, match=message) as caught:
            parse(body)
        assert caught.value.__suppress_context__ == (caught.value.__context__ is not None)


LATEST = "0001-01-01T00:00:00+14:00"  # not a time in UTC
ODD: tuple[Any, ...] = (None, "", 7, 1e300, True, [], ["x"], {}, {"id": 7}, "\ud800", LATEST)


@pytest.mark.parametrize("event_class", KINDS)
def test_a_body_with_an_odd_field_is_an_event_or_a_webhook_error(event_class: type[Any]) -> None:
    kind, fields = KINDS[event_class]
    body = {"type": kind, **ENVELOPE, **fields}
    outcomes: Counter[str] = Counter()
    for name, odd, nested in product([*body, "data", "primary"], ODD, (False, True)):
        changed = body | {name: odd}
        try:
            event = parse(bytes_of(data=changed) if nested else bytes_of(changed), event_class)
        except WebhookError as error:
            outcomes[type(error).__name__] += 1
            continue
        outcomes[type(event).__name__] += 1
        if event is not None:
            item: Any = getattr(event, "relation", getattr(event, "association", event))
            assert (item.location_id, item.extra) == (event.location_id, event.extra)
            assert {"type", "timestamp", "webhookId"}.isdisjoint(event.extra)
            assert event.delivery_id
    assert outcomes[event_class.__name__] >= 20, outcomes
    assert outcomes["UnreadableError"] >= 5, outcomes
