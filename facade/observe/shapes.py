"""The shape of JSON values: their types, their field names, and how often each occurred.

A field name is recorded only if it cannot be data: an object may be a map from names of people.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import unquote

from attrs import define, field

from facade.observe.schemas import FIELDS, VALUES

if TYPE_CHECKING:
    from facade._core.events import ResponseReceived

KNOWN: Final = frozenset(chain.from_iterable(FIELDS.values()))

_MAX_UNKNOWN, _MAX_ITEMS, _MAX_DEPTH = 8, 10, 8
_IDENTIFIER = re.compile(r"[a-z]{2,20}(?:[A-Z][a-z]{1,19}){0,5}|[a-z]{2,20}(?:_[a-z]{2,20}){1,5}")
_CONSTANT = re.compile(r"[A-Z]{2,20}(?:_[A-Z]{2,20}){1,4}")
Texts = Callable[[], set[str]]
"""Returns the texts of an exchange: a field name that is one of them is data."""
TYPES = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    dict: "object",
    list: "array",
    type(None): "null",
}


@define(eq=False)
class Shape:
    """The shape of all values at one place of a body."""

    n: int = 0
    types: Counter[str] = field(factory=Counter[str])
    fields: dict[str, Shape] = field(factory=dict[str, "Shape"])
    items: Shape | None = None
    values: Counter[str] = field(factory=Counter[str])
    unnamed: int = 0  # objects with fields whose names are not recorded
    is_map: bool = False  # field names are data

    def as_json(self) -> dict[str, Any]:
        more: dict[str, Any] = {
            "fields": {name: each.as_json() for name, each in sorted(self.fields.items())},
            "items": self.items and self.items.as_json(),
            "values": self.values,
            "unnamed": self.unnamed,
        }
        found = {name: value for name, value in more.items() if value}
        return {"n": self.n, "types": self.types, **found}

    def add(self, value: Any, texts: Texts, name: str = "", depth: int = 0) -> None:
        """Add a JSON value; `name` is its field name, and `depth` its depth in the body."""
        kind = TYPES[type(value)]
        self.n += 1
        self.types[kind] += 1
        if kind == "string":
            if name in VALUES:
                known = value in VALUES[name] or _CONSTANT.fullmatch(value)
                self.values[value if known else "other"] += 1
        elif depth >= _MAX_DEPTH:
            return
        elif kind == "object":
            self._add_fields(value, texts, depth)
        elif kind == "array" and value:
            self.items = self.items or Shape()
            for item in value[:_MAX_ITEMS]:
                self.items.add(item, texts, name, depth + 1)

    def _add_fields(self, fields: dict[str, Any], texts: Texts, depth: int) -> None:
        if not (fields.keys() <= self.fields.keys()):
            self._add_names(fields, texts)
        for name, value in fields.items():
            shape = self.fields.get(name)
            if shape is not None:
                shape.add(value, texts, name, depth + 1)
        self.unnamed += not (fields.keys() <= self.fields.keys())

    def _add_names(self, fields: dict[str, Any], texts: Texts) -> None:
        """Record the names of new fields; for a map, only those of the contract."""
        if not (self.is_map or self._are_names(fields, texts)):
            self.is_map = True
            for name in self.fields.keys() - KNOWN:  # names recorded until now were data, too
                del self.fields[name]
        for name in fields:
            if name not in self.fields and (name in KNOWN or not self.is_map):
                self.fields[name] = Shape()

    def _are_names(self, fields: dict[str, Any], texts: Texts) -> bool:
        """Return whether the unknown field names are identifiers, not data."""
        unknown = (fields.keys() | self.fields.keys()) - KNOWN
        return len(unknown) <= _MAX_UNKNOWN and all(
            _IDENTIFIER.fullmatch(name) and name.casefold() not in texts()
            for name in fields.keys() - KNOWN
        )


def texts_of(event: ResponseReceived, body: Any) -> set[str]:
    """Return all texts of a request and its response, case-folded."""
    found = {part.casefold() for part in re.split(r"[/?&=,+\s]", unquote(event.target))}
    pending = [body, json.loads(event.request_body or b"null")]
    while pending:
        each = pending.pop()
        if isinstance(each, str):
            found.add(each.casefold())
        elif isinstance(each, dict):
            pending += cast("dict[str, Any]", each).values()
        elif isinstance(each, list):
            pending += each
    return found
