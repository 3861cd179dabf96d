"""Compare a page with the contract, and with itself."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from scripts.diff.changes import Change, Difference, Scope
from scripts.diff.findings import group
from scripts.diff.load import Contract
from scripts.diff.results import Review, ReviewedFinding
from scripts.diff.review import compare_contracts
from scripts.diff.rules import Direction, Position
from scripts.errors import CannotRunError
from scripts.evidence.page import Field, Page, all_fields, read
from scripts.evidence.page_contract import find, line_of, page_contract, restricted
from scripts.openapi.documents import dump
from scripts.openapi.lines import Location
from scripts.openapi.nodes import Node
from scripts.openapi.places import FilePlace

_POSITION = Position(Direction.RESPONSE, in_code=False)
_VERBS = {
    **dict.fromkeys(("get", "find", "list", "search"), "GET"),
    **dict.fromkeys(("create", "add"), "POST"),
    **dict.fromkeys(("update", "edit"), "PUT"),
    **dict.fromkeys(("delete", "remove"), "DELETE"),
}
_NAMES = {str: "string", bool: "boolean", int: "number", float: "number", list: "array"}
_KINDS: dict[str, Any] = {"array": list, "object": dict, "boolean": bool, "number": int | float}


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
    where, method = find(contract.document, page)
    expected = restricted(contract.document, where, method, page)
    found, lines = page_contract(page, expected, where, method)
    compared = compare_contracts(
        Contract(contract.name, expected, {"": contract.data[""]}),
        Contract(str(path), found, {"": dump(found)}),
        lens,
    )
    findings = [
        replace(each, new=Location(line_of(lines, each.finding.places[0].new), 1))
        for each in compared.findings
    ]
    if lens != "sdk":
        findings += _findings(page)
    return replace(compared, findings=tuple(findings))


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
    """Yield all contradictions of a page."""
    source = _slug(page.source)
    links = _slug(page.links) or source
    verb = _VERBS.get(source.partition("-")[0].lower(), page.method)
    if page.source and (links != source or page.method not in _methods(verb)):
        about = links if links != source else f"{page.method} {page.path}"
        rule = "page-names-another-operation"
        yield Contradiction(rule, "the page's source", source, about, 1)
    groups = [("body", page.body), *((each.status, each.fields) for each in page.responses)]
    for place, fields in [*groups, *page.parameters.items()]:
        for each in all_fields(fields):
            if (shown := _type_shown(each)) is not None:
                declared = f"{each.type}[]" if each.many and each.type != "array" else each.type
                rule = "page-example-of-another-type"
                yield Contradiction(rule, f"{place} {each.name}", declared, shown, each.line)
    for each in page.parameters.get("header", ()) if page.sample else ():
        if each.required and not re.search(rf"['\"]{each.name}:", page.sample, re.I):
            rule = "page-sample-lacks-header"
            yield Contradiction(rule, "the sample request", each.name, None, page.sample_line)
    scopes = page.lists["scope"]
    if page.granted and scopes and set(page.granted) != set(scopes):
        yield Contradiction("page-scopes-differ", "the page", scopes, page.granted, page.line)


def _methods(verb: str) -> tuple[str, ...]:
    return ("PUT", "PATCH") if verb == "PUT" else (verb,)


def _slug(address: str) -> str:
    return address.rstrip("/").removesuffix("/index.html").rpartition("/")[2]


def _type_shown(each: Field) -> str | None:
    """Return the type of an example if it differs from its field's type."""
    is_text = each.type in ("string", "date-time") and not each.many  # may look like any type
    if each.example is None or each.type == "any" or is_text:
        return None
    try:
        value = json.loads(each.example)
    except ValueError:
        value = each.example
    wanted = list if each.many else _KINDS.get(each.type, int)
    if isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool)):
        return None
    return _NAMES.get(type(value), "object")
