"""The table of rules, read from rules.md: each difference has its row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

TABLE = Path(__file__).with_name("rules.md")

WIRE = ("safe", "risky", "breaking")
SDK = ("none", "compatible", "breaking")


class Direction(Enum):
    """Who writes the value: the app (request), the server (response), or nobody."""

    REQUEST = "request"
    RESPONSE = "response"
    UNUSED = "unused"

    __hash__ = object.__hash__  # members are unique, and Enum's own hash is slow

    def turned(self) -> "Direction":
        """Return the direction of what the other side writes."""
        return _TURNED[self]


_BESIDE_VALUES = (
    "xml-",
    "discriminator-",
    "content-encoding-",
    "unclassified",
    "property-became-writable",
)
"""How the rules begin that are not about which values are accepted."""
_TURNED = {
    Direction.REQUEST: Direction.RESPONSE,
    Direction.RESPONSE: Direction.REQUEST,
    Direction.UNUSED: Direction.UNUSED,
}


class Position(NamedTuple):
    """Where a difference stands, and what is known there."""

    direction: Direction
    in_code: bool = True  # generated code knows of it
    text: str = ""  # how values are written as text: once, or each member anew (exploded)
    is_given: bool = False  # the value is always sent
    is_proved: bool = False  # all that is sent is accepted, whatever differs

    def turned(self) -> "Position":
        """Return the position of what the other side writes."""
        return self._replace(direction=self.direction.turned())

    def outside_code(self) -> "Position":
        """Return the same position where generated code knows nothing of it."""
        return self._replace(in_code=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: severities are (request, response)."""

    id: str
    wire: tuple[str, str]
    sdk: tuple[str, str]
    mirror: tuple[str, ...]
    sentence: str
    example: str

    def severities(self, position: Position) -> tuple[str, str]:
        """Return the severity of a difference under both lenses: (wire, sdk)."""
        if position.direction is Direction.UNUSED:
            wire, sdk = "safe", max(self.sdk, key=SDK.index)
        else:
            side = 0 if position.direction is Direction.REQUEST else 1
            wire, sdk = self.wire[side], self.sdk[side]
            if self._is_harmless(position):
                wire = "safe"
        return wire, sdk if position.in_code else "none"

    def _is_harmless(self, position: Position) -> bool:
        """Return whether what is known of a position makes a difference there harmless."""
        if self.id.startswith("default-"):
            return position.is_given
        return position.is_proved and not self.id.startswith(_BESIDE_VALUES)


@cache
def rules() -> Mapping[str, Rule]:
    """Read the table, once."""
    return MappingProxyType({rule.id: rule for rule in _rows(TABLE.read_text("utf-8"))})


def _rows(text: str) -> Iterator[Rule]:
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and cells[0] != "rule":
            name, wire, sdk, mirror, sentence, example = cells
            yield Rule(
                name, _pair(wire), _pair(sdk), tuple(mirror.split(" or ")), sentence, example
            )


def _pair(cell: str) -> tuple[str, str]:
    first, _, second = cell.partition(", ")
    return first, second or first
