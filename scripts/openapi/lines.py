"""The line and column of a pointer in the text of a JSON document, both from 1."""

import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from scripts.openapi.pointers import split

Wanted = dict[str, Any]
"""The wanted places as a tree: the steps of the pointers, nested."""

_SPACE = re.compile(r"[ \t\n\r]*")
# Unwanted values are skipped by the C parser.
_SKIP = json.JSONDecoder(object_pairs_hook=lambda _: None).raw_decode


class Location(NamedTuple):
    """A place in a text, counted from 1."""

    line: int
    column: int


def locations(data: bytes, pointers: Iterable[str]) -> dict[str, Location]:
    """Locate pointers in one pass; a broken one gets the location of its last existing step."""
    pointers = list(dict.fromkeys(pointers))
    if not pointers:
        return {}
    text = data.decode("utf-8-sig")
    finder = _Finder(text)
    finder.visit(_after_space(text, 0), _tree(pointers), ())
    found = _in_lines(text, finder.found)
    return {pointer: _nearest(found, pointer) for pointer in pointers}


def _tree(pointers: Iterable[str]) -> Wanted:
    tree: Wanted = {}
    for pointer in pointers:
        node = tree
        for step in split(pointer):
            node = node.setdefault(step, {})
    return tree


def _nearest(found: dict[tuple[str, ...], Location], pointer: str) -> Location:
    steps = tuple(split(pointer))
    while steps and steps not in found:
        steps = steps[:-1]
    return found.get(steps, Location(1, 1))


def _in_lines(text: str, offsets: dict[tuple[str, ...], int]) -> dict[tuple[str, ...], Location]:
    found: dict[tuple[str, ...], Location] = {}
    line, start, before = 1, 0, 0
    for steps, offset in sorted(offsets.items(), key=lambda each: each[1]):
        line += text.count("\n", before, offset)
        start = max(start, text.rfind("\n", before, offset) + 1)
        found[steps] = Location(line, offset - start + 1)
        before = offset
    return found


class _Finder:
    def __init__(self, text: str) -> None:
        self._text = text
        self.found: dict[tuple[str, ...], int] = {}  # by steps: the offset of the key or item

    def visit(self, at: int, wanted: Wanted, steps: tuple[str, ...]) -> int:
        """Record the wanted places in the value at an offset; return the end of the value."""
        opening = self._text[at]
        if not wanted or opening not in "{[":
            return _SKIP(self._text, at)[1]
        at, index = _after_space(self._text, at + 1), 0
        while self._text[at] not in "}]":
            begin, step = at, str(index)
            if opening == "{":
                step, at = _SKIP(self._text, at)
                at = _after_space(self._text, _after_space(self._text, at) + 1)  # the colon
            if step in wanted:
                way = (*steps, step)
                self.found[way] = begin
                at = self.visit(at, wanted[step], way)
            else:
                at = _SKIP(self._text, at)[1]
            at = _after_space(self._text, at)
            if self._text[at] == ",":
                at = _after_space(self._text, at + 1)
            index += 1
        return at + 1


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
