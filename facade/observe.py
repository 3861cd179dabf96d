"""What the wire really sends, kept as shapes: `AssociationsClient(..., observe=Recorder())`.

A shape is an operation, a status, and which fields came with which JSON types, how often. Values
are kept of closed vocabularies only. `python -m scripts.diff --observed FILE` compares what is
saved with the contract.
"""

from __future__ import annotations

import json
import os
import random
import re
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, cast
from urllib.parse import unquote

if TYPE_CHECKING:
    import httpx

VERSIONS: Final = ("2021-07-28", "v3")
TEMPLATES: Final = (
    "/associations/",
    "/associations",
    "/associations/relations",
    "/associations/key/{key_name}",
    "/associations/objectKey/{objectKey}",
    "/associations/relations/{id}",
    "/associations/{associationId}",
)
CLOSED: Final = {
    "associationType": ("USER_DEFINED", "SYSTEM_DEFINED"),
    **dict.fromkeys(
        ("firstObjectToSecondObjectCardinality", "secondObjectToFirstObjectCardinality"),
        ("ONE_TO_ONE", "ONE_TO_MANY", "MANY_TO_ONE", "MANY_TO_MANY"),
    ),
}
KNOWN: Final = frozenset(
    "id key locationId firstObjectLabel firstObjectKey secondObjectLabel secondObjectKey "
    "firstObjectToSecondObjectCardinality secondObjectToFirstObjectCardinality associationType "
    "firstRecordId secondRecordId associationId associationKey primary association associations "
    "relations total updated deleted message statusCode error traceId".split()
)

_BODIES, _UNKNOWN, _ITEMS, _DEEPEST = 400, 8, 10, 8
_WORD = re.compile(r"[a-z]{2,20}(?:[A-Z][a-z]{1,19}){0,5}|[a-z]{2,20}(?:_[a-z]{2,20}){1,5}")
_CONSTANT = re.compile(r"[A-Z]{2,20}(?:_[A-Z]{2,20}){1,4}")
_PATHS = [
    (template, re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)) + r"\Z"))
    for template in TEMPLATES
]
_TYPES = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    dict: "object",
    list: "array",
    type(None): "null",
}


class Observer(Protocol):
    """Is shown each exchange, as it was sent and answered; what it raises reaches the app."""

    def saw(self, request: httpx.Request, response: httpx.Response) -> None:
        """Look at an exchange whose answer was read to its end."""


class _Shape:
    """All values that were seen at one place."""

    __slots__ = ("fields", "is_map", "items", "n", "types", "unnamed", "values")

    def __init__(self) -> None:
        self.n = 0
        self.types: dict[str, int] = {}
        self.fields: dict[str, _Shape] = {}
        self.items: _Shape | None = None
        self.values: dict[str, int] = {}
        self.unnamed = 0  # objects that held fields whose names may be data
        self.is_map = False  # its names change: they are data

    def as_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {"n": self.n, "types": self.types}
        if self.fields:
            data["fields"] = {name: each.as_data() for name, each in sorted(self.fields.items())}
        if self.items is not None:
            data["items"] = self.items.as_data()
        if self.values:
            data["values"] = self.values
        if self.unnamed:
            data["unnamed"] = self.unnamed
        return data


class Recorder:
    """Keep the shapes of a sample of exchanges; never the traffic, and nobody's data.

    `sample` is the share of exchanges that are looked at. What cannot be understood is counted in
    `failures` and never reaches the app. Clients and threads may share a recorder.
    """

    def __init__(self, sample: float = 0.1, *, today: Callable[[], date] = date.today) -> None:
        if not 0 < sample <= 1:
            raise ValueError(f"sample is a share, above 0 and up to 1, not {sample!r}")
        self.sample = sample
        self.failures = 0
        self._today = today
        self._lock = threading.Lock()
        # Repeatability is of no use here, and no secret depends on it.
        self._random = random.random
        self._bodies: dict[tuple[Any, ...], tuple[_Shape, list[str]]] = {}

    def saw(self, request: httpx.Request, response: httpx.Response) -> None:
        """Look at one exchange, if it is in the sample."""
        if self.sample < 1 and self._random() >= self.sample:
            return
        try:
            self._look(request, response)
        except Exception:  # whatever it is, the app's call is not to suffer from it
            self.failures += 1

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write what was seen as JSON lines: the whole file or, if that fails, none of it."""
        target = Path(path)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.writelines(f"{json.dumps(line)}\n" for line in self.lines())
            Path(name).replace(target)
        finally:
            Path(name).unlink(missing_ok=True)

    def lines(self) -> list[dict[str, Any]]:
        """Give what was seen: one line for each kind of body of an operation and status."""
        with self._lock:
            seen = sorted(self._bodies.items(), key=lambda each: each[0][:4])
            return [
                {
                    "operation": operation,
                    "version": version,
                    "status": status,
                    "media": media,
                    "first": days[0],
                    "last": days[-1],
                    "body": shape.as_data(),
                }
                for (operation, version, status, media, _), (shape, days) in seen
            ]

    def _look(self, request: httpx.Request, response: httpx.Response) -> None:
        media, body = _body(response)
        sent = _Sent(request, body)
        key = (*_exchange(request), response.status_code, media, _kind(body))
        day = self._today().isoformat()
        with self._lock:
            if key not in self._bodies and len(self._bodies) >= _BODIES:
                self.failures += 1
                return
            shape, days = self._bodies.setdefault(key, (_Shape(), []))
            days[1:] = [day] if days and days[0] != day else []
            days[:] = days or [day]
            if media == "json":
                _add(shape, body, sent, "", 0)
            else:
                shape.n += 1


class _Sent:
    """Everything of an exchange that is a value, to tell a field's name from data."""

    def __init__(self, request: httpx.Request, body: Any) -> None:
        self._request, self._body = request, body
        self._values: set[str] | None = None

    def __contains__(self, name: str) -> bool:
        if self._values is None:
            said = unquote(self._request.url.raw_path.decode("ascii"))
            self._values = {part.casefold() for part in re.split(r"[/?&=,+\s]", said)}
            if self._request.content:
                self._values.update(_texts(json.loads(self._request.content)))
            self._values.update(_texts(self._body))
        return name.casefold() in self._values


