"""A page as a document of one operation, so that it is compared as any other contract."""

import copy
from collections.abc import Iterator
from typing import Any

from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.paths import METHODS, template
from scripts.contract.openapi.pointers import escape
from scripts.contract.openapi.references import local_target
from scripts.contract.page.read import Field, Page

Document = dict[str, Any]
_TYPES = {"date-time": "string"}
_KEPT = ("openapi", "info")
_UNSAID = ("default", "minimum", "maximum", "example", "description")  # by a page, as we read it
_TOKENS = ("auth-methods", "token-types")


def find(contract: Document, page: Page) -> tuple[str, str]:
    """Find the operation that a page is about: by method and path, whatever its name is."""
    wanted = template(page.path)
    for path, item in contract.get("paths", {}).items():
        if template(path) == wanted and page.method.lower() in item:
            return path, page.method.lower()
    raise CannotRunError(f"{page.name} is of {page.method} {page.path}, which is in no contract")


def restricted(contract: Document, path: str, method: str, page: Page) -> Document:
    """Give the part of a contract that a page speaks of, without references and names."""
    item = contract["paths"][path]
    operation = _inlined(copy.deepcopy(item[method]), contract)
    for key in ("operationId", "tags", "summary", "description"):
        operation.pop(key, None)
    shown = {response.status for response in page.responses}
    kept = {status: each for status, each in operation["responses"].items() if status in shown}
    operation["responses"] = kept
    shared = [key for key in item if key not in METHODS]
    whole: Document = {key: contract[key] for key in (*_KEPT, "servers") if key in contract}
    schemes = contract.get("components", {}).get("securitySchemes", {})
    used = {name for each in operation.get("security", ()) for name in each}
    return {
        **whole,
        "paths": {path: {**{key: item[key] for key in shared}, method: operation}},
        "components": {"securitySchemes": {name: schemes[name] for name in sorted(used)}},
        "x-wire": {
            fact: contract["x-wire"][fact] for fact in _TOKENS if fact in contract.get("x-wire", {})
        },
    }


def document(page: Page, ours: Document, path: str, method: str) -> tuple[Document, dict[str, int]]:
    """Give what a page says, and the line that says it, by JSON pointer."""
    lines: dict[str, int] = {}
    top = f"/paths/{escape(path)}/{method}"
    lines[top] = page.line
    operation: Document = {
        "parameters": _parameters(page, path, f"{top}/parameters", lines),
        "responses": {},
    }
    if page.body_line:
        where = f"{top}/requestBody"
        lines[where] = page.body_line
        schema = _object(page.body, f"{where}/content/application~1json/schema", lines)
        operation["requestBody"] = {"required": True, "content": _content(schema)}
    for response in page.responses:
        where = f"{top}/responses/{response.status}"
        lines[where] = response.line
        said: Document = {"description": ""}
        if response.has_body:
            schema = _object(response.fields, f"{where}/content/application~1json/schema", lines)
            said["content"] = _content(schema)
        operation["responses"][response.status] = said
    known = ours["paths"][path][method].get("security")
    if page.scopes and known:
        (name,) = known[0] or ("bearer",)
        operation["security"] = [{name: page.scopes}]
    elif known is not None:
        operation["security"] = known
    item = {**ours["paths"][path], method: operation}
    servers = [{"url": page.server}] if "servers" in ours else []
    facts = {fact: dict(each) for fact, each in ours["x-wire"].items()}
    for fact, words in zip(_TOKENS, (page.auth_methods, page.token_types), strict=True):
        if words and fact in facts:
            facts[fact]["answer"] = ", ".join(sorted(words))
    whole = {**ours, "paths": {path: item}, "x-wire": facts}
    return ({**whole, "servers": servers} if servers else whole), lines


def _content(schema: Document) -> Document:
    return {"application/json": {"schema": schema}}


def _parameters(page: Page, path: str, where: str, lines: dict[str, int]) -> list[Document]:
    names = iter([part[1:-1] for part in path.split("/") if part.startswith("{")])
    found: list[Document] = []
    for place, fields in page.parameters.items():
        for each in fields:
            lines[f"{where}/{len(found)}"] = each.line
            name = next(names, each.name) if place == "path" else each.name
            schema = _schema(each, f"{where}/{len(found)}/schema", lines)
            found.append({"name": name, "in": place, "required": each.required, "schema": schema})
    return found


def _object(fields: list[Field], where: str, lines: dict[str, int]) -> Document:
    properties: Document = {}
    for each in fields:
        there = f"{where}/properties/{escape(each.name)}"
        lines[there] = each.line
        properties[each.name] = _schema(each, there, lines)
    required = [each.name for each in fields if each.required]
    found: Document = {"type": "object", "properties": properties}
    return {**found, "required": required} if required else found


def _schema(each: Field, where: str, lines: dict[str, int]) -> Document:
    kind = _TYPES.get(each.type, each.type)
    if each.many:
        inner = {"type": kind} if kind not in ("array", "object", "any") else {}
        if each.fields:
            inner = _object(each.fields, f"{where}/items", lines)
        return {"type": "array", "items": inner}
    if each.fields:
        return _object(each.fields, where, lines)
    found: Document = {} if kind == "any" else {"type": kind}
    return {**found, "enum": each.values} if each.values else found


def _inlined(node: Any, contract: Document, seen: tuple[str, ...] = ()) -> Any:
    if isinstance(node, list):
        return [_inlined(each, contract, seen) for each in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref")
    if isinstance(reference, str):
        if reference in seen:
            return {}
        return _inlined(local_target(contract, reference), contract, (*seen, reference))
    return {
        key: _inlined(value, contract, seen)
        for key, value in node.items()
        if key not in _UNSAID or isinstance(value, dict)  # a property may be called so
    }


def all_fields(fields: list[Field]) -> Iterator[Field]:
    """Give fields and all below them."""
    for each in fields:
        yield each
        yield from all_fields(each.fields)
