"""What it says: a body becomes a frozen event that holds an Association or a Relation."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeVar, cast, overload

from attrs import field, frozen
from dateutil.parser import isoparse

from facade.models import Association, Relation
from facade.webhooks.errors import UnknownKindError, UnreadableError
from facade.webhooks.signatures import as_bytes


@frozen(kw_only=True)
class _Event:
    """What all events have in common.

    `occurred_at` is in UTC, and None where the body does not tell. `delivery_id` is HighLevel's
    webhookId, or else a digest of the body. `extra` keeps fields that are not known here.
    """

    delivery_id: str
    occurred_at: datetime | None = None
    location_id: str | None = None
    extra: Mapping[str, Any] = field(factory=dict[str, Any], hash=False)


@frozen(kw_only=True)
class _AssociationEvent(_Event):
    association: Association


@frozen(kw_only=True)
class _RelationEvent(_Event):
    relation: Relation


@frozen(kw_only=True)
class AssociationCreated(_AssociationEvent):
    """Two kinds of object can be joined from now on."""


@frozen(kw_only=True)
class AssociationUpdated(_AssociationEvent):
    """The labels of an association changed."""


@frozen(kw_only=True)
class AssociationDeleted(_AssociationEvent):
    """An association is gone, and its relations with it."""


@frozen(kw_only=True)
class RelationCreated(_RelationEvent):
    """Two records were joined."""


@frozen(kw_only=True)
class RelationDeleted(_RelationEvent):
    """Two records are joined no more."""


Event = (
    AssociationCreated | AssociationUpdated | AssociationDeleted | RelationCreated | RelationDeleted
)
Kind = TypeVar("Kind", bound=Event)

_KINDS: dict[str, type[Event]] = {
    "AssociationCreate": AssociationCreated,
    "AssociationUpdate": AssociationUpdated,
    "AssociationDelete": AssociationDeleted,
    "RelationCreate": RelationCreated,
    "RelationDelete": RelationDeleted,
}
_ASSOCIATION = {
    "id": "id",
    "key": "key",
    "firstObjectKey": "first_object_key",
    "firstObjectLabel": "first_object_label",
    "secondObjectKey": "second_object_key",
    "secondObjectLabel": "second_object_label",
    "associationType": "association_type",
    "locationId": "location_id",
    "firstObjectToSecondObjectCardinality": "first_object_to_second_object_cardinality",
    "secondObjectToFirstObjectCardinality": "second_object_to_first_object_cardinality",
}
_RELATION = {
    "id": "id",
    "associationId": "association_id",
    "associationKey": "association_key",
    "firstObjectKey": "first_object_key",
    "firstRecordId": "first_record_id",
    "secondObjectKey": "second_object_key",
    "secondRecordId": "second_record_id",
    "locationId": "location_id",
}


@overload
def parse(raw_body: bytes, kind: type[Kind]) -> Kind: ...
@overload
def parse(raw_body: bytes, kind: None = None) -> Event: ...
def parse(raw_body: bytes, kind: type[Any] | None = None) -> Any:
    """Read the body of a delivery: UnreadableError, or UnknownKindError for other kinds.

    `kind` says what it is where the body has no `type`, as in `parse(body, RelationCreated)`:
    known from the address that HighLevel was told to send it to.
    """
    raw_body = as_bytes(raw_body)
    body = _object(raw_body)
    event_class = _class(body.pop("type", None), kind)
    webhook_id = _text(body, "webhookId")
    body.pop("webhookId", None)
    event: dict[str, Any] = {
        "delivery_id": webhook_id or f"sha256:{hashlib.sha256(raw_body).hexdigest()}",
        "occurred_at": _moment(body.pop("timestamp", None)),
        "location_id": _text(body, "locationId"),
    }
    if issubclass(event_class, _AssociationEvent):
        association = Association(**_known(body, _ASSOCIATION))
        if not association.id:
            raise UnreadableError("the association has no id")
        return event_class(**event, association=association, extra=body)
    relation = Relation(**_known(body, _RELATION), primary=_flag(body))
    if not relation.id and not (relation.first_record_id and relation.second_record_id):
        raise UnreadableError("the relation has neither an id nor two records")
    return event_class(**event, relation=relation, extra=body)


def _class(stated: object, kind: type[Any] | None) -> type[Event]:
    if kind is not None and kind not in _KINDS.values():
        raise TypeError(f"kind is one of the five events, such as RelationCreated, not {kind!r}")
    if stated is None:
        return kind or _refuse_unnamed()
    found = _KINDS.get(stated) if isinstance(stated, str) else None
    if found is None:
        raise UnknownKindError(f"type {stated!r:.60} is none of {', '.join(_KINDS)}")
    if kind is not None and found is not kind:
        raise UnknownKindError(f"type {stated!r} is not what was expected, {kind.__name__}")
    return found


def _refuse_unnamed() -> NoReturn:
    raise UnknownKindError(
        "the body has no `type`, and a creation looks like a deletion without it: have HighLevel "
        "send each kind to an address of its own, and say which, as in parse(body, RelationCreated)"
    )


def _object(raw_body: bytes) -> dict[str, Any]:
    try:
        body: object = json.loads(raw_body.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise UnreadableError("the body is not JSON in UTF-8: is it whole?") from None
    if not isinstance(body, dict):
        raise UnreadableError("the body is not a JSON object")
    return cast("dict[str, Any]", body)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _known(body: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Take the known fields out of a body, whose rest is kept as it is."""
    found = {ours: _text(body, theirs) for theirs, ours in names.items()}
    for theirs in names:
        body.pop(theirs, None)
    return found | {"id": found["id"] or ""}


def _flag(body: dict[str, Any]) -> bool | None:
    value = body.pop("primary", None)
    if value is None or isinstance(value, bool):
        return value
    raise UnreadableError(f"primary is true or false, not {value!r:.60}")


def _text(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is None or isinstance(value, str):
        return value
    raise UnreadableError(f"{name} is text, not {value!r:.60}")


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        moment = isoparse(value) if isinstance(value, str) else None
        if moment is not None:
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise UnreadableError(f"timestamp is a moment in ISO 8601, not {value!r:.60}")
