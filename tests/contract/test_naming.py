"""Published items get our names by method, path and role, and new ones by rule."""

import re
from typing import Any

import pytest
import yaml

from scripts.contract.naming import describe, read_names, rename, unfilled_roles
from scripts.errors import CannotRunError

Json = dict[str, Any]
NAMES = read_names(
    yaml.safe_load("""
info: All pets.
operations:
  "GET /pets/{petId}":
    operationId: get_pet
    tag: pets
    scopes: [pets.read]
    summary: Get one.
    parameters: {id: This pet.}
schemas:
  Pet:
    {roles: [get_pet 201, get_pet 2XX], description: A pet., properties: {kind: This kind.}}
  Sent: {roles: [get_pet 200, get_pet request]}
  Error: {description: An error.}
responses: {2XX: It worked., "201": It is made.}
parameters: {id: A pet., limit: How many., skip: How many before.}
properties: {name: What it is called., kind: Any., parent: No text.}
securitySchemes: {bearer: A token.}
tags: {toys: Things., pets: Animals., unused: None.}
"""),
    "names.yaml",
)
NONE = read_names({}, "none")


def ref(schema: str) -> Json:
    return {"$ref": f"#/components/schemas/{schema}"}


def body(schema: str) -> Json:
    return {"content": {"application/json": {"schema": ref(schema)}}}


def published(responses: Json | None = None, body: Json | None = None, **schemas: Any) -> Json:
    operation: Json = {
        "operationId": "PetController_get",
        "tags": ["Pet"],
        "parameters": [
            {"name": "id", "in": "path", "schema": {"type": "string"}},
            {"name": "limit", "description": "Theirs."},
            {"name": "skip"},
        ],
        "responses": {"200": FOUND, "201": {}, "404": {}} if responses is None else responses,
        **({} if body is None else {"requestBody": body}),
    }
    fields = {"name": {"type": "string"}, "kind": {}, "own": {}, "parent": ref("PetDto")}
    return {
        "openapi": "3.0.0",
        "paths": {"/pets/{id}": {"get": operation}},
        "components": {
            "schemas": {"PetDto": {"properties": fields}, **schemas},
            "responses": {"Found": FOUND},
        },
    }


FOUND = {**body("PetDto"), "description": ""}


def of_pets(document: Json) -> Json:
    found: Json = document["paths"]["/pets/{id}"]["get"]
    return found


def renamed_schemas(document: Json) -> Json:
    found: Json = rename(document, NAMES)["components"]["schemas"]
    return found


def test_a_listed_operation_is_identified_by_method_and_path_and_a_schema_by_its_role() -> None:
    given = published()
    result = rename(given, NAMES)
    assert given == published()
    operation, schemas = of_pets(result), result["components"]["schemas"]
    assert (operation["operationId"], operation["tags"]) == ("get_pet", ["pets"])
    assert operation["responses"]["200"] == {**FOUND, **body("Pet")}
    assert list(schemas) == ["Pet"]
    assert schemas["Pet"]["properties"]["parent"] == ref("Pet")
    assert rename(given, NONE) == describe(given, NONE) == given  # nothing is listed


def test_references_into_a_schema_and_the_targets_of_a_discriminator_are_renamed() -> None:
    other = "https://a.example/fish.json"
    mapping = {"dog": ref("PetDto")["$ref"], "cat": "PetDto", "fish": other}
    schemas = renamed_schemas(
        published(
            Either={"discriminator": {"propertyName": "kind", "mapping": mapping}},
            Name=ref("PetDto/properties/name"),
            Gone=ref("Gone2"),
            File={"$ref": "PetDto"},
        )
    )
    mapped = {"dog": ref("Pet")["$ref"], "cat": ref("Pet")["$ref"], "fish": other}
    assert schemas["Either"]["discriminator"]["mapping"] == mapped
    assert (schemas["Name"], schemas["Gone"]) == (ref("Pet/properties/name"), ref("Gone2"))
    assert schemas["File"] == {"$ref": "PetDto"}  # a file: the checks say that it is not there


def test_a_schema_is_named_by_its_first_role_that_is_not_taken() -> None:
    for document, names in (
        # The second name for one role takes its next role.
        (published(body=body("SentDto"), SentDto={}), ["Pet", "Sent"]),
        # What has the same name in code is numbered.
        (
            published(Owner={}, OWNER={}, Error={}, pet={}),
            ["Pet", "Owner2", "OWNER", "Error", "pet_2"],
        ),
    ):
        assert list(renamed_schemas(document)) == names


