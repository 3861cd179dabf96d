"""The committed contract has our operations under our names and with our texts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.contract.corrections import read_corrections
from scripts.contract.openapi.documents import parse
from scripts.contract.openapi.paths import template

TOP = Path(__file__).parents[2]
CONTRACT = json.loads((TOP / "openapi" / "associations.json").read_bytes())
NAMES = read_corrections(TOP / "openapi").names


def test_all_ten_operations_are_generated_under_our_names() -> None:
    modules = {
        path.relative_to(TOP / "generated_client" / "api").as_posix()
        for path in (TOP / "generated_client" / "api").rglob("*.py")
        if path.name != "__init__.py"
    }
    assert modules >= {
        "associations/create_association.py",
        "associations/delete_association.py",
        "associations/get_association.py",
        "associations/get_association_by_key.py",
        "associations/list_associations.py",
        "associations/list_associations_by_object_key.py",
        "associations/update_association.py",
        "relations/create_relation.py",
        "relations/delete_relation.py",
        "relations/list_relations.py",
    }
    assert (TOP / "generated_client" / "py.typed").is_file()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def test_every_operation_of_the_contract_has_its_place() -> None:
    ids = {place: operation["operationId"] for place, operation in operations(CONTRACT)}
    assert (
        ids.items()
        >= {
            "GET /associations/": "list_associations",
            "POST /associations/": "create_association",
            "GET /associations/key/{key_name}": "get_association_by_key",
            "GET /associations/objectKey/{objectKey}": "list_associations_by_object_key",
            "POST /associations/relations": "create_relation",
            "GET /associations/relations/{id}": "list_relations",
            "DELETE /associations/relations/{id}": "delete_relation",
            "GET /associations/{associationId}": "get_association",
            "PUT /associations/{associationId}": "update_association",
            "DELETE /associations/{associationId}": "delete_association",
        }.items()
    )


def test_an_operation_that_no_captured_document_has_is_marked_with_its_witnesses() -> None:
    published = {
        template(place)
        for name in ("2021-07-28", "v3")
        for place, _ in operations(
            json.loads((TOP / "openapi" / "captured" / f"{name}.json").read_bytes())
        )
    }
    marked = {
        place: operation["x-unpublished"].split(", ")
        for place, operation in operations(CONTRACT)
        if "x-unpublished" in operation
    }
    assert marked.keys() == {
        place for place, _ in operations(CONTRACT) if template(place) not in published
    }
    for witnesses in marked.values():
        assert witnesses
        for name in witnesses:
            assert (TOP / "openapi" / "witnesses" / f"{name}.yaml").is_file()


def test_a_message_is_described_as_a_list_only_if_it_may_be_one() -> None:
    schemas = CONTRACT["components"]["schemas"]
    messages = {
        name: schema["properties"]["message"]
        for name, schema in schemas.items()
        if "message" in schema.get("properties", ())
    }
    worded = {name for name, message in messages.items() if "a list" in message["description"]}
    assert worded == {name for name, message in messages.items() if "anyOf" in message}
    assert worded == {"UnprocessablePayload"}


def test_listed_names_are_used() -> None:
    assert {name for name, each in NAMES.schemas.items() if each.roles} >= {
        "AssociationPayload",
        "CreateAssociationBody",
        "CreateRelationBody",
        "CreateRelationsBody",
        "CreatedRelationsPayload",
        "DeletedPayload",
        "ErrorPayload",
        "UnauthorizedPayload",
        "UnprocessablePayload",
        "UpdateAssociationBody",
    }
    removed = {"UnauthorizedPayload"}  # by the overlay
    assert NAMES.schemas.keys() - removed <= CONTRACT["components"]["schemas"].keys()
    assert [tag["name"] for tag in CONTRACT["tags"]][:2] == ["associations", "relations"]


def test_every_operation_declares_a_success_and_every_error() -> None:
    for _, operation in operations(CONTRACT):
        success = {"200", "201"} & operation["responses"].keys()
        assert success
        errors = {"400", "401", "403", "404", "422", "429"}
        assert operation["responses"].keys() >= errors


def test_everything_listed_has_a_description() -> None:
    worded: dict[str, str | None] = {}
    components = CONTRACT["components"]
    listed = {each.operationId: each for each in NAMES.operations.values()}
    for place, operation in operations(CONTRACT):
        known = listed.get(operation["operationId"])
        worded[place] = operation.get("summary") if known else "new"
        for parameter in operation["parameters"]:
            if parameter.get("name") in {*NAMES.parameters, *(known.parameters if known else ())}:
                where = f"{place} {parameter['name']}"
                worded[where] = parameter.get("description")
                worded[f"{where} in the code"] = parameter["schema"].get("description")
    for kind in ("parameters", "responses"):
        worded |= {name: each.get("description") for name, each in components[kind].items()}
    for name, scheme in components["securitySchemes"].items():
        if name in NAMES.securitySchemes:
            worded[name] = scheme.get("description")
    for name, schema in components["schemas"].items():
        if name in NAMES.schemas:
            worded[name] = schema.get("description")
        for field, each in schema.get("properties", {}).items():
            if "$ref" not in each and field in NAMES.properties:
                worded[f"{name}.{field}"] = each.get("description")
    assert len(worded) > 100
    assert [place for place, words in worded.items() if not words or "\n" in words] == []


def test_every_correction_has_a_description_evidence_and_a_count() -> None:
    overlay = parse((TOP / "openapi" / "overlay.yaml").read_bytes(), "overlay.yaml")
    assert overlay["overlay"] == "1.1.0"
    for raw in overlay["actions"]:
        assert {"description", "x-evidence", "x-expect"} <= raw.keys()
        assert raw["description"]
        assert raw["x-evidence"]
    descriptions = [raw["description"] for raw in overlay["actions"]]
    assert len(set(descriptions)) == len(descriptions)  # a description identifies an action
