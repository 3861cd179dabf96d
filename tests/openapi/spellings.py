"""Other spellings of a document, which OpenAPI allows and which say the same.

Each public function changes a document in place, and is a row of SPELLINGS.
"""

import copy
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

Document = dict[str, Any]
Spelling = Callable[[Document], None]


def _operations(document: Document) -> Iterator[Document]:
    for item in document["paths"].values():
        yield from item.values()


def _contents(document: Document) -> Iterator[Document]:
    """Yield what has a body: each request and response."""
    for each in _operations(document):
        yield from each["responses"].values()
        if "requestBody" in each:
            yield each["requestBody"]


def _moved(document: Document, section: str, holder: Any, key: Any) -> None:
    members = document["components"].setdefault(section, {})
    name = f"Moved{len(members)}"
    members[name] = holder[key]
    holder[key] = {"$ref": f"#/components/{section}/{name}"}


def all_in_components(document: Document) -> None:
    for each in _operations(document):
        for index in range(len(each["parameters"])):
            _moved(document, "parameters", each["parameters"], index)
        for status in each["responses"]:
            _moved(document, "responses", each["responses"], status)
        if "requestBody" in each:
            _moved(document, "requestBodies", each, "requestBody")


def parameters_of_the_path(document: Document) -> None:
    for item in document["paths"].values():
        lists = [each["parameters"] for each in item.values()]
        shared = [each for each in lists[0] if all(each in other for other in lists)]
        for each in item.values():
            each["parameters"] = [one for one in each["parameters"] if one not in shared]
        item["parameters"] = shared


def a_parameter_of_the_path_that_the_operation_replaces(document: Document) -> None:
    for item in document["paths"].values():
        (first, *_) = item.values()
        version = next(each for each in first["parameters"] if each["name"] == "Version")
        item["parameters"] = [{**version, "required": False}]


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


def path_items_in_components(document: Document) -> None:
    document["openapi"] = "3.1.0"
    for path in document["paths"]:
        _moved(document, "pathItems", document["paths"], path)


def a_charset(document: Document) -> None:
    for each in _contents(document):
        each["content"] = {"Application/JSON; charset=utf-8": each["content"]["application/json"]}


def a_header_that_openapi_ignores(document: Document) -> None:
    header = {
        "name": "Authorization",
        "in": "header",
        "required": True,
        "schema": {"type": "string"},
    }
    for each in _operations(document):
        each["parameters"].append(copy.deepcopy(header))


SPELLINGS: list[Spelling] = [
    each
    for name, each in vars().items()
    if isinstance(each, FunctionType) and not name.startswith("_")
]
