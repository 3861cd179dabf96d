"""The report for a pull request or an issue; empty when nothing moved."""

import re

from scripts.contract.diff.report.words import changes, overlay, places, proposed, told, touched
from scripts.contract.diff.review import Judged, Review, counts, severity

_MOST = 20
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!@&])")


def render(review: Review) -> str:
    """Write a review as Markdown."""
    if not (review.findings or review.stale or overlay(review)):
        return ""
    lines = [f"## {escaped(review.verdict[:1].upper() + review.verdict[1:])}", ""]
    lines.append(f"{escaped(review.old)} → {escaped(review.new)}")
    if review.next_version:
        lines.append(f"Next version: **{review.next_version}**")
    lines += [
        "",
        "| lens | " + " | ".join(("breaking", "risky / compatible", "safe / none")) + " |",
    ]
    lines.append("|---|---|---|---|")
    for lens, each in counts(review).items():
        lines.append(f"| {lens} | " + " | ".join(map(str, each.values())) + " |")
    for word in ("breaking", "risky", "safe"):
        same = [each for each in review.findings if severity(each.finding, review.lens) == word]
        if same:
            lines += ["", f"### {word.capitalize()}", ""]
            lines += [line for each in same for line in _finding(each, review)]
    for title, texts in (
        ("Accepted entries that no longer hold", review.stale),
        ("The overlay", overlay(review)),
        ("Problems in the documents", told(review)),
    ):
        if texts:
            lines += ["", f"### {title}", "", *(f"- {escaped(text)}" for text in texts)]
    if review.proposals:
        # Indented, so that no text can close the block.
        yaml = [f"    {line}" for line in proposed(review).splitlines()]
        lines += ["", "### Proposed overlay actions", "", *yaml]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Write text so that Markdown shows it as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _code(text: str) -> str:
    """Write text as code, whatever backticks it holds."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if longest else ""
    return f"{fence}{space}{' '.join(text.split())}{space}{fence}"


def _finding(judged: Judged, review: Review) -> list[str]:
    finding = judged.finding
    mark = "" if judged.accepted is None else " *(accepted)*"
    lines = [
        f"- **{escaped(finding.message)}**{mark}  ",
        f"  wire {finding.wire}, sdk {finding.sdk}, {_code(finding.rule)}, line "
        f"{judged.old.line} → {judged.new.line}",
    ]
    if finding.operations:
        lines[-1] += "  "
        lines.append(f"  {escaped(places(finding.operations))}")
    values = changes(finding.before, finding.after)
    if values:
        # Each line starts with its sign, so that no text can close the block.
        lines += ["", "  ```diff", *(f"  {sign} {text}" for sign, text in values[:_MOST])]
        lines += [f"  … and {len(values) - _MOST} more"] if len(values) > _MOST else []
        lines += ["  ```", ""]
    lines += [f"  - {escaped(text)}" for text in touched(judged)]
    if judged.accepted is not None:
        lines.append(f"  - accepted: {escaped(judged.accepted)}")
    return lines
