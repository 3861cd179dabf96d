"""Possible deviations of the real API from the contract, each as a sandbox."""

from collections.abc import Callable, Mapping
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
)


class Deviation:
    """Options of the sandbox, or a fault of selected requests, and what the probe finds then.

    A finding is a fact with the observed answer, or a rule with its subject.
    """

    def __init__(
        self,
        *findings: str,
        options: Mapping[str, Any] | None = None,
        fault: Fault | Callable[[Sandbox], Fault] | None = None,
        on: Selection | None = None,
    ) -> None:
        self.findings = sorted(findings)
        self._options = options or {}
        self._fault = fault
        self._on = on

    def sandbox(self, **options: Any) -> Sandbox:
        """Create a sandbox that deviates; `options` are the sandbox's."""
        sandbox = Sandbox(**{**options, **self._options})
        if self._fault is not None:
            fault = self._fault(sandbox) if callable(self._fault) else self._fault
            sandbox.misbehave(fault, on=self._on)
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
    "update-flat": Deviation("update-body: flat", options={"update_body": "flat"}),
    "get-enveloped": Deviation("get-body: enveloped", options={"association_body": "enveloped"}),
    "object-key-array": Deviation("object-key-body: array", options={"object_key_body": "array"}),
    "object-key-single": Deviation(
        "object-key-body: single", options={"object_key_body": "single"}
    ),
    "deleted-relation-id": Deviation(
        "deleted-relation-id: always", options={"deleted_relation_id": True}
    ),
    "missing-key-404": Deviation(
        "missing-key: 404", options={"answers": {"no_such_key": (404, "Association not found")}}
    ),
    "missing-id-400": Deviation(
        "missing-id: 400 / 404",
        fault=refuse(400, "Association not found"),
        on=lambda received: received.path.endswith("0" * 24) and "relations" not in received.path,
    ),
    "no-total": Deviation("total: never", fault=removed("total"), on=_LISTS),
    "no-primary": Deviation("primary: never", fault=removed("primary")),
    "no-relation-id": Deviation(
        "relation-id: never", fault=change_each("firstRecordId", lambda r: r.pop("id"))
    ),
    "no-trace-id": Deviation("trace-id: never", fault=removed("traceId")),
    "no-error-name": Deviation("error-name: never", fault=removed("error")),
    "refused-yet-made": Deviation(
        "refused-yet-made: always",
        "trace-id: sometimes",
        fault=false_422(),
        on="create_association",
    ),
    "association-key-always": Deviation(
        "association-key: always",
        "versions: none",
        fault=added("firstRecordId", associationKey="k"),
    ),
    "association-key-never": Deviation(
        "association-key: never", "versions: none", fault=removed("associationKey")
    ),
    "cardinalities": Deviation("cardinalities: always", fault=added("key", **_CARDINALITIES)),
    "v3-renames": Deviation(
        "property-added-optional: AssociationPayload.firstLabel",
        "versions: associations.another field, associations.firstObjectLabel, "
        "relations.associationKey",
        fault=renamed("firstObjectLabel", "firstLabel"),
        on=lambda received: received.version == "v3",
    ),
    "ids-repeated-only": Deviation(
        "association-ids: repeated",
        fault=_NO_RELATIONS,
        on=with_notation("commas", "brackets"),
    ),
    "ids-commas-only": Deviation(
        "association-ids: commas",
        fault=_NO_RELATIONS,
        on=with_notation("repeated", "brackets"),
    ),
    "paging-required": Deviation(
        "default-limit: none", "paging: required", options={"paging": "required"}
    ),
    "default-limit": Deviation(
        "default-limit: 1",
        fault=in_pages(1),
        on=lambda received: (
            received.operation == "list_associations" and "limit" not in received.query
        ),
    ),
    "limit-refused": Deviation(
        "largest-limit: up to 100, not 200",
        fault=refuse(422, "limit must not be greater than 100"),
        on=with_limit_above(100),
    ),
    "limit-cut": Deviation("largest-limit: cut to 1", fault=in_pages(1), on=with_limit_above(100)),
    "no-slash": Deviation(
        "trailing-slash: answered",
        fault=in_pages(None),
        on=lambda received: received.method == "GET" and received.path == "/associations",
    ),
    # Of each kind of mismatch one; tests/contract/observed has more.
    "list-renamed": Deviation(
        "object-key-body: neither",
        "property-added-optional: AssociationListPayload.items",
        "property-became-optional: AssociationListPayload.associations",
        fault=renamed("associations", "items"),
    ),
    "update-renamed": Deviation(
        "property-added-optional: AssociationEnvelope.data",
        "property-became-optional: AssociationEnvelope.association",
        "update-body: neither",
        fault=renamed("association", "data"),
    ),
    "create-relation-enveloped": Deviation(
        "property-added-optional: RelationPayload.relation",
        "trace-id: sometimes",
        fault=enveloped("relation"),
        on="create_relation",
    ),
    "delete-relation-published": Deviation(
        "alternative-added: DeletedPayload",
        "deleted-relation-id: always",
        fault=change_success(lambda _: json_response(200, _ASSOCIATION)),
        on="delete_relation",
    ),
    "delete-204": Deviation(
        "success-response-added: response",
        fault=change_success(lambda _: Response(204, b"", {})),
        on="delete_association",
    ),
    "label-object": Deviation(
        "alternative-added: AssociationPayload.firstObjectLabel",
        fault=replaced("firstObjectLabel", {"text": "x"}),
    ),
    "type-new": Deviation(
        "values-of-associationType: PARTNER_DEFINED, SYSTEM_DEFINED, USER_DEFINED",
        fault=replaced("associationType", "PARTNER_DEFINED"),
    ),
    "association-new-field": Deviation(
        "property-added-optional: AssociationPayload.syncState",
        fault=added("firstObjectLabel", syncState=1),
    ),
    "error-list": Deviation(
        "alternative-added: ErrorPayload.message",
        fault=replaced("message", ["x"]),
        on="get_association_by_key",
    ),
}
