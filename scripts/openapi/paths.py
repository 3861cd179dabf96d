"""The operations of a document, and the templates of their paths."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from scripts.openapi.nodes import Node, object_at, text
from scripts.openapi.pointers import parent, split
from scripts.openapi.references import Source

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_PLAIN = re.compile(r"[\w$-]+")
_ARGUMENT = re.compile(r"\{([^{}]*)\}")


class Operation(NamedTuple):
    """One method of one path."""

    method: str
    path: str
    node: Node
    item: Node  # the path item that contains it

    @property
    def label(self) -> str:
        """The operation in words."""
        return f"{self.method.upper()} {self.path}"

    @property
    def id(self) -> str:
        """The operationId; empty if there is none."""
        return text(self.node.get("operationId"))


def operations_in(source: Source, items: Node | None) -> Iterator[Operation]:
    """Yield the operations of a map of path items."""
    for path, node in items.members() if items is not None else ():
        if path.startswith("x-") and parent(node.pointer) != "/webhooks":  # these have any name
            continue
        item, _ = source.resolve(node)
        if not isinstance(item.value, dict):
            source.problem(node, "a path item must be an object")
            continue
        # Siblings of a path's $ref count as well.
        holders = [(each, node if node.get(each) is not None else item) for each in METHODS]
        stated = [(method, holder.get(method), holder) for method, holder in holders]
        others = item.get("additionalOperations")
        stated += [(each, one, item) for each, one in others.members()] if others else []
        for method, operation, holder in stated:
            if operation is not None and isinstance(operation.value, dict):
                yield Operation(method, path, source.resolve(operation)[0], holder)
            elif operation is not None:
                source.problem(operation, "an operation must be an object")


def operation_objects(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and value of each operation of OpenAPI 3.0; what is no object is none."""
    for path, item in object_at(document, "paths").items():
        for method in METHODS:
            if isinstance(item, dict) and isinstance(item.get(method), dict):
                yield path, method, item[method]


def template(path: str) -> str:
    """Return a path without the names of its arguments, which a server cannot distinguish."""
    return _ARGUMENT.sub("{}", path)


def equal_templates(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of paths with equal templates: the earlier one, and the later one."""
    first: dict[str, str] = {}
    for path in paths:
        earlier = first.setdefault(template(path), path)
        if earlier != path:
            yield earlier, path


def arguments(path: str) -> list[str]:
    """Return the arguments of a path, in order."""
    return _ARGUMENT.findall(path)


def with_arguments(path: str, names: Iterable[str]) -> str:
    """Return a path with other names of its arguments, in order."""
    new = iter(names)
    return _ARGUMENT.sub(lambda _: f"{{{next(new)}}}", path)


def readable(pointer: str) -> str:
    """Write a JSON pointer in readable form: `GET /pets: parameters[0].schema`."""
    file, _, pointer = pointer.rpartition("#")
    steps = split(pointer)
    head = ""
    if steps[:1] == ["paths"] and len(steps) > 1:
        is_operation = len(steps) > 2 and steps[2] in METHODS
        head = f"{steps[2].upper()} {steps[1]}" if is_operation else steps[1]
        steps = steps[3 if is_operation else 2 :]
    below = "".join(
        f"[{step}]"
        if step.isdecimal()
        else f".{step}"
        if _PLAIN.fullmatch(step)
        else f"[{json.dumps(step, ensure_ascii=False)}]"
        for step in steps
    ).removeprefix(".")
    return ": ".join(part for part in (file, head, below) if part) or "the root"
