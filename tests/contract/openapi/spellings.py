"""Other spellings of a document, which OpenAPI allows and which say the same.

Each function changes a document in place.
"""

import copy
from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]


def operations(document: Document) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        yield from item.values()


def contents(document: Document) -> Iterator[dict[str, Any]]:
    """Yield what has a body: each request and response."""
    for each in operations(document):
        yield from each["responses"].values()
        if "requestBody" in each:
            yield each["requestBody"]


def _moved(document: Document, section: str, holder: Any, key: Any) -> None:
    members = document["components"].setdefault(section, {})
    name = f"Moved{len(members)}"
    members[name] = holder[key]
    holder[key] = {"$ref": f"#/components/{section}/{name}"}


def parameters_in_components(document: Document) -> None:
    for each in operations(document):
        for index in range(len(each["parameters"])):
            _moved(document, "parameters", each["parameters"], index)


def parameters_of_the_path(document: Document) -> None:
    for item in document["paths"].values():
        first, *others = item.values()
        shared = [
            each
            for each in first["parameters"]
            if all(each in other["parameters"] for other in others)
        ]
        for operation in item.values():
            operation["parameters"] = [
                each for each in operation["parameters"] if each not in shared
            ]
        item["parameters"] = shared


def a_parameter_of_the_path_that_the_operation_replaces(document: Document) -> None:
    for item in document["paths"].values():
        (first, *_) = item.values()
        version = next(each for each in first["parameters"] if each["name"] == "Version")
        item["parameters"] = [{**version, "required": False}]


def responses_in_components(document: Document) -> None:
    for each in operations(document):
        for status in each["responses"]:
            _moved(document, "responses", each["responses"], status)


def request_bodies_in_components(document: Document) -> None:
    for each in operations(document):
        if "requestBody" in each:
            _moved(document, "requestBodies", each, "requestBody")


def schemas_where_they_are_used(document: Document) -> None:
    schemas = document["components"].pop("schemas")

    def without_references(node: Any) -> Any:
        if isinstance(node, list):
            return [without_references(each) for each in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return without_references(copy.deepcopy(schemas[node["$ref"].rpartition("/")[2]]))
        return {key: without_references(each) for key, each in node.items()}

    document["paths"] = without_references(document["paths"])


def a_class_of_statuses(document: Document) -> None:
    for each in operations(document):
        each["responses"]["4XX"] = each["responses"].pop("400")


def a_default_response(document: Document) -> None:
    for each in operations(document):
        each["responses"]["default"] = each["responses"].pop("400")


def a_variable_in_the_server(document: Document) -> None:
    variables = {"name": {"default": "services"}}
    document["servers"] = [{"url": "https://{name}.leadconnectorhq.com", "variables": variables}]


def a_slash_after_the_server(document: Document) -> None:
    document["servers"][0]["url"] += "/"


def the_server_in_capitals_with_its_port(document: Document) -> None:
    document["servers"] = [{"url": "https://Services.LeadConnectorHQ.com:443"}]


def oauth2(document: Document) -> None:
    code = {"authorizationUrl": "https://a.test", "tokenUrl": "https://b.test", "scopes": {}}
    schemes = document["components"]["securitySchemes"]
    for name in schemes:
        schemes[name] = {"type": "oauth2", "flows": {"authorizationCode": code}}


def a_key_in_the_header_of_tokens(document: Document) -> None:
    schemes = document["components"]["securitySchemes"]
    for name in schemes:
        schemes[name] = {"type": "apiKey", "in": "header", "name": "Authorization"}


def openapi_3_1(document: Document) -> None:
    document["openapi"] = "3.1.1"
    document["jsonSchemaDialect"] = "https://spec.openapis.org/oas/3.1/dialect/base"
    document["webhooks"] = {}
    for schema in document["components"]["schemas"].values():
        for each in schema["properties"].values():
            each["examples"] = [each.pop("example")]
    for operation in operations(document):
        for parameter in operation["parameters"]:
            schema = parameter["schema"]
            if "enum" in schema:
                (schema["const"],) = schema.pop("enum")


def openapi_3_2(document: Document) -> None:
    document["openapi"] = "3.2.0"
    document["$self"] = "https://a.test/associations.json"


def an_all_of_of_one(document: Document) -> None:
    for each in contents(document):
        media = each["content"]["application/json"]
        media["schema"] = {"allOf": [media["schema"]], "title": "Body"}


def path_items_in_components(document: Document) -> None:
    document["openapi"] = "3.1.0"
    for path in document["paths"]:
        _moved(document, "pathItems", document["paths"], path)


def a_charset(document: Document) -> None:
    for each in contents(document):
        each["content"] = {"Application/JSON; charset=utf-8": each["content"]["application/json"]}


def plain_values_in_components(document: Document) -> None:
    schemas = document["components"]["schemas"]
    for schema in list(schemas.values()):
        for name in schema["properties"]:
            if schema["properties"][name]["type"] != "array":
                _moved(document, "schemas", schema["properties"], name)


def security_of_the_whole_document(document: Document) -> None:
    wanted = [{"bearer": ["associations.readonly"]}]
    document["security"] = wanted
    for each in operations(document):
        if each["security"] == wanted:
            del each["security"]


def named_examples(document: Document) -> None:
    for each in operations(document):
        for parameter in each["parameters"]:
            if "example" in parameter["schema"]:
                parameter["examples"] = {"one": {"value": parameter["schema"].pop("example")}}
    for each in contents(document):
        each["content"]["application/json"]["examples"] = {}


def names_of_schemas(document: Document) -> None:
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {f"A{name}": each for name, each in schemas.items()}

    def rename(node: Any) -> None:
        for each in node.values() if isinstance(node, dict) else node:
            if isinstance(each, dict | list):
                rename(each)
        if isinstance(node, dict) and "$ref" in node:
            start, slash, name = node["$ref"].rpartition("/")
            node["$ref"] = f"{start}{slash}A{name}"

    rename(document)


SPELLINGS = [
    parameters_in_components,
    parameters_of_the_path,
    a_parameter_of_the_path_that_the_operation_replaces,
    responses_in_components,
    request_bodies_in_components,
    schemas_where_they_are_used,
    a_class_of_statuses,
    a_default_response,
    a_variable_in_the_server,
    a_slash_after_the_server,
    the_server_in_capitals_with_its_port,
    oauth2,
    a_key_in_the_header_of_tokens,
    openapi_3_1,
    openapi_3_2,
    an_all_of_of_one,
    path_items_in_components,
    a_charset,
    plain_values_in_components,
    security_of_the_whole_document,
    named_examples,
    names_of_schemas,
]
