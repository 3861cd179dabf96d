"""A value of a document with its place."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from scripts.openapi.pointers import escape

JOIN_SEPARATOR = "\0"
"""Separates the pointers of joined schemas; the first one is their place."""


class Node(NamedTuple):
    """A value and its place: a JSON pointer, in the document or in `file`."""

    value: Any
    pointer: str
    file: str = ""

    def get(self, key: str) -> "Node | None":
        """Return a member; None if it is absent or the value is not an object."""
        if isinstance(self.value, dict) and key in self.value:
            return self.child(key, self.value[key])
        return None

    def child(self, key: str | int, value: Any) -> "Node":
        """Return the node of a member or an item."""
        step = escape(key) if isinstance(key, str) else key
        return Node(value, f"{self.pointer}/{step}", self.file)

    def members(self) -> Iterator[tuple[str, "Node"]]:
        """Yield the members of an object; nothing for any other value."""
        if isinstance(self.value, dict):
            for key, value in self.value.items():
                yield key, self.child(key, value)

    def items(self) -> list["Node"]:
        """Return the items of an array; nothing for any other value."""
        if not isinstance(self.value, list):
            return []
        return [self.child(index, value) for index, value in enumerate(self.value)]

    @property
    def where(self) -> str:
        """The pointer, with its file unless it is in the document itself."""
        pointer = self.pointer.partition(JOIN_SEPARATOR)[0]
        return f"{self.file}#{pointer}" if self.file else pointer


def value(node: Node | None, default: Any = None) -> Any:
    """Return a node's value; `default` without a node."""
    return default if node is None else node.value


def text(node: Node | None, default: str = "") -> str:
    """Return a node's value if it is a string, else `default`."""
    return node.value if node is not None and isinstance(node.value, str) else default


def canonical(item: Any) -> str:
    """Write a value so that equal values are equal text, regardless of the order of keys."""
    return json.dumps(item, sort_keys=True, separators=(",", ":"), default=str)


def matched(old: Node | None, new: Node | None) -> Iterator[tuple[str, Node | None, Node | None]]:
    """Yield the members of two objects by name, None for a missing one."""
    left = dict(old.members()) if old is not None else {}
    right = dict(new.members()) if new is not None else {}
    for key in {**left, **right}:
        yield key, left.get(key), right.get(key)


def object_at(node: Any, key: str) -> dict[str, Any]:
    """Return a member that is an object, else an empty one; lint reports the error."""
    member = node.get(key) if isinstance(node, dict) else None
    return member if isinstance(member, dict) else {}


def list_at(node: Any, key: str) -> list[Any]:
    """Return a member that is a list, else an empty one."""
    member = node.get(key) if isinstance(node, dict) else None
    return member if isinstance(member, list) else []
