"""Compare a page with the contract, and with itself."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from facade.observe.shapes import TYPES
from scripts.diff.changes import Change, Difference, Scope
from scripts.diff.findings import group
from scripts.diff.load import Contract
from scripts.diff.results import Review
from scripts.diff.review import compare_contracts
from scripts.diff.reviewed import ReviewedFinding
from scripts.diff.rules import Direction, Position
from scripts.errors import CannotRunError
from scripts.evidence.page import LINE, Page, PageField, all_fields, read
from scripts.openapi.documents import Document, dump
from scripts.openapi.lines import Location
from scripts.openapi.nodes import Node
from scripts.openapi.paths import METHODS, arguments, template
from scripts.openapi.places import FilePlace
from scripts.openapi.pointers import split
from scripts.openapi.references import local_target

_POSITION = Position(Direction.RESPONSE)
_VERBS = {
    **dict.fromkeys(("get", "find", "list", "search"), ("GET",)),
    **dict.fromkeys(("create", "add"), ("POST",)),
    **dict.fromkeys(("update", "edit"), ("PUT", "PATCH")),
    **dict.fromkeys(("delete", "remove"), ("DELETE",)),
}
_NAMES = ("operationId", "tags", "summary", "description")
_NOT_READ = ("default", "minimum", "maximum", "example", "description")  # pages are not read for
_TOKEN_FACTS = {"auth-methods": "auth method", "token-types": "token type"}


class Contradiction(NamedTuple):
    """Two statements of a page that contradict each other."""

    rule: str
    subject: str
    before: Any
    after: Any
    line: int


def compare_page(contract: Contract, path: Path, lens: str = "both") -> Review:
    """Compare a page with the contract, and with itself."""
    try:
        page = read(FilePlace(path).read().decode(), str(path))
    except UnicodeDecodeError as error:
        raise CannotRunError(f"cannot read {path}: it is not text") from error
    expected, marked = both(contract.document, page)
    found = json.loads(dump(marked), object_hook=_without_line)
    compared = compare_contracts(
        Contract(contract.name, expected, {"": contract.data[""]}),
        Contract(str(path), found, {"": dump(found)}),
        lens,
    )
    findings = [
        replace(each, new=Location(line_of(marked, each.finding.places[0].new), 1))
        for each in compared.findings
    ]
    if lens != "sdk":
        findings += _findings(page)
    return replace(compared, findings=tuple(findings))


def both(contract: Document, page: Page) -> tuple[Document, Document]:
    """Return the part of a contract that a page documents, and the page as such a part.

    The part has no references and no names of its own. The page is completed from it, and has the
    line of each place that it documents.
    """
    method = page.method.lower()
    same = (each for each in contract.get("paths", {}) if template(each) == template(page.path))
    path = next((each for each in same if method in contract["paths"][each]), None)
    if path is None:  # names of path parameters may differ
        raise CannotRunError(
            f"{page.name} documents {page.method} {page.path}, which the contract does not have"
        )
    item = contract["paths"][path]
    shared = {key: each for key, each in item.items() if key not in METHODS}
    said, operation = page.operation(), _inlined(item[method], contract)
    for name in _NAMES:
        operation.pop(name, None)
    for status in operation["responses"].keys() - said["responses"].keys():
        del operation["responses"][status]
    names = iter(arguments(path))
    for each in said["parameters"]:
        if each["in"] == "path":
            each["name"] = next(names, each["name"])
    security, scopes = operation.get("security"), page.lists.get("scope")
    if security is not None:
        name = next(iter(security[0]), "bearer") if security else "bearer"
        said["security"] = [{name: scopes}] if scopes and security else security
    said_of = {fact: sorted(page.lists.get(word, ())) for fact, word in _TOKEN_FACTS.items()}
    facts = {
        fact: {**known, "answer": ", ".join(said_of.get(fact, ())) or known["answer"]}
        for fact, known in contract.get("x-wire", {}).items()
    }
    servers = {"servers": [{"url": page.server}]} if "servers" in contract else {}
    expected = {**contract, "paths": {path: {**shared, method: operation}}}
    paths = {path: {**shared, method: said}}
    return expected, {**contract, **servers, "paths": paths, "x-wire": facts}


def line_of(marked: Any, pointer: str) -> int:
    line = 1
    for step in split(pointer):
        if isinstance(marked, list):
            marked = marked[int(step)]
        else:
            marked = marked.get(step) if isinstance(marked, dict) else None
        if isinstance(marked, dict):
            line = marked.get(LINE, line)
    return line


def _without_line(members: Document) -> Document:
    return {name: each for name, each in members.items() if name != LINE}


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


def _findings(page: Page) -> Iterator[ReviewedFinding]:
    lines: dict[str, int] = {}
    differences = []
    for each in contradictions(page):
        place = Node(each.after, f"/{each.subject}")
        lines[place.where] = each.line
        change = Change(each.rule, place, place, each.before, each.after)
        scope = Scope(f"{page.method} {page.path}", _POSITION, each.subject, each.rule)
        differences.append(Difference(change, scope))
    for finding in group(differences, lambda owners: list(dict.fromkeys(owners))):
        yield ReviewedFinding(finding, Location(1, 1), Location(lines[finding.places[0].new], 1))


def contradictions(page: Page) -> Iterator[Contradiction]:
    source = _slug(page.source)
    links = _slug(page.links) or source
    methods = _VERBS.get(source.partition("-")[0].lower(), (page.method,))
    if page.source and (links != source or page.method not in methods):
        about = links if links != source else f"{page.method} {page.path}"
        rule = "page-names-another-operation"
        yield Contradiction(rule, "the page's source", source, about, 1)
    for place, there in page.groups.items():
        for each in all_fields(there.fields):
            if (shown := _type_shown(each)) is not None:
                declared = f"{each.type}[]" if each.many and each.type != "array" else each.type
                rule, subject = "page-example-of-another-type", f"{place} {each.name}"
                yield Contradiction(rule, subject, declared, shown, each.line)
            for line, sample in page.samples if place == "header" and each.required else ():
                if not re.search(rf"['\"]{each.name}:", sample, re.I):
                    rule, subject = "page-sample-lacks-header", "the sample request"
                    yield Contradiction(rule, subject, each.name, None, line)
    scopes = page.lists.get("scope")
    if page.granted and scopes and set(page.granted) != set(scopes):
        yield Contradiction("page-scopes-differ", "the page", scopes, page.granted, page.line)


def _slug(address: str) -> str:
    return address.rstrip("/").removesuffix("/index.html").rpartition("/")[2]


def _type_shown(each: PageField) -> str | None:
    """Return the type of an example if it differs from its field's type."""
    is_text = each.type in ("string", "date-time") and not each.many  # may look like any type
    if each.example is None or each.type == "any" or is_text:
        return None
    try:
        value = json.loads(each.example)
    except ValueError:
        value = each.example
    shown, wanted = TYPES[type(value)], "array" if each.many else each.type
    return None if shown == wanted or (shown, wanted) == ("integer", "number") else shown
