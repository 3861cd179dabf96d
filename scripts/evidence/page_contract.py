"""Convert a page to a contract of one operation, so that it can be compared as such."""

import copy
from typing import Any

from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.documents import Document
from scripts.contract.openapi.paths import METHODS, arguments, template
from scripts.contract.openapi.pointers import escape, parent
from scripts.contract.openapi.references import local_target
from scripts.evidence.page import Field, Page, Response

_TYPES = {"date-time": "string"}
_KEPT = ("openapi", "info")
_NOT_READ = ("default", "minimum", "maximum", "example", "description")  # pages are not read for
_TOKEN_FACTS = ("auth-methods", "token-types")


def find(contract: Document, page: Page) -> tuple[str, str]:
    """Return path and method of a page's operation; names of path parameters may differ."""
    wanted = template(page.path)
    for path, item in contract.get("paths", {}).items():
        if template(path) == wanted and page.method.lower() in item:
            return path, page.method.lower()
    raise CannotRunError(
        f"{page.name} documents {page.method} {page.path}, which the contract does not have"
    )


def restricted(contract: Document, path: str, method: str, page: Page) -> Document:
    """Return the part of a contract that a page documents, without references and their names."""
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
    facts = contract.get("x-wire", {})
    return {
        **whole,
        "paths": {path: {**{key: item[key] for key in shared}, method: operation}},
        "components": {"securitySchemes": {name: schemes[name] for name in sorted(used)}},
        "x-wire": {fact: facts[fact] for fact in _TOKEN_FACTS if fact in facts},
    }


class PageContract:
    """A page as a contract, completed from the contract to compare with."""

    def __init__(self, page: Page, contract: Document, path: str, method: str) -> None:
        self.lines: dict[str, int] = {}
        """The line of the page for each JSON pointer."""
        self._page = page
        item = contract["paths"][path]
        operation = self._operation(path, method)
        known = item[method].get("security")
        if page.scopes and known:
            (name,) = known[0] or ("bearer",)
            operation["security"] = [{name: page.scopes}]
        elif known is not None:
            operation["security"] = known
        facts = {fact: dict(each) for fact, each in contract["x-wire"].items()}
        for fact, words in zip(_TOKEN_FACTS, (page.auth_methods, page.token_types), strict=True):
            if words and fact in facts:
                facts[fact]["answer"] = ", ".join(sorted(words))
        self.document: Document = {
            **contract,
            "paths": {path: {**item, method: operation}},
            "x-wire": facts,
        }
        if "servers" in contract:
            self.document["servers"] = [{"url": page.server}]

    def line_of(self, pointer: str) -> int:
        """Return the line that documents a place, or else its nearest container."""
        while pointer and pointer not in self.lines:
            pointer = parent(pointer)
        return self.lines.get(pointer, 1)

    def _operation(self, path: str, method: str) -> Document:
        page, where = self._page, f"/paths/{escape(path)}/{method}"
        self.lines[where] = page.line
        operation: Document = {"parameters": self._parameters(path, f"{where}/parameters")}
        if page.body_line:
            content = self._content(page.body, f"{where}/requestBody", page.body_line)
            operation["requestBody"] = {"required": True, "content": content}
        operation["responses"] = {
            each.status: self._response(each, f"{where}/responses/{each.status}")
            for each in page.responses
        }
        return operation

    def _response(self, response: Response, where: str) -> Document:
        self.lines[where] = response.line
        found: Document = {"description": ""}
        if response.has_body:
            found["content"] = self._content(response.fields, where, response.line)
        return found

    def _content(self, fields: list[Field], where: str, line: int) -> Document:
        self.lines[where] = line
        schema = self._object(fields, f"{where}/content/application~1json/schema")
        return {"application/json": {"schema": schema}}

    def _parameters(self, path: str, where: str) -> list[Document]:
        names = iter(arguments(path))
        found: list[Document] = []
        for place, fields in self._page.parameters.items():
            for each in fields:
                there = f"{where}/{len(found)}"
                self.lines[there] = each.line
                name = next(names, each.name) if place == "path" else each.name
                schema = self._schema(each, f"{there}/schema")
                entry = {"name": name, "in": place, "required": each.required, "schema": schema}
                found.append(entry)
        return found

    def _object(self, fields: list[Field], where: str) -> Document:
        properties: Document = {}
        for each in fields:
            there = f"{where}/properties/{escape(each.name)}"
            self.lines[there] = each.line
            properties[each.name] = self._schema(each, there)
        required = [each.name for each in fields if each.required]
        found: Document = {"type": "object", "properties": properties}
        return {**found, "required": required} if required else found

    def _schema(self, each: Field, where: str) -> Document:
        kind = _TYPES.get(each.type, each.type)
        if each.many:
            inner = {"type": kind} if kind not in ("array", "object", "any") else {}
            if each.fields:
                inner = self._object(each.fields, f"{where}/items")
            return {"type": "array", "items": inner}
        if each.fields:
            return self._object(each.fields, where)
        found: Document = {} if kind == "any" else {"type": kind}
        return {**found, "enum": each.values} if each.values else found


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
