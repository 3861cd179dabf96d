"""Events: frozen values of deliveries, each with an Association or a Relation."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeVar, cast, overload

from attrs import field, fields, frozen
from dateutil.parser import isoparse

from facade._core import mapping
from facade._core.reading import UnexpectedBodyError
from facade.models import Association, Relation
from facade.webhooks.rejections import UnknownKindError, UnreadableError
from facade.webhooks.signatures import checked_body, header_values


@frozen(kw_only=True)
class _Event:
    """The attributes of all events.

    `delivery_id` is HighLevel's webhookId; else the header deliveryId, if `parse` got the headers;
    else a digest of the body. `occurred_at` is in UTC, None if the body has no timestamp. `extra`
    has the fields without an attribute, which are in the `extra` of the association or the
    relation, too.
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
    """An association was created."""


@frozen(kw_only=True)
class AssociationUpdated(_AssociationEvent):
    """The labels of an association changed."""


@frozen(kw_only=True)
class AssociationDeleted(_AssociationEvent):
    """An association and its relations were deleted."""


@frozen(kw_only=True)
class RelationCreated(_RelationEvent):
    """Two records were related.

    HighLevel does not send it for BUSINESSES_CONTACTS_ASSOCIATION.
    """


@frozen(kw_only=True)
class RelationDeleted(_RelationEvent):
    """A relation was deleted.

    HighLevel does not send it for BUSINESSES_CONTACTS_ASSOCIATION.
    """


@frozen(kw_only=True)
class _AppEvent(_Event):
    """The account is `location_id`, or `company_id`, an agency, if there is no location."""

    app_id: str | None = None
    version_id: str | None = None
    company_id: str | None = None
    user_id: str | None = None
    plan_id: str | None = None
    install_type: str | None = None


@frozen(kw_only=True)
class AppInstalled(_AppEvent):
    """The app was installed for a location, or for an agency if `location_id` is None."""


@frozen(kw_only=True)
class AppUninstalled(_AppEvent):
    """The app was uninstalled; its tokens are no longer valid: `OAuth.forget` deletes them."""


Event = (
    AssociationCreated
    | AssociationUpdated
    | AssociationDeleted
    | RelationCreated
    | RelationDeleted
    | AppInstalled
    | AppUninstalled
)
"""The events that `parse` returns; the class shows the kind."""

Kind = TypeVar("Kind", bound=Event)

_DELIVERY_ID = "deliveryId"  # a header
# A number below is in seconds since 1970, up to the year 5138; one above is in milliseconds.
_MILLISECONDS_FROM = 100_000_000_000
_DIGITS_OF_NUMBERS = 9  # a text of fewer digits is a date, such as 20260121
_KINDS: dict[str, type[Event]] = {
    "AssociationCreate": AssociationCreated,
    "AssociationUpdate": AssociationUpdated,
    "AssociationDelete": AssociationDeleted,
    "RelationCreate": RelationCreated,
    "RelationDelete": RelationDeleted,
    "INSTALL": AppInstalled,
    "UNINSTALL": AppUninstalled,
}
_ENVELOPE = {"delivery_id", "occurred_at", "extra"}
_APP_FIELDS = {
    each.name: mapping.wire_name(each.name)
    for each in fields(_AppEvent)
    if each.name not in _ENVELOPE
}


