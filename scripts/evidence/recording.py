"""Read and merge observations: files of facade.observe and of the probe, and witnesses."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from facade._core.operations import VERSIONS
from facade.observe import Recorder, ResponseReceived
from scripts.errors import CannotRunError
from scripts.openapi.documents import parse
from scripts.openapi.places import FilePlace

ANSWER_SEPARATOR = " / "  # between differing answers to one question
_KEY = ("operation", "version", "status", "media")
_MALFORMED = (LookupError, TypeError, ValueError, AttributeError, RecursionError)


@dataclass(slots=True)
class Shape:
    """All observed values of one place: how many, of which types, with which fields."""

    n: int = 0
    types: Counter[str] = field(default_factory=Counter)
    fields: dict[str, "Shape"] = field(default_factory=dict)
    items: "Shape | None" = None
    values: Counter[str] = field(default_factory=Counter)  # of closed vocabularies
    unnamed: int = 0  # fields left out because their names may be data

    @classmethod
    def read(cls, data: Any) -> "Shape":
        fields = {str(name): cls.read(each) for name, each in data.get("fields", {}).items()}
        items = cls.read(data["items"]) if "items" in data else None
        types, values = (Counter(dict(data.get(name, {}))) for name in ("types", "values"))
        return cls(int(data["n"]), types, fields, items, values, int(data.get("unnamed", 0)))

    def add(self, other: "Shape") -> None:
        """Add the shape of the same place in another recording."""
        self.n += other.n
        self.unnamed += other.unnamed
        self.types.update(other.types)
        self.values.update(other.values)
        for name, each in other.fields.items():
            self.fields.setdefault(name, Shape()).add(each)
        if other.items is not None:
            self.items = self.items or Shape()
            self.items.add(other.items)

    def only(self, kind: str) -> "Shape":
        """Return the shape of the values of one JSON type."""
        fields = self.fields if kind == "object" else {}
        items = self.items if kind == "array" else None
        count = self.types[kind]
        return Shape(count, Counter({kind: count}), fields, items, self.values, self.unnamed)

    def descendants(self, name: str = "") -> Iterator[tuple[str, "Shape"]]:
        """Yield this shape and all shapes inside it, each with the name of its field."""
        yield name, self
        for inner, each in self.fields.items():
            yield from each.descendants(inner)
        if self.items is not None:
            yield from self.items.descendants(name)

    def schema(self, *, strict: bool = False) -> dict[str, Any]:
        """Infer a schema that every value matches; if strict, it requires what is always there."""
        kinds = [kind for kind in sorted(self.types) if kind != "null"]
        if "number" in kinds and "integer" in kinds:
            kinds.remove("integer")
        each = [self._schema_of(kind, strict) for kind in kinds]
        found: dict[str, Any] = each[0] if len(each) == 1 else {"anyOf": each} if each else {}
        return {**found, "nullable": True} if "null" in self.types else found

    def _schema_of(self, kind: str, strict: bool) -> dict[str, Any]:
        if kind == "array":
            return {"type": kind, "items": self.items.schema(strict=strict) if self.items else {}}
        if kind != "object" or not self.fields:
            return {"type": kind}
        fields = sorted(self.fields.items())
        properties = {name: each.schema(strict=strict) for name, each in fields}
        always = [name for name, each in fields if each.n == self.types[kind]] if strict else []
        found: dict[str, Any] = {"type": kind, "properties": properties}
        return {**found, "required": always} if always else found


@dataclass(slots=True)
class RecordedBody:
    """The bodies of one kind in the responses of an operation with one status."""

    operation: str  # "GET /associations/"
    version: str
    status: str
    media: str  # json, html, other, empty
    shape: Shape


Facts = dict[str, tuple[str, int]]
"""By question: the answer, or the differing ones with separators, and the number of replies."""


@dataclass(slots=True)
class Recording:
    bodies: list[RecordedBody]
    facts: Facts
    days: tuple[str, str]  # first and last
    witnesses: tuple[str, ...] = ()  # their names, if only witnesses were read

    @property
    def when(self) -> str:
        first, last = self.days
        return first if first == last else f"{first} to {last}"

    @property
    def origin(self) -> str:
        """The source of the observations: witnesses, or the days on the wire."""
        return ", ".join(self.witnesses) or f"observed on the wire {self.when}"


def read(paths: Iterable[Path]) -> Recording:
    """Read and merge recordings and witnesses; CannotRunError names an unreadable file."""
    bodies: dict[tuple[str, ...], RecordedBody] = {}
    facts: Facts = {}
    days, kinds, names = set[str](), set[bool](), list[str]()
    for path in paths:
        names.append(path.stem)
        is_witness = path.suffix in (".yaml", ".yml")  # recordings are JSON lines
        kinds.add(is_witness)
        for number, line in enumerate(_witness(path) if is_witness else _lines(path), start=1):
            try:
                data = json.loads(line) if isinstance(line, bytes) else line
                days |= {str(data["first"]), str(data["last"])}
                _add_fact(facts, data) if "fact" in data else _add_body(bodies, data)
            except _MALFORMED as error:
                why = f"{path}, line {number}, is not a line of facade.observe: {error!r:.80}"
                raise CannotRunError(why) from error
    if not days:
        raise CannotRunError("nothing was observed: the files are empty")
    witnesses = tuple(names) if kinds == {True} else ()
    return Recording(list(bodies.values()), facts, (min(days), max(days)), witnesses)


def _lines(path: Path) -> list[Any]:
    return [line for line in FilePlace(path).read().splitlines() if line.strip()]


def _add_body(bodies: dict[tuple[str, ...], RecordedBody], data: Any) -> None:
    shape = Shape.read(data["body"])
    top = " ".join(sorted(shape.fields)) or " ".join(shape.types)
    operation, version, status, media = key = tuple(str(data[name]) for name in _KEY)
    new = RecordedBody(operation, version, status, media, Shape())
    bodies.setdefault((*key, top), new).shape.add(shape)


def _add_fact(facts: Facts, data: Any) -> None:
    answer, n = str(data["answer"]), int(data["n"])
    known, number = facts.get(data["fact"], (answer, 0))
    answers = {*known.split(ANSWER_SEPARATOR), *answer.split(ANSWER_SEPARATOR)}
    facts[data["fact"]] = ANSWER_SEPARATOR.join(sorted(answers)), number + n


def _witness(path: Path) -> list[Any]:
    """Return the responses of a witness, as a recorder records them.

    CannotRunError if it has none, or is not a witness.
    """
    data = FilePlace(path).read()
    recorder = Recorder(1)
    try:
        witness = parse(data, str(path))
        days = {"first": witness["since"], "last": witness["since"]}
        for exchange in witness.get("exchanges", []):
            for response in _responses(exchange):
                recorder(response)
    except _MALFORMED as error:
        why = f"{path} is not a witness; see openapi/witnesses/README.md: {error!r:.80}"
        raise CannotRunError(why) from error
    if not recorder.lines():
        raise CannotRunError(f"{path} has no response body: there is nothing to compare")
    return [{**line, **days} for line in recorder.lines()]


def _responses(exchange: dict[str, Any]) -> Iterator[ResponseReceived]:
    """Yield a response for each status; none if only the status is known."""
    if not {"body", "text"} & exchange.keys():
        return
    method, target = exchange["request"].split(" ")
    statuses = exchange["status"]
    text = json.dumps(exchange["body"]) if "body" in exchange else exchange["text"]
    for status in statuses if isinstance(statuses, list) else [statuses]:
        yield ResponseReceived(
            operation="",
            location_id="",
            method=method,
            target=target,
            version=exchange.get("version", VERSIONS[0]),
            status_code=int(status),
            headers={},
            request_body=b"",
            response_body=text.encode(),
        )
