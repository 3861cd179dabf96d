"""The report as annotations at the lines of a document: SARIF 2.1.0 and GitHub's commands."""

import json
from typing import Any

from scripts.contract.diff.review import Review, ReviewedFinding
from scripts.contract.diff.rules import rules
from scripts.contract.openapi.lines import Location

_LEVELS = {"breaking": "error", "risky": "warning", "safe": "note"}
_COMMANDS = {"breaking": "error", "risky": "warning", "safe": "notice"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(review: Review) -> str:
    """Write a review as SARIF, for code scanning."""
    used = list(dict.fromkeys(each.finding.rule for each in review.findings))
    driver = {
        "name": "contract-diff",
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
    whole = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def github(review: Review) -> str:
    """Write one workflow command for each open finding; nothing when nothing moved."""
    file = _property(_path(review.new))
    lines = [
        f"::{_COMMANDS[each.severity(review.lens)]} file={file},"
        f"line={each.new.line},col={each.new.column},title={_property(each.finding.rule)}::"
        + _data(_message(each))
        for each in review.open
    ]
    lines += [f"::error title=accepted.yaml::{_data(text)}" for text in review.stale]
    return "".join(f"{line}\n" for line in lines)


def _message(reviewed: ReviewedFinding) -> str:
    finding = reviewed.finding
    return f"{finding.message} (wire {finding.wire}, sdk {finding.sdk})"


def _result(reviewed: ReviewedFinding, review: Review, used: list[str]) -> dict[str, Any]:
    finding = reviewed.finding
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": used.index(finding.rule),
        "level": _LEVELS[reviewed.severity(review.lens)],
        "message": {"text": _message(reviewed)},
        "locations": [_location(review.new, reviewed.new)],
        "relatedLocations": [{"id": 1, **_location(review.old, reviewed.old)}],
        "partialFingerprints": {"contractDiff/v1": finding.fingerprint},
    }
    if reviewed.accepted is not None:
        result["suppressions"] = [{"kind": "external", "justification": reviewed.accepted}]
    return result


def _location(document: str, location: Location) -> dict[str, Any]:
    from urllib.parse import quote

    uri = quote(document.replace("\\", "/"), safe="/:@#%?=&~+")
    region = {"startLine": location.line, "startColumn": location.column}
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}


def _path(name: str) -> str:
    """Return the path of a document in the working tree, without its revision in git."""
    return name if "://" in name else name.rpartition(":")[2]


def _data(text: str) -> str:
    """Escape the text of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape a property of a workflow command."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
