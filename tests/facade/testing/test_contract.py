"""Every response of the sandbox conforms to the contract, checked by schemathesis.

The contract requires little, so that it holds for whatever HighLevel sends. Here the published
fields are required and no others are allowed.
"""

import json
from collections.abc import Callable, Iterator, MutableMapping
from copy import deepcopy
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from facade._core import operations
from facade._core.methods import METHODS
from facade.testing import Sandbox, Server, faults
from facade.testing.messages import Request, Steps

CONTRACT = Path(__file__).parents[3] / "openapi" / "associations.json"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

# Fields that are not in every response of their schema.
SOMETIMES = [
    ("AssociationEnvelope", "updated"),
    ("AssociationPayload", "firstObjectToSecondObjectCardinality"),
    ("AssociationPayload", "firstObjectToSecondObjectMaxLimit"),
    ("AssociationPayload", "secondObjectToFirstObjectCardinality"),
    ("AssociationPayload", "secondObjectToFirstObjectMaxLimit"),
    ("AssociationPayload", "traceId"),
    ("DeletedPayload", "id"),
    ("RelationPayload", "associationKey"),
    ("RelationPayload", "traceId"),
]


def strict(contract: dict[str, Any]) -> dict[str, Any]:
    """Require all fields but some, and forbid additional ones."""
    contract = deepcopy(contract)
    schemas = contract["components"]["schemas"]
    for name, schema in schemas.items():
        if "properties" in schema:
            schema["additionalProperties"] = False
        if "properties" in schema and not name.endswith("Body"):
            known = [each for each in schema["properties"] if _is_known(schema, each)]
            schema["required"] = known
    # What HighLevel has just added to a request comes back with the association.
    new = schemas["CreateAssociationBody"]["properties"]
    schemas["AssociationPayload"]["properties"] |= {
        name: {} for name in new if not _is_known(schemas["CreateAssociationBody"], name)
    }
    for name, field in SOMETIMES:
        schemas[name]["required"].remove(field)
    return contract


def _is_known(schema: dict[str, Any], name: str) -> bool:
    """Return whether a field has words of ours: without, HighLevel has just added it."""
    field = schema["properties"].get(name, {})
    return "description" in field or "$ref" in field


SCHEMA = schemathesis.openapi.from_dict(strict(json.loads(CONTRACT.read_text())))
OPERATIONS: dict[str, APIOperation[Any, Any, Any, Any]] = {
    found.ok().definition.raw["operationId"]: found.ok()
    for found in SCHEMA.get_all_operations()
    if isinstance(found, Ok)
}
SENT = sorted({each for entry in METHODS.values() for each in entry})
OTHER = {
    "update_body": "flat",
    "association_body": "enveloped",
    "object_key_body": "array",
    "deleted_relation_id": True,
    "answers": {"no_such_key": (404, "Association not found")},
    "limit": (100, 10.0),
}


def spend(sandbox: Sandbox) -> None:
    """Use up a limit of one call."""
    with httpx.Client(transport=sandbox.transport()) as http:
        http.get("https://services.example")


class Stage:
    """One server for all examples, with a new sandbox for each; `statuses` are those that came."""

    def __init__(self) -> None:
        self.sandbox = Sandbox()
        self.statuses: set[int] = set()
        self.server = Server(self._exchange, "127.0.0.1", 0)

    def _exchange(self, request: Request) -> Steps:
        return self.sandbox.exchange(request)

    def check(
        self,
        operation_id: str,
        options: dict[str, Any],
        prepare: Callable[[Sandbox], object] = bool,
        examples: int = 12,
    ) -> None:
        """Send valid and invalid cases, half of them about existing objects; check the responses.

        Each sandbox has one association and one relation.
        """
        operation = OPERATIONS[operation_id]
        valid, broken = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

        @given(case=valid | broken, is_existing=st.booleans())
        @settings(
            max_examples=examples,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def each(case: Case[Any], is_existing: bool) -> None:
            self.sandbox = Sandbox(**options)
            pets = self.sandbox.seed_association(key="pets", second_object_key="custom_objects.pet")
            relation = self.sandbox.seed_relation(pets["id"], "ann", "rex")
            if is_existing:
                _use_existing(case, pets["id"], relation["id"])
            prepare(self.sandbox)
            token = {"Authorization": f"Bearer {self.sandbox.token}"}
            came = case.call_and_validate(base_url=self.server.url, headers=token, checks=CHECKS)
            self.statuses.add(came.status_code)
            if came.status_code == 429:
                assert came.headers["x-ratelimit-remaining"] == ["0"]
                assert came.json()["message"] == "The limit is reached."

        each()


def _use_existing(case: Case[Any], association_id: str, relation_id: str) -> None:
    """Replace the parameters of a case with those of existing objects."""
    lists = case.operation.definition.raw["operationId"] == "list_relations"
    known = {
        "locationId": "sandbox-location",
        "associationId": association_id,
        "key_name": "pets",
        "objectKey": "custom_objects.pet",
        "id": "ann" if lists else relation_id,
        "firstObjectKey": "contact",
        "firstObjectLabel": "Owner",
        "secondObjectKey": "custom_objects.pet",
        "secondObjectLabel": "Pet",
        "firstRecordId": "bob",
        "secondRecordId": "rex",
        "Version": "v3",
    }
    for part in (case.path_parameters, case.query, case.headers, case.body):
        if isinstance(part, MutableMapping):
            part.update({name: known[name] for name in known.keys() & part.keys()})


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    with stage.server:
        yield stage


@pytest.mark.parametrize(
    ("operation_id", "options"),
    [
        *product(SENT, ({}, OTHER)),
        ("list_associations_by_object_key", {"object_key_body": "single"}),
    ],
)
def test_a_response_conforms_to_it(
    stage: Stage, operation_id: str, options: dict[str, Any]
) -> None:
    stage.check(operation_id, options)
    if not stage.statuses & {200, 201}:
        stage.check(operation_id, options, examples=60)
    assert stage.statuses & {200, 201}
    assert stage.statuses & {400, 401, 403, 404, 422}


@pytest.mark.parametrize("operation_id", SENT)
def test_a_request_over_the_limit_is_refused_as_declared(stage: Stage, operation_id: str) -> None:
    # Few examples, because a request is refused before it is looked at.
    stage.check(operation_id, {"limit": (1, 3600.0)}, spend, examples=2)
    assert stage.statuses == {429}


def test_a_response_that_deviates_from_the_contract_is_found(stage: Stage) -> None:
    new = faults.alter(lambda body: {**body, "colour": "red"})
    with pytest.raises(FailureGroup):
        stage.check("create_association", {}, lambda sandbox: sandbox.misbehave(new))


def test_every_operation_is_tested() -> None:
    assert set(OPERATIONS) == set(operations.OPERATIONS)
