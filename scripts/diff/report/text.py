"""The report for a terminal."""

from scripts.diff.report.words import (
    headline,
    impact_lines,
    one_line,
    operations,
    place_of,
    proposed_overlay,
)
from scripts.diff.results import Review, grouped
from scripts.diff.reviewed import ReviewedFinding
from scripts.visible import visible

_MAX_VALUES = 12  # values shown of a change


def render(review: Review) -> str:
    """Write a review: the verdict, the findings, then problems and notes."""
    if review.is_empty:
        return f"{visible(review.between)}: nothing has changed\n"
    lines = [review.between, f"verdict: {review.conclusion}"]
    if review.next_version:
        lines.append(f"next version: {review.next_version}")
    for lens, counts in review.counts().items() if review.findings else ():
        lines.append(f"{lens}: " + ", ".join(f"{count} {word}" for word, count in counts.items()))
    lines += [review.entries_text] if review.entries_text else []
    for title, same in grouped(review.worst_first(), review.grouped, review.lens):
        lines += ["", f"{title}:"] if review.grouped != "severity" else []
        for reviewed in same:
            lines += ["", *_finding(reviewed, review)]
    sections = [(each.title, each.lines) for each in review.sections()]
    if review.proposals:
        sections.append(("Proposed overlay actions", proposed_overlay(review).splitlines()))
    for title, texts in sections:
        lines += ["", f"{title[0].lower()}{title[1:]}:", *(f"  {text}" for text in texts)]
    return "".join(f"{visible(line)}\n" for line in lines)


def _finding(reviewed: ReviewedFinding, review: Review) -> list[str]:
    finding = reviewed.finding
    message, values = headline(finding)
    lines = [f"{reviewed.severity(review.lens)}: {message}"]
    lines.append(f"  wire {finding.wire}, sdk {finding.sdk}, rule {finding.rule}")
    lines += [f"  {finding.reason}"] if finding.reason else []
    if finding.operations:
        lines.append(f"  in {operations(finding.operations, is_whole=review.is_whole)}")
    most = len(values) if review.is_whole else _MAX_VALUES
    lines += [f"  {sign} {text}" for sign, text in values[:most]]
    if len(values) > most:
        lines.append(f"  … and {len(values) - most} more")
    sides = (review.old, reviewed.old), (review.new, reviewed.new)
    # As editors understand it.
    old, new = (f"{name}:{at.line}:{at.column}" for name, at in sides)
    lines.append(f"  at {place_of(reviewed)}, {old} → {new}")
    lines += [f"  {text}" for text in impact_lines(reviewed)]
    if reviewed.accepted is not None:
        lines.append(f"  accepted: {one_line(reviewed.accepted)}")
    lines.append(f"  fingerprint {finding.fingerprint}")
    return lines
