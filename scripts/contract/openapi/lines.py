"""Where in the text of a document a JSON pointer leads: line and column, both from 1."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import Any, NamedTuple

from scripts.contract.openapi.pointers import split

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],]|[^\s{}\[\],:"]+')

Wanted = dict[str, Any]
"""The wanted places as a tree: a step of a pointer leads to what is wanted below."""


class Location(NamedTuple):
    """A place in a text, counted from 1."""

    line: int
    column: int


def locations(data: bytes, pointers: Iterable[str], name: str = "") -> dict[str, Location]:
    """Find pointers in one pass over a text; one that leads nowhere is where its way ends."""
    pointers = list(dict.fromkeys(pointers))
    if not pointers:
        return {}
    text = data.decode("utf-8-sig")
    is_yaml = name.endswith((".yaml", ".yml")) or not text.lstrip().startswith(("{", "["))
    found = (_in_yaml if is_yaml else _in_json)(text, _tree(pointers))
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


class _Level:
    """An object or array that the scan is inside of."""

    __slots__ = ("in_object", "index", "path", "wanted", "wants_key")

    def __init__(self, in_object: bool, wanted: Wanted | None, path: tuple[str, ...]) -> None:
        self.in_object = self.wants_key = in_object
        self.index = 0
        self.wanted = wanted  # None: nothing below is wanted
        self.path = path


def _in_json(text: str, tree: Wanted) -> dict[tuple[str, ...], Location]:
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    found: dict[tuple[str, ...], Location] = {}
    levels: list[_Level] = []
    below: Wanted | None = tree
    path: tuple[str, ...] = ()

    def note(step: str, level: _Level, offset: int) -> tuple[Wanted | None, tuple[str, ...]]:
        wanted = level.wanted.get(step) if level.wanted is not None else None
        if wanted is None:
            return None, ()
        line = bisect_right(starts, offset)
        way = (*level.path, step)
        found[way] = Location(line, offset - starts[line - 1] + 1)
        return wanted, way

    for match in _TOKEN.finditer(text):
        piece = match.group()
        level = levels[-1] if levels else None
        if piece == ",":
            if level is not None:
                level.wants_key = level.in_object
                level.index += 1
            continue
        if piece in "}]":
            if levels:
                levels.pop()
            continue
        if level is not None and level.wants_key:
            level.wants_key = False
            key = json.loads(piece) if level.wanted else ""
            below, path = note(key, level, match.start()) if level.wanted else (None, ())
            continue
        if level is not None and not level.in_object:
            below, path = note(str(level.index), level, match.start())
        if piece in "{[":
            levels.append(_Level(piece == "{", below or None, path))
    return found


def _in_yaml(text: str, tree: Wanted) -> dict[tuple[str, ...], Location]:
    import yaml

    found: dict[tuple[str, ...], Location] = {}
    pending = [(yaml.compose(text, Loader=yaml.CSafeLoader), tree, tuple[str, ...]())]
    while pending:
        node, wanted, path = pending.pop()
        members: list[tuple[str, Any, Any]] = []
        if isinstance(node, yaml.MappingNode):
            members = [(str(key.value), key, value) for key, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            members = [(str(index), value, value) for index, value in enumerate(node.value)]
        for step, place, value in members:
            if step in wanted:
                mark = place.start_mark
                found[(*path, step)] = Location(mark.line + 1, mark.column + 1)
                pending.append((value, wanted[step], (*path, step)))
    return found
