"""The line and column of a pointer in the text of a JSON document, both from 1."""

import json
import re
from collections.abc import Iterable
from typing import NamedTuple

from scripts.openapi.pointers import split

Way = tuple[str, ...]
"""The steps of a pointer, from the root."""

_SPACE = re.compile(r"[ \t\n\r]*")
# Unwanted values are skipped by the C parser.
_SKIP = json.JSONDecoder().raw_decode


class Location(NamedTuple):
    """A place in a text, counted from 1."""

    line: int
    column: int


def locations(data: bytes, pointers: Iterable[str]) -> dict[str, Location]:
    """Locate pointers in one pass; a broken one gets the location of its last existing step."""
    ways = {pointer: _ways(tuple(split(pointer))) for pointer in pointers}
    if not ways:  # most documents of a comparison
        return {}
    text = data.decode("utf-8-sig")
    finder = _Finder(text, {way for each in ways.values() for way in each})
    finder.visit(_after_space(text, 0), ())
    found = _in_lines(text, finder.found) | {(): Location(1, 1)}
    return {
        pointer: next(found[way] for way in each if way in found) for pointer, each in ways.items()
    }


def _ways(steps: Way) -> list[Way]:
    """Return a place and those that contain it, up to the root."""
    ways = [steps]
    while ways[-1]:
        ways.append(ways[-1][:-1])
    return ways


def _in_lines(text: str, offsets: dict[Way, int]) -> dict[Way, Location]:
    found: dict[Way, Location] = {}
    line, start, before = 1, 0, 0
    for steps, offset in offsets.items():  # in the order of the text
        line += text.count("\n", before, offset)
        start = max(start, text.rfind("\n", before, offset) + 1)
        found[steps] = Location(line, offset - start + 1)
        before = offset
    return found


class _Finder:
    def __init__(self, text: str, wanted: set[Way]) -> None:
        self._text = text
        self._wanted = wanted
        self.found: dict[Way, int] = {}  # the offset of the key or item

    def visit(self, at: int, way: Way) -> int:
        """Record the wanted places in the value at an offset; return the end of the value."""
        opening = self._text[at]
        if way not in self._wanted or opening not in "{[":
            return _SKIP(self._text, at)[1]
        at, index = _after_space(self._text, at + 1), 0
        while self._text[at] not in "}]":
            begin, step = at, str(index)
            if opening == "{":
                step, at = _SKIP(self._text, at)
                at = _after_space(self._text, _after_space(self._text, at) + 1)  # the colon
            below = (*way, step)
            if below in self._wanted:
                self.found[below] = begin
            at = _after_space(self._text, self.visit(at, below))
            if self._text[at] == ",":
                at = _after_space(self._text, at + 1)
            index += 1
        return at + 1


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
