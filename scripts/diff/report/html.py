"""The report as one self-contained page: it loads nothing, and runs only its own script."""

import hashlib
from base64 import b64encode
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from scripts.diff.findings import Finding
from scripts.diff.report.words import (
    impact_lines,
    notes,
    one_line,
    only_in,
    place_of,
    proposed_overlay,
)
from scripts.diff.review import SEVERITIES, Review
from scripts.diff.reviewed import ReviewedFinding
from scripts.diff.rules import SDK, WIRE
from scripts.openapi.paths import readable

_FOLDER = Path(__file__).parent
_MANY_OPERATIONS, _WHOLE = "Several operations", "The document"
_LEVELS = {"safe": 0, "risky": 1, "breaking": 2}
_MAX_ITEMS = 400  # items shown of a list


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
        findings="".join(_section(word, review) for word in SEVERITIES),
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


def _section(word: str, review: Review) -> str:
    """Write the findings of one severity."""
    same = [each for each in review.findings if each.severity(review.lens) == word]
    if not same:
        return ""
    groups = "".join(_group(name, each, review) for name, each in _groups(same).items())
    return (
        f'<section class="group"><h2 class="{word}"><strong>{word.capitalize()}</strong> '
        f"({len(same)})</h2>{groups}</section>"
    )


def _groups(findings: list[ReviewedFinding]) -> dict[str, list[ReviewedFinding]]:
    """Group findings by their only operation, by several operations, or by none."""
    groups: dict[str, list[ReviewedFinding]] = {_MANY_OPERATIONS: []}
    for reviewed in findings:
        names = reviewed.finding.operations
        name = names[0] if len(names) == 1 else _MANY_OPERATIONS if names else _WHOLE
        groups.setdefault(name, []).append(reviewed)
    groups[_WHOLE] = groups.pop(_WHOLE, [])
    return {name: same for name, same in groups.items() if same}


def _group(name: str, same: list[ReviewedFinding], review: Review) -> str:
    findings = "".join(_finding(each, review) for each in same)
    return f'<section class="group"><h3>{_text(name)}</h3>{findings}</section>'


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
        f'<h4><span class="badge">{word}</span> {_text(finding.message)}</h4>'
        f'<p class="meta"><span class="{finding.wire}">wire {finding.wire}</span> · '
        f'<span class="{finding.sdk}">sdk {finding.sdk}</span> · <code>{finding.rule}</code></p>'
        f"<p class=where>{_text(place_of(reviewed))}</p>"
        f"{_change(reviewed)}"
        f"{_listed('operations', finding.operations)}{_listed('places', _places(finding))}"
        f"{f'<ul>{impact}</ul>' if impact else ''}{accepted}"
        f'<p class="meta">fingerprint <code>{finding.fingerprint}</code></p></article>'
    )


def _change(reviewed: ReviewedFinding) -> str:
    finding = reviewed.finding
    sides = (
        ("Before", finding.before, finding.after, "gone", reviewed.old),
        ("After", finding.after, finding.before, "come", reviewed.new),
    )
    cells = "".join(
        f"<div><h5>{title}</h5>{_side(value, other, kind)}"
        f"<p class=where>line {at.line}, column {at.column}</p></div>"
        for title, value, other, kind, at in sides
    )
    return f'<div class="change">{cells}</div>'


def _side(value: Any, other: Any, kind: str) -> str:
    """Write one side of a change; of two lists, only the values that the other lacks."""
    if not (isinstance(value, list) and isinstance(other, list)):
        return f'<pre class="{kind}">{_text(one_line(value))}</pre>'
    own = only_in(value, other)
    rest = [f"and {len(own) - _MAX_ITEMS} more"] if len(own) > _MAX_ITEMS else []
    rest += [f"{len(value) - len(own)} unchanged"] if len(value) > len(own) else []
    also = f"<p class=where>{', '.join(rest)}</p>" if rest else ""
    if not own:
        return f'<pre class="{kind}">{one_line(None)}</pre>{also}'
    lines = "".join(f"<li>{_text(one_line(item))}</li>" for item in own[:_MAX_ITEMS])
    return f'<ul class="{kind}">{lines}</ul>{also}'


def _places(finding: Finding) -> list[str]:
    return list(dict.fromkeys(readable(each.new or each.old) for each in finding.places))


def _listed(what: str, names: list[str]) -> str:
    if len(names) < 2:
        return ""
    lines = "".join(f"<li>{_text(name)}</li>" for name in names[:_MAX_ITEMS])
    rest = f"<li>and {len(names) - _MAX_ITEMS} more</li>" if len(names) > _MAX_ITEMS else ""
    return f"<details><summary>{len(names)} {what}</summary><ul>{lines}{rest}</ul></details>"


def _notes(title: str, texts: list[str]) -> str:
    lines = "".join(f"<li>{_text(text)}</li>" for text in texts)
    return f"<section class=notes><h2>{title}</h2><ul>{lines}</ul></section>"