@overload
def parse(
    raw_body: bytes, kind: type[Kind], *, headers: Mapping[Any, Any] | None = None
) -> Kind | None: ...
@overload
def parse(
    raw_body: bytes, kind: None = None, *, headers: Mapping[Any, Any] | None = None
) -> Event | None: ...
def parse(
    raw_body: bytes, kind: type[Any] | None = None, *, headers: Mapping[Any, Any] | None = None
) -> Any:
    """Parse the body of a delivery; return None for an event of another kind.

    Respond with 2xx if the result is None, or HighLevel may repeat the delivery. HighLevel sends
    INSTALL and UNINSTALL to every app: with another `kind`, they are None. A body without `type`
    needs `kind`, as in `parse(body, RelationCreated)`: use a separate URL for each kind. The header
    deliveryId of `headers`, any mapping, identifies a body without webhookId; HighLevel does not
    sign it. Raises UnreadableError for an invalid body, UnknownKindError if the body has no kind or
    not the expected `kind`.
    """
    raw_body = checked_body(raw_body)
    body = _flat(_object(raw_body))
    event_class = _class(body.pop("type", None), kind)
    if event_class is None:
        return None
    webhook_id = body.pop("webhookId", None)
    if webhook_id is not None and not isinstance(webhook_id, str):
        raise UnreadableError(f"webhookId must be text, not {webhook_id!r:.60}")
    event: dict[str, Any] = {
        "delivery_id": webhook_id or _delivery_id(raw_body, headers or {}),
        "occurred_at": _timestamp(body.pop("timestamp", None)),
    }
    if issubclass(event_class, _AppEvent):
        return event_class(**event, **_app_fields(body), extra=body)
    item: Association | Relation
    try:
        if issubclass(event_class, _AssociationEvent):
            event["association"] = item = mapping.association(body)
        else:
            # A type checker rejects another kind here: it needs its own case.
            _: type[_RelationEvent] = event_class
            event["relation"] = item = mapping.relation(body)
    except UnexpectedBodyError as error:
        raise UnreadableError(f"the body is not valid: {error}") from None
    return event_class(**event, location_id=item.location_id, extra=item.extra)


def _app_fields(body: dict[str, Any]) -> dict[str, Any]:
    """Take the fields of an event about the app from a body."""
    found = {
        name: body.pop(wire_name)
        for name, wire_name in _APP_FIELDS.items()
        if body.get(wire_name) and isinstance(body[wire_name], str)
    }
    if not {"location_id", "company_id"} & found.keys():
        raise UnreadableError("the body has neither a locationId nor a companyId")
    return found


def _delivery_id(raw_body: bytes, headers: Mapping[Any, Any]) -> str:
    """Return the id of a delivery whose body has none."""
    found = header_values(headers, _DELIVERY_ID)
    # A sender of several ids could have one delivery handled twice.
    return found.pop() if len(found) == 1 else f"sha256:{hashlib.sha256(raw_body).hexdigest()}"


def _class(stated: object, kind: type[Any] | None) -> type[Event] | None:
    if kind is not None and kind not in _KINDS.values():
        raise TypeError(f"kind must be an event class such as RelationCreated, not {kind!r}")
    if stated is None or stated == "":
        if kind is not None:
            return kind
        raise UnknownKindError(
            "the body has no `type`, so a creation looks like a deletion: configure a separate URL "
            "for each kind, and pass the kind, as in parse(body, RelationCreated)"
        )
    if not isinstance(stated, str):
        raise UnknownKindError(f"type {stated!r:.60} is not one of {', '.join(_KINDS)}")
    found = _KINDS.get(stated)
    if found in (AppInstalled, AppUninstalled) and kind not in (None, found):
        return None  # every URL gets these
    if found is not None and kind is not None and found is not kind:
        raise UnknownKindError(f"type {stated!r} is not the expected {kind.__name__}")
    return found


def _object(raw_body: bytes) -> dict[str, Any]:
    try:
        body: object = json.loads(raw_body.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise UnreadableError("the body is not complete JSON in UTF-8") from None
    if not isinstance(body, dict):
        raise UnreadableError("the body is not a JSON object")
    return cast("dict[str, Any]", body)


def _flat(body: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a body, with those in `data` at the top level."""
    data = body.get("data")
    if not isinstance(data, dict) or "id" in body:
        return body
    del body["data"]
    return {**cast("dict[str, Any]", data), **body}


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _timestamp(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        if isinstance(value, str) and len(value) >= _DIGITS_OF_NUMBERS and value.isdecimal():
            value = int(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value if value < _MILLISECONDS_FROM else value / 1000
            return datetime.fromtimestamp(seconds, UTC)
        if isinstance(value, str):
            time = isoparse(value)
            return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise UnreadableError(
        f"timestamp must be a time in ISO 8601, seconds or milliseconds, not {value!r:.60}"
    )
