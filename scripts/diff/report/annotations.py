"""The report as annotations on document lines: SARIF 2.1.0 and GitHub workflow commands."""

import json
from typing import Any

from scripts.diff import VERSION
from scripts.diff.report.words import headline, operations, place_of
from scripts.diff.results import Review
from scripts.diff.reviewed import ReviewedFinding
from scripts.diff.rules import rules
from scripts.openapi.lines import Location

_LEVELS = {"breaking": "error", "risky": "warning", "safe": "note"}
_COMMANDS = {"breaking": "error", "risky": "warning", "safe": "notice"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(review: Review) -> str:
    """Write a review as SARIF, for code scanning."""
    used = list(dict.fromkeys(each.finding.rule for each in review.findings))
    driver = {
        "name": "contract-diff",
        "version": VERSION,
        "rules": [
            {
                "id": name,
                "shortDescription": {"text": rules()[name].sentence},
                "help": {"text": f"For example: {rules()[name].example}"},
            }
            for name in used
        ],
    }
    run = {
        "tool": {"driver": driver},
        "results": [_result(each, review, used) for each in review.findings],
        "columnKind": "unicodeCodePoints",
    }
    if review.notes:
        run["properties"] = {"policies": [note.text for note in review.notes]}
    whole = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def github(review: Review) -> str:
    """Write a workflow command for each open finding; nothing without changes."""
    file = _property(review.paths[1])
    lines = [
        f"::{command} title={section.name}::{_data(text)}"
        for section in review.sections()
        for command, texts in (("error", section.errors), ("notice", section.notices))
        for text in texts
    ]
    lines += [
        f"::{_COMMANDS[each.severity(review.lens)]} file={file},"
        f"line={each.new.line},col={each.new.column},title={_property(each.finding.rule)}::"
        + _data(_message(each))
        for each in review.worst_first()
        if each.accepted is None
    ]
    return "".join(f"{line}\n" for line in lines)


def _message(reviewed: ReviewedFinding, *, is_whole: bool = False) -> str:
    finding = reviewed.finding
    where = place_of(reviewed)
    is_stated = all(where.startswith(f"{name}:") for name in finding.operations)
    parts = (
        headline(finding)[0],
        "" if is_stated else f"in {operations(finding.operations, is_whole=is_whole)}",
        f"at {where}",
        f"wire {finding.wire}, sdk {finding.sdk}",
        finding.reason,
    )
    return "; ".join(part for part in parts if part)


def _result(reviewed: ReviewedFinding, review: Review, used: list[str]) -> dict[str, Any]:
    finding = reviewed.finding
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": used.index(finding.rule),
        "level": _LEVELS[reviewed.severity(review.lens)],
        "message": {"text": _message(reviewed, is_whole=True)},
        "locations": [
            {
                **_location(review.paths[1], reviewed.new),
                "logicalLocations": [
                    {"fullyQualifiedName": name, "kind": "function"} for name in finding.operations
                ],
            }
        ],
        "relatedLocations": [{"id": 1, **_location(review.paths[0], reviewed.old)}],
        "partialFingerprints": {"contractDiff/v1": finding.fingerprint},
    }
    if reviewed.accepted is not None:
        result["suppressions"] = [{"kind": "external", "justification": reviewed.accepted}]
    return result


def _location(document: str, location: Location) -> dict[str, Any]:
    from urllib.parse import quote

    path = document.replace("\\", "/")
    # A colon in the first segment of a path would be read as the end of a URL's scheme.
    uri = quote(path, safe="/:@#%?=&~+" if "://" in path else "/@~+")
    if path.startswith("/"):
        uri = f"file://{uri}"
    region = {"startLine": location.line, "startColumn": location.column}
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}


def _data(text: str) -> str:
    """Escape the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape a property of a workflow command."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
