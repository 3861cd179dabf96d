"""The sandbox answers nothing that the contract does not allow, as schemathesis sees it.

The contract requires little, so that it holds for whatever HighLevel sends. Here it is read
strictly: the published fields are required and no others are allowed.
"""

import json
from collections.abc import Callable, Generator, Iterator, MutableMapping
from copy import deepcopy
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

from facade.testing import Mischief, Response, Sandbox, Server, mischief
from facade.testing.wire import Request

CONTRACT = Path(__file__).parents[2] / "openapi" / "associations.json"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

# What neither HighLevel nor the sandbox sends in every answer of the kind.
SOMETIMES = [
    ("AssociationEnvelope", "updated"),
    ("DeletedPayload", "id"),
    ("RelationPayload", "associationKey"),
    ("RelationPayload", "traceId"),
]


def strict(contract: dict[str, Any]) -> dict[str, Any]:
    """Demand the published fields and forbid all that the contract does not name."""
    contract = deepcopy(contract)
    schemas = contract["components"]["schemas"]
    for name, schema in schemas.items():
        if "properties" in schema:
            schema["additionalProperties"] = False
        if "properties" in schema and not name.endswith("Body"):
            schema["required"] = schema.get("x-published-required") or list(schema["properties"])
    for name, field in SOMETIMES:
        schemas[name]["required"].remove(field)
    return contract


SCHEMA = schemathesis.openapi.from_dict(strict(json.loads(CONTRACT.read_text())))
OPERATIONS: dict[str, APIOperation[Any, Any, Any, Any]] = {
    found.ok().definition.raw["operationId"]: found.ok()
    for found in SCHEMA.get_all_operations()
    if isinstance(found, Ok)
}
SHAPES: list[dict[str, Any]] = [
    {},
    {
        "update_body": "flat",
        "association_body": "enveloped",
        "object_key_body": "array",
        "deleted_relation_id": True,
        "missing_key_status": 404,
        "limit": (100, 10.0),
    },
    {"object_key_body": "single"},
]


Prepare = Callable[[Sandbox], object]


def leave(_: Sandbox) -> None:
    """Change nothing about a sandbox before it is played with."""


def spend(sandbox: Sandbox) -> None:
    """Use up a limit of one call."""
    with httpx.Client(transport=sandbox.transport()) as http:
        http.get("https://services.example")


class Stage:
    """One server for all examples, with a fresh sandbox for each."""

    def __init__(self) -> None:
        self.sandbox = Sandbox()
        self.statuses: set[int | None] = set()
        self.server = Server(self._exchange, "127.0.0.1", 0)

    def _exchange(self, request: Request) -> Generator[float, None, Response]:
        return self.sandbox.exchange(request)

    def play(
        self, case: Case[Any], steered: bool, options: dict[str, Any], prepare: Prepare
    ) -> None:
        """Send one case to a sandbox that holds a little, and check the answer."""
        self.sandbox = Sandbox(**options)
        pets = self.sandbox.seed_association(key="pets", second_object_key="custom_objects.pet")
        relation = self.sandbox.seed_relation(pets["id"], "ann", "rex")
        if steered:
            _steer(case, pets["id"], relation["id"])
        prepare(self.sandbox)
        token = {"Authorization": f"Bearer {self.sandbox.token}"}
        try:
            case.call_and_validate(base_url=self.server.url, headers=token, checks=CHECKS)
        finally:
            self.statuses.update(received.status for received in self.sandbox.requests)


def _steer(case: Case[Any], association_id: str, relation_id: str) -> None:
    """Let a case name what exists, wherever it names something."""
    lists = case.operation.definition.raw["operationId"] == "list_relations"
    known = {
        "locationId": "sandbox-location",
        "associationId": association_id,
        "key_name": "pets",
        "objectKey": "custom_objects.pet",
        "id": "ann" if lists else relation_id,
        "firstObjectLabel": "Owner",
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


def play(
    stage: Stage, operation_id: str, options: dict[str, Any], prepare: Prepare = leave
) -> None:
    """Play valid and broken cases, half of them about what exists."""
    operation = OPERATIONS[operation_id]
    valid, broken = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

    @given(case=valid | broken, steered=st.booleans())
    @settings(
        max_examples=40,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def each(case: Case[Any], steered: bool) -> None:
        stage.play(case, steered, options, prepare)

    each()


@pytest.mark.parametrize("options", SHAPES, ids=["usual", "other", "single"])
@pytest.mark.parametrize("operation_id", sorted(OPERATIONS))
def test_every_answer_is_one_that_the_contract_allows(
    stage: Stage, operation_id: str, options: dict[str, Any]
) -> None:
    play(stage, operation_id, options)
    assert stage.statuses & {200, 201}
    assert stage.statuses & {400, 401, 403, 404, 422}


@pytest.mark.parametrize("operation_id", sorted(OPERATIONS))
def test_a_call_over_the_limit_is_answered_as_the_contract_allows(
    stage: Stage, operation_id: str
) -> None:
    play(stage, operation_id, {"limit": (1, 3600.0)}, spend)
    assert 429 in stage.statuses
    assert not stage.statuses & {200, 201}


def without(*names: str) -> Mischief:
    return mischief.alter(lambda body: {name: body[name] for name in body if name not in names})


def with_fields(**fields: Any) -> Mischief:
    return mischief.alter(lambda body: {**body, **fields})


LIES: dict[str, tuple[str, Mischief]] = {
    "a field is missing": ("get_association", without("id", "association")),
    "a field is new": ("create_association", with_fields(colour="red")),
    "a field is of another type": ("get_association_by_key", with_fields(firstObjectLabel={})),
    "an envelope is renamed": ("list_relations", without("relations")),
    "an item is of another type": ("list_associations", with_fields(associations=["text"])),
    "a deletion tells nothing": ("delete_relation", without("deleted")),
    "an error is bare": ("create_relation", without("statusCode")),
    "a status is not declared": ("update_association", mischief.fail(418)),
    "the server fails": ("delete_association", mischief.fail(500)),
    "a page is HTML": ("list_associations_by_object_key", mischief.html()),
    "JSON is cut short": ("get_association", mischief.truncated()),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lying_sandbox_is_found_out(stage: Stage, lie: str) -> None:
    operation_id, harm = LIES[lie]
    with pytest.raises(FailureGroup):
        play(stage, operation_id, {}, lambda sandbox: sandbox.misbehave(harm))


def test_all_ten_operations_are_played() -> None:
    assert set(OPERATIONS) == {
        "create_association",
        "create_relation",
        "delete_association",
        "delete_relation",
        "get_association",
        "get_association_by_key",
        "list_associations",
        "list_associations_by_object_key",
        "list_relations",
        "update_association",
    }
