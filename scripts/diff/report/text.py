"""The report for a terminal."""

from scripts.diff.report.words import (
    impact_lines,
    listed_changes,
    one_line,
    operations,
    overlay_lines,
    place_of,
    policy_lines,
    position,
    problem_lines,
    proposed_overlay,
)
from scripts.diff.review import Review
from scripts.diff.reviewed import ReviewedFinding
from scripts.visible import visible

_MAX_VALUES = 12  # values shown of a change


def render(review: Review) -> str:
    """Write a review: the verdict, the findings, then problems and notes."""
    if review.is_empty:
        return f"{visible(f'{review.old} → {review.new}')}: nothing has changed\n"
    lines = [f"{review.old} → {review.new}", f"verdict: {review.conclusion}"]
    if review.next_version:
        lines.append(f"next version: {review.next_version}")
    for lens, counts in review.counts().items():
        lines.append(f"{lens}: " + ", ".join(f"{count} {word}" for word, count in counts.items()))
    for reviewed in review.worst_first():
        lines += ["", *_finding(reviewed, review)]
    for title, texts in (
        ("policies", policy_lines(review)),
        ("problems in the documents (without effect on the exit code)", problem_lines(review)),
        ("accepted entries that no longer hold", review.stale),
        ("the overlay", overlay_lines(review)),
        ("proposed overlay actions", proposed_overlay(review).splitlines()),
    ):
        if texts:
            lines += ["", f"{title}:", *(f"  {text}" for text in texts)]
    return "".join(f"{visible(line)}\n" for line in lines)


def _finding(reviewed: ReviewedFinding, review: Review) -> list[str]:
    finding = reviewed.finding
    lines = [f"{reviewed.severity(review.lens)}: {finding.message}"]
    lines.append(f"  wire {finding.wire}, sdk {finding.sdk}, rule {finding.rule}")
    if finding.operations:
        lines.append(f"  in {operations(finding.operations)}")
    values = listed_changes(finding)
    lines += [f"  {sign} {text}" for sign, text in values[:_MAX_VALUES]]
    if len(values) > _MAX_VALUES:
        lines.append(f"  … and {len(values) - _MAX_VALUES} more")
    old, new = position(review.old, reviewed.old), position(review.new, reviewed.new)
    lines.append(f"  at {place_of(reviewed)}, {old} → {new}")
    lines += [f"  {text}" for text in impact_lines(reviewed)]
    if reviewed.accepted is not None:
        lines.append(f"  accepted: {one_line(reviewed.accepted)}")
    lines.append(f"  fingerprint {finding.fingerprint}")
    return lines
