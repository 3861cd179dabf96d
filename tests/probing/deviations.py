"""Ways in which the real API may deviate from the contract, each as a sandbox that does so."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from facade._core.operations import VALUES
from facade.testing import Fault, Received, Response, Sandbox, Selection
from facade.testing.faults import alter, odd_422
from facade.testing.messages import Json, error_body, json_response


@dataclass(frozen=True)
class Deviation:
    """Options of the sandbox, or a fault that applies to the selected requests."""

    description: str
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    fault: Fault | Callable[[Sandbox], Fault] | None = None
    on: Selection | None = None


def deviating_sandbox(name: str, **options: Any) -> Sandbox:
    """Make a sandbox with the deviation of this name; `options` are the sandbox's."""
    deviation = DEVIATIONS[name]
    sandbox = Sandbox(**{**options, **deviation.options})
    if deviation.fault is not None:
        fault = deviation.fault(sandbox) if callable(deviation.fault) else deviation.fault
        sandbox.misbehave(fault, on=deviation.on)
    return sandbox


def _each(mark: str, change: Callable[[Json], object]) -> Fault:
    """Change every object that has the field `mark`, anywhere in a response."""

    def changed(value: Any) -> Any:
        if isinstance(value, list):
            return [changed(item) for item in cast("Sequence[Any]", value)]
        if not isinstance(value, dict):
            return value
        body = {name: changed(item) for name, item in cast("Json", value).items()}
        if mark in body:
            change(body)
        return body

    return alter(changed)


def _renamed(old: str, new: str) -> Fault:
    return _each(old, lambda body: body.update({new: body.pop(old)}))


def _removed(name: str) -> Fault:
    return _each(name, lambda body: body.pop(name))


def _replaced(name: str, value: Any) -> Fault:
    return _each(name, lambda body: body.update({name: value}))


def _added(mark: str, **fields: Any) -> Fault:
    return _each(mark, lambda body: body.update(fields))


def _without_envelope(name: str) -> Fault:
    return alter(lambda body: body.get(name, body))


def _enveloped(name: str) -> Fault:
    return _success(
        lambda response: json_response(response.status, {name: json.loads(response.body)})
    )


def _success(change: Callable[[Response], Response]) -> Fault:
    """Change successes; errors stay as they are."""
    return Fault(
        afterwards=lambda response: response if response.status >= 400 else change(response)
    )


def _status(status: int) -> Fault:
    return _success(lambda response: Response(status, response.body, response.headers))


def _respond(status: int, body: Json) -> Fault:
    return Fault(instead=lambda: json_response(status, {**body, "traceId": "t"}))


def _refuse(status: int, message: str) -> Fault:
    return _respond(status, error_body(status, message))


def _page(size: int | None) -> Callable[[Sandbox], Fault]:
    """List associations in pages of this size, whatever the request's limit is."""

    def respond(sandbox: Sandbox) -> Response:
        associations = sandbox.associations()
        page = {"associations": associations[:size], "total": len(associations), "traceId": "t"}
        return json_response(200, page)

    return lambda sandbox: Fault(instead=lambda: respond(sandbox))


def _filters(*notations: str) -> Callable[[Received], bool]:
    """Select requests whose filter by associations has one of these notations."""

    def selects(received: Received) -> bool:
        if "associationIds[]" in received.query:
            return "brackets" in notations
        values = received.query.get("associationIds", [])
        notation = "commas" if any("," in value for value in values) else "repeated"
        return notation in notations and bool(values)

    return selects


def _limit_above(maximum: int) -> Callable[[Received], bool]:
    return lambda received: (
        received.operation == "list_associations"
        and int(received.query.get("limit", ["0"])[0]) > maximum
    )


_CARDINALITIES = {
    name: values[0] for name, values in VALUES.items() if name.endswith("Cardinality")
}
_ASSOCIATION = {
    "id": "x",
    "locationId": "x",
    "key": "x",
    "firstObjectKey": "contact",
    "firstObjectLabel": "x",
    "secondObjectKey": "contact",
    "secondObjectLabel": "y",
    "associationType": "USER_DEFINED",
    "traceId": "t",
}
_NO_RELATIONS = _respond(200, {"relations": [], "total": 0})
_LISTS = ("list_associations", "list_relations", "list_associations_by_object_key")

