"""The report for a pull request or an issue; empty without changes."""

import re

from scripts.diff.report.words import headline, impact_lines, operations, place_of, proposed_overlay
from scripts.diff.results import Review, grouped
from scripts.diff.reviewed import ReviewedFinding

_MAX_VALUES = 20  # values shown of a change
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!@&])")


def render(review: Review) -> str:
    """Write a review as Markdown."""
    problems = [each for each in review.sections() if each.is_news and each.name != "problem"]
    if not (review.findings or review.unaffected or problems):
        return ""
    conclusion = review.conclusion
    lines = [f"## {escaped(conclusion[:1].upper() + conclusion[1:])}", ""]
    lines.append(escaped(review.between))
    if review.next_version:
        lines.append(f"Next version: **{review.next_version}**")
    if review.findings:
        lines += ["", "| lens | breaking | risky / compatible | safe / none |", "|---|---|---|---|"]
    for lens, counts in review.counts().items() if review.findings else ():
        lines.append(f"| {lens} | " + " | ".join(map(str, counts.values())) + " |")
    lines += ["", review.entries_text] if review.entries_text else []
    for title, same in grouped(review.worst_first(), review.grouped, review.lens):
        blank = [""] if lines[-1] else []
        lines += [*blank, f"### {escaped(title)}", ""]
        lines += [line for each in same for line in _finding(each, review)]
    for section in review.sections():
        texts = (f"- {escaped(text)}" for text in section.lines)
        lines += ["", f"### {section.title}", "", *texts]
    if review.proposals:
        # Indented, so that no text can end the code block.
        yaml = [f"    {line}" for line in proposed_overlay(review).splitlines()]
        lines += ["", "### Proposed overlay actions", "", *yaml]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Escape text for Markdown, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _finding(reviewed: ReviewedFinding, review: Review) -> list[str]:
    finding = reviewed.finding
    mark = "" if reviewed.accepted is None else " *(accepted)*"
    message, values = headline(finding)
    lines = [
        f"- **{escaped(message)}**{mark}  ",
        f"  wire {finding.wire}, sdk {finding.sdk}, `{finding.rule}`  ",
        *([f"  {finding.reason}  "] if finding.reason else []),
        f"  {escaped(place_of(reviewed))}, line {reviewed.old.line} → {reviewed.new.line}",
    ]
    if finding.operations:
        lines[-1] += "  "
        lines.append(f"  {escaped(operations(finding.operations, is_whole=review.is_whole))}")
    if values:
        # Each line starts with its sign, so that no text can end the code block.
        most = len(values) if review.is_whole else _MAX_VALUES
        lines += ["", "  ```diff", *(f"  {sign} {text}" for sign, text in values[:most])]
        lines += [f"  … and {len(values) - most} more"] if len(values) > most else []
        lines += ["  ```", ""]
    lines += [f"  - {escaped(text)}" for text in impact_lines(reviewed)]
    if reviewed.accepted is not None:
        lines.append(f"  - accepted: {escaped(reviewed.accepted)}")
    return lines
