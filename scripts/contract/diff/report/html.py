"""The report as one page for a person: nothing is fetched, no script but the page's own runs."""

import hashlib
from base64 import b64encode
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from scripts.contract.diff.report.words import (
    impact_lines,
    notes,
    one_line,
    position,
    proposed_overlay,
)
from scripts.contract.diff.review import Review, ReviewedFinding
from scripts.contract.diff.rules import SDK, WIRE

_FOLDER = Path(__file__).parent
_SEVERAL, _WHOLE = "Several operations", "The document"
_LEVELS = {"safe": 0, "risky": 1, "breaking": 2}
_MOST = 400  # items of a list that are written out


def render(review: Review) -> str:
    """Write a review as a page."""
    script = (_FOLDER / "page.js").read_text("utf-8")
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    conclusion, version = review.conclusion, review.next_version
    return Template((_FOLDER / "page.html").read_text("utf-8")).substitute(
        style=(_FOLDER / "page.css").read_text("utf-8"),
        script=script,
        digest=digest,
        verdict=_text(conclusion[:1].upper() + conclusion[1:]),
        between=f"<code>{_text(review.old)}</code> → <code>{_text(review.new)}</code>",
        version=f"<p>Next version: <strong>{_text(version)}</strong></p>" if version else "",
        counts="".join(_counts(lens, counts) for lens, counts in review.counts().items()),
        operations="".join(f"<option>{_text(name)}</option>" for name in _operations(review)),
        findings="".join(_group(name, same, review) for name, same in _groups(review).items()),
        notes="".join(_notes(*each) for each in notes(review)) + _proposals(review),
    )


def _proposals(review: Review) -> str:
    if not review.proposals:
        return ""
    return f"<h2>Proposed overlay actions</h2><pre>{_text(proposed_overlay(review))}</pre>"


def _text(value: object) -> str:
    return escape(str(value), quote=True)


def _counts(lens: str, counts: dict[str, int]) -> str:
    cells = "".join(
        f'<td class="{word}"><strong>{count}</strong> {word}</td>' for word, count in counts.items()
    )
    return f'<tr><th scope="row">{lens}</th>{cells}</tr>'


def _operations(review: Review) -> list[str]:
    return sorted({name for each in review.findings for name in each.finding.operations})


def _groups(review: Review) -> dict[str, list[ReviewedFinding]]:
    """Group findings by their one operation, by several, or by none."""
    groups: dict[str, list[ReviewedFinding]] = {_SEVERAL: []}
    for reviewed in review.findings:
        names = reviewed.finding.operations
        name = names[0] if len(names) == 1 else _SEVERAL if names else _WHOLE
        groups.setdefault(name, []).append(reviewed)
    groups[_WHOLE] = groups.pop(_WHOLE, [])
    return {name: same for name, same in groups.items() if same}


def _group(name: str, same: list[ReviewedFinding], review: Review) -> str:
    findings = "".join(_finding(each, review) for each in same)
    return f'<section class="group"><h2>{_text(name)}</h2>{findings}</section>'


def _finding(reviewed: ReviewedFinding, review: Review) -> str:
    finding = reviewed.finding
    word = reviewed.severity(review.lens)
    levels = (
        f'data-both="{_LEVELS[word]}" data-wire="{WIRE.index(finding.wire)}" '
        f'data-sdk="{SDK.index(finding.sdk)}"'
    )
    operations = _text("\n".join(finding.operations))
    accepted = "" if reviewed.accepted is None else f"<p>Accepted: {_text(reviewed.accepted)}</p>"
    impact = "".join(f"<li>{_text(each)}</li>" for each in impact_lines(reviewed))
    return (
        f'<article class="finding {word}" tabindex="0" {levels} data-operations="{operations}">'
        f'<h3><span class="badge">{word}</span> {_text(finding.message)}</h3>'
        f'<p class="meta"><span class="{finding.wire}">wire {finding.wire}</span> '
        f'<span class="{finding.sdk}">sdk {finding.sdk}</span> <code>{finding.rule}</code></p>'
        f"{_change(reviewed, review)}{_places(finding.operations)}"
        f"{f'<ul>{impact}</ul>' if impact else ''}{accepted}"
        f'<p class="meta">fingerprint <code>{finding.fingerprint}</code></p></article>'
    )


def _change(reviewed: ReviewedFinding, review: Review) -> str:
    finding = reviewed.finding
    sides = (
        ("Before", finding.before, finding.after, "gone", position(review.old, reviewed.old)),
        ("After", finding.after, finding.before, "come", position(review.new, reviewed.new)),
    )
    cells = "".join(
        f"<div><h4>{title}</h4>{_side(value, other, kind)}<p class=where>{_text(place)}</p></div>"
        for title, value, other, kind, place in sides
    )
    return f'<div class="change">{cells}</div>'


def _side(value: Any, other: Any, kind: str) -> str:
    """Write one side; of two lists only what the other does not have."""
    if not (isinstance(value, list) and isinstance(other, list)):
        return f'<pre class="{kind}">{_text(one_line(value))}</pre>'
    own = [item for item in value if item not in other]
    lines = "".join(f"<li>{_text(one_line(item))}</li>" for item in own[:_MOST])
    rest = len(value) - len(own[:_MOST])
    also = f"<p class=where>and {rest} more</p>" if rest else ""
    return f'<ul class="{kind}">{lines}</ul>{also}'


def _places(operations: list[str]) -> str:
    if len(operations) < 2:
        return ""
    names = "".join(f"<li>{_text(name)}</li>" for name in operations)
    return f"<details><summary>{len(operations)} operations</summary><ul>{names}</ul></details>"


def _notes(title: str, texts: list[str]) -> str:
    lines = "".join(f"<li>{_text(text)}</li>" for text in texts)
    return f"<section class=notes><h2>{title}</h2><ul>{lines}</ul></section>"
