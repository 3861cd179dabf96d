"""Find contradictions within a page."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from scripts.evidence.page import Field, Page, all_fields

_VERBS = {
    "get": "GET",
    "find": "GET",
    "list": "GET",
    "search": "GET",
    "create": "POST",
    "add": "POST",
    "update": "PUT",
    "edit": "PUT",
    "delete": "DELETE",
    "remove": "DELETE",
}


class Contradiction(NamedTuple):
    """Two statements of a page that contradict each other."""

    rule: str
    subject: str
    before: Any
    after: Any
    line: int


def contradictions(page: Page) -> Iterator[Contradiction]:
    """Yield all contradictions of a page."""
    yield from _address(page)
    yield from _examples(page)
    if page.sample:
        for each in page.parameters.get("header", ()):
            if each.required and not re.search(rf"['\"]{each.name}:", page.sample, re.I):
                rule = "page-sample-lacks-header"
                yield Contradiction(rule, "the sample request", each.name, None, page.sample_line)
    if page.granted and page.scopes and set(page.granted) != set(page.scopes):
        yield Contradiction("page-scopes-differ", "the page", page.scopes, page.granted, page.line)


def _address(page: Page) -> Iterator[Contradiction]:
    """Compare the source address of the page with the operation it documents."""
    if not page.source:
        return
    source = _slug(page.source)
    verb = source.partition("-")[0].lower()
    method = _VERBS.get(verb, page.method)
    if method == "PUT" and page.method == "PATCH":
        method = "PATCH"
    links = _slug(page.links) if page.links else source
    if method != page.method or links != source:
        about = links if links != source else f"{page.method} {page.path}"
        rule = "page-names-another-operation"
        yield Contradiction(rule, "the page's source", source, about, 1)


def _slug(address: str) -> str:
    return address.rstrip("/").removesuffix("/index.html").rpartition("/")[2]


def _examples(page: Page) -> Iterator[Contradiction]:
    groups = [("body", page.body), *((each.status, each.fields) for each in page.responses)]
    groups += list(page.parameters.items())
    for place, fields in groups:
        for each in all_fields(fields):
            shown = _type(each)
            if shown is not None:
                subject = f"{place} {each.name}"
                rule = "page-example-of-another-type"
                yield Contradiction(rule, subject, _declared(each), shown, each.line)


def _declared(each: Field) -> str:
    return f"{each.type}[]" if each.many and each.type != "array" else each.type


def _type(each: Field) -> str | None:
    """Return the type of an example if it differs from its field's type."""
    if each.example is None or each.type == "any":
        return None
    try:
        value = json.loads(each.example)
    except ValueError:
        value = each.example
    if each.type in ("string", "date-time") and not each.many:
        return None  # a string may look like any other type
    kinds = {"array": list, "object": dict, "boolean": bool, "number": int | float}
    wanted: Any = list if each.many else kinds.get(each.type, int)
    is_flag = isinstance(value, bool) and wanted is not bool
    if isinstance(value, wanted) and not is_flag:
        return None
    names = {str: "string", bool: "boolean", int: "number", float: "number", list: "array"}
    return names.get(type(value), "object")
