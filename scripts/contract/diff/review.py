"""A review: two contracts compared, what is accepted, what it means, and what there is to do."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.contract.diff import accepted
from scripts.contract.diff.compare import compare
from scripts.contract.diff.findings import Finding
from scripts.contract.diff.impact.verdict import (
    Verdict,
    counted,
    decide,
    next_version,
    stated_version,
    worded,
)
from scripts.contract.diff.load import Contract
from scripts.contract.diff.policies.apply import PolicyNote, apply, without_paths
from scripts.contract.diff.policies.read import NO_POLICY, Policy
from scripts.contract.diff.rules import SDK, WIRE
from scripts.contract.openapi.documents import Document
from scripts.contract.openapi.lines import Location
from scripts.contract.openapi.references import Problem

if TYPE_CHECKING:
    from scripts.contract.diff.impact.affected import Affected
    from scripts.contract.diff.impact.apps import AppUse
    from scripts.contract.diff.overlay_status import OverlayStatus

LENSES = ("both", "wire", "sdk")
LEVELS = ("breaking", "risky", "any", "never")
SEVERITIES = ("breaking", "risky", "safe")
CONTRACT = Path("openapi/associations.json")


@dataclass(frozen=True, slots=True)
class ReviewedFinding:
    """A finding, its location in both texts, and what it affects."""

    finding: Finding
    old: Location
    new: Location
    accepted: str | None = None  # the reason, where a person or a policy accepted it
    policy: str = ""  # why a policy judges it otherwise than its rule
    affected: "tuple[Affected, ...]" = ()  # methods and fields of the facade
    uses: "tuple[AppUse, ...]" = ()  # places in apps
    is_of_transport: bool = False  # a header that every request of the facade has
    reach: str = ""  # how an app reaches what is new and no method names

    @property
    def needs_a_method(self) -> bool:
        """Whether it is an operation of this API that no method of the facade sends."""
        return self.finding.rule == "operation-added" and not self.is_called

    @property
    def is_called(self) -> bool:
        """Whether the facade sends an operation that the finding is about."""
        return bool(self.affected) or self.is_of_transport

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
    stale: tuple[str, ...] = ()  # what was accepted and no longer holds
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
        """What the review comes to: the verdict, or of another API's document the counts."""
        if self.verdict is Verdict.FOREIGN:
            return counted(self.severities())
        return worded(self.verdict, self.verdict_places)

    @property
    def says_nothing(self) -> bool:
        """Whether nothing has changed and there is nothing else to read."""
        sides: dict[str, set[tuple[str, str]]] = {"old": set(), "new": set()}
        for each in self.problems:
            sides[each.document].add((each.pointer, each.message))
        has_content = self.findings or self.stale or self.overlay or self.proposals
        return not (has_content or self.is_filtered) and sides["old"] == sides["new"]

    @property
    def is_filtered(self) -> bool:
        """Whether a policy left something out or judged it otherwise."""
        return any(note.has_effect for note in self.notes)

    def worst_first(self) -> list[ReviewedFinding]:
        """The findings by what the lens shows of them."""
        return sorted(self.findings, key=lambda each: SEVERITIES.index(each.severity(self.lens)))

    def severities(self) -> dict[str, int]:
        """Count the open findings by what the lens shows of them."""
        found = [each.severity(self.lens) for each in self.open]
        return {word: found.count(word) for word in SEVERITIES}

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


def compare_contracts(
    old: Contract, new: Contract, lens: str = "both", policy: Policy = NO_POLICY
) -> Review:
    """Compare two contracts and locate each finding in both texts."""
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
    """Complete a comparison: what is accepted, what it affects in `root`, what there is to do."""
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
        # Reading Python costs an import that a comparison without findings does not need.
        from scripts.contract.diff.impact.affected import with_impact

        completed = with_impact(findings, compared.documents, root, CONTRACT, apps)
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
