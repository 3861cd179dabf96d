"""Published items get our names by method, path and role, and new ones by rule."""

from typing import Any

import pytest

from scripts.contract.names import Names, read_names
from scripts.contract.naming import describe, rename, snake_case

REFERENCE = {"$ref": "#/components/schemas/PetDto"}
NAMES = read_names(
    {
        "operations": {
            "GET /pets/{petId}": {"operationId": "get_pet", "tag": "pets", "summary": "Get one."}
        },
        "schemas": {
            "Pet": {"roles": ["get_pet 201", "get_pet 200"], "description": "A pet."},
            "Error": {"description": "An error."},
        },
        "responses": {"2XX": "It worked."},
        "parameters": {"id": "The pet."},
        "properties": {"name": "What it is called.", "parent": "What it descends from."},
        "tags": {"pets": "Animals.", "unused": "None."},
    },
    "names.yaml",
)


def published(**schemas: Any) -> dict[str, Any]:
    """Publish one listed operation, with names that are not ours."""
    body = {"content": {"application/json": {"schema": dict(REFERENCE)}}, "description": ""}
    operation: dict[str, Any] = {
        "operationId": "PetController_get",
        "tags": ["Pet"],
        "responses": {"200": body},
    }
    operation["parameters"] = [{"name": "id", "in": "path", "schema": {"type": "string"}}]
    pet = {"type": "object", "properties": {"name": {"type": "string"}, "parent": dict(REFERENCE)}}
    return {
        "openapi": "3.0.0",
        "paths": {"/pets/{id}": {"get": operation}},
        "components": {"schemas": {"PetDto": pet, **schemas}},
    }


def test_a_listed_operation_is_identified_by_method_and_path_and_a_schema_by_its_role() -> None:
    result = rename(published(), NAMES)
    operation = result["paths"]["/pets/{id}"]["get"]
    assert (operation["operationId"], operation["tags"]) == ("get_pet", ["pets"])
    assert list(result["components"]["schemas"]) == ["Pet"]
    media = operation["responses"]["200"]["content"]["application/json"]
    reference = {"$ref": "#/components/schemas/Pet"}
    assert media["schema"] == reference
    assert result["components"]["schemas"]["Pet"]["properties"]["parent"] == reference


def test_the_targets_of_a_discriminator_are_renamed() -> None:
    mapping = {"dog": REFERENCE["$ref"], "cat": "PetDto", "fish": "https://a.example/fish.json"}
    either = {"oneOf": [REFERENCE], "discriminator": {"propertyName": "kind", "mapping": mapping}}
    schemas = rename(published(Either=either), NAMES)["components"]["schemas"]
    assert schemas["Either"]["discriminator"]["mapping"] == {
        "dog": "#/components/schemas/Pet",
        "cat": "#/components/schemas/Pet",
        "fish": "https://a.example/fish.json",
    }


@pytest.mark.parametrize(
    ("operation", "name", "tag"),
    [
        ({"operationId": "pets-ofOwner", "tags": ["Pet Owners"]}, "pets_of_owner", "pet_owners"),
        ({"operationId": "get-pet"}, "get_pet_2", "owners"),  # get_pet is taken
        ({}, "get_owners_id_pets", "owners"),
    ],
)
def test_a_new_operation_is_named_by_rule(operation: Any, name: str, tag: str) -> None:
    document = published()
    document["paths"]["/owners/{id}/pets"] = {"get": {**operation, "responses": {}}}
    made = rename(document, NAMES)["paths"]["/owners/{id}/pets"]["get"]
    assert (made["operationId"], made["tags"]) == (name, [tag])


@pytest.mark.parametrize(
    ("path", "tag"),
    [("/{id}/toys/{toy}", "toys"), ("/{id}", "default"), ("/Big Toys", "big_toys")],
)
def test_without_tags_an_operation_has_the_first_name_of_its_path_as_its_tag(
    path: str, tag: str
) -> None:
    made = rename({"paths": {path: {"get": {}}}}, NAMES)
    assert made["paths"][path]["get"]["tags"] == [tag]


def test_new_operations_with_the_same_name_are_numbered() -> None:
    paths = {f"/{name}": {"get": {"operationId": "list-all"}} for name in "abc"}
    made = rename({"paths": paths}, NAMES)["paths"]
    assert [item["get"]["operationId"] for item in made.values()] == [
        "list_all",
        "list_all_2",
        "list_all_3",
    ]


def test_without_listed_operations_each_keeps_its_names() -> None:
    assert rename(published(), read_names({}, "none")) == published()


def test_a_schema_is_identified_by_its_role_through_a_reference() -> None:
    document = published()
    responses = document["paths"]["/pets/{id}"]["get"]["responses"]
    document["components"]["responses"] = {"Found": responses["200"]}
    responses["200"] = {"$ref": "#/components/responses/Found"}
    assert list(rename(document, NAMES)["components"]["schemas"]) == ["Pet"]


