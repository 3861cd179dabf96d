"""Read and merge the files of facade.observe and of the probe: of several days or processes."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.documents import Document
from scripts.contract.places import FilePlace
from scripts.evidence.witnesses import is_witness, read_witness

ANSWER_SEPARATOR = " / "  # between differing answers to one question


@dataclass(slots=True)
class Shape:
    """All observed values of one place: how many, of which types, with which fields."""

    n: int = 0
    types: dict[str, int] = field(default_factory=dict)
    fields: dict[str, "Shape"] = field(default_factory=dict)
    items: "Shape | None" = None
    values: dict[str, int] = field(default_factory=dict)  # of closed vocabularies
    unnamed: int = 0  # fields left out because their names may be data

    @classmethod
    def read(cls, data: Any) -> "Shape":
        """Read a saved shape."""
        return cls(
            int(data["n"]),
            _counts(data["types"]),
            {str(name): cls.read(each) for name, each in data.get("fields", {}).items()},
            cls.read(data["items"]) if "items" in data else None,
            _counts(data.get("values", {})),
            int(data.get("unnamed", 0)),
        )

    def add(self, other: "Shape") -> None:
        """Add the shape of the same place in another recording."""
        self.n += other.n
        self.unnamed += other.unnamed
        _add_counts(self.types, other.types)
        _add_counts(self.values, other.values)
        for name, each in other.fields.items():
            self.fields.setdefault(name, Shape()).add(each)
        if other.items is not None:
            self.items = self.items or Shape()
            self.items.add(other.items)

    def only(self, kind: str) -> "Shape":
        """Return the shape of the values of one JSON type."""
        fields = self.fields if kind == "object" else {}
        items = self.items if kind == "array" else None
        count = self.types.get(kind, 0)
        return Shape(count, {kind: count}, fields, items, self.values, self.unnamed)

    def descendants(self) -> Iterator[tuple[str, "Shape"]]:
        """Yield this shape and all shapes inside it, each with the name of its field."""
        pending: list[tuple[str, Shape]] = [("", self)]
        while pending:
            name, shape = pending.pop()
            yield name, shape
            pending += shape.fields.items()
            pending += [(name, shape.items)] if shape.items is not None else []

    def schema(self) -> dict[str, Any]:
        """Infer a schema that every value matches; no field is required."""
        kinds = [kind for kind in sorted(self.types) if kind != "null"]
        if "number" in kinds and "integer" in kinds:
            kinds.remove("integer")
        each = [self._schema_of(kind) for kind in kinds]
        found: dict[str, Any] = each[0] if len(each) == 1 else {"anyOf": each} if each else {}
        return {**found, "nullable": True} if "null" in self.types else found

    def _schema_of(self, kind: str) -> dict[str, Any]:
        if kind == "array":
            return {"type": kind, "items": self.items.schema() if self.items else {}}
        if kind == "object" and self.fields:
            properties = {name: each.schema() for name, each in sorted(self.fields.items())}
            return {"type": kind, "properties": properties}
        return {"type": kind}


@dataclass(slots=True)
class RecordedBody:
    """The bodies of one kind in the responses of an operation with one status."""

    operation: str  # "GET /associations/"
    version: str
    status: str
    media: str  # json, html, other, empty
    shape: Shape


@dataclass(slots=True)
class RecordedFact:
    """The observed answers to one question that OpenAPI cannot express."""

    name: str
    answers: list[str]
    n: int


@dataclass(slots=True)
class Recording:
    """All observations, merged."""

    bodies: list[RecordedBody]
    facts: dict[str, RecordedFact]
    days: tuple[str, str]  # first and last
    witnesses: tuple[str, ...] = ()  # their names, if only witnesses were read

    @property
    def when(self) -> str:
        """The day of the observations, or the first and last day."""
        first, last = self.days
        return first if first == last else f"{first} to {last}"

    @property
    def origin(self) -> str:
        """The source of the observations: witnesses, or the days on the wire."""
        return ", ".join(self.witnesses) or f"observed on the wire {self.when}"


def read(paths: Iterable[Path], document: Document | None = None) -> Recording:
    """Read and merge recordings and witnesses; CannotRunError names an unreadable file.

    `document` has the operations that witnesses refer to.
    """
    paths = list(paths)
    bodies: dict[tuple[str, ...], RecordedBody] = {}
    facts: dict[str, RecordedFact] = {}
    days = set[str]()
    for path in paths:
        found: Iterable[Any] = (
            read_witness(path, document or {}) if is_witness(path) else _lines(path)
        )
        for number, line in enumerate(found, start=1):
            try:
                data = json.loads(line) if isinstance(line, bytes) else line
                days |= {str(data["first"]), str(data["last"])}
                _add_fact(facts, data) if "fact" in data else _add_body(bodies, data)
            except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
                why = f"{path}, line {number}, is not a line of facade.observe: {error!r:.80}"
                raise CannotRunError(why) from error
    if not days:
        raise CannotRunError("nothing was observed: the files are empty")
    names = tuple(path.stem for path in paths) if all(map(is_witness, paths)) else ()
    return Recording(list(bodies.values()), facts, (min(days), max(days)), names)


def _lines(path: Path) -> list[bytes]:
    return [line for line in FilePlace(path).read().splitlines() if line.strip()]


def _add_body(bodies: dict[tuple[str, ...], RecordedBody], data: Any) -> None:
    shape = Shape.read(data["body"])
    top = " ".join(sorted(shape.fields)) or " ".join(shape.types)
    names = ("operation", "version", "status", "media")
    operation, version, status, media = (str(data[name]) for name in names)
    new = RecordedBody(operation, version, status, media, Shape())
    bodies.setdefault((operation, version, status, media, top), new).shape.add(shape)


def _add_fact(facts: dict[str, RecordedFact], data: Any) -> None:
    known = facts.setdefault(data["fact"], RecordedFact(data["fact"], [], 0))
    known.answers = sorted({*known.answers, *str(data["answer"]).split(ANSWER_SEPARATOR)})
    known.n += int(data["n"])


def _add_counts(counts: dict[str, int], others: dict[str, int]) -> None:
    for name, count in others.items():
        counts[name] = counts.get(name, 0) + count


def _counts(data: Any) -> dict[str, int]:
    return {str(name): int(count) for name, count in data.items()}
