"""Our stages of a review: what a change means for the facade, for apps and for the overlay.

`[tool.contract-diff]` of pyproject.toml names this module; `python -m scripts.diff` runs it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.contract.impact.verdict import (
    AffectingFinding,
    Verdict,
    decide,
    next_version,
    stated_version,
    verdict_text,
)
from scripts.diff.load import Contract
from scripts.diff.results import ReportSection, Review, counts_text
from scripts.errors import CannotRunError

if TYPE_CHECKING:  # slow to import, and only the overlay needs it
    from scripts.contract.notices import OverlayStatus

DOCUMENTS = Path("openapi/captured")
"""The documents that `python -m scripts.diff` compares by default."""
CONTRACT = Path("openapi/associations.json")
OVERLAY = "openapi/overlay.yaml"
OPTIONS: dict[str, dict[str, Any]] = {
    "--apps": {
        "metavar": "PATH",
        "nargs": "+",
        "type": Path,
        "default": [],
        "help": "Python code that imports facade: show which of its lines a finding affects",
    },
    "--contract": {
        "action": "store_true",
        "help": f"compare both after {OVERLAY} is applied",
    },
    "--overlay": {
        "action": "store_true",
        "help": f"report for each action of {OVERLAY} whether it is still needed",
    },
}
"""The options of `python -m scripts.diff` that this module reads."""


@dataclass(frozen=True, slots=True)
class ContractReview(Review):
    """A review with a verdict on the facade and the state of the overlay."""

    findings: tuple[AffectingFinding, ...] = ()
    overlay: "OverlayStatus | None" = None
    verdict: Verdict = Verdict.NOTHING
    verdict_places: tuple[str, ...] = ()

    @property
    def conclusion(self) -> str:
        """The verdict; for another API's document, the number of findings by severity."""
        if self.without_effect:
            return self.without_effect
        if self.verdict is Verdict.FOREIGN:
            return counts_text(self.severities())
        return verdict_text(self.verdict, self.verdict_places)

    @property
    def open(self) -> list[AffectingFinding]:
        return [each for each in self.findings if each.accepted is None]

    def sections(self) -> list[ReportSection]:
        found = Review.sections(self)
        if self.overlay is None:
            return found
        total, unsettled = len(self.overlay.actions), [*map(str, self.overlay.unsettled)]
        lines = [
            f"{total - len(unsettled)} of {total} actions are still needed as they stand",
            *unsettled,
            *(f"the overlay hides: {e.message} ({e.fingerprint})" for e in self.overlay.hides),
            *(f"the overlay causes: {e.message} ({e.rule})" for e in self.overlay.causes),
        ]
        return [*found, ReportSection("overlay.yaml", "The overlay", lines, unsettled)]

    def data(self) -> dict[str, Any]:
        if self.overlay is None:
            return {"overlay": None}
        status = {
            "actions": [asdict(each) for each in self.overlay.actions],
            "hides": [each.fingerprint for each in self.overlay.hides],
            "causes": [{"rule": e.rule, "message": e.message} for e in self.overlay.causes],
        }
        return {"overlay": status}


def prepared(old: Contract, new: Contract, options: Any) -> "OverlayStatus | None":
    """Correct two contracts before they are compared, or review the overlay; as options say."""
    if options.contract and options.overlay:
        raise CannotRunError(
            "--contract compares after the overlay, --overlay reviews it: choose one"
        )
    if not (options.contract or options.overlay):
        return None
    # Only the overlay needs JSONPath, which is slow to import.
    from scripts.contract.corrections import read_corrections
    from scripts.contract.notices import overlay_status

    corrections = read_corrections()
    if options.overlay:
        return overlay_status(old.document, new.document, corrections)
    for each in (old, new):
        each.replace(corrections.apply(each.document))
    return None


def last_stage(given: Review, options: Any, overlay: "OverlayStatus | None") -> ContractReview:
    """Complete a review as the options of `python -m scripts.diff` say."""
    return completed(given, apps=options.apps, overlay=overlay)


def completed(
    given: Review,
    root: Path = Path(),
    *,
    apps: Sequence[Path] = (),
    overlay: "OverlayStatus | None" = None,
) -> ContractReview:
    """Add the impact on `root` and on apps, the verdict, and the next version."""
    verdict, places = Verdict.NOTHING, tuple[str, ...]()
    findings = [
        AffectingFinding(*(getattr(each, name.name) for name in fields(each)))
        for each in given.findings
    ]
    if findings or apps:
        # These modules are slow to import, and only findings and apps need them.
        from scripts.contract.impact.affected import with_impact

        affecting = with_impact(given.findings, given.documents, root, apps)
        verdict, findings = Verdict.FOREIGN, affecting or findings
        if affecting is not None:
            still_open = [each for each in affecting if each.accepted is None]
            has_proposals = bool(given.proposals)
            verdict, places = decide(still_open, given.lens, has_proposals=has_proposals)
    stated = root / "facade" / "version.py"
    version = stated_version(stated.read_text("utf-8")) if stated.exists() else None
    kept = {each.name: getattr(given, each.name) for each in fields(Review)}
    kept |= {"findings": tuple(findings), "next_version": next_version(version, verdict.step)}
    return ContractReview(**kept, overlay=overlay, verdict=verdict, verdict_places=places)