def test_of_two_names_for_one_role_the_second_takes_its_next_role() -> None:
    names = read_names(
        {
            "operations": {"GET /pets/{petId}": {"operationId": "get_pet", "tag": "pets"}},
            "schemas": {
                "Pet": {"roles": ["get_pet 200"]},
                "Other": {"roles": ["get_pet 200", "get_pet request"]},
            },
        },
        "names.yaml",
    )
    document = published(SentDto={})
    sent = {"schema": {"$ref": "#/components/schemas/SentDto"}}
    document["paths"]["/pets/{id}"]["get"]["requestBody"] = {"content": {"a/b": sent}}
    assert list(rename(document, names)["components"]["schemas"]) == ["Pet", "Other"]


def test_a_reference_into_a_schema_is_renamed() -> None:
    document = rename(published(Name={"$ref": f"{REFERENCE['$ref']}/properties/name"}), NAMES)
    name = document["components"]["schemas"]["Name"]
    assert name == {"$ref": "#/components/schemas/Pet/properties/name"}


def test_a_new_schema_keeps_its_name_unless_it_is_taken_in_code() -> None:
    document = rename(published(Owner={}, OWNER={}, Error={}, pet={}), NAMES)
    schemas = document["components"]["schemas"]
    assert list(schemas) == ["Pet", "Owner2", "OWNER", "Error2", "pet_2"]


def test_a_listed_but_unpublished_name_is_no_error() -> None:
    document = {"openapi": "3.0.0", "paths": {}}
    assert describe(rename(document, NAMES), NAMES) == {**document, "tags": []}


def test_texts_are_inserted_where_there_is_none() -> None:
    document = rename(published(), NAMES)
    schema = document["components"]["schemas"]["Pet"]
    schema["description"] = "Ours already."
    described = describe(document, NAMES)
    operation = described["paths"]["/pets/{id}"]["get"]
    assert operation["summary"] == "Get one."
    assert operation["responses"]["200"]["description"] == "It worked."
    assert operation["parameters"][0]["description"] == "The pet."
    assert operation["parameters"][0]["schema"]["description"] == "The pet."
    assert described["components"]["schemas"]["Pet"]["description"] == "Ours already."
    assert described["components"]["schemas"]["Pet"]["properties"] == {
        "name": {"type": "string", "description": "What it is called."},
        "parent": {"$ref": "#/components/schemas/Pet"},
    }
    assert described["tags"] == [{"name": "pets", "description": "Animals."}]


def test_texts_for_one_place_override_those_for_all() -> None:
    names = read_names(
        {
            "operations": {
                "GET /pets/{petId}": {
                    "operationId": "get_pet",
                    "tag": "pets",
                    "parameters": {"id": "This pet."},
                }
            },
            "schemas": {"Pet": {"roles": ["get_pet 200"], "properties": {"name": "This name."}}},
            "responses": {"2XX": "It worked.", "200": "It is there."},
            "parameters": {"id": "Any pet."},
            "properties": {"name": "Any name."},
        },
        "names.yaml",
    )
    described = describe(rename(published(), names), names)
    operation = described["paths"]["/pets/{id}"]["get"]
    assert operation["parameters"][0]["description"] == "This pet."
    assert operation["responses"]["200"]["description"] == "It is there."
    name = described["components"]["schemas"]["Pet"]["properties"]["name"]
    assert name["description"] == "This name."


def test_the_document_and_its_components_get_texts() -> None:
    names = read_names(
        {
            "info": "All pets.",
            "parameters": {"limit": "How many."},
            "securitySchemes": {"bearer": "A token."},
        },
        "names.yaml",
    )
    components = {
        "parameters": {"Limit": {"name": "limit"}, "Skip": {"name": "skip"}},
        "securitySchemes": {"bearer": {}, "key": {}},
    }
    assert describe({"info": {}, "components": components}, names) == {
        "info": {"description": "All pets."},
        "components": {
            "parameters": {
                "Limit": {"name": "limit", "description": "How many."},
                "Skip": {"name": "skip"},
            },
            "securitySchemes": {"bearer": {"description": "A token."}, "key": {}},
        },
    }


def test_tags_are_sorted_as_in_the_names_with_new_ones_last() -> None:
    names = read_names({"tags": {"pets": "Animals.", "none": "None.", "toys": "Things."}}, "n")
    paths = {f"/{tag}": {"get": {"tags": [tag]}} for tag in ("new", "toys", "pets")}
    assert describe({"paths": paths}, names)["tags"] == [
        {"name": "pets", "description": "Animals."},
        {"name": "toys", "description": "Things."},
        {"name": "new"},
    ]


@pytest.mark.parametrize("names", [NAMES, read_names({}, "none")])
@pytest.mark.parametrize(
    "broken",
    [
        {"paths": []},
        {"paths": {"/a": {"get": {"responses": 1, "tags": 1}}}},
        {"paths": {"/a": {"get": {"parameters": [1, {"name": []}]}}}},
        {"components": {"schemas": {"A": 1}}},
    ],
)
def test_a_malformed_document_is_left_for_lint_to_report(broken: Any, names: Names) -> None:
    describe(rename(broken, names), names)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("get-association-by-ID", "get_association_by_id"),
        ("findAssociations", "find_associations"),
        ("AssociationsController_getV2", "associations_controller_get_v_2"),
        ("HTMLPage", "html_page"),
    ],
)
def test_snake_case(name: str, written: str) -> None:
    assert snake_case(name) == written
