"""The report as one page for a person: nothing is fetched, no script but the page's own runs."""

import hashlib
from base64 import b64encode
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from scripts.contract.diff.report.words import overlay, proposed, shown, spot, told, touched
from scripts.contract.diff.review import Judged, Review, counts, severity
from scripts.contract.diff.rules import SDK, WIRE

_FOLDER = Path(__file__).parent
_SEVERAL, _WHOLE = "Several operations", "The document"
_LEVELS = {"safe": 0, "risky": 1, "breaking": 2}
_MOST = 400  # items of a list that are written out


def render(review: Review) -> str:
    """Write a review as a page."""
    script = (_FOLDER / "page.js").read_text("utf-8")
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    groups = _groups(review)
    return Template((_FOLDER / "page.html").read_text("utf-8")).substitute(
        style=(_FOLDER / "page.css").read_text("utf-8"),
        script=script,
        digest=digest,
        verdict=_text(review.verdict[:1].upper() + review.verdict[1:]),
        between=f"<code>{_text(review.old)}</code> → <code>{_text(review.new)}</code>",
        version=f"<p>Next version: <strong>{_text(review.next_version)}</strong></p>"
        if review.next_version
        else "",
        counts="".join(_counts(lens, each) for lens, each in counts(review).items()),
        operations="".join(f"<option>{_text(name)}</option>" for name in _operations(review)),
        findings="".join(_group(name, each, review) for name, each in groups.items()),
        notes="".join(
            _notes(title, texts)
            for title, texts in (
                ("Accepted entries that no longer hold", review.stale),
                ("The overlay", overlay(review)),
                ("Problems in the documents", told(review)),
            )
        )
        + _proposed(review),
    )


def _proposed(review: Review) -> str:
    if not review.proposals:
        return ""
    return f"<h2>Proposed overlay actions</h2><pre>{_text(proposed(review))}</pre>"


def _text(value: object) -> str:
    """Write text so that it is text and nothing else; bidirectional controls are shown."""
    visible = "".join(
        sign if sign.isprintable() or sign == "\n" else "\N{REPLACEMENT CHARACTER}"
        for sign in str(value)
    )
    return escape(visible, quote=True)


def _counts(lens: str, each: dict[str, int]) -> str:
    cells = "".join(
        f'<td class="{word}"><strong>{count}</strong> {word}</td>' for word, count in each.items()
    )
    return f'<tr><th scope="row">{lens}</th>{cells}</tr>'


def _operations(review: Review) -> list[str]:
    return sorted({name for judged in review.findings for name in judged.finding.operations})


def _groups(review: Review) -> dict[str, list[Judged]]:
    """File each finding once: under its operation, or under several, or under none."""
    groups: dict[str, list[Judged]] = {_SEVERAL: []}
    for judged in review.findings:
        names = judged.finding.operations
        name = names[0] if len(names) == 1 else _SEVERAL if names else _WHOLE
        groups.setdefault(name, []).append(judged)
    groups[_WHOLE] = groups.pop(_WHOLE, [])
    return {name: same for name, same in groups.items() if same}


def _group(name: str, same: list[Judged], review: Review) -> str:
    findings = "".join(_finding(each, review) for each in same)
    return f'<section class="group"><h2>{_text(name)}</h2>{findings}</section>'


def _finding(judged: Judged, review: Review) -> str:
    finding = judged.finding
    word = severity(finding, review.lens)
    levels = (
        f'data-both="{_LEVELS[word]}" data-wire="{WIRE.index(finding.wire)}" '
        f'data-sdk="{SDK.index(finding.sdk)}"'
    )
    operations = _text("\n".join(finding.operations))
    accepted = "" if judged.accepted is None else f"<p>Accepted: {_text(judged.accepted)}</p>"
    met = "".join(f"<li>{_text(each)}</li>" for each in touched(judged))
    return (
        f'<article class="finding {word}" tabindex="0" {levels} data-operations="{operations}">'
        f'<h3><span class="badge">{word}</span> {_text(finding.message)}</h3>'
        f'<p class="meta"><span class="{finding.wire}">wire {finding.wire}</span> '
        f'<span class="{finding.sdk}">sdk {finding.sdk}</span> <code>{finding.rule}</code></p>'
        f"{_change(judged, review)}{_places(finding.operations)}"
        f"{f'<ul>{met}</ul>' if met else ''}{accepted}"
        f'<p class="meta">fingerprint <code>{finding.fingerprint}</code></p></article>'
    )


def _change(judged: Judged, review: Review) -> str:
    finding = judged.finding
    sides = (
        ("Before", finding.before, finding.after, "gone", spot(review.old, *judged.old)),
        ("After", finding.after, finding.before, "come", spot(review.new, *judged.new)),
    )
    cells = "".join(
        f"<div><h4>{title}</h4>{_side(value, other, kind)}<p class=where>{_text(place)}</p></div>"
        for title, value, other, kind, place in sides
    )
    return f'<div class="change">{cells}</div>'


def _side(value: Any, other: Any, kind: str) -> str:
    """Write one side; of two lists only what the other one has not."""
    if not (isinstance(value, list) and isinstance(other, list)):
        return f'<pre class="{kind}">{_text(shown(value))}</pre>'
    own = [item for item in value if item not in other]
    lines = "".join(f"<li>{_text(shown(item))}</li>" for item in own[:_MOST])
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
    return f"<section class=notes><h2>{title}</h2><ul>{lines}</ul></section>" if texts else ""
