"""The report for a terminal."""

from scripts.contract.diff.report.words import (
    changes,
    overlay,
    places,
    proposed,
    shown,
    spot,
    told,
    touched,
)
from scripts.contract.diff.review import Judged, Review, counts, severity

_MOST = 12  # changed values that are written out


def render(review: Review) -> str:
    """Write a review: the verdict first, then the findings, then what is broken."""
    lines = [f"{review.old} → {review.new}", f"verdict: {review.verdict}"]
    if review.next_version:
        lines.append(f"next version: {review.next_version}")
    for lens, each in counts(review).items():
        lines.append(f"{lens}: " + ", ".join(f"{count} {word}" for word, count in each.items()))
    for judged in review.findings:
        lines += ["", *_finding(judged, review)]
    for title, texts in (
        ("problems in the documents (without effect on the exit code)", told(review)),
        ("accepted entries that no longer hold", review.stale),
        ("the overlay", overlay(review)),
        ("proposed overlay actions", proposed(review).splitlines()),
    ):
        if texts:
            lines += ["", f"{title}:", *(f"  {text}" for text in texts)]
    return "".join(f"{_harmless(line)}\n" for line in lines)


def _harmless(line: str) -> str:
    """Leave out what would command the terminal."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line)


def _finding(judged: Judged, review: Review) -> list[str]:
    finding = judged.finding
    lines = [f"{severity(finding, review.lens)}: {finding.message}"]
    lines.append(f"  wire {finding.wire}, sdk {finding.sdk}, rule {finding.rule}")
    if finding.operations:
        lines.append(f"  in {places(finding.operations)}")
    values = changes(finding.before, finding.after)
    lines += [f"  {sign} {text}" for sign, text in values[:_MOST]]
    if len(values) > _MOST:
        lines.append(f"  … and {len(values) - _MOST} more")
    lines.append(f"  at {spot(review.old, *judged.old)} → {spot(review.new, *judged.new)}")
    lines += [f"  {text}" for text in touched(judged)]
    if judged.accepted is not None:
        lines.append(f"  accepted: {shown(judged.accepted)}")
    lines.append(f"  fingerprint {finding.fingerprint}")
    return lines
