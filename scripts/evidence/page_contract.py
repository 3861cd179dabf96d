"""Convert a page to a contract of one operation, so that it can be compared as such."""

import copy
from typing import Any

from scripts.errors import CannotRunError
from scripts.evidence.page import Field, Page, Response
from scripts.openapi.documents import Document
from scripts.openapi.paths import METHODS, arguments, template
from scripts.openapi.pointers import escape, parent
from scripts.openapi.references import local_target

_NAMES = ("operationId", "tags", "summary", "description")
_NOT_READ = ("default", "minimum", "maximum", "example", "description")  # pages are not read for
_LINE = "x-line"
_TOKEN_FACTS = {"auth-methods": "auth method", "token-types": "token type"}


def find(contract: Document, page: Page) -> tuple[str, str]:
    """Return path and method of a page's operation; names of path parameters may differ."""
    method = page.method.lower()
    for path, item in contract.get("paths", {}).items():
        if template(path) == template(page.path) and method in item:
            return path, method
    raise CannotRunError(
        f"{page.name} documents {page.method} {page.path}, which the contract does not have"
    )


def restricted(contract: Document, path: str, method: str, page: Page) -> Document:
    """Return the part of a contract that a page documents, without references and their names."""
    item = contract["paths"][path]
    operation = _inlined(copy.deepcopy(item[method]), contract)
    shown = {response.status for response in page.responses}
    responses = {name: each for name, each in operation["responses"].items() if name in shown}
    operation = {name: each for name, each in operation.items() if name not in _NAMES}
    shared = {key: each for key, each in item.items() if key not in METHODS}
    schemes = contract.get("components", {}).get("securitySchemes", {})
    used = sorted({name for each in operation.get("security", ()) for name in each})
    facts = contract.get("x-wire", {})
    return {
        **{key: contract[key] for key in ("openapi", "info", "servers") if key in contract},
        "paths": {path: {**shared, method: {**operation, "responses": responses}}},
        "components": {"securitySchemes": {name: schemes[name] for name in used}},
        "x-wire": {fact: facts[fact] for fact in _TOKEN_FACTS if fact in facts},
    }


def page_contract(
    page: Page, contract: Document, path: str, method: str
) -> tuple[Document, dict[str, int]]:
    """Return a page as a contract, completed from the one to compare with.

    The second value is the line of the page for each JSON pointer.
    """
    item = contract["paths"][path]
    operation = _operation(page, path)
    known, scopes = item[method].get("security"), page.lists["scope"]
    if scopes and known:
        (name,) = known[0] or ("bearer",)
        operation["security"] = [{name: scopes}]
    elif known is not None:
        operation["security"] = known
    facts = {fact: dict(each) for fact, each in contract["x-wire"].items()}
    for fact, each in facts.items():
        each["answer"] = ", ".join(sorted(page.lists[_TOKEN_FACTS[fact]])) or each["answer"]
    document = {**contract, "paths": {path: {**item, method: operation}}, "x-wire": facts}
    if "servers" in contract:
        document["servers"] = [{"url": page.server}]
    lines: dict[str, int] = {}
    return _without_lines(document, "", lines), lines


def line_of(lines: dict[str, int], pointer: str) -> int:
    """Return the line that documents a place, or else its nearest container."""
    while pointer and pointer not in lines:
        pointer = parent(pointer)
    return lines.get(pointer, 1)


def _without_lines(node: Any, where: str, lines: dict[str, int]) -> Any:
    """Return a document without its lines, and add them to `lines`."""
    if isinstance(node, list):
        return [_without_lines(each, f"{where}/{index}", lines) for index, each in enumerate(node)]
    if not isinstance(node, dict):
        return node
    if _LINE in node:
        lines[where] = node[_LINE]
    members = ((name, each) for name, each in node.items() if name != _LINE)
    return {name: _without_lines(each, f"{where}/{escape(name)}", lines) for name, each in members}


def _operation(page: Page, path: str) -> Document:
    names = iter(arguments(path))
    parameters = [
        {
            "name": next(names, each.name) if place == "path" else each.name,
            "in": place,
            "required": each.required,
            "schema": _schema(each),
            _LINE: each.line,
        }
        for place, fields in page.parameters.items()
        for each in fields
    ]
    responses = {each.status: _response(each) for each in page.responses}
    operation: Document = {"parameters": parameters, "responses": responses, _LINE: page.line}
    if page.body_line:
        body = {"required": True, "content": _content(page.body), _LINE: page.body_line}
        operation["requestBody"] = body
    return operation


def _response(response: Response) -> Document:
    content = {"content": _content(response.fields)} if response.has_body else {}
    return {"description": "", **content, _LINE: response.line}


def _content(fields: list[Field]) -> Document:
    return {"application/json": {"schema": _object(fields)}}


def _object(fields: list[Field]) -> Document:
    properties = {each.name: {**_schema(each), _LINE: each.line} for each in fields}
    required = [each.name for each in fields if each.required]
    found: Document = {"type": "object", "properties": properties}
    return {**found, "required": required} if required else found


def _schema(each: Field) -> Document:
    kind = "string" if each.type == "date-time" else each.type
    is_open = kind == "any" or (each.many and kind in ("array", "object"))
    found: Document = {} if is_open else {"type": kind}
    if each.fields:
        found = _object(each.fields)
    elif each.values and not each.many:
        found["enum"] = each.values
    return {"type": "array", "items": found} if each.many else found


def _inlined(node: Any, contract: Document, above: tuple[str, ...] = ()) -> Any:
    """Replace references by their targets; a recursive one by the schema that allows anything."""
    if isinstance(node, list):
        return [_inlined(each, contract, above) for each in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref")
    if isinstance(reference, str):
        if reference in above:
            return {}
        return _inlined(local_target(contract, reference), contract, (*above, reference))
    return {
        key: _inlined(value, contract, above)
        for key, value in node.items()
        if key not in _NOT_READ or isinstance(value, dict)  # a property may have such a name
    }
