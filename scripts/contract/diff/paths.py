"""Which operation of the old document is which of the new one."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from scripts.contract.diff.source import Node, Source, text

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_ARGUMENT = re.compile(r"\{([^{}]*)\}")


class Operation(NamedTuple):
    """One method of one path."""

    method: str
    path: str
    node: Node
    item: Node  # the path item that holds it

    @property
    def label(self) -> str:
        """The operation as a person names it."""
        return f"{self.method.upper()} {self.path}"

    @property
    def id(self) -> str:
        """The operationId, empty if there is none."""
        return text(self.node.get("operationId"))


class Matches(NamedTuple):
    """Both documents' operations side by side."""

    same: list[tuple[Operation, Operation]]
    moved: list[tuple[Operation, Operation]]
    gone: list[Operation]
    added: list[Operation]


def operations_in(source: Source, items: Node | None) -> Iterator[Operation]:
    """Give the operations of a map of path items."""
    for path, node in items.members() if items is not None else ():
        if path.startswith("x-"):
            continue
        item, _ = source.resolve(node)
        if not isinstance(item.value, dict):
            source.problem(node, "a path item must be an object")
            continue
        for method in METHODS:
            # What stands beside a reference counts as well.
            holder = node if node.get(method) is not None else item
            operation = holder.get(method)
            if operation is None:
                continue
            if isinstance(operation.value, dict):
                yield Operation(method, path, operation, holder)
            else:
                source.problem(operation, "an operation must be an object")


def template(path: str) -> str:
    """Give a path without the names of its arguments: what the wire can tell apart."""
    return _ARGUMENT.sub("{}", path)


def arguments(path: str) -> list[str]:
    """Name the arguments of a path, in order."""
    return _ARGUMENT.findall(path)


def match(old: list[Operation], new: list[Operation]) -> Matches:
    """Match by text, by template, and what is left by operationId."""
    same: list[tuple[Operation, Operation]] = []
    for by in (_text, _template_and_id, _template):
        waiting: dict[tuple[str, ...], list[Operation]] = {}
        for operation in old:
            waiting.setdefault(by(operation), []).append(operation)
        found = []
        for other in new:
            candidates = waiting.get(by(other))
            if candidates:
                found.append((candidates.pop(0), other))
        same += found
        old, new = _rest(old, new, found)
    ours, theirs = _by_id(old), _by_id(new)
    moved = [(operation, theirs[key]) for key, operation in ours.items() if key in theirs]
    old, new = _rest(old, new, moved)
    return Matches(same, moved, old, new)


def _text(operation: Operation) -> tuple[str, ...]:
    return operation.method, operation.path


def _template_and_id(operation: Operation) -> tuple[str, ...]:
    return operation.method, template(operation.path), operation.id


def _template(operation: Operation) -> tuple[str, ...]:
    return operation.method, template(operation.path)


def _by_id(operations: list[Operation]) -> dict[tuple[str, str], Operation]:
    """File operations under their operationId, where it is given and given once."""
    found: dict[tuple[str, str], list[Operation]] = {}
    for operation in operations:
        found.setdefault((operation.method, operation.id), []).append(operation)
    return {key: same[0] for key, same in found.items() if key[1] and len(same) == 1}


def _rest(
    old: list[Operation], new: list[Operation], found: list[tuple[Operation, Operation]]
) -> tuple[list[Operation], list[Operation]]:
    ours = {_text(operation) for operation, _ in found}
    theirs = {_text(other) for _, other in found}
    return (
        [operation for operation in old if _text(operation) not in ours],
        [other for other in new if _text(other) not in theirs],
    )
