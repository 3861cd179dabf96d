"""A review: the findings of two contracts, the accepted ones, their impact, and the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.contract.impact.verdict import (
    Verdict,
    counts_text,
    decide,
    next_version,
    stated_version,
    verdict_text,
)
from scripts.diff import accepted
from scripts.diff.compare import compare
from scripts.diff.load import Contract
from scripts.diff.policies.apply import PolicyNote, apply, without_paths
from scripts.diff.policies.read import NO_POLICY, Policy
from scripts.diff.reviewed import ReviewedFinding
from scripts.diff.rules import SDK, WIRE
from scripts.openapi.documents import Document
from scripts.openapi.references import Problem

if TYPE_CHECKING:
    from scripts.contract.overlay_status import OverlayStatus

LENSES = ("both", "wire", "sdk")
LEVELS = ("breaking", "risky", "any", "never")
SEVERITIES = ("breaking", "risky", "safe")
CONTRACT = Path("openapi/associations.json")


@dataclass(frozen=True, slots=True)
class Review:
    """The content of every report; `compare_contracts` creates it and `review` completes it."""

    old: str  # the names of the documents
    new: str
    findings: tuple[ReviewedFinding, ...]
    problems: tuple[Problem, ...] = ()
    lens: str = "both"
    proposals: tuple[dict[str, Any], ...] = ()  # actions for the overlay
    stale: tuple[str, ...] = ()  # messages about accepted entries that no longer hold
    policy: Policy = NO_POLICY
    notes: tuple[PolicyNote, ...] = ()  # what each policy did
    overlay: "OverlayStatus | None" = None
    verdict: Verdict = Verdict.NOTHING
    verdict_places: tuple[str, ...] = ()
    version: str | None = None  # of the facade
    next_version: str | None = None
    paths: tuple[str, str] = ("", "")  # of the documents, in the working tree or on the web
    documents: tuple[Document, Document] = field(default=({}, {}), repr=False, compare=False)

    @property
    def open(self) -> list[ReviewedFinding]:
        """The findings that are not accepted."""
        return [each for each in self.findings if each.accepted is None]

    @property
    def conclusion(self) -> str:
        """The verdict; for another API's document, the number of findings by severity."""
        if self.verdict is Verdict.FOREIGN:
            return counts_text(self.severities())
        return verdict_text(self.verdict, self.verdict_places)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to report."""
        sides: dict[str, set[tuple[str, str]]] = {"old": set(), "new": set()}
        for each in self.problems:
            sides[each.document].add((each.pointer, each.message))
        has_content = self.findings or self.stale or self.overlay or self.proposals
        return not (has_content or self.is_filtered) and sides["old"] == sides["new"]

    @property
    def is_filtered(self) -> bool:
        """Whether a policy excluded something or changed a severity."""
        return any(note.has_effect for note in self.notes)

    def worst_first(self) -> list[ReviewedFinding]:
        """The findings, sorted by their severity under the lens."""
        return sorted(self.findings, key=lambda each: SEVERITIES.index(each.severity(self.lens)))

    def severities(self) -> dict[str, int]:
        """Count the open findings by their severity under the lens."""
        found = [each.severity(self.lens) for each in self.open]
        return {word: found.count(word) for word in SEVERITIES}

    def fails(self, level: str) -> bool:
        """Return whether `--fail-on level` makes the command exit with 1."""
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


def compare_contracts(
    old: Contract, new: Contract, lens: str = "both", policy: Policy = NO_POLICY
) -> Review:
    """Compare two contracts and locate each finding in both documents."""
    before, after, notes = without_paths(policy, old.document, new.document)
    comparison = compare(before, after, old.fetch, new.fetch, (old.name, new.name))
    kept = [each for each in comparison.findings if lens != "sdk" or each.sdk != "none"]
    in_old = old.locator(each.places[0].old for each in kept)
    in_new = new.locator(each.places[0].new for each in kept)
    if lens == "sdk":
        kept.sort(key=lambda each: -SDK.index(each.sdk))
    located = (
        ReviewedFinding(each, in_old(each.places[0].old), in_new(each.places[0].new))
        for each in kept
    )
    return Review(
        old.name,
        new.name,
        tuple(located),
        tuple(comparison.problems),
        lens,
        paths=(old.path, new.path),
        documents=(before, after),
        policy=policy,
        notes=tuple(notes),
    )


def review(
    compared: Review,
    entries: Sequence[accepted.AcceptedFinding],
    today: date,
    *,
    root: Path = Path(),
    overlay: "OverlayStatus | None" = None,
    apps: Sequence[Path] = (),
) -> Review:
    """Add to a comparison: accepted entries, policies, the impact on `root`, and the verdict."""
    reasons, stale = accepted.apply(compared, entries, today)
    findings, notes, expired = apply(
        compared.policy,
        [
            replace(each, accepted=reasons.get(each.finding.fingerprint))
            for each in compared.findings
        ],
        compared.documents,
        today,
    )
    verdict, places = Verdict.NOTHING, tuple[str, ...]()
    if findings or apps:
        # These modules are slow to import, and only findings and apps need them.
        from scripts.contract.impact.affected import with_impact

        completed = with_impact(findings, compared.documents, root, apps)
        findings = completed or findings
        still_open = [each for each in findings if each.accepted is None]
        has_proposals = bool(compared.proposals)
        if completed is None:
            verdict = Verdict.FOREIGN
        else:
            verdict, places = decide(still_open, compared.lens, has_proposals=has_proposals)
    stated = root / "facade" / "version.py"
    version = stated_version(stated.read_text("utf-8")) if stated.exists() else None
    return replace(
        compared,
        findings=tuple(findings),
        stale=(*stale, *expired),
        notes=(*compared.notes, *notes),
        overlay=overlay,
        verdict=verdict,
        verdict_places=places,
        version=version,
        next_version=next_version(version, verdict.step),
    )