def test_a_new_operation_is_named_by_rule_and_numbered_if_its_name_is_taken() -> None:
    for path, operation, name, tag in (
        ("/a/{id}", {"operationId": "a-ofB", "tags": ["Big Toys"]}, "a_of_b", "big_toys"),
        ("/a/{id}", {"operationId": "get-pet"}, "get_pet_2", "a"),  # get_pet is taken
        ("/{id}", {}, "get_id", "default"),
        ("/a", {"operationId": "PetsController_byIDInV2"}, "pets_controller_by_id_in_v_2", "a"),
    ):
        made = rename({"paths": {path: {"get": operation}}}, NAMES)["paths"][path]["get"]
        assert (made["operationId"], made["tags"]) == (name, [tag])
    item = {method: {"operationId": "list-all"} for method in ("get", "put", "post")}
    made = rename({"paths": {"/a": item}}, NAMES)["paths"]["/a"].values()
    assert [each["operationId"] for each in made] == ["list_all", "list_all_2", "list_all_3"]


def test_a_role_without_a_body_is_told_with_the_bodies_that_there_are() -> None:
    document = published({"202": {}, "404": body("Owner")}, {})
    has = "has no body now; GET /pets/{id} has: request, 202, 404 (Owner)"
    assert unfilled_roles(rename(document, NAMES), NAMES) == {
        "Pet": f"role `get_pet 201` {has}",
        "Sent": f"role `get_pet 200` {has}",
    }
    assert unfilled_roles({"paths": {}}, NAMES) == {}  # the operation is gone


def test_texts_are_added_where_there_is_none_the_most_special_first() -> None:
    document = rename(published(), NAMES)
    document["info"] = {}
    document["paths"]["/toys"] = {"get": {"tags": ["new", "toys"]}}
    document["components"] |= {
        "responses": {},
        "parameters": {"Limit": {"name": "limit"}, "Skip": {"name": "skip"}},
        "securitySchemes": {"bearer": {}, "key": {}},
    }
    described = describe(document, NAMES)
    assert "summary" not in of_pets(document)
    operation = of_pets(described)
    assert described["info"] == {"description": "All pets."}
    assert (operation["summary"], operation["security"]) == (
        "Get one.",
        [{"bearer": ["pets.read"]}],
    )
    of_pets(document)["security"] = [{"key": []}, {"bearer": []}, {"bearer": ["a"]}]
    completed = [{"key": []}, {"bearer": ["pets.read"]}, {"bearer": ["a"]}]
    assert of_pets(describe(document, NAMES))["security"] == completed
    found = {status: each.get("description") for status, each in operation["responses"].items()}
    assert found == {"200": "It worked.", "201": "It is made.", "404": None}
    one, limit, skip = operation["parameters"]
    assert skip["description"] == "How many before."
    assert one["description"] == one["schema"]["description"] == "This pet."
    assert limit["description"] == "Theirs."
    assert described["components"] == yaml.safe_load("""
parameters:
  Limit: {name: limit, description: How many.}
  Skip: {name: skip, description: How many before.}
responses: {}
schemas:
  Pet:
    description: A pet.
    properties:
      name: {type: string, description: What it is called.}
      kind: {description: This kind.}
      own: {}
      parent: {$ref: "#/components/schemas/Pet"}
securitySchemes: {bearer: {description: A token.}, key: {}}
""")
    # In the order of the names, and new ones last.
    assert [(tag["name"], tag.get("description")) for tag in described["tags"]] == [
        *(("toys", "Things."), ("pets", "Animals."), ("new", None))
    ]


def test_a_malformed_document_is_left_for_lint_to_report() -> None:
    for broken in (
        {"paths": {"/a": 1, "/b": {"get": {"responses": 1, "tags": 1}, "put": 1}}},
        {"paths": {"/a": {"get": {"parameters": [1, {"name": []}], "requestBody": 1}}}},
        {"components": {"schemas": {"A": 1}}},
    ):
        describe(rename(broken, NAMES), NAMES)


ENTRY = {"operationId": "a", "tag": "t"}


def test_a_mistake_in_the_names_is_one_line() -> None:
    for raw, said in (
        ([], "n: 'list' object has no attribute 'get'"),
        ({"operation": {}}, "n: Names.__init__() got an unexpected keyword argument 'operation'"),
        (
            {"operations": {"GET /a/{b}": ENTRY, "GET /a/{c}": {**ENTRY, "operationId": "b"}}},
            "is listed twice",
        ),
        ({"operations": {"GET /a": ENTRY, "GET /b": ENTRY}}, "is listed twice"),
    ):
        with pytest.raises(CannotRunError, match=rf"\A.*{re.escape(said)}.*\Z"):
            read_names(raw, "n")
