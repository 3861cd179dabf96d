"""Every response of the sandbox conforms to the contract, checked by schemathesis.

The contract requires little, so that it holds for whatever HighLevel sends. Here the published
fields are required and no others are allowed.
"""

import json
from collections.abc import MutableMapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from facade._core import operations
from facade._core.methods import METHODS
from facade.testing import Fault, Sandbox, faults
from tests.facade.testing.conftest import PETS, App

CONTRACT = Path(__file__).parents[3] / "openapi" / "associations.json"
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]

# Ends of the names of fields that are not in every response of their schema.
SOMETIMES = tuple("Cardinality MaxLimit traceId associationKey .updated DeletedPayload.id".split())


def strict(contract: dict[str, Any]) -> dict[str, Any]:
    """Require all fields but some, and forbid additional ones."""
    schemas = contract["components"]["schemas"]
    for name, schema in schemas.items():
        if "properties" in schema:
            schema["additionalProperties"] = False
        if "properties" in schema and not name.endswith("Body"):
            known = _known_fields(schema)
            schema["required"] = [one for one in known if not f"{name}.{one}".endswith(SOMETIMES)]
    # What HighLevel has just added to a request comes back with the association.
    sent = schemas["CreateAssociationBody"]
    new = sent["properties"].keys() - _known_fields(sent)
    schemas["AssociationPayload"]["properties"] |= {name: {} for name in new}
    return contract


def _known_fields(schema: dict[str, Any]) -> list[str]:
    """Return the fields with words of ours: HighLevel has just added one without."""
    fields = schema["properties"].items()
    return [name for name, field in fields if "description" in field or "$ref" in field]


SCHEMA = schemathesis.openapi.from_dict(strict(json.loads(CONTRACT.read_text())))
OPERATIONS: dict[str, APIOperation[Any, Any, Any, Any]] = {
    found.ok().definition.raw["operationId"]: found.ok()
    for found in SCHEMA.get_all_operations()
    if isinstance(found, Ok)
}
SENT = sorted({each for entry in METHODS.values() for each in entry})
SPENT: dict[str, Any] = {"limit": (1, 3600.0)}  # by a first request
OTHER: dict[str, Any] = {
    "update_body": "flat",
    "association_body": "enveloped",
    "object_key_body": "array",
    "deleted_relation_id": True,
    "answers": {"no_such_key": (404, "Association not found")},
    "limit": (100, 10.0),
}


def statuses_of(
    operation_id: str, options: dict[str, Any], examples: int, *given_faults: Fault
) -> set[int]:
    """Send valid and invalid cases, half of them about existing objects; check the responses."""
    operation, sandbox, statuses = OPERATIONS[operation_id], Sandbox(**options), set[int]()
    token = {"Authorization": f"Bearer {sandbox.token}"}
    valid, broken = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)
    if options is SPENT:
        App(sandbox).ask("GET", "")
    for fault in given_faults:
        sandbox.misbehave(fault)

    @given(case=valid | broken, is_existing=st.booleans())
    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def each(case: Case[Any], is_existing: bool) -> None:
        pets = sandbox.seed_association(key="pets", second_object_key="custom_objects.pet")
        relation = sandbox.seed_relation(pets["id"], "ann", "rex")
        if is_existing:
            _use_existing(case, pets["id"], relation["id"])
        came = case.call_and_validate(base_url=server.url, headers=token, checks=CHECKS)
        statuses.add(came.status_code)

    with sandbox.serve() as server:
        each()
    return statuses


def _use_existing(case: Case[Any], association_id: str, relation_id: str) -> None:
    """Replace the parameters of a case with those of existing objects."""
    lists = case.operation.definition.raw["operationId"] == "list_relations"
    known = {
        **PETS,
        "locationId": "sandbox-location",
        "associationId": association_id,
        "key_name": "pets",
        "objectKey": "custom_objects.pet",
        "id": "ann" if lists else relation_id,
        "firstRecordId": "bob",
        "secondRecordId": "rex",
        "Version": "v3",
    }
    for part in (case.path_parameters, case.query, case.headers, case.body):
        if isinstance(part, MutableMapping):
            part.update({name: known[name] for name in known.keys() & part.keys()})


@pytest.mark.parametrize(
    ("operation_id", "options"),
    [
        *product(SENT, ({}, OTHER, SPENT)),
        ("list_associations_by_object_key", {"object_key_body": "single"}),
    ],
)
def test_a_response_conforms_to_it(operation_id: str, options: dict[str, Any]) -> None:
    if options is SPENT:  # few examples, because a request is refused before it is looked at
        assert statuses_of(operation_id, options, 2) == {429}
        return
    statuses = statuses_of(operation_id, options, 12)
    if not statuses & {200, 201}:
        statuses |= statuses_of(operation_id, options, 60)
    assert statuses & {200, 201}
    assert statuses & {400, 401, 403, 404, 422}


def test_a_response_that_deviates_from_the_contract_is_found() -> None:
    new = faults.alter(lambda body: {**body, "colour": "red"})
    with pytest.raises(FailureGroup):
        statuses_of("create_association", {}, 12, new)


def test_every_operation_is_tested() -> None:
    assert set(OPERATIONS) == set(operations.OPERATIONS)
