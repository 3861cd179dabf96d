"""What the facade declares to send and to need of the contract is what it sends and reads."""

import ast
import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, product
from pathlib import Path
from typing import Any

import pytest

from facade import AssociationsClient, AssociationsError
from facade._core import mapping
from facade._core.call_options import AssociationOptions
from facade._core.client_options import BASE_URL
from facade._core.methods import INTERNAL, METHODS, NEEDS
from facade._core.routes import operation_of
from facade.bulk._sync.one_by_one import PatientRelations
from scripts.diff.names import python_name
from tests.facade import operations
from tests.facade.operations import OUTCOMES, RESOURCES, Server, arguments_of, call, public_methods
from tests.facade.responding import TOKEN

ROOT = Path(__file__).parents[2]
CONTRACT: dict[str, Any] = json.loads((ROOT / "openapi/associations.json").read_bytes())
LIMITED = {
    each: 1 if each.endswith("limit") else "ONE_TO_MANY"
    for each in AssociationOptions.__annotations__
    if "_object_" in each
}
TYPES = {"string": str, "integer": int, "number": int, "boolean": bool}


DECLARED = METHODS | {name: operations for name, (_, *operations) in INTERNAL.items()}
Sent = dict[str, list[tuple[str, set[str]]]]


def names_in(value: object) -> Iterator[str]:
    """Yield the names of all fields, in snake_case."""
    for each in value if isinstance(value, list) else [value]:
        for name, inner in each.items() if isinstance(each, dict) else ():
            yield python_name(name)
            yield from names_in(inner)


@pytest.fixture
def sent() -> Sent:
    """Return the operation of each request and the names in it, by method, with all outcomes."""
    found: Sent = {name: [] for name in DECLARED}
    related = {"id": "r1", "associationId": "a1", "firstRecordId": "c1", "secondRecordId": "p1"}
    for name, with_optional in product(DECLARED, (False, True)):
        for server in (*map(Server, OUTCOMES), Server(listed=related)):
            with (
                AssociationsClient(TOKEN, "loc", transport=server.transport) as client,
                suppress(AssociationsError),  # of a read, which finds nothing
            ):
                is_creation = name in ("associations.create", "associations.ensure")
                more = LIMITED if with_optional and is_creation else {}
                if name in INTERNAL:
                    PatientRelations.of(client).create_together("a1", [("c1", "p1")])
                else:
                    call(client, name, **arguments_of(name, with_optional=with_optional), **more)
            for one in server.requests:
                body = json.loads(one.content) if one.content else {}
                names = {*map(python_name, one.url.params), *names_in(body)}
                found[name].append((operation_of(one.method, one.url.path), names))
    return found


def test_every_method_sends_exactly_the_operations_that_are_declared(sent: Sent) -> None:
    assert METHODS.keys() == operations.METHODS.keys() == dict(public_methods(RESOURCES)).keys()
    operations_of = {name: {operation for operation, _ in found} for name, found in sent.items()}
    assert operations_of == {name: {*declared} for name, declared in DECLARED.items()}


def test_the_needs_are_what_is_sent(sent: Sent) -> None:
    requests = defaultdict[str, list[set[str]]](list)
    for operation, names in chain.from_iterable(sent.values()):
        requests[operation].append(names)
    assert requests.keys() == NEEDS.keys()
    for name, need in NEEDS.items():
        always = set(need.get("sends", "").split())
        assert set.intersection(*requests[name]) == always, name
        assert set.union(*requests[name]) == always | {*need.get("may_send", "").split()}, name


def test_the_needed_classes_are_those_that_the_facade_imports() -> None:
    imported = {
        alias.name
        for path in [*ROOT.glob("facade/_async/*.py"), *ROOT.glob("facade/bulk/_async/*.py")]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "generated_client.models"
        for alias in node.names
    }
    assert imported == {each for need in NEEDS.values() for each in need.get("classes", "").split()}


def followed(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        *_, section, name = node["$ref"].split("/")
        node = CONTRACT["components"][section][name]
    return node


def properties(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of a schema and of its alternatives."""
    schema = followed(schema)
    found = dict(schema.get("properties", {}))
    for keyword in ("anyOf", "oneOf", "allOf"):
        for each in schema.get(keyword, ()):
            found |= properties(each)
    return found


@pytest.mark.parametrize("name", NEEDS)
def test_an_operation_succeeds_with_what_is_read(name: str) -> None:
    operations = (each for item in CONTRACT["paths"].values() for each in item.values())
    (operation,) = (each for each in operations if each["operationId"] == name)
    statuses = operation["responses"].items()
    responses = [followed(each) for status, each in statuses if status.startswith("2")]
    assert responses
    bodies = [each.get("content", {}).get("application/json", {}) for each in responses]
    answered = {field for each in bodies for field in properties(each.get("schema", {}))}
    assert {*NEEDS[name].get("reads", "").split()} <= {*map(python_name, answered)}


@pytest.mark.parametrize("kind", ["Association", "Relation"])
def test_an_attribute_has_the_type_of_its_field_or_is_shown_by_a_witness(kind: str) -> None:
    stated = properties({"$ref": f"#/components/schemas/{kind}Payload"})
    read = getattr(mapping, f"_{kind.upper()}")._attributes
    for wire, (_, type_of, _) in read.items():
        if wire not in ("firstObjectToSecondObjectMaxLimit", "secondObjectToFirstObjectMaxLimit"):
            assert TYPES[followed(stated[wire])["type"]] is type_of, wire


def test_the_server_and_the_security_are_those_of_the_contract() -> None:
    assert BASE_URL in {each["url"] for each in CONTRACT["servers"]}
    schemes = CONTRACT["components"]["securitySchemes"]
    bearers = {name for name, each in schemes.items() if each.get("scheme") == "bearer"}
    for item in CONTRACT["paths"].values():
        for operation in item.values():
            stated = operation.get("security") or CONTRACT.get("security") or [{}]
            assert any(each.keys() <= bearers for each in stated), operation["operationId"]
