"""Possible deviations of the real API from the contract, each as a sandbox."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from facade._core.operations import VALUES
from facade.testing import Fault, Response, Sandbox, Selection
from facade.testing.faults import false_422
from facade.testing.messages import json_response
from tests.probing.faults import (
    added,
    change_each,
    change_success,
    enveloped,
    in_pages,
    refuse,
    removed,
    renamed,
    replaced,
    respond,
    with_limit_above,
    with_notation,
    with_status,
    without_envelope,
)


@dataclass(frozen=True)
class Deviation:
    """Options of the sandbox, or a fault that applies to the selected requests."""

    description: str
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    fault: Fault | Callable[[Sandbox], Fault] | None = None
    on: Selection | None = None


def deviating_sandbox(name: str, **options: Any) -> Sandbox:
    """Create a sandbox with the deviation of this name; `options` are the sandbox's."""
    deviation = DEVIATIONS[name]
    sandbox = Sandbox(**{**options, **deviation.options})
    if deviation.fault is not None:
        fault = deviation.fault(sandbox) if callable(deviation.fault) else deviation.fault
        sandbox.misbehave(fault, on=deviation.on)
    return sandbox


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
_NO_RELATIONS = respond(200, {"relations": [], "total": 0})
_LISTS = ("list_associations", "list_relations", "list_associations_by_object_key")

DEVIATIONS: dict[str, Deviation] = {
    # Published, or reported by a client or a person, and contradicted by others.
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
        fault=refuse(400, "Association not found"),
        on=lambda received: received.path.endswith("0" * 24) and "relations" not in received.path,
    ),
    "no-total": Deviation("lists have no total", fault=removed("total"), on=_LISTS),
    "no-primary": Deviation("relations have no primary", fault=removed("primary")),
    "no-relation-id": Deviation(
        "relations have no id", fault=change_each("firstRecordId", lambda r: r.pop("id"))
    ),
    "no-trace-id": Deviation("responses have no traceId", fault=removed("traceId")),
    "no-error-name": Deviation("errors have no error", fault=removed("error")),
    "refused-yet-made": Deviation(
        "a creation succeeds in spite of a 422",
        fault=false_422(),
        on="create_association",
    ),
    "association-key-always": Deviation(
        "relations have associationKey under both Versions",
        fault=added("firstRecordId", associationKey="k"),
    ),
    "association-key-never": Deviation(
        "no relation has associationKey", fault=removed("associationKey")
    ),
    "cardinalities": Deviation(
        "associations have cardinalities", fault=added("key", **_CARDINALITIES)
    ),
    "v3-renames": Deviation(
        "v3 has another name for a label",
        fault=renamed("firstObjectLabel", "firstLabel"),
        on=lambda received: received.version == "v3",
    ),
    "ids-repeated-only": Deviation(
        "several associationIds must be repeated",
        fault=_NO_RELATIONS,
        on=with_notation("commas", "brackets"),
    ),
    "ids-commas-only": Deviation(
        "several associationIds must be separated by commas",
        fault=_NO_RELATIONS,
        on=with_notation("repeated", "brackets"),
    ),
    "paging-required": Deviation("skip and limit must be sent", {"paging": "required"}),
    "default-limit": Deviation(
        "a list without a limit has a few items",
        fault=in_pages(1),
        on=lambda received: (
            received.operation == "list_associations" and "limit" not in received.query
        ),
    ),
    "limit-refused": Deviation(
        "a limit above 100 is refused",
        fault=refuse(422, "limit must not be greater than 100"),
        on=with_limit_above(100),
    ),
    "limit-cut": Deviation(
        "a limit above 100 returns fewer", fault=in_pages(1), on=with_limit_above(100)
    ),
    "no-slash": Deviation(
        "a list responds without its trailing slash",
        fault=in_pages(None),
        on=lambda received: received.method == "GET" and received.path == "/associations",
    ),
    # Bodies of another form.
    "list-bare": Deviation(
        "associations are listed as an array",
        fault=without_envelope("associations"),
        on="list_associations",
    ),
    "list-renamed": Deviation(
        "the list of associations is called items", fault=renamed("associations", "items")
    ),
    "relations-bare": Deviation(
        "relations are listed as an array",
        fault=without_envelope("relations"),
        on="list_relations",
    ),
    "relations-renamed": Deviation(
        "the list of relations is called data", fault=renamed("relations", "data")
    ),
    "update-renamed": Deviation(
        "the envelope is called data", fault=renamed("association", "data")
    ),
    "create-enveloped": Deviation(
        "a created association comes in an envelope",
        fault=enveloped("association"),
        on="create_association",
    ),
    "create-relation-enveloped": Deviation(
        "a created relation comes in an envelope",
        fault=enveloped("relation"),
        on="create_relation",
    ),
    "delete-relation-published": Deviation(
        "deleting a relation returns an association, as published",
        fault=change_success(lambda _: json_response(200, _ASSOCIATION)),
        on="delete_relation",
    ),
    "delete-204": Deviation(
        "a deletion responds 204",
        fault=change_success(lambda _: Response(204, b"", {})),
        on="delete_association",
    ),
    "create-200": Deviation(
        "a creation responds 200", fault=with_status(200), on="create_association"
    ),
    # Types, new fields, missing fields.
    "id-number": Deviation("an id is a number", fault=replaced("id", 7), on="get_association"),
    "id-missing": Deviation("an id is missing", fault=removed("id"), on="get_association_by_key"),
    "location-number": Deviation("a location is a number", fault=replaced("locationId", 7)),
    "label-object": Deviation(
        "a label is an object", fault=replaced("firstObjectLabel", {"text": "x"})
    ),
    "label-null": Deviation("a label is null", fault=replaced("secondObjectLabel", None)),
    "type-new": Deviation(
        "an association is of a new type", fault=replaced("associationType", "PARTNER_DEFINED")
    ),
    "total-text": Deviation("a total is text", fault=replaced("total", "2")),
    "primary-text": Deviation("primary is text", fault=replaced("primary", "no")),
    "deleted-text": Deviation("deleted is text", fault=replaced("deleted", "yes")),
    "association-new-field": Deviation(
        "associations have a new field", fault=added("firstObjectLabel", syncState=1)
    ),
    "relation-new-field": Deviation(
        "relations have a new field", fault=added("firstRecordId", createdBy={"name": "x"})
    ),
    "list-new-field": Deviation("lists have a new field", fault=added("total", pages=1)),
    "error-new-field": Deviation(
        "errors have a new field", fault=added("statusCode", errorCode="x")
    ),
    "error-list": Deviation(
        "an error has a list of messages",
        fault=replaced("message", ["x"]),
        on="get_association_by_key",
    ),
    "error-status-text": Deviation("statusCode is text", fault=replaced("statusCode", "404")),
}
