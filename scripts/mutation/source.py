"""The text of a module, the places of its nodes, and edits of it.

An edit keeps the formatting of what it does not change, so that a report can show just the change.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

_ATOMS = (ast.Attribute, ast.Call, ast.Constant, ast.Name, ast.Subscript)


@dataclass(frozen=True)
class Edit:
    """A text to put in place of the bytes from `start` to `end`."""

    start: int
    end: int
    text: str


class PythonSource:
    """A module: its text, its syntax tree, and the place of each node in the text."""

    def __init__(self, text: str) -> None:
        self.data = text.encode()
        self.tree = ast.parse(text)
        lines = map(len, self.data.splitlines(keepends=True))
        self._starts = list(accumulate(lines, initial=0))

    def span(self, node: Any) -> tuple[int, int]:
        """Return where a node starts and ends, in bytes."""
        first: Any = node
        last: Any = node
        if isinstance(node, ast.withitem):  # the only one of our nodes that does not know its place
            first, last = node.context_expr, node.optional_vars or node.context_expr
        return (
            self._starts[first.lineno - 1] + first.col_offset,
            self._starts[last.end_lineno - 1] + last.end_col_offset,
        )

    def line(self, offset: int) -> int:
        """Return the number of the line with a byte."""
        return self.data.count(b"\n", 0, offset) + 1

    def text(self, node: Any) -> str:
        """Return the text of a node."""
        start, end = self.span(node)
        return self.data[start:end].decode()

    def operand(self, node: Any) -> str:
        """Return the text of a node, in parentheses unless it never needs them."""
        return self.text(node) if isinstance(node, _ATOMS) else f"({self.text(node)})"

    def edited(self, edit: Edit) -> str:
        """Return the whole text with a bug."""
        return (self.data[: edit.start] + edit.text.encode() + self.data[edit.end :]).decode()

    def replace(self, node: Any, text: str) -> Edit:
        """Return the edit that replaces a node."""
        return Edit(*self.span(node), text)

    def remove(self, nodes: Sequence[Any], number: int) -> Edit:
        """Return the edit that removes one of several nodes, with its comma."""
        start, end = self.span(nodes[number])
        if number + 1 < len(nodes):
            end = self.span(nodes[number + 1])[0]
        elif number:
            start = self.span(nodes[number - 1])[1]
        return Edit(start, end, "")
