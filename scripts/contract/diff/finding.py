"""What the comparison sees (differences) and what a person reads (findings)."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from scripts.contract.diff.rules import Position
from scripts.contract.diff.source import Node, Problem


class Difference(NamedTuple):
    """One place where two documents differ. `old` and `new` are the nearest places there are."""

    rule: str
    position: Position
    subject: str  # what differs, as a person names it
    old: Node
    new: Node
    before: Any  # None: absent
    after: Any
    owner: Any  # the operation (text), or the pair of schemas that it belongs to
    cause: str | None  # the same cause on many operations; None: the place itself is the cause


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that a finding names, in both documents."""

    old: str
    new: str


@dataclass(slots=True)
class Finding:
    """All differences of one cause."""

    rule: str
    wire: str
    sdk: str
    message: str
    operations: list[str]
    pointer: str
    before: Any
    after: Any
    places: list[Spot]
    fingerprint: str
    directions: list[str]  # request, response, unused: who writes what differs


@dataclass(slots=True)
class Comparison:
    """What comparing two documents gives."""

    findings: list[Finding]
    problems: list[Problem]
