"""The operations of a document, and the templates that their paths are."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scripts.contract.openapi.nodes import Node, text
from scripts.contract.openapi.references import Source

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
    """Return a path without the names of its arguments: what the wire can tell apart."""
    return _ARGUMENT.sub("{}", path)


def equal_templates(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each path that is the template of an earlier one: the earlier, and the path."""
    first: dict[str, str] = {}
    for path in paths:
        earlier = first.setdefault(template(path), path)
        if earlier != path:
            yield earlier, path


def arguments(path: str) -> list[str]:
    """Name the arguments of a path, in order."""
    return _ARGUMENT.findall(path)
