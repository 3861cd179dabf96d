"""The operations of a document, and the templates of their paths."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scripts.openapi.nodes import Node, text
from scripts.openapi.pointers import split
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
        if path.startswith("x-"):
            continue
        item, _ = source.resolve(node)
        if not isinstance(item.value, dict):
            source.problem(node, "a path item must be an object")
            continue
        for method in METHODS:
            # Siblings of a path's $ref count as well.
            holder = node if node.get(method) is not None else item
            yield from _operation(source, method, path, holder.get(method), holder)
        others = item.get("additionalOperations")
        for method, operation in others.members() if others is not None else ():
            yield from _operation(source, method, path, operation, item)


def _operation(
    source: Source, method: str, path: str, node: Node | None, item: Node
) -> Iterator[Operation]:
    if node is None:
        return
    if isinstance(node.value, dict):
        yield Operation(method, path, source.resolve(node)[0], item)
    else:
        source.problem(node, "an operation must be an object")


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