def _texts(value: Any) -> Iterator[str]:
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, str):
            yield each.casefold()
        elif isinstance(each, dict):
            pending += cast("dict[str, Any]", each).values()
        elif isinstance(each, list):
            pending += each


def _exchange(request: httpx.Request) -> tuple[str, str]:
    """Name the operation by its template, and its Version; nothing of the path itself is kept."""
    path = request.url.raw_path.partition(b"?")[0].decode("ascii")
    path = path[max(0, path.find("/associations")) :]
    template = next((name for name, form in _PATHS if form.match(path)), "/...")
    version = request.headers.get("Version")
    return f"{request.method} {template}", version if version in VERSIONS else "other"


def _body(response: httpx.Response) -> tuple[str, Any]:
    """Read a body as JSON, whatever it calls itself; else only say what it is."""
    if not response.content.strip():
        return "empty", None
    try:
        return "json", json.loads(response.content)
    except ValueError:
        return ("html" if b"<" in response.content[:200] else "other"), None


def _kind(body: Any) -> str:
    """Tell bodies apart by what they hold at the top, so that alternatives stay apart."""
    if isinstance(body, dict):
        held = cast("dict[str, Any]", body)
        return " ".join(sorted(KNOWN & held.keys()))
    return type(body).__name__


def _add(shape: _Shape, value: Any, sent: _Sent, name: str, depth: int) -> None:
    kind = _TYPES[type(value)]
    shape.n += 1
    shape.types[kind] = shape.types.get(kind, 0) + 1
    if kind == "string":
        if name in CLOSED:
            word = value if value in CLOSED[name] or _CONSTANT.fullmatch(value) else "other"
            shape.values[word] = shape.values.get(word, 0) + 1
    elif depth >= _DEEPEST:
        return
    elif kind == "object":
        _add_fields(shape, value, sent, depth)
    elif kind == "array" and value:
        shape.items = shape.items or _Shape()
        for item in value[:_ITEMS]:
            _add(shape.items, item, sent, name, depth + 1)


def _add_fields(shape: _Shape, fields: dict[str, Any], sent: _Sent, depth: int) -> None:
    seen = shape.fields
    if not (fields.keys() <= seen.keys()):
        _take_names(shape, fields, sent)
    for name, value in fields.items():
        below = seen.get(name)
        if below is not None:
            _add(below, value, sent, name, depth + 1)
    shape.unnamed += not (fields.keys() <= seen.keys())


def _take_names(shape: _Shape, fields: dict[str, Any], sent: _Sent) -> None:
    """Keep the names of new fields; where names are data, none but those that are known."""
    seen = shape.fields
    if not (shape.is_map or _are_names(shape, fields, sent)):
        shape.is_map = True
        for name in seen.keys() - KNOWN:  # then what was taken for a name before was data, too
            del seen[name]
    for name in fields:
        if name not in seen and (name in KNOWN or not shape.is_map):
            seen[name] = _Shape()


def _are_names(shape: _Shape, fields: dict[str, Any], sent: _Sent) -> bool:
    """Tell whether unknown fields have names that somebody wrote into a program."""
    unknown = (fields.keys() | shape.fields.keys()) - KNOWN
    return len(unknown) <= _UNKNOWN and all(
        _WORD.fullmatch(name) and name not in sent for name in fields.keys() - KNOWN
    )
