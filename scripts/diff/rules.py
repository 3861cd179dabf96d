"""The rules, read from rules.md; each difference has one row."""

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
    """Who writes the value: the app (request), the server (response), or nobody (unused)."""

    REQUEST = "request"
    RESPONSE = "response"
    UNUSED = "unused"

    __hash__ = object.__hash__  # members are unique, and Enum's own hash is slow


_NOT_ABOUT_VALUES = (
    "xml-",
    "discriminator-",
    "content-encoding-",
    "reference-",
    "unclassified",
    "property-became-writable",
)
"""Prefixes of the rules that do not concern the accepted values."""
_REASONS = {
    (Direction.REQUEST, True): "sent by apps: a request as before may be refused or misread",
    (Direction.REQUEST, False): "sent by apps: a request as before still works",
    (Direction.RESPONSE, True): "received by apps: they may get what they do not know",
    (Direction.RESPONSE, False): "received by apps: they get and miss nothing unexpected",
    (Direction.UNUSED, False): "neither sent nor received by apps",
}
"""Who writes the value, and why it matters, or does not."""
_MISSING = "received by apps: they may miss what they need"
_MISSED = ("property-", "response-", "success-response-"), ("-removed", "-optional")
"""The starts and the ends of the rules of what no longer comes."""
_OPPOSITE = {
    Direction.REQUEST: Direction.RESPONSE,
    Direction.RESPONSE: Direction.REQUEST,
    Direction.UNUSED: Direction.UNUSED,
}


class Position(NamedTuple):
    """The context of a difference that decides its severity."""

    direction: Direction
    in_code: bool = True  # generated code contains it
    text: str = ""  # how values are written as text: once, or each member separately (exploded)
    is_always_sent: bool = False  # a value is always sent
    is_proved: bool = False  # every value that is sent is accepted, whatever the difference
    is_absorbed: bool = False  # every value received fits some alternative, if not the same one

    def opposite(self) -> "Position":
        """Return the position in which the other side writes."""
        return self._replace(direction=_OPPOSITE[self.direction])

    def outside_code(self) -> "Position":
        """Return the same position outside generated code."""
        return self._replace(in_code=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row; each severity is a pair (request, response)."""

    id: str
    wire: tuple[str, str]
    sdk: tuple[str, str]
    mirror: tuple[str, ...]
    sentence: str
    example: str

    def severities(self, position: Position) -> tuple[str, str]:
        """Return the severities of a difference: (wire, sdk)."""
        if position.direction is Direction.UNUSED:
            wire, sdk = "safe", max(self.sdk, key=SDK.index)
        else:
            side = 0 if position.direction is Direction.REQUEST else 1
            wire, sdk = self.wire[side], self.sdk[side]
            if self._is_harmless(position):
                wire = "safe"
            elif self.is_absorbed(position):
                wire = "risky"
        return wire, sdk if position.in_code else "none"

    def reason(self, direction: Direction, wire: str) -> str:
        """Return in words who writes the value, and what that means for apps."""
        if wire == "safe" and self.wire[0] == self.wire[1]:
            return ""
        is_missed = self.id.startswith(_MISSED[0]) and self.id.endswith(_MISSED[1])
        if is_missed and wire != "safe" and direction is Direction.RESPONSE:
            return _MISSING
        return _REASONS[direction, wire != "safe"]

    def is_absorbed(self, position: Position) -> bool:
        """Return whether a breaking difference is risky, as another alternative takes the value."""
        is_breaking = self.wire[1] == "breaking" and position.direction is Direction.RESPONSE
        is_about_values = not self.id.startswith(_NOT_ABOUT_VALUES)
        return position.is_absorbed and is_breaking and is_about_values

    def _is_harmless(self, position: Position) -> bool:
        if self.id.startswith("default-"):
            return position.is_always_sent
        return position.is_proved and not self.id.startswith(_NOT_ABOUT_VALUES)


@cache
def rules() -> Mapping[str, Rule]:
    """Read the table; cached."""
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
