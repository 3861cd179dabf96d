"""Read what facade.observe and the probe saved, and merge it: days, accounts, processes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.documents import parse

SEVERAL = " / "  # between answers that are not one


@dataclass(slots=True)
class Shape:
    """All values that were seen at one place: how many, of which types, with which fields."""

    n: int = 0
    types: dict[str, int] = field(default_factory=dict)
    fields: dict[str, "Shape"] = field(default_factory=dict)
    items: "Shape | None" = None
    values: dict[str, int] = field(default_factory=dict)
    unnamed: int = 0

    @classmethod
    def read(cls, data: Any) -> "Shape":
        """Read one as it was saved."""
        return cls(
            int(data["n"]),
            _counts(data["types"]),
            {str(name): cls.read(each) for name, each in data.get("fields", {}).items()},
            cls.read(data["items"]) if "items" in data else None,
            _counts(data.get("values", {})),
            int(data.get("unnamed", 0)),
        )

    def add(self, other: "Shape") -> None:
        """Take in what was seen at the same place elsewhere."""
        self.n += other.n
        self.unnamed += other.unnamed
        for mine, theirs in ((self.types, other.types), (self.values, other.values)):
            for name, count in theirs.items():
                mine[name] = mine.get(name, 0) + count
        for name, each in other.fields.items():
            self.fields.setdefault(name, Shape()).add(each)
        if other.items is not None:
            self.items = self.items or Shape()
            self.items.add(other.items)

    def only(self, kind: str) -> "Shape":
        """Give what was seen of one JSON type."""
        fields = self.fields if kind == "object" else {}
        items = self.items if kind == "array" else None
        count = self.types.get(kind, 0)
        return Shape(count, {kind: count}, fields, items, self.values, self.unnamed)


@dataclass(slots=True)
class Body:
    """The bodies of one kind that an operation answered with one status."""

    operation: str  # "GET /associations/"
    version: str
    status: str
    media: str  # json, html, other, empty
    shape: Shape


@dataclass(slots=True)
class Answer:
    """What the wire answers to one open question; several answers where it was not always one."""

    fact: str
    asks: str
    answers: list[str]
    n: int


@dataclass(slots=True)
class Seen:
    """Everything that was observed, merged."""

    bodies: list[Body]
    answers: dict[str, Answer]
    days: list[str]  # the first and the last

    @property
    def when(self) -> str:
        """Say when it was seen."""
        return self.days[0] if self.days[0] == self.days[-1] else " to ".join(self.days)


def read(paths: Iterable[Path]) -> Seen:
    """Read files and merge them; CannotRunError says which line is none of ours."""
    bodies: dict[tuple[str, ...], Body] = {}
    answers: dict[str, Answer] = {}
    days = set[str]()
    for path in paths:
        for number, line in enumerate(_lines(path), start=1):
            try:
                data = parse(line, f"{path}, line {number}")
                days |= {str(data["first"]), str(data["last"])}
                _add_answer(answers, data) if "fact" in data else _add_body(bodies, data)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                why = f"{path}, line {number}, is not what facade.observe saves: {error!r:.80}"
                raise CannotRunError(why) from error
    if not days:
        raise CannotRunError("nothing was observed: the files are empty")
    return Seen(list(bodies.values()), answers, [min(days), max(days)])


def _lines(path: Path) -> list[bytes]:
    try:
        return [line for line in path.read_bytes().splitlines() if line.strip()]
    except OSError as error:
        raise CannotRunError(f"cannot read {path}: {error.strerror or error}") from error


def _add_body(bodies: dict[tuple[str, ...], Body], data: Any) -> None:
    shape = Shape.read(data["body"])
    top = " ".join(sorted(shape.fields)) or " ".join(shape.types)
    names = ("operation", "version", "status", "media")
    operation, version, status, media = (str(data[name]) for name in names)
    new = Body(operation, version, status, media, Shape())
    bodies.setdefault((operation, version, status, media, top), new).shape.add(shape)


def _add_answer(answers: dict[str, Answer], data: Any) -> None:
    known = answers.setdefault(data["fact"], Answer(data["fact"], str(data["asks"]), [], 0))
    known.answers = sorted({*known.answers, *str(data["answer"]).split(SEVERAL)})
    known.n += int(data["n"])


def _counts(data: Any) -> dict[str, int]:
    return {str(name): int(count) for name, count in data.items()}
