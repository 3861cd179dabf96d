"""What a reviewer is told: findings with their lines, what was accepted, and the verdict."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scripts.contract.diff.compare import compare
from scripts.contract.diff.findings import Finding
from scripts.contract.diff.load import Contract
from scripts.contract.diff.rules import SDK, WIRE
from scripts.contract.openapi.lines import Location, locations
from scripts.contract.openapi.references import Problem

if TYPE_CHECKING:
    from scripts.contract.diff.overlaid import OverlayReview

LENSES = ("both", "wire", "sdk")
LEVELS = ("breaking", "risky", "any", "never")


@dataclass(slots=True)
class Judged:
    """A finding, where it stands in both texts, and what it touches."""

    finding: Finding
    old: Location
    new: Location
    accepted: str | None = None  # why a person accepted it
    facade: list[Any] = field(default_factory=list)
    apps: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class Review:
    """A comparison as a person reads it."""

    old: str
    new: str
    findings: list[Judged]
    problems: list[Problem]
    lens: str = "both"
    verdict: str = "nothing to do"
    next_version: str | None = None
    stale: list[str] = field(default_factory=list)  # accepted entries that no longer hold
    overlay: "OverlayReview | None" = None
    proposals: list[dict[str, Any]] = field(default_factory=list)  # actions for the overlay

    @property
    def open(self) -> list[Judged]:
        """The findings that nobody accepted."""
        return [judged for judged in self.findings if judged.accepted is None]


def review(old: Contract, new: Contract, lens: str = "both") -> Review:
    """Compare two contracts and find every finding's line in both texts."""
    comparison = compare(old.document, new.document, old.fetch, new.fetch)
    findings = [each for each in comparison.findings if lens != "sdk" or each.sdk != "none"]
    ours = _lines(old, (each.places[0].old for each in findings))
    theirs = _lines(new, (each.places[0].new for each in findings))
    judged = [
        Judged(each, ours(each.places[0].old), theirs(each.places[0].new)) for each in findings
    ]
    if lens == "sdk":
        judged.sort(key=lambda each: -SDK.index(each.finding.sdk))
    return Review(old.name, new.name, judged, comparison.problems, lens)


def _lines(contract: Contract, places: Iterable[str]) -> Callable[[str], Location]:
    """Find places in the text of the file that each stands in."""
    wanted: dict[str, list[str]] = {}
    for place in places:
        file, pointer = _split(place)
        wanted.setdefault(file, []).append(pointer)
    found = {
        file: locations(contract.data[file], pointers, file or contract.name)
        for file, pointers in wanted.items()
        if file in contract.data
    }

    def line_of(place: str) -> Location:
        file, pointer = _split(place)
        return found.get(file, {}).get(pointer, Location(1, 1))

    return line_of


def _split(place: str) -> tuple[str, str]:
    if place.startswith("/") or not place:
        return "", place
    file, _, pointer = place.partition("#")
    return file, pointer


def severity(finding: Finding, lens: str) -> str:
    """Give one word for a finding: breaking, risky or safe, as the lens sees it."""
    wire = finding.wire if lens != "sdk" else "safe"
    sdk = finding.sdk if lens != "wire" else "none"
    return "breaking" if "breaking" in (wire, sdk) else wire


def fails(given: Review, level: str) -> bool:
    """Tell whether a review holds a finding that nobody accepted and that is bad enough."""
    if level != "never" and (given.stale or (given.overlay and not given.overlay.settled)):
        return True
    severities = {severity(each.finding, given.lens) for each in given.open}
    if level == "any":
        return bool(severities)
    worst = {"breaking": {"breaking"}, "risky": {"breaking", "risky"}}.get(level, set())
    return bool(severities & worst)


def counts(given: Review) -> dict[str, dict[str, int]]:
    """Count the open findings by lens and severity."""
    return {
        "wire": {word: sum(e.finding.wire == word for e in given.open) for word in reversed(WIRE)},
        "sdk": {word: sum(e.finding.sdk == word for e in given.open) for word in reversed(SDK)},
    }
