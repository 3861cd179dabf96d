"""Other spellings of a document, which OpenAPI allows and which say the same.

Each function changes a document in place.
"""

import copy
from collections.abc import Callable, Iterator
from typing import Any

Document = dict[str, Any]
Spelling = Callable[[Document], None]
SPELLINGS: list[Spelling] = []


def operations(document: Document) -> Iterator[Document]:
    for item in document["paths"].values():
        yield from item.values()


def contents(document: Document) -> Iterator[Document]:
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


def spelling(change: Spelling) -> Spelling:
    SPELLINGS.append(change)
    return change


@spelling
def all_in_components(document: Document) -> None:
    for each in operations(document):
        for index in range(len(each["parameters"])):
            _moved(document, "parameters", each["parameters"], index)
        for status in each["responses"]:
            _moved(document, "responses", each["responses"], status)
        if "requestBody" in each:
            _moved(document, "requestBodies", each, "requestBody")


@spelling
def parameters_of_the_path(document: Document) -> None:
    for item in document["paths"].values():
        lists = [each["parameters"] for each in item.values()]
        shared = [each for each in lists[0] if all(each in other for other in lists)]
        for each in item.values():
            each["parameters"] = [one for one in each["parameters"] if one not in shared]
        item["parameters"] = shared


@spelling
def a_parameter_of_the_path_that_the_operation_replaces(document: Document) -> None:
    for item in document["paths"].values():
        (first, *_) = item.values()
        version = next(each for each in first["parameters"] if each["name"] == "Version")
        item["parameters"] = [{**version, "required": False}]


@spelling
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


@spelling
def a_class_of_statuses(document: Document) -> None:
    for each in operations(document):
        each["responses"]["4XX"] = each["responses"].pop("400")


@spelling
def a_default_response(document: Document) -> None:
    for each in operations(document):
        each["responses"]["default"] = each["responses"].pop("400")


@spelling
def a_variable_in_the_server_and_a_slash_after_it(document: Document) -> None:
    variables = {"name": {"default": "services"}}
    document["servers"] = [{"url": "https://{name}.leadconnectorhq.com/", "variables": variables}]


@spelling
def the_server_in_capitals_with_its_port(document: Document) -> None:
    document["servers"] = [{"url": "https://Services.LeadConnectorHQ.com:443"}]


def _authorise(document: Document, scheme: Document) -> None:
    schemes = document["components"]["securitySchemes"]
    schemes.update(dict.fromkeys(schemes, scheme))


@spelling
def oauth2(document: Document) -> None:
    code = {"authorizationUrl": "https://a.test", "tokenUrl": "https://b.test", "scopes": {}}
    _authorise(document, {"type": "oauth2", "flows": {"authorizationCode": code}})


@spelling
def a_key_in_the_header_of_tokens(document: Document) -> None:
    _authorise(document, {"type": "apiKey", "in": "header", "name": "Authorization"})


@spelling
def openapi_3_1(document: Document) -> None:
    document |= {"openapi": "3.1.1", "jsonSchemaDialect": "https://a.test", "webhooks": {}}
    for schema in document["components"]["schemas"].values():
        for each in schema["properties"].values():
            each["examples"] = [each.pop("example")]
    for operation in operations(document):
        for parameter in operation["parameters"]:
            schema = parameter["schema"]
            if "enum" in schema:
                (schema["const"],) = schema.pop("enum")


@spelling
def openapi_3_2(document: Document) -> None:
    document |= {"openapi": "3.2.0", "$self": "https://a.test/associations.json"}


@spelling
def an_all_of_of_one(document: Document) -> None:
    for each in contents(document):
        media = each["content"]["application/json"]
        media["schema"] = {"allOf": [media["schema"]], "title": "Body"}


@spelling
def path_items_in_components(document: Document) -> None:
    document["openapi"] = "3.1.0"
    for path in document["paths"]:
        _moved(document, "pathItems", document["paths"], path)


@spelling
def a_charset(document: Document) -> None:
    for each in contents(document):
        each["content"] = {"Application/JSON; charset=utf-8": each["content"]["application/json"]}


@spelling
def plain_values_in_components(document: Document) -> None:
    for schema in list(document["components"]["schemas"].values()):
        for name in schema["properties"]:
            if schema["properties"][name]["type"] != "array":
                _moved(document, "schemas", schema["properties"], name)


@spelling
def security_of_the_whole_document(document: Document) -> None:
    document["security"] = [{"bearer": ["associations.readonly"]}]
    for each in operations(document):
        if each["security"] == document["security"]:
            del each["security"]


@spelling
def named_examples(document: Document) -> None:
    for each in operations(document):
        for parameter in each["parameters"]:
            if "example" in parameter["schema"]:
                parameter["examples"] = {"one": {"value": parameter["schema"].pop("example")}}
    for each in contents(document):
        each["content"]["application/json"]["examples"] = {}


@spelling
def names_of_schemas(document: Document) -> None:
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {f"A{name}": each for name, each in schemas.items()}

    def rename(node: Any) -> None:
        for each in node.values() if isinstance(node, dict) else node:
            if isinstance(each, dict | list):
                rename(each)
        if isinstance(node, dict) and "$ref" in node:
            node["$ref"] = node["$ref"].replace("/schemas/", "/schemas/A")

    rename(document)
