"""A review: two contracts compared, what is accepted, what it means, and what there is to do."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.contract.diff import accepted
from scripts.contract.diff.compare import compare
from scripts.contract.diff.findings import Finding
from scripts.contract.diff.impact.verdict import Verdict, decide, next_version, worded
from scripts.contract.diff.load import Contract, load
from scripts.contract.diff.rules import SDK, WIRE
from scripts.contract.openapi.lines import Location
from scripts.contract.openapi.references import Problem

if TYPE_CHECKING:
    from scripts.contract.diff.impact.affected import Affected
    from scripts.contract.diff.impact.apps import AppUse
    from scripts.contract.diff.overlay_status import OverlayStatus

LENSES = ("both", "wire", "sdk")
LEVELS = ("breaking", "risky", "any", "never")
CONTRACT = Path("openapi/associations.json")


@dataclass(frozen=True, slots=True)
class ReviewedFinding:
    """A finding, its location in both texts, and what it affects."""

    finding: Finding
    old: Location
    new: Location
    accepted: str | None = None  # the reason, where a person accepted it
    affected: "tuple[Affected, ...]" = ()  # methods and fields of the facade
    uses: "tuple[AppUse, ...]" = ()  # places in apps

    def severity(self, lens: str) -> str:
        """Return one word, breaking, risky or safe, as the lens shows it."""
        wire = self.finding.wire if lens != "sdk" else "safe"
        sdk = self.finding.sdk if lens != "wire" else "none"
        return "breaking" if "breaking" in (wire, sdk) else wire


@dataclass(frozen=True, slots=True)
class Review:
    """What every report shows; `compare_contracts` starts it and `review` completes it."""

    old: str  # the names of the documents
    new: str
    findings: tuple[ReviewedFinding, ...]
    problems: tuple[Problem, ...] = ()
    lens: str = "both"
    proposals: tuple[dict[str, Any], ...] = ()  # actions for the overlay
    stale: tuple[str, ...] = ()  # entries of accepted.yaml that no longer hold
    overlay: "OverlayStatus | None" = None
    verdict: Verdict = Verdict.NOTHING
    verdict_places: tuple[str, ...] = ()
    next_version: str | None = None

    @property
    def open(self) -> list[ReviewedFinding]:
        """The findings that are not accepted."""
        return [each for each in self.findings if each.accepted is None]

    @property
    def conclusion(self) -> str:
        """The verdict in words."""
        return worded(self.verdict, self.verdict_places)

    def fails(self, level: str) -> bool:
        """Return whether a run with `--fail-on level` ends with exit code 1."""
        if level != "never" and (self.stale or (self.overlay and not self.overlay.is_settled)):
            return True
        severities = {each.severity(self.lens) for each in self.open}
        if level == "any":
            return bool(severities)
        worst = {"breaking": {"breaking"}, "risky": {"breaking", "risky"}}.get(level, set())
        return bool(severities & worst)

    def counts(self) -> dict[str, dict[str, int]]:
        """Count the open findings by lens and severity."""
        found = [each.finding for each in self.open]
        return {
            "wire": {word: sum(each.wire == word for each in found) for word in reversed(WIRE)},
            "sdk": {word: sum(each.sdk == word for each in found) for word in reversed(SDK)},
        }


def compare_contracts(old: Contract, new: Contract, lens: str = "both") -> Review:
    """Compare two contracts and locate each finding in both texts."""
    comparison = compare(old.document, new.document, old.fetch, new.fetch)
    kept = [each for each in comparison.findings if lens != "sdk" or each.sdk != "none"]
    in_old = _locator(old, (each.places[0].old for each in kept))
    in_new = _locator(new, (each.places[0].new for each in kept))
    if lens == "sdk":
        kept.sort(key=lambda each: -SDK.index(each.sdk))
    located = (
        ReviewedFinding(each, in_old(each.places[0].old), in_new(each.places[0].new))
        for each in kept
    )
    return Review(old.name, new.name, tuple(located), tuple(comparison.problems), lens)


def review(
    compared: Review,
    entries: Sequence[accepted.AcceptedFinding],
    today: date,
    *,
    root: Path = Path(),
    overlay: "OverlayStatus | None" = None,
    apps: Sequence[Path] = (),
) -> Review:
    """Complete a comparison: what is accepted, what it affects in `root`, what there is to do."""
    reasons, stale = accepted.apply(compared, entries, today)
    findings = [
        replace(each, accepted=reasons.get(each.finding.fingerprint)) for each in compared.findings
    ]
    if findings or apps:
        findings = _with_impact(findings, root, apps)
    still_open = (each for each in findings if each.accepted is None)
    verdict, places = decide(still_open, compared.lens, has_proposals=bool(compared.proposals))
    stated = root / "facade" / "version.py"
    return replace(
        compared,
        findings=tuple(findings),
        stale=tuple(stale),
        overlay=overlay,
        verdict=verdict,
        verdict_places=places,
        next_version=next_version(stated.read_text("utf-8"), verdict.step)
        if stated.exists()
        else None,
    )


def _with_impact(
    findings: list[ReviewedFinding], root: Path, apps: Sequence[Path]
) -> list[ReviewedFinding]:
    # Reading Python costs an import that a comparison without findings does not need.
    from scripts.contract.diff.impact.affected import Impact
    from scripts.contract.diff.impact.apps import read_apps
    from scripts.contract.diff.impact.facade import read_facade

    facade = read_facade(root / "facade")
    contract = load(str(root / CONTRACT)).document if (root / CONTRACT).exists() else {}
    impact = Impact(facade, contract, [each.finding for each in findings])
    uses = read_apps(apps, facade)
    completed = []
    for each in findings:
        affected = impact.affected(each.finding)
        exposed = {one.name for one in affected if not one.shielded}
        met = tuple(use for use in uses if use.name in exposed)
        completed.append(replace(each, affected=affected, uses=met))
    return completed


def _locator(contract: Contract, places: Iterable[str]) -> Callable[[str], Location]:
    """Locate places, each in the text of its file."""
    wanted: dict[str, list[str]] = {}
    for place in places:
        file, pointer = _split(place)
        wanted.setdefault(file, []).append(pointer)
    found = {file: contract.locate(file, pointers) for file, pointers in wanted.items()}

    def locate(place: str) -> Location:
        file, pointer = _split(place)
        return found.get(file, {}).get(pointer, Location(1, 1))

    return locate


def _split(place: str) -> tuple[str, str]:
    if place.startswith("/") or not place:
        return "", place
    file, _, pointer = place.partition("#")
    return file, pointer
