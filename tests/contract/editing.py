"""Edits of a document: what HighLevel could change, as a patch of a place.

A place is a document (""), a schema ("#Pet"), an operation ("put /pets/{id}") or all of them ("*"),
or a part of it: "?limit" is a parameter, "request" and "200" the schemas of its bodies, "=200" a
response, and "/a/b" what is at this pointer.
"""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

from scripts.openapi.paths import template
from scripts.openapi.pointers import lookup

Json = dict[str, Any]
Change = Callable[[Json], object]


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def operation(document: Json, place: str) -> Json:
    method, _, path = place.partition(" ")
    return next(
        each
        for known, of_method, each in operations(document)
        if of_method == method and template(known) == template(path)
    )


def schema(document: Json, holder: Json) -> Json:
    reference = holder["content"]["application/json"]["schema"]["$ref"]
    found: Json = document["components"]["schemas"][reference.rpartition("/")[2]]
    return found


def _part(document: Json, node: Json, part: str) -> Json:
    if part.startswith("?"):
        found: Json = next(each for each in node["parameters"] if each.get("name") == part[1:])
    elif part.startswith("="):
        found = node["responses"][part[1:]]
    elif part.startswith("/") or not part:
        found = lookup(node, part)
    else:
        found = schema(
            document, node["requestBody"] if part == "request" else node["responses"][part]
        )
    return found


def nodes(document: Json, where: str, part: str = "") -> list[Json]:
    if where == "*":
        holders = [each for *_, each in operations(document)]
    elif where.startswith("#"):
        holders = [document["components"]["schemas"][where[1:]]]
    else:
        holders = [operation(document, where) if where else document]
    return [_part(document, each, part) for each in holders]


def merge(node: Json, patch: Json) -> None:
    """Merge objects, append lists, remove where the patch has None, or replace by a call."""
    for key, value in patch.items():
        known = node.get(key)
        new = value(known) if callable(value) else copy.deepcopy(value)
        if new is None:
            node.pop(key, None)
        elif isinstance(value, dict) and isinstance(known, dict):
            merge(known, value)
        elif isinstance(value, list) and isinstance(known, list):
            node[key] = [*known, *new]
        else:
            node[key] = new


def edit(where: str, part: str = "", /, **patch: Any) -> Change:
    def change(document: Json) -> None:
        for node in nodes(document, where, part):
            merge(node, patch)

    return change


def both(*changes: Change) -> Change:
    return lambda document: [change(document) for change in changes]


def to(value: Any) -> Callable[[Any], Any]:
    return lambda _: copy.deepcopy(value)


def without(*names: str) -> Callable[[Any], list[Any] | None]:
    """Remove from a list: items, or parameters by name; and the list, if nothing is left."""

    def remaining(found: Any) -> list[Any] | None:
        named = [
            (each.get("name") if isinstance(each, dict) else each, each) for each in found or ()
        ]
        return [each for name, each in named if name not in names] or None

    return remaining


def renamed(where: str, part: str, old: str, new: str) -> Change:
    """Rename a key, or a property, also where it is required."""

    def change(document: Json) -> None:
        (found,) = nodes(document, where, part)
        members = found.get("properties", found)
        members[new] = members.pop(old)
        if "properties" in found:
            found["required"] = [new if each == old else each for each in found["required"]]

    return change


def status(where: str, old: str, new: str, *, has_body: bool = True) -> Change:
    """Answer with another status, perhaps without a body."""

    def change(document: Json) -> None:
        (responses,) = nodes(document, where, "/responses")
        response = responses[new] = json.loads(json.dumps(responses.pop(old)))
        if not has_body:
            response.pop("content", None)

    return change


def moved(old: str, new: str, argument: str = "") -> Change:
    def change(document: Json) -> None:
        item = document["paths"][new] = document["paths"].pop(old)
        for each in (one for found in item.values() for one in found["parameters"]):
            if argument and each.get("in") == "path":
                each["name"] = argument

    return change
