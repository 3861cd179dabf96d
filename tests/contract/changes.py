"""What HighLevel could publish: each change edits a document, under whatever names it has.

What a change adds has a name that HighLevel never publishes, so that the change is one whatever is
captured. What it renames is only what we recognise: the rest is called as it is published.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from scripts.contract.corrections import read_corrections
from scripts.contract.naming import rename
from scripts.contract.openapi.paths import template

Json = dict[str, Any]
Change = Callable[[Json], None]

OPENAPI = Path(__file__).parents[2] / "openapi"
NAMES = read_corrections(OPENAPI).names
CONTRACT: Json = json.loads((OPENAPI / "associations.json").read_bytes())
NEW_VERSION = "2099-01-01"

ASSOCIATION = "/associations/{associationId}"
BY_OBJECT = "/associations/objectKey/{objectKey}"


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield path, method and operation."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def listed(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield path, method and operation of those that names.yaml lists."""
    for path, method, operation in operations(document):
        if template(f"{method.upper()} {path}") in NAMES.operations:
            yield path, method, operation


def schema(document: Json, holder: Json) -> Json:
    """Return the component that a body refers to."""
    reference = holder["content"]["application/json"]["schema"]["$ref"]
    found: Json = document["components"]["schemas"][reference.rpartition("/")[2]]
    return found


def answer(document: Json) -> Json:
    """Return the schema of an association in a response."""
    responses = document["paths"][ASSOCIATION]["get"]["responses"]
    return schema(document, responses["200"])


def prose(document: Json) -> None:
    document["info"]["description"] = "Other words."
    for _, _, operation in operations(document):
        operation["summary"] = operation["description"] = "Other words."


def response_field(value: Json, *, is_required: bool = False) -> Change:
    def change(document: Json) -> None:
        found = answer(document)
        found["properties"]["unpublishedField"] = value
        if is_required:
            found["required"].append("unpublishedField")

    return change


def response_field_gone(document: Json) -> None:
    found = answer(document)
    del found["properties"]["associationType"]
    found["required"].remove("associationType")


def request_field(document: Json) -> None:
    body = document["paths"]["/associations/"]["post"]["requestBody"]
    schema(document, body)["properties"]["unpublishedNote"] = {"type": "string", "example": "a"}


def query(document: Json) -> None:
    parameter = {"name": "unpublishedSearch", "in": "query", "schema": {"type": "string"}}
    document["paths"]["/associations/"]["get"]["parameters"].append(parameter)


def error_status(document: Json) -> None:
    responses = document["paths"][ASSOCIATION]["put"]["responses"]
    responses["409"] = json.loads(json.dumps(responses["400"]))
    responses["404"] = json.loads(json.dumps(responses["400"]))


def new_operation(document: Json) -> None:
    operation = json.loads(json.dumps(document["paths"][ASSOCIATION]["get"]))
    operation |= {"operationId": "count-unpublished", "tags": ["Relations"]}
    body = operation["responses"]["200"]["content"]["application/json"]
    body["schema"] = {"$ref": "#/components/schemas/UnpublishedDto"}
    document["components"]["schemas"]["UnpublishedDto"] = {
        "type": "object",
        "properties": {"count": {"type": "number", "example": 3}},
        "required": ["count"],
    }
    document["paths"][f"{ASSOCIATION}/unpublished"] = {"get": operation}


def operation_ids_renamed(document: Json) -> None:
    for path, method, operation in listed(document):
        operation["operationId"] = f"AssociationsController_{method}{len(path)}"


def components_renamed(document: Json) -> None:
    text = json.dumps(document)
    published = document["components"]["schemas"]
    ours = rename(document, NAMES)["components"]["schemas"]
    for name, our_name in zip(published, ours, strict=True):
        if our_name in CONTRACT["components"]["schemas"] and our_name not in NAMES.schemas:
            continue
        text = text.replace(f'"{name}"', f'"V2{name}"')
        text = text.replace(f'schemas/{name}"', f'schemas/V2{name}"')
    document.update(json.loads(text))


def tags_renamed(document: Json) -> None:
    document["tags"] = [{"name": "Object Associations"}]
    for _, _, operation in listed(document):
        operation["tags"] = ["Object Associations"]


def version_accepted(document: Json) -> None:
    for _, _, operation in operations(document):
        for parameter in operation["parameters"]:
            if parameter["name"] == "Version":
                parameter["schema"]["enum"].append(NEW_VERSION)


def labels_mended(document: Json) -> None:
    for found in document["components"]["schemas"].values():
        for name, value in found["properties"].items():
            if name.endswith("Label"):
                value["type"] = "string"


def labels_without_examples(document: Json) -> None:
    for each in document["components"]["schemas"].values():
        for field in each["properties"].values():
            field.pop("example", None)


def answers_without_body(document: Json) -> None:
    for _, _, operation in operations(document):
        for status in {"200", "201"} & operation["responses"].keys():
            operation["responses"][status].pop("content")


def object_key_mended(document: Json) -> None:
    for parameter in document["paths"][BY_OBJECT]["get"]["parameters"]:
        parameter["required"] = parameter["required"] or parameter["in"] == "path"


def examples_changed(document: Json) -> None:
    for found in document["components"]["schemas"].values():
        for value in found["properties"].values():
            if isinstance(value.get("example"), str):
                value["example"] = f"{value['example']}2"


def servers_changed(document: Json) -> None:
    document["servers"] = [{"url": "https://api.example.com"}]


def scope_added(document: Json) -> None:
    for scheme in document["paths"][ASSOCIATION]["put"]["security"]:
        for scopes in scheme.values():
            scopes.append("unpublished.write")


CHANGES: dict[str, Change] = {
    "prose only": prose,
    "a response field: text": response_field({"type": "string", "example": "a"}),
    "a response field: date-time": response_field({"type": "string", "format": "date-time"}),
    "a response field: object": response_field({"type": "object", "properties": {}}),
    "a response field: free object": response_field({"type": "object"}),
    "a response field: array": response_field({"type": "array", "items": {"type": "string"}}),
    "a response field: required": response_field({"type": "string"}, is_required=True),
    "a response field gone": response_field_gone,
    "a request field": request_field,
    "a query parameter": query,
    "an error status": error_status,
    "an operation": new_operation,
    "operationIds renamed": operation_ids_renamed,
    "components renamed": components_renamed,
    "tags renamed": tags_renamed,
    "a Version accepted": version_accepted,
    "labels mended": labels_mended,
    "objectKey mended": object_key_mended,
    "examples changed": examples_changed,
    "servers changed": servers_changed,
    "a scope added": scope_added,
}