DEVIATIONS: dict[str, Deviation] = {
    # What the published document, a client or a report says, and others do not.
    "update-flat": Deviation(
        "an update returns the association without an envelope", {"update_body": "flat"}
    ),
    "get-enveloped": Deviation(
        "a read returns the association in an envelope", {"association_body": "enveloped"}
    ),
    "object-key-array": Deviation(
        "listing by object returns an array", {"object_key_body": "array"}
    ),
    "object-key-single": Deviation(
        "listing by object returns one association", {"object_key_body": "single"}
    ),
    "deleted-relation-id": Deviation(
        "deleting a relation returns its id", {"deleted_relation_id": True}
    ),
    "missing-key-404": Deviation(
        "a missing key is a 404", {"answers": {"no_such_key": (404, "Association not found")}}
    ),
    "missing-id-400": Deviation(
        "a missing id is a 400",
        fault=_refuse(400, "Association not found"),
        on=lambda received: received.path.endswith("0" * 24) and "relations" not in received.path,
    ),
    "no-total": Deviation("lists have no total", fault=_removed("total"), on=_LISTS),
    "no-primary": Deviation("relations have no primary", fault=_removed("primary")),
    "no-relation-id": Deviation(
        "relations have no id", fault=_each("firstRecordId", lambda r: r.pop("id"))
    ),
    "no-trace-id": Deviation("responses have no traceId", fault=_removed("traceId")),
    "no-error-name": Deviation("errors have no error", fault=_removed("error")),
    "refused-yet-made": Deviation(
        "a creation responds 422 and is done all the same",
        fault=odd_422(),
        on="create_association",
    ),
    "association-key-always": Deviation(
        "relations have associationKey under both Versions",
        fault=_added("firstRecordId", associationKey="k"),
    ),
    "association-key-never": Deviation(
        "no relation has associationKey", fault=_removed("associationKey")
    ),
    "cardinalities": Deviation(
        "associations have cardinalities", fault=_added("key", **_CARDINALITIES)
    ),
    "v3-renames": Deviation(
        "v3 has another name for a label",
        fault=_renamed("firstObjectLabel", "firstLabel"),
        on=lambda received: received.version == "v3",
    ),
    "ids-repeated-only": Deviation(
        "several associationIds must be repeated",
        fault=_NO_RELATIONS,
        on=_filters("commas", "brackets"),
    ),
    "ids-commas-only": Deviation(
        "several associationIds must be separated by commas",
        fault=_NO_RELATIONS,
        on=_filters("repeated", "brackets"),
    ),
    "paging-required": Deviation("skip and limit must be sent", {"paging": "required"}),
    "default-limit": Deviation(
        "a list without a limit has a few items",
        fault=_page(1),
        on=lambda received: (
            received.operation == "list_associations" and "limit" not in received.query
        ),
    ),
    "limit-refused": Deviation(
        "a limit above 100 is refused",
        fault=_refuse(422, "limit must not be greater than 100"),
        on=_limit_above(100),
    ),
    "limit-cut": Deviation("a limit above 100 returns fewer", fault=_page(1), on=_limit_above(100)),
    "no-slash": Deviation(
        "a list responds without its trailing slash",
        fault=_page(None),
        on=lambda received: received.method == "GET" and received.path == "/associations",
    ),
    # Bodies of another shape.
    "list-bare": Deviation(
        "associations are listed as an array",
        fault=_without_envelope("associations"),
        on="list_associations",
    ),
    "list-renamed": Deviation(
        "the list of associations is called items", fault=_renamed("associations", "items")
    ),
    "relations-bare": Deviation(
        "relations are listed as an array",
        fault=_without_envelope("relations"),
        on="list_relations",
    ),
    "relations-renamed": Deviation(
        "the list of relations is called data", fault=_renamed("relations", "data")
    ),
    "update-renamed": Deviation(
        "the envelope is called data", fault=_renamed("association", "data")
    ),
    "create-enveloped": Deviation(
        "a created association comes in an envelope",
        fault=_enveloped("association"),
        on="create_association",
    ),
    "create-relation-enveloped": Deviation(
        "a created relation comes in an envelope",
        fault=_enveloped("relation"),
        on="create_relation",
    ),
    "delete-relation-published": Deviation(
        "deleting a relation returns an association, as published",
        fault=_success(lambda _: json_response(200, _ASSOCIATION)),
        on="delete_relation",
    ),
    "delete-204": Deviation(
        "a deletion responds 204",
        fault=_success(lambda _: Response(204, b"", {})),
        on="delete_association",
    ),
    "create-200": Deviation("a creation responds 200", fault=_status(200), on="create_association"),
    # Types, new fields, missing fields.
    "id-number": Deviation("an id is a number", fault=_replaced("id", 7), on="get_association"),
    "id-missing": Deviation("an id is missing", fault=_removed("id"), on="get_association_by_key"),
    "location-number": Deviation("a location is a number", fault=_replaced("locationId", 7)),
    "label-object": Deviation(
        "a label is an object", fault=_replaced("firstObjectLabel", {"text": "x"})
    ),
    "label-null": Deviation("a label is null", fault=_replaced("secondObjectLabel", None)),
    "type-new": Deviation(
        "an association is of a new type", fault=_replaced("associationType", "PARTNER_DEFINED")
    ),
    "total-text": Deviation("a total is text", fault=_replaced("total", "2")),
    "primary-text": Deviation("primary is text", fault=_replaced("primary", "no")),
    "deleted-text": Deviation("deleted is text", fault=_replaced("deleted", "yes")),
    "association-new-field": Deviation(
        "associations have a new field", fault=_added("firstObjectLabel", syncState=1)
    ),
    "relation-new-field": Deviation(
        "relations have a new field", fault=_added("firstRecordId", createdBy={"name": "x"})
    ),
    "list-new-field": Deviation("lists have a new field", fault=_added("total", pages=1)),
    "error-new-field": Deviation(
        "errors have a new field", fault=_added("statusCode", errorCode="x")
    ),
    "error-list": Deviation(
        "an error has a list of messages",
        fault=_replaced("message", ["x"]),
        on="get_association_by_key",
    ),
    "error-status-text": Deviation("statusCode is text", fault=_replaced("statusCode", "404")),
}
